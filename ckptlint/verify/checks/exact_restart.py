"""exact-restart: after a stop at any boundary, the restarted rollout goes on bit for bit.

CIME calls it ERS and IRT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.verify.checks.outcomes import wrong_restart
from ckptlint.verify.diagnosis import Diagnosis
from ckptlint.verify.restarting import distance
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.restarting import Restarted
    from ckptlint.verify.subject import Subject

NAME: Final = "exact-restart"


def check(subject: Subject) -> CheckVerdict:
    """Restart after each stop in a fresh process, and compare with the recorded rollout."""
    if not subject.recorded.bound:
        reason = "the model binds no checkpoint state, so a restart begins anew"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    restarts = [*subject.restarts.values()]
    curves = tuple(one.curve for one in restarts)
    wrong = [one for one in restarts if not one.is_exact]
    if not wrong:
        stops = "1 stop" if len(restarts) == 1 else f"{len(restarts)} stops"
        reason = f"bit for bit after {stops}, over {subject.recorded.length - 1} steps"
        return CheckVerdict(NAME, Verdict.EXACT, reason=reason, curves=curves)
    tolerance = subject.options.tolerance
    first = subject.first_wrong
    if first is None:
        worst = max(map(distance, wrong))
        reason = f"not bit for bit, but within the tolerance of {tolerance:g}: at most {worst:g}"
        return CheckVerdict(NAME, Verdict.EXACT, reason=reason, curves=curves, max_abs=worst)
    if not subject.is_reproducible:
        return _against_the_spread(subject, wrong)._replace(curves=curves)
    assert subject.diagnosis is not None
    return wrong_restart(NAME, first, subject.diagnosis, curves)


def _against_the_spread(subject: Subject, wrong: list[Restarted]) -> CheckVerdict:
    """Judge restarts of a rollout that is not the same from run to run."""
    spread = {one.step: one for one in subject.spread}
    apart = max((one.max_abs or 0.0 for one in subject.spread), default=0.0)
    told = f"the rollout itself is not reproducible: run again, it differs by up to {apart:.3g}"
    for restarted in wrong:
        for one in restarted.curve.differences:
            allowed = spread[one.step].max_abs if one.step in spread else None
            if one.differs and (
                one.max_abs is None or allowed is None or one.max_abs > 2 * allowed
            ):
                found = Diagnosis(None, f"{told}; the restart differs by more than that")
                return wrong_restart(NAME, restarted, found, ())
    reason = f"{told}; the restarts are within that spread, and no closer judgement is possible"
    return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason, max_abs=apart)
