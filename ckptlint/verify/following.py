"""A rollout followed boundary by boundary beside the trajectory that is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.verify.boundary import hours_of
from ckptlint.verify.comparison import compare
from ckptlint.verify.position import raised_at
from ckptlint.verify.rollout import boundaries
from ckptlint.verify.state.fingerprint import array_digest
from ckptlint.verify.verdict import StepDifference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.verify.boundary import Boundary, Trajectory


class Comparison:
    """Boundaries compared one after another with those of a trajectory.

    Parameters
    ----------
    trajectory : Trajectory
        The boundaries that are due.
    first : int
        The number of the one that is due first.
    end : int
        The number after the last that is compared.
    """

    def __init__(self, trajectory: Trajectory, first: int, end: int) -> None:
        self.differences: list[StepDifference] = []
        self.error: str | None = None
        self.first_lead: float | None = None
        self.drawn = 0
        self.count = end - first
        self._first_bits: str | None = None
        self._trajectory = trajectory
        self._first = first

    def follow(self, drawn: Iterator[Boundary]) -> Iterator[Boundary]:
        """Compare each boundary, and hand it on; an error of the rollout ends it and is kept."""
        while self.drawn < self.count:
            step = self._first + self.drawn
            expected = self._trajectory.read(step)
            try:
                boundary = next(drawn, None)
            except Exception as error:
                self.error = _described(error)
                self.differences.append(compare(step, expected, None))
                return
            self.differences.append(compare(step, expected, boundary))
            if boundary is None:
                return
            self.drawn += 1
            if self.drawn == 1:
                self.first_lead = hours_of(boundary.coords.get("lead_time"))
                self._first_bits = array_digest(boundary.x)
            yield boundary

    def expect_end(self, iterator: Iterator[object]) -> None:
        """Compare the end of a rollout with one that ended by itself: nothing more is due."""
        if self.drawn < self.count or self.error is not None:
            return
        if next(boundaries(iterator, 1), None) is not None:
            last = self._trajectory.read(self._first + self.count - 1).lead_time_hours
            step = self._first + self.count
            self.differences.append(StepDifference(step, last, "one boundary more", None, None))

    def repeats(self, step: int) -> bool:
        """Tell whether the first boundary is that of `step` again."""
        restored = self._trajectory.read(step)
        return (
            self._first_bits == array_digest(restored.x)
            and self.first_lead == restored.lead_time_hours
        )


def _described(error: Exception) -> str:
    text = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    position = raised_at(error)
    return text if position is None else f"{text} ({position.words})"
