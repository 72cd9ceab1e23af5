"""hidden-state: what a step changes and reads is brought back by a restart.

Attributes, buffers, locals of the rollout, globals and random generators are compared between the
uninterrupted and the restarted rollout. What differs is put in its place, and the restart tried
again: if it is exact then, that is what was missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.verify.checks.outcomes import wrong_restart
from ckptlint.verify.state.spots import Root, describe
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.subject import Subject

NAME: Final = "hidden-state"
_MOST_NAMES = 4


def check(subject: Subject) -> CheckVerdict:
    """Tell what the restarts did not bring back, and whether a boundary depends on it."""
    if not subject.recorded.bound:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the model binds no checkpoint state")
    diagnosis = subject.diagnosis
    if diagnosis is not None:
        assert subject.first_wrong is not None
        if diagnosis.is_hidden_state:
            return wrong_restart(NAME, subject.first_wrong, diagnosis, (subject.first_wrong.curve,))
        reason = "restarts are wrong for another reason, so this cannot be told"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    names = dict.fromkeys(
        describe(one.spot, one.content)
        for restarted in subject.restarts.values()
        for one in restarted.suspects
        if one.changes and not (one.spot.root is Root.LOCAL and one.content.is_array)
    )
    if not names:
        return CheckVerdict(
            NAME, Verdict.EXACT, reason="a restart brings back all that steps change"
        )
    shown = ", ".join([*names][:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
    reason = f"steps change {shown}, which no restart brings back and no boundary depends on"
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)
