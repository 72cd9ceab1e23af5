"""What checks have in common when they write down what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.verify.restarting import largest
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.case import Failure
    from ckptlint.verify.diagnosis import Diagnosis
    from ckptlint.verify.restarting import Restarted
    from ckptlint.verify.verdict import StopCurve


def wrong_restart(
    name: str, restarted: Restarted, diagnosis: Diagnosis, curves: tuple[StopCurve, ...]
) -> CheckVerdict:
    """Write down a restart that diverges: where first, how far, and why."""
    first = next((one for one in restarted.curve.differences if one.differs), None)
    max_abs, max_ulp = largest(restarted.curve)
    return CheckVerdict(
        name,
        Verdict.DIVERGES,
        stop=restarted.curve.stop,
        first_step=first.step if first else restarted.curve.stop + 1,
        lead_time_hours=first.lead_time_hours if first else None,
        variable=first.variable if first else None,
        max_abs=None if max_abs == float("inf") else max_abs,
        max_ulp=max_ulp,
        blame=diagnosis.blame,
        reason=diagnosis.reason,
        codes=diagnosis.codes,
        curves=curves,
    )


def failed_case(name: str, what: str, failure: Failure) -> CheckVerdict:
    """Write down that something could not be run, so that nothing is proved."""
    return CheckVerdict(name, Verdict.UNPROVEN, reason=f"{what}: {failure.message}")
