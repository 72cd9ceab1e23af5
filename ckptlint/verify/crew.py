"""Who runs cases: processes of this machine, or the workers of a cluster."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ckptlint.verify.supervision import supervise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from types import TracebackType

    from ckptlint.verify.case import Case, Limits, Outcome


class Crew(ABC):
    """Runs cases, several at a time, each in a fresh process.

    Parameters
    ----------
    limits : Limits
        What each case may use.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    @abstractmethod
    def submit(self, case: Case) -> Future[Outcome]:
        """Begin a case as soon as there is room for it."""

    def run(self, cases: Sequence[Case]) -> list[Outcome]:
        """Run cases, and give their outcomes in the same order."""
        return [future.result() for future in [self.submit(case) for case in cases]]

    def __enter__(self) -> Crew:
        """Begin."""
        return self

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End; cases that have not begun are dropped."""


class LocalCrew(Crew):
    """Runs cases on this machine.

    Parameters
    ----------
    limits : Limits
        What each case may use.
    jobs : int
        How many cases run at a time.
    """

    def __init__(self, limits: Limits, jobs: int) -> None:
        super().__init__(limits)
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="ckptlint-verify")

    def submit(self, case: Case) -> Future[Outcome]:
        """Begin a case as soon as there is room for it."""
        return self._pool.submit(supervise, case, self.limits, self._stop)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End; what runs goes on only if nothing has gone wrong."""
        if error is not None:
            self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
