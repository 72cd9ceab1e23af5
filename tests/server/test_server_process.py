"""The process of the server: how it is started, what it prints, when and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, Any

import pytest
from editor import COMMAND, FLUSH, PATIENCE, Editor, brief, capabilities, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOUND = ["4:4-4:19 CKP301"]


def message(**content: Any) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **content}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def initialize(process: int | None = None) -> bytes:
    params = {"processId": process, "rootUri": None, "capabilities": {}}
    return message(id=1, method="initialize", params=params)


INITIALIZE = initialize()
SHUTDOWN = message(id=2, method="shutdown")
EXIT = message(method="exit")


def serve(given: bytes, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=given,
        cwd=cwd,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (INITIALIZE + SHUTDOWN + EXIT, 0),
        (INITIALIZE + EXIT, 1),
        (INITIALIZE, 1),
        (INITIALIZE + b"Content-Length: 100\r\n\r\n{", 1),
    ],
    ids=["shut-down", "exit-alone", "input-closed", "half-a-message"],
)
def test_it_ends_with_its_client(given: bytes, code: int, tmp_path: Path) -> None:
    result = serve(given, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (code, b"")
    answers = result.stdout.count(b"Content-Length: ")
    assert answers == given.count(b'"id"')


def test_it_reads_a_file_and_logs_into_one(tmp_path: Path) -> None:
    (tmp_path / "input").write_bytes(INITIALIZE + SHUTDOWN + EXIT)
    with (tmp_path / "input").open("rb") as given:
        result = subprocess.run(
            [*COMMAND, "-v", "--log-file", "server.log"],
            stdin=given,
            cwd=tmp_path,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.count(b"Content-Length: ") == 2
    assert "initialize" in (tmp_path / "server.log").read_text()


def test_one_socket_for_both_directions(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    with ours, Popen(COMMAND, stdin=theirs, stdout=theirs, stderr=PIPE, cwd=tmp_path) as server:
        theirs.close()
        ours.sendall(INITIALIZE + SHUTDOWN + EXIT)
        assert server.stderr is not None
        assert server.stderr.read() == b""
        assert server.wait(PATIENCE) == 0
        assert ours.recv(1 << 16).count(b"Content-Length: ") >= 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--port", "1"], "`--port` goes with `--tcp`"),
        (["--tpc"], "unknown option `--tpc` (did you mean `--tcp`?)"),
        (["src"], "unexpected argument `src`"),
        (["--log-file", "no/such/folder"], "`--log-file no/such/folder`: cannot be written: No su"),
    ],
)
def test_a_wrong_call_is_refused(arguments: list[str], error: str, tmp_path: Path) -> None:
    result = serve(b"", *arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.decode().startswith(f"error: {error}")


def test_without_pygls_it_says_what_to_install(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['pygls'] = None; from ckptlint.cli.main import main; "
    result = subprocess.run(
        [sys.executable, "-c", f"{hidden}sys.exit(main(['server']))"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert "pip install 'ckptlint[server]'" in result.stderr


def test_other_commands_need_no_pygls(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(FLUSH)
    script = (
        "import sys; from ckptlint.cli.main import main; main(['check', '--no-cache', 'a.py']); "
        "print(*{'pygls', 'lsprotocol', 'asyncio', 'markdown_it'} & {*sys.modules})"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "CKP301" in result.stdout
    assert result.stdout.endswith("\n\n")


@contextmanager
def started(*arguments: str, cwd: Path, stdin: int | None = None) -> Iterator[Popen[bytes]]:
    """Start a server, which does not outlive the test."""
    with Popen([*COMMAND, *arguments], stdin=stdin, stdout=PIPE, stderr=PIPE, cwd=cwd) as server:
        try:
            yield server
        finally:
            server.kill()


def test_it_ends_when_its_editor_dies(tmp_path: Path) -> None:
    """The editor's end does not close the stream, which a third process holds open."""
    reading, writing = os.pipe()
    editor = Popen([sys.executable, "-c", "input()"], stdin=PIPE)
    with os.fdopen(writing, "wb") as stream, started(cwd=tmp_path, stdin=reading) as server:
        os.close(reading)
        stream.write(initialize(editor.pid))
        stream.flush()
        assert server.stdout is not None
        assert server.stdout.readline().startswith(b"Content-Length")
        time.sleep(0.1)
        assert server.poll() is None
        editor.kill()
        editor.wait()
        assert server.wait(PATIENCE) == 1


@pytest.mark.asyncio
async def test_it_serves_an_editor_that_connects(tmp_path: Path) -> None:
    server = await asyncio.create_subprocess_exec(
        *COMMAND, "--tcp", cwd=tmp_path, stdout=PIPE, stderr=PIPE
    )
    assert server.stdout is not None
    assert server.stderr is not None
    said = (await server.stdout.readline()).decode()
    start = "ckptlint server listens on 127.0.0.1:"
    assert said.startswith(start)
    port = int(said.removeprefix(start))
    editor = Editor()
    await editor.start_tcp("127.0.0.1", port)
    await editor.introduce([tmp_path], capabilities(pulls=True))
    uri = uri_of(tmp_path / "a.py")
    editor.open(uri, FLUSH)
    assert brief((await editor.pull(uri)).items) == FOUND
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    await editor.shutdown_async(None)
    editor.exit(None)
    assert await asyncio.wait_for(server.wait(), PATIENCE) == 0
    assert await server.stderr.read() == b""
    assert await server.stdout.read() == b""
    await editor.stop()


def test_a_connection_that_is_lost_ends_it(tmp_path: Path) -> None:
    with started("--tcp", cwd=tmp_path) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        port = int(server.stdout.readline().rpartition(b":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(INITIALIZE)
            assert connection.recv(14) == b"Content-Length"
        assert server.wait(PATIENCE) == 1
        assert server.stderr.read() == b""


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = serve(b"", "--tcp", "--port", str(port), cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.decode().startswith(f"error: cannot listen on 127.0.0.1:{port}: ")


def test_an_interrupt_ends_it(tmp_path: Path) -> None:
    with started("--tcp", cwd=tmp_path) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        server.stdout.readline()
        server.send_signal(signal.SIGINT)
        assert server.wait(PATIENCE) == 130
        assert server.stderr.read() == b""
