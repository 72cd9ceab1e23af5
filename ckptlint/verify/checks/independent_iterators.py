"""independent-iterators: after a restore, a second iterator starts from its own initial condition.

A session's restored state stays loaded, so a model that does not mark it as used resumes every
later rollout of the session from it: the second member of an ensemble becomes the first.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ckptlint.verify import recording
from ckptlint.verify.boundary import Trajectory
from ckptlint.verify.case import Case
from ckptlint.verify.checks.outcomes import failed_case, wrong_restart
from ckptlint.verify.diagnosis import Diagnosis
from ckptlint.verify.recording import Folders
from ckptlint.verify.restarting import Comparison, Restarted, copy_of_rows
from ckptlint.verify.rollout import boundaries, saved_run, write_row
from ckptlint.verify.verdict import CheckVerdict, StopCurve, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.plan import Plan
    from ckptlint.verify.subject import Subject

NAME: Final = "independent-iterators"
_OTHER_FIELDS = 4
_FIRST_DRAWN = 2


def check(subject: Subject) -> CheckVerdict:
    """Restart, draw two boundaries, then make a second iterator on other fields."""
    if not subject.recorded.bound:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the model binds no checkpoint state")
    if subject.plan.initial_condition is not None:
        reason = "only one initial condition is known, and two are needed"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    other = os.path.join(subject.folder, "other")
    outcome = subject.run_one(
        Case(recording.record_boundaries, (subject.plan, other, _OTHER_FIELDS))
    )
    if outcome.failure is not None:
        return failed_case(NAME, "a rollout from other fields failed", outcome.failure)
    middle = subject.stops[len(subject.stops) // 2]
    stops = sorted({subject.stops[0], middle})
    cases = [
        Case(second_iterator, (subject.plan._replace(rollout_seed=7), subject.root, other, stop))
        for stop in stops
    ]
    for outcome in subject.run(cases):
        if outcome.failure is not None:
            return failed_case(NAME, "a second rollout failed", outcome.failure)
        restarted: Restarted = outcome.value
        if not restarted.is_exact:
            lead = restarted.first_lead
            told = "nothing" if lead is None else f"{lead:g} h"
            reason = (
                f"after a restart from step {restarted.curve.stop}, a second `create_iterator` "
                f"begins at {told} and not with its own initial condition"
            )
            if restarted.error is not None:
                reason = f"after a restart, a second rollout raised {restarted.error}"
            found = Diagnosis("the restored state, which stays loaded", reason, ("CKP104",))
            return wrong_restart(NAME, restarted, found, (restarted.curve,))
    reason = "a second iterator starts from its own initial condition"
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)


def second_iterator(plan: Plan, root: str, other: str, stop: int) -> Restarted:
    """Restart from a stop, then roll out from other fields in the same session.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    root : str
        The folder of the recorded rollout.
    other : str
        The folder of the boundaries of a rollout from the other fields.
    stop : int
        The number of the last boundary before the stop.
    """
    folders = Folders(root)
    expected = Trajectory(other)
    lead = folders.trajectory.read(stop).lead_time_hours
    with (
        tempfile.TemporaryDirectory() as folder,
        saved_run(plan, copy_of_rows(folders.store, Path(folder)), row=stop) as run,
    ):
        assert run.session is not None
        for boundary in boundaries(run.start(), _FIRST_DRAWN):
            write_row(run.session, boundary)
        comparison = Comparison(expected, 0, len(expected))
        for boundary in comparison.follow(boundaries(run.start(_OTHER_FIELDS), comparison.count)):
            write_row(run.session, boundary)
    curve = StopCurve(stop, lead, tuple(comparison.differences), comparison.error)
    return Restarted(curve, comparison.first_lead, error=comparison.error)
