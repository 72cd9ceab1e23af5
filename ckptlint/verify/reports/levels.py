"""Where each difference stands in a plot: in decades, and in lanes for what has no decade."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ckptlint.verify.verdict import StepDifference, StopCurve

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_DECADE_LABELS = 7

BIT_FOR_BIT = "bit for bit"
OTHER_BITS = "equal value,\nother bits"
NOT_FINITE = "nan or inf"
NOT_COMPARABLE = "cannot be\ncompared"


class Levels(NamedTuple):
    """The heights of a plot, in decades.

    Parameters
    ----------
    low, high : int
        The powers of ten between which the differences lie; equal if there are none.
    lanes : dict[str, float]
        The height of each lane that is needed, by its label. The line for what agrees bit for bit
        is always there, below all else, as no logarithm can tell it.
    """

    low: int
    high: int
    lanes: dict[str, float]

    @property
    def floor(self) -> float:
        """The height of what agrees bit for bit."""
        return self.lanes[BIT_FOR_BIT]

    def height_of(self, difference: StepDifference) -> float:
        """Give the height at which a difference stands."""
        lane = _lane_of(difference)
        if lane is not None:
            return self.lanes[lane]
        return log10(_size(difference))

    def is_on_lane(self, difference: StepDifference) -> bool:
        """Whether a difference has no number that a line could lead to."""
        return _lane_of(difference) in {OTHER_BITS, NOT_FINITE, NOT_COMPARABLE}

    def ticks(self) -> tuple[list[float], list[str]]:
        """Give the heights that are labelled, from below, and their labels."""
        stride = max(1, ceil((self.high - self.low) / _MOST_DECADE_LABELS))
        decades = range(self.low, self.high + 1, stride) if self.high > self.low else ()
        labelled = {height: label for label, height in self.lanes.items()}
        for power in decades:
            labelled[float(power)] = "10" + str(power).translate(_SUPERSCRIPTS)
        ordered = sorted(labelled)
        return ordered, [labelled[height] for height in ordered]

    def limits(self) -> tuple[float, float]:
        """Give the lowest and the highest height that is drawn."""
        margin = 0.5 * self.lane_step
        return self.floor - margin, max(float(self.high), *self.lanes.values()) + margin

    @property
    def lane_step(self) -> float:
        """The height that a lane takes, so that the label fits however many decades there are."""
        return _lane_step(self.low, self.high)


def levels_of(curves: Sequence[StopCurve]) -> Levels:
    """Find the heights that curves need."""
    differences = [each for curve in curves for each in curve.differences]
    sizes = [log10(_size(each)) for each in differences if _lane_of(each) is None]
    low, high = (floor(min(sizes)), ceil(max(sizes))) if sizes else (0, 0)
    if sizes and low == high:
        high += 1
    needed = {_lane_of(each) for each in differences}
    if any(curve.reason is not None and not curve.differences for curve in curves):
        needed.add(NOT_COMPARABLE)
    step = _lane_step(low, high)
    below = [BIT_FOR_BIT, *(lane for lane in (OTHER_BITS,) if lane in needed)]
    above = [lane for lane in (NOT_FINITE, NOT_COMPARABLE) if lane in needed]
    lanes = {label: low - step * (len(below) - place) for place, label in enumerate(below)}
    lanes |= {label: high + step * place for place, label in enumerate(above, 1)}
    return Levels(low, high, lanes)


def _lane_of(difference: StepDifference) -> str | None:
    """Give the lane of a difference; None if its size has a logarithm."""
    if difference.max_abs is None:
        return NOT_COMPARABLE
    if not isfinite(difference.max_abs):
        return NOT_FINITE
    if difference.max_abs == 0:
        return OTHER_BITS if difference.differs else BIT_FOR_BIT
    return None


def _size(difference: StepDifference) -> float:
    """Give the size of a difference that has a decade."""
    return abs(difference.max_abs or 1.0)


def _lane_step(low: int, high: int) -> float:
    return max(1.0, (high - low) / 7)


def leads_by_step(curves: Iterable[StopCurve]) -> dict[int, float]:
    """Collect the lead times that are known, by the number of their boundary."""
    leads: dict[int, float] = {}
    for curve in curves:
        known = [(curve.stop, curve.lead_time_hours)]
        known += [(each.step, each.lead_time_hours) for each in curve.differences]
        leads |= {step: hours for step, hours in known if hours is not None}
    return leads
