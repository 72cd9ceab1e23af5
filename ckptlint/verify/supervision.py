"""Cases run in child processes, under limits of time, memory and output.

The children come from one server process that has imported torch and Earth2Studio, and nothing
of the user's: so each is fresh, and the import is paid once.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from ckptlint.engine.process_start import safe_path, without_interruption
from ckptlint.verify import child
from ckptlint.verify.case import MEBIBYTE, Failure, FailureKind, Limits, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerContext, ForkServerProcess
    from multiprocessing.forkserver import ForkServer

    from psutil import Process

    from ckptlint.verify.case import Case

_PRELOADED: Final = ["ckptlint.verify.preload"]
_GLANCE: Final = 0.05
_BETWEEN_WEIGHINGS: Final = 0.4
"""Seconds; adding up the memory of a process and its children takes milliseconds."""
_SERVER_DIED: Final = (
    "the server of child processes has died: `python -c 'import ckptlint.verify.preload'` shows why"
)
_STARTING: Final = threading.Lock()
_DETAILS: Final = 2000


class CannotStart(RuntimeError):  # noqa: N818 - it says what is the matter
    """Child processes cannot be started here."""


def start_server() -> None:
    """Start the server of child processes, and do not wait until it has imported everything.

    Raises
    ------
    CannotStart
        If this system cannot fork, as on Windows.
    """
    _context()


def supervise(case: Case, limits: Limits, stop: threading.Event | None = None) -> Outcome:
    """Run a case in a fresh process and wait for its end; whatever it does, this returns.

    Parameters
    ----------
    case : Case
        What to run.
    limits : Limits
        What it may use.
    stop : threading.Event or None
        Once it is set, the process is ended.

    Raises
    ------
    CannotStart
        If this system cannot fork, as on Windows.
    """
    with tempfile.TemporaryDirectory(
        prefix="ckptlint-output-", dir=limits.scratch, ignore_cleanup_errors=True
    ) as folder:
        output = Path(folder) / "output"
        output.touch()
        return _Supervision(case, limits, output, stop).outcome()


class _Supervision:
    """One child process, watched."""

    def __init__(
        self, case: Case, limits: Limits, output: Path, stop: threading.Event | None
    ) -> None:
        self._stop = stop
        self._case = case
        self._limits = limits
        self._output = output
        self._started = time.monotonic()
        self._kill_at: float | None = None
        self._memory = 0
        self._weigh_at = self._started + _BETWEEN_WEIGHINGS

    def outcome(self) -> Outcome:
        context = _context()
        ours, theirs = context.Pipe()
        with _STARTING, _without_main(), _from_own_server(), safe_path():
            process = context.Process(
                target=child.run, args=(theirs, self._case, str(self._output)), daemon=True
            )
            try:
                process.start()
            except (EOFError, OSError) as error:
                raise CannotStart(_SERVER_DIED) from error
        theirs.close()
        # The first case of all waits until the server has imported everything.
        self._started = time.monotonic()
        self._weigh_at = self._started + _BETWEEN_WEIGHINGS
        try:
            value, failure = self._watch(process, ours)
        finally:
            _end(process)
            ours.close()
        if failure is not None and not failure.details:
            failure = failure._replace(details=self._last_words())
        return Outcome(value, failure, time.monotonic() - self._started, self._memory)

    def _watch(self, process: ForkServerProcess, ours: Any) -> tuple[Any, Failure | None]:
        from multiprocessing.connection import wait

        while True:
            ready = wait([ours, process.sentinel], timeout=self._patience())
            if ours in ready or (ready and ours.poll()):
                try:
                    data = ours.recv_bytes()
                except (EOFError, OSError):
                    process.join(5)
                    return None, self._death(process)
                try:
                    message = pickle.loads(data)
                except Exception as error:
                    told = f"its answer cannot be read: {type(error).__name__}: {error}"
                    return None, Failure(FailureKind.RAISED, told)
                if message != child.UNDER_WAY:
                    value, failure = message
                    return value, failure
                if self._case.killed_after is not None:
                    self._kill_at = time.monotonic() + self._case.killed_after
            elif ready:
                return None, self._death(process)
            failure = self._overstepped(process)
            if failure is not None:
                return None, failure

    def _patience(self) -> float:
        if self._kill_at is None:
            return _GLANCE
        return max(0.0, min(_GLANCE, self._kill_at - time.monotonic()))

    def _overstepped(self, process: ForkServerProcess) -> Failure | None:
        now = time.monotonic()
        if self._kill_at is not None and now >= self._kill_at:
            return Failure(FailureKind.KILLED, "it was killed on purpose")
        if self._stop is not None and self._stop.is_set():
            return Failure(FailureKind.KILLED, "it was interrupted")
        if now - self._started > self._limits.seconds:
            return Failure(
                FailureKind.TIME, f"it took longer than {self._limits.seconds:g} s and was ended"
            )
        if self._output.stat().st_size > self._limits.output:
            allowed = self._limits.output / MEBIBYTE
            return Failure(
                FailureKind.OUTPUT, f"it printed more than {allowed:g} MiB and was ended"
            )
        if now < self._weigh_at:
            return None
        self._weigh_at = now + _BETWEEN_WEIGHINGS
        self._memory = max(self._memory, _resident_memory(process.pid))
        if self._memory > self._limits.memory:
            allowed = self._limits.memory / MEBIBYTE
            return Failure(
                FailureKind.MEMORY, f"it took more than {allowed:g} MiB of memory and was ended"
            )
        return None

    def _death(self, process: ForkServerProcess) -> Failure:
        code = process.exitcode
        if code is not None and code < 0:
            return Failure(FailureKind.DIED, f"its process was ended by {_signal_name(-code)}")
        return Failure(FailureKind.EXITED, f"its process exited with code {code}")

    def _last_words(self) -> str:
        with self._output.open("rb") as file:
            file.seek(max(0, self._output.stat().st_size - _DETAILS))
            return file.read(_DETAILS).decode("utf-8", "replace")


def _end(process: ForkServerProcess) -> None:
    """End a process and all that it has started."""
    for one in _family(process.pid)[1:]:
        with suppress(OSError):
            os.kill(one.pid, signal.SIGKILL)  # it may lead a group of its own
    if process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.is_alive():
        process.kill()
    process.join()
    process.close()


def _resident_memory(pid: int | None) -> int:
    """Add up the resident memory of a process and its children, in bytes."""
    import psutil

    total = 0
    for each in _family(pid):
        with suppress(psutil.Error):
            total += each.memory_info().rss
    return total


def _family(pid: int | None) -> list[Process]:
    """Give a process, first, and those that it and its children have started."""
    import psutil

    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _context() -> ForkServerContext:
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        raise CannotStart("restarts can be verified only where processes can be forked")
    with _STARTING, safe_path(), without_interruption():
        server = _server()
        server.set_forkserver_preload(_PRELOADED)
        server.ensure_running()
    return multiprocessing.get_context("forkserver")


@cache
def _server() -> ForkServer:
    """Give a server of our own.

    That which all of a program share may have been started already, by the linter's workers or by
    the user's tests, and then each case would import torch and Earth2Studio anew.
    """
    from multiprocessing.forkserver import ForkServer

    return ForkServer()


@contextmanager
def _from_own_server() -> Iterator[None]:
    """Let processes that are started meanwhile come from our own server."""
    from multiprocessing import forkserver

    shared = forkserver.connect_to_new_process
    forkserver.connect_to_new_process = _server().connect_to_new_process
    try:
        yield
    finally:
        forkserver.connect_to_new_process = shared


@contextmanager
def _without_main() -> Iterator[None]:
    """Let no process that is started meanwhile run the program's main module again.

    It would run in each case, and might start verifying itself.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
