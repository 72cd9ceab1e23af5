"""What verifying a restart found: plain records that processes and reports pass on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """What is known about a restart; what could not be shown is never called exact."""

    EXACT = "exact"
    DIVERGES = "diverges"
    UNPROVEN = "unproven"


class Confirmation(StrEnum):
    """What running a target says of a static finding in its files."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not confirmed"
    UNPROVEN = "unproven"


class StepDifference(NamedTuple):
    """How far one boundary of a restarted rollout is from that of the uninterrupted one.

    Parameters
    ----------
    step : int
        The number of the boundary in the uninterrupted rollout; 0 is the initial condition.
    lead_time_hours : float or None
        The lead time of that boundary, in hours.
    variable : str or None
        The variable that differs most, else the coordinate that differs; None if nothing does.
    max_abs : float or None
        The largest difference in value, in the variable's own unit; 0 where all bits agree, None
        where values cannot be compared (another shape or dtype, a coordinate, no boundary).
    max_ulp : int or None
        The largest difference in units in the last place; None as for `max_abs`.
    """

    step: int
    lead_time_hours: float | None
    variable: str | None = None
    max_abs: float | None = 0.0
    max_ulp: int | None = 0

    @property
    def differs(self) -> bool:
        """Whether anything differs."""
        return self.variable is not None


class StopCurve(NamedTuple):
    """One stop, and how far the restart after it leaves the trajectory, step after step.

    `stop` is the number of the last boundary that was saved before the stop.
    """

    stop: int
    lead_time_hours: float | None
    differences: tuple[StepDifference, ...]
    reason: str | None = None


class CheckVerdict(NamedTuple):
    """What one check of one target found.

    Parameters
    ----------
    name : str
        The check, as in ``exact-restart``.
    verdict : Verdict
        What it found.
    stop : int or None
        The first stop after which something is wrong: the number of the last saved boundary.
    first_step : int or None
        The first boundary that is wrong after that stop.
    lead_time_hours : float or None
        The lead time of that boundary, in hours.
    variable : str or None
        What differs most there: a variable, or a coordinate.
    max_abs : float or None
        The largest difference after that stop, in the variable's own unit.
    max_ulp : int or None
        The same in units in the last place (ULP).
    blame : str or None
        What is to blame: an attribute, a local, a generator, a save.
    reason : str or None
        The verdict in a sentence, without a final stop.
    codes : tuple[str, ...]
        The rules whose mistake this is.
    curves : tuple[StopCurve, ...]
        Every stop that was tried, in order.
    seconds : float
        How long the check took.
    """

    name: str
    verdict: Verdict
    stop: int | None = None
    first_step: int | None = None
    lead_time_hours: float | None = None
    variable: str | None = None
    max_abs: float | None = None
    max_ulp: int | None = None
    blame: str | None = None
    reason: str | None = None
    codes: tuple[str, ...] = ()
    curves: tuple[StopCurve, ...] = ()
    seconds: float = 0.0


class FindingVerdict(NamedTuple):
    """A static finding in a file that a target runs, and what running it says of the finding.

    `path` is as the user knows the file; `line` and `column` count from 1; `reason` is a sentence
    without a final stop.
    """

    code: str
    name: str
    path: str
    line: int
    column: int
    message: str
    confirmation: Confirmation
    reason: str


class TargetVerdict(NamedTuple):
    """What was found out about one target.

    Parameters
    ----------
    target : str
        The target as the user names it: ``file.py::name`` or ``package.module:name``.
    verdict : Verdict
        Diverges if any check does, else unproven if any check is, else exact.
    device : str
        Where the rollout ran: ``cpu``, ``cuda:0``, ``rehearse``.
    checks : tuple[CheckVerdict, ...]
        The checks in the order in which they are listed.
    notes : tuple[str, ...]
        What the user should know besides, as that CUDA was not tried.
    findings : tuple[FindingVerdict, ...]
        The static findings in the files that the target runs.
    path : str or None
        The file that defines the target, and `line` the line of its definition.
    seconds : float
        How long it took.
    """

    target: str
    verdict: Verdict
    device: str
    checks: tuple[CheckVerdict, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[FindingVerdict, ...] = ()
    path: str | None = None
    line: int | None = None
    seconds: float = 0.0


class PassedOver(NamedTuple):
    """Something in the searched files that may be a model, and why it was not run."""

    name: str
    reason: str


class VerifyResult(NamedTuple):
    """All that one call of `verify` found."""

    targets: tuple[TargetVerdict, ...]
    passed_over: tuple[PassedOver, ...] = ()


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """Join verdicts: one that diverges outweighs one that is unproven; of none, unproven."""
    known = set(verdicts)
    if Verdict.DIVERGES in known:
        return Verdict.DIVERGES
    return Verdict.EXACT if known == {Verdict.EXACT} else Verdict.UNPROVEN
