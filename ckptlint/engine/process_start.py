"""How child processes are started: never by plain fork, nor with the current folder on the path."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def without_interruption() -> Iterator[None]:
    """Let no process that is started meanwhile, nor its children, be ended by Ctrl-C.

    This process ends them. By themselves they would print a traceback each.
    """
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def safe_path() -> Iterator[None]:
    """Keep the current folder off the path of each Python that is started meanwhile.

    `multiprocessing` starts its servers by ``python -c``, for which Python looks for modules in
    the current folder first; what lies there is the code that is checked.
    """
    name = "PYTHONSAFEPATH"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
