"""What `keystrokes.py` needs of an editor's side of the Language Server Protocol."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

LIMIT = 60.0
"""How long a server may take to answer: seconds."""

Message = dict[str, Any]


class ServerError(Exception):
    """A server has refused an answer, or has not said in time what was waited for."""


class LanguageClient:
    """A server process and the talk with it, on its standard input and output.

    Parameters
    ----------
    command : tuple[str, ...]
        What starts the server.
    settings : object
        What it is told where it asks for settings.
    """

    def __init__(self, command: tuple[str, ...], settings: object) -> None:
        self._settings = settings
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._received: queue.Queue[Message] = queue.Queue()
        self._requests = 0
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    def request(self, method: str, params: object) -> Any:
        """Ask, and give the answer.

        Raises
        ------
        ServerError
            If the server refuses to answer, or does not in time.
        """
        self._requests += 1
        number = self._requests
        self._send({"id": number, "method": method, "params": params})
        answer = self._await(lambda message: "method" not in message and message["id"] == number)
        if "error" in answer:
            raise ServerError(f"{method}: {answer['error']}")
        return answer["result"]

    def notify(self, method: str, params: object) -> None:
        """Tell."""
        self._send({"method": method, "params": params})

    def published(self, uri: str, version: int) -> Message:
        """Give the diagnostics of a document that are sent next, for this version or a later one.

        Raises
        ------
        ServerError
            If none come in time.
        """

        def is_meant(message: Message) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics":
                return False
            params = message["params"]
            return params["uri"] == uri and (params.get("version") or version) >= version

        params: Message = self._await(is_meant)["params"]
        return params

    def forget(self) -> None:
        """Leave unread what has come unasked."""
        while not self._received.empty():
            self._answer(self._received.get())

    def close(self) -> None:
        """Shut the server down."""
        self.request("shutdown", None)
        self.notify("exit", None)
        self._process.wait(LIMIT)

    def _await(self, is_meant: Any) -> Message:
        end = time.perf_counter() + LIMIT
        while True:
            try:
                message = self._received.get(timeout=max(0.0, end - time.perf_counter()))
            except queue.Empty:
                raise ServerError(
                    f"{self._process.args!r} has said nothing for {LIMIT} s"
                ) from None
            if is_meant(message):
                return message
            self._answer(message)

    def _answer(self, message: Message) -> None:
        """Answer what the server asks; all but settings with null."""
        if "method" not in message or "id" not in message:
            return
        result = None
        if message["method"] == "workspace/configuration":
            result = [self._settings for _ in message["params"]["items"]]
        self._send({"id": message["id"], "result": result})

    def _send(self, message: Message) -> None:
        assert self._process.stdin is not None
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif line == b"\r\n":
                self._received.put(json.loads(stream.read(length)))


def peak_memory(pid: int) -> int:
    """Add up the peak resident memory of a process and of all below it, in KiB.

    What two of them share counts twice. 0 where the system has no /proc.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [(task / "children").read_text("ascii").split() for task in tasks]
    except OSError:
        return 0
    own = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(own) + sum(peak_memory(int(child)) for each in children for child in each)
