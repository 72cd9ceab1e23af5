"""What was found, in words and short numbers; each report escapes them as its format needs it."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING

from ckptlint.verify.verdict import CheckVerdict, Verdict, overall

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ckptlint.verify.verdict import StopCurve, TargetVerdict

# The name under which a target's own verdict is told where none of its checks explains it.
TARGET_CHECK = "target"


def value_text(value: float) -> str:
    """Write a difference with two or three digits that count: ``1.2e-07``, ``0.125``, ``1250``."""
    if value == 0 or not isfinite(value):
        return f"{value:g}"
    if 1e-3 <= abs(value) < 1e4:
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:.1e}"


def ulp_text(ulp: int) -> str:
    """Write a difference in units in the last place: ``1 ULP``, ``3.4e+08 ULP``."""
    return f"{ulp} ULP" if abs(ulp) < 100_000 else f"{ulp:.1e} ULP"


def lead_text(hours: float) -> str:
    """Write a lead time: ``+24 h``, ``+1.5 h``."""
    if not isfinite(hours):
        return f"{hours:+} h"
    # Adding zero takes the sign off a negative zero.
    text = f"{round(hours, 2) + 0.0:+.2f}"
    return f"{text.rstrip('0').rstrip('.')} h"


def step_text(step: int, hours: float | None) -> str:
    """Write a boundary as ``step 4 (+24 h)``."""
    return f"step {step}" if hours is None else f"step {step} ({lead_text(hours)})"


def where_text(check: CheckVerdict) -> str | None:
    """Tell after which stop which boundary is the first that is wrong; None if that is unknown."""
    parts = []
    if check.stop is not None:
        leads = {curve.stop: curve.lead_time_hours for curve in check.curves}
        parts.append(f"stopped after {step_text(check.stop, leads.get(check.stop))}")
    if check.first_step is not None:
        parts.append(f"first wrong at {step_text(check.first_step, check.lead_time_hours)}")
    return ", ".join(parts) or None


def difference_text(check: CheckVerdict) -> str | None:
    """Tell what differs and by how much; None if that is unknown."""
    if check.max_abs is None:
        return None if check.variable is None else f"{check.variable}, not comparable in value"
    variable = "" if check.variable is None else f"{check.variable}, "
    ulp = "" if check.max_ulp is None else f" ({ulp_text(check.max_ulp)})"
    return f"{variable}up to {value_text(check.max_abs)}{ulp}"


def stops_text(check: CheckVerdict) -> str | None:
    """Tell how many of several stops are wrong; None if one or none was tried, or none is wrong."""
    wrong = sum(leaves_trajectory(curve) for curve in check.curves)
    if len(check.curves) < 2 or not wrong:
        return None
    return f"wrong after {wrong} of {len(check.curves)}"


def leaves_trajectory(curve: StopCurve) -> bool:
    """Whether the restart after a stop is wrong, or could not be compared, at any boundary."""
    if curve.reason is not None and not curve.differences:
        return True
    return any(each.differs or each.max_abs is None for each in curve.differences)


def check_text(target: str, check: CheckVerdict) -> str:
    """Tell in one line all that is known about a check of a target."""
    difference = difference_text(check)
    parts = [
        where_text(check),
        None if difference is None else f"differs: {difference}",
        None if check.blame is None else f"blame: {check.blame}",
        None if check.reason is None else f"reason: {check.reason}",
    ]
    known = "; ".join(part for part in parts if part)
    opening = f"{target}: {check.name}: {check.verdict}"
    return f"{opening}: {known}" if known and check.verdict is not Verdict.EXACT else opening


def explained_checks(target: TargetVerdict) -> tuple[CheckVerdict, ...]:
    """Give a target's checks, and one more in its own name where they do not say its verdict.

    A target that could not be run has no checks at all; a report that lists checks alone would
    pass over it.
    """
    if target.checks and overall(check.verdict for check in target.checks) is target.verdict:
        return target.checks
    reason = "; ".join(target.notes) or None
    return (*target.checks, CheckVerdict(TARGET_CHECK, target.verdict, reason=reason))


def summary_text(targets: Sequence[TargetVerdict], passed_over: int) -> str:
    """Count the targets by verdict: ``2 targets: 1 exact, 1 diverges.``."""
    noun = "target" if len(targets) == 1 else "targets"
    counts = verdict_counts(target.verdict for target in targets)
    aside = f"; {passed_over} passed over" if passed_over else ""
    return f"{len(targets)} {noun}: {counts or 'nothing was verified'}{aside}."


def verdict_counts(verdicts: Iterable[Verdict]) -> str:
    """Count verdicts: ``3 exact, 1 diverges, 2 unproven``; nothing for none."""
    counts = Counter(verdicts)
    words = {Verdict.DIVERGES: "diverge"}
    return ", ".join(
        f"{counts[each]} {words.get(each, each) if counts[each] > 1 else each}"
        for each in Verdict
        if counts[each]
    )
