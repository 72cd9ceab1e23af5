"""The one thread that checks, so that the main loop goes on answering."""

from __future__ import annotations

import ctypes
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Abandoned(BaseException):
    """What the thread was doing is given up; no rule can take it for a mistake of its own."""


class Worker:
    """Does one piece of work after another in a thread of its own.

    The thread does not keep the process from ending.
    """

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._is_abandoned = False
        self._thread = Thread(target=self._run, name="ckptlint-check", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Have some work done after what was submitted before."""
        future: Future[T] = Future()

        def do() -> None:
            try:
                result = work()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        self._waiting.put(do)
        return future

    def abandon(self) -> None:
        """Give up what the thread is doing, and the thread; no more may be submitted.

        A thread that is in Python code ends there; one that hangs outside of it is left behind.
        """
        self._is_abandoned = True
        self._waiting.put(None)
        ident = ctypes.c_ulong(self._thread.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(Abandoned))

    def _run(self) -> None:
        try:
            while not self._is_abandoned:
                work = self._waiting.get()
                if work is None:
                    return
                work()
        except Abandoned:
            return
