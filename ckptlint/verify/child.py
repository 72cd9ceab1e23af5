"""What a child process does around its case; importing it imports nothing of the user's."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from ckptlint.verify.case import Failure, FailureKind
from ckptlint.verify.position import raised_at

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from ckptlint.verify.case import Case

UNDER_WAY: Final = "under way"
_MESSAGE_LENGTH: Final = 500

_to_parent: list[Connection] = []


def under_way() -> None:
    """Tell the parent that the case has come to the stretch in which it may be killed."""
    for connection in _to_parent:
        connection.send(UNDER_WAY)


def run(connection: Connection, case: Case, output: str) -> None:
    """Run one case, answer through `connection`, and end the process.

    Standard input is empty, and what is printed goes to the file `output`. The process leads a
    group of its own, so that whatever it starts can be ended with it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        os.setsid()
    _redirect(output)
    _leave_the_tracker_alone()
    if not case.is_durable:
        os.fsync = lambda fd: None  # nothing written here is to outlive a power cut
    tempfile.tempdir = os.path.dirname(output)  # the parent clears it, even if this is killed
    _let_it_have_children()
    _to_parent.append(connection)
    answer: object
    try:
        answer = (case.work(*case.arguments), None)
    except SystemExit as stop:
        answer = (None, Failure(FailureKind.EXITED, f"the code called sys.exit({stop.code!r})"))
    except BaseException as error:
        answer = (None, _failure(error))
    _answer(connection, answer)
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(0)


def _answer(connection: Connection, answer: object) -> None:
    try:
        connection.send(answer)
    except Exception as error:
        connection.send((None, _failure(error)))


def _redirect(output: str) -> None:
    empty = os.open(os.devnull, os.O_RDONLY)
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(empty, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.close(empty)
    os.close(written)


def _leave_the_tracker_alone() -> None:
    """Report no semaphores to the tracker that all children share with the user's own process.

    It would complain at the end of those of children that were killed.
    """
    from multiprocessing import resource_tracker

    resource_tracker.register = resource_tracker.unregister = lambda name, rtype: None


def _let_it_have_children() -> None:
    """Let the user's code start processes, as workers that load data; their group ends with it."""
    import multiprocessing

    configuration: Any = multiprocessing.current_process()
    configuration._config["daemon"] = False


def _failure(error: BaseException) -> Failure:
    try:
        lines = " ".join(str(error).split())
    except Exception:  # the user's errors may not be able to tell what they are
        lines = ""
    if len(lines) > _MESSAGE_LENGTH:
        lines = lines[:_MESSAGE_LENGTH] + "..."
    name = type(error).__name__
    message = f"{name}: {lines}" if lines else name
    position = raised_at(error)
    if position is not None:
        message = f"{message} ({position.words})"
    details = "".join(traceback.format_exception(error))
    return Failure(FailureKind.RAISED, message, details)
