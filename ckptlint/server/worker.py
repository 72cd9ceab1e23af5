"""The one thread that checks, so that the main loop goes on answering."""

from __future__ import annotations

import ctypes
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

T = TypeVar("T")


class Abandoned(BaseException):
    """What the thread was doing is given up; no rule can take it for a mistake of its own."""


class Worker:
    """Does one piece of work after another in a thread of its own.

    The thread does not keep the process from ending.

    Parameters
    ----------
    loop : AbstractEventLoop
        Where results are told.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._is_abandoned = False
        self._thread = Thread(target=self._run, name="ckptlint-check", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[], T], then: Callable[[Future[T]], object]) -> None:
        """Have some work done after what was asked for before.

        Parameters
        ----------
        work : callable
            Called in the thread.
        then : callable
            Called in the loop with what came of it.
        """
        future: Future[T] = Future()

        def run() -> None:
            try:
                result = work()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(then, future)

        self._waiting.put(run)

    def abandon(self) -> None:
        """Give up what the thread is doing, and the thread; nothing more may be asked of it.

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
