"""fresh-state: at each yield the bound state is the boundary that is yielded there.

It tells late, missing and stale saves by name. A state that this cannot tell apart, such as a
latent on the model's own grid, is fresh if a restart from it is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.verify.checks.outcomes import wrong_restart
from ckptlint.verify.diagnosis import what_is_stale
from ckptlint.verify.state.freshness import Age
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.subject import Subject

NAME: Final = "fresh-state"


def check(subject: Subject) -> CheckVerdict:
    """Look at every state that was saved; where it looks stale, a restart from it decides."""
    if not subject.recorded.bound:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the model binds no checkpoint state")
    unclear = []
    for stop in range(subject.recorded.length - 1):
        stale = what_is_stale(subject, stop)
        if stale is not None:
            restarted = subject.restart_from(stop)
            if not restarted.is_exact:
                return wrong_restart(NAME, restarted, stale, (restarted.curve,))
        elif subject.recorded.freshness[stop].age is Age.UNKNOWN:
            unclear.append(stop)
    diagnosis = subject.diagnosis
    if diagnosis is not None and diagnosis.is_stale:
        assert subject.first_wrong is not None
        curves = (subject.first_wrong.curve,)
        return wrong_restart(NAME, subject.first_wrong, diagnosis, curves)
    doubtful = [stop for stop in unclear if not _restarts_exactly(subject, stop)]
    if doubtful:
        reason = f"the state saved at step {doubtful[0]} is none of the boundaries, nor exact"
        return CheckVerdict(NAME, Verdict.UNPROVEN, stop=doubtful[0], reason=reason)
    return CheckVerdict(NAME, Verdict.EXACT, reason="each saved state is that of its boundary")


def _restarts_exactly(subject: Subject, stop: int) -> bool:
    if stop in subject.stops:
        return subject.restarts[stop].is_exact
    return all(one.is_exact for one in subject.restarts.values())
