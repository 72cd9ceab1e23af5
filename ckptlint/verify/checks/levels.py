"""levels: under levels 0 and 1 a restart begins at the initial condition, under 2 in the rollout.

A user who lowers the level asks for members to be run again from their start; a model that restores
all the same then overshoots.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ckptlint.verify import recording
from ckptlint.verify.case import Case
from ckptlint.verify.checks.outcomes import failed_case, wrong_restart
from ckptlint.verify.diagnosis import Diagnosis
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.restarting import Restarted
    from ckptlint.verify.subject import Subject

NAME: Final = "levels"
_LOW = (0, 1)


def check(subject: Subject) -> CheckVerdict:
    """Restart under each low level, from rows saved under level 2 and under that level."""
    if not subject.recorded.bound:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the model binds no checkpoint state")
    stop = subject.stops[len(subject.stops) // 2]
    roots = {level: os.path.join(subject.folder, f"level{level}") for level in _LOW}
    outcomes = subject.run(
        [
            Case(recording.record, (subject.plan, root, False, level))
            for level, root in roots.items()
        ]
    )
    for level, outcome in zip(_LOW, outcomes, strict=True):
        if outcome.failure is not None:
            return failed_case(NAME, f"the rollout under level {level} failed", outcome.failure)
    for level in _LOW:
        for saved_under, root in ((2, subject.root), (level, roots[level])):
            (restarted,) = subject.restart([stop], root=root, level=level, first=0)
            if not subject.accepts(restarted):
                found = Diagnosis(
                    "the restore, which no level guards",
                    _told(subject, restarted, level, saved_under),
                    ("CKP103",),
                )
                return wrong_restart(NAME, restarted, found, (restarted.curve,))
    reason = "levels 0 and 1 restart from the initial condition"
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)


def _told(subject: Subject, restarted: Restarted, level: int, saved_under: int) -> str:
    where = f"under level {level}, from a row saved under level {saved_under}, a restart"
    if restarted.error is not None:
        return f"{where} raised {restarted.error}"
    if restarted.first_lead not in (None, subject.recorded.leads[0]):
        return f"{where} begins at {restarted.first_lead:g} h and not at the initial condition"
    return f"{where} is not the rollout from the initial condition"
