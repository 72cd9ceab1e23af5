"""A case: one thing that is run in a process of its own, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

MEBIBYTE = 1 << 20


class Limits(NamedTuple):
    """What a case may use.

    Parameters
    ----------
    seconds : float
        Wall-clock time.
    memory : int
        Resident memory of the process and its children, in bytes.
    output : int
        What it may print, in bytes.
    scratch : str or None
        The folder for what it writes meanwhile; the system's temporary folder if None.
    """

    seconds: float = 300.0
    memory: int = 16 * 1024 * MEBIBYTE
    output: int = 16 * MEBIBYTE
    scratch: str | None = None


class Case(NamedTuple):
    """One thing to run in a fresh process.

    Parameters
    ----------
    work : callable
        A function of a module, so that it can be named to another process.
    arguments : tuple
        Its arguments; they are pickled.
    killed_after : float or None
        Seconds after which the process is killed by SIGKILL, counted from when the case says
        that it is `child.under_way`; None for a case that may come to its end.
    is_durable : bool
        Whether what it writes is to be forced to the disk, as where that is timed. Elsewhere it is
        not: forcing each row takes longer than a small model's step, and no kill loses it.
    """

    work: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    killed_after: float | None = None
    is_durable: bool = False


class FailureKind(StrEnum):
    """How a case ended without an answer."""

    RAISED = "raised"
    EXITED = "exited"
    DIED = "died"
    KILLED = "killed"
    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"
    LOST = "lost"


class Failure(NamedTuple):
    """Why a case gave no answer.

    `message` is one line without a final stop; `details` is the traceback, or the end of what the
    process printed.
    """

    kind: FailureKind
    message: str
    details: str = ""


class Outcome(NamedTuple):
    """What became of a case: its answer, or why there is none.

    `seconds` is the time from its start to its end; `memory` its largest resident memory seen, in
    bytes.
    """

    value: Any = None
    failure: Failure | None = None
    seconds: float = 0.0
    memory: int = 0
