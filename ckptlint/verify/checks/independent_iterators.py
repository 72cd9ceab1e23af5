"""independent-iterators: after a restore, a second iterator starts from its own initial condition.

A session's restored state stays loaded, so a model that does not mark it as used resumes every
later rollout of the session from it: the second member of an ensemble becomes the first. A model
that restores when it is called steps what was saved, whatever it is given.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ckptlint.verify import recording
from ckptlint.verify.boundary import Boundary, Trajectory
from ckptlint.verify.case import Case
from ckptlint.verify.checks.outcomes import failed_case, wrong_restart
from ckptlint.verify.comparison import compare
from ckptlint.verify.diagnosis import Diagnosis
from ckptlint.verify.following import Comparison
from ckptlint.verify.initial_condition import initial_condition
from ckptlint.verify.plan import ROLLOUT_SEED
from ckptlint.verify.recording import Folders
from ckptlint.verify.restarting import Restarted, copy_of_rows
from ckptlint.verify.rollout import boundaries, saved_run, seed_everything, unsaved_run, write_row
from ckptlint.verify.verdict import CheckVerdict, StopCurve, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.verify.plan import Plan
    from ckptlint.verify.subject import Subject

NAME: Final = "independent-iterators"
_OTHER_FIELDS = 4
_FIRST_DRAWN = 2
_RIGHT = "a second iterator starts from its own initial condition"


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
    found = _second_iterators(subject, other, stops)
    called = _called(subject, stops[-1])
    if found is None or called is None:
        return found or called or CheckVerdict(NAME, Verdict.EXACT, reason=_RIGHT)
    return found._replace(
        reason=f"{found.reason}; {called.reason}", codes=(*found.codes, *called.codes)
    )


def _second_iterators(subject: Subject, other: str, stops: Sequence[int]) -> CheckVerdict | None:
    """Make a second iterator after restarts; None if each starts where it should."""
    cases = [
        Case(second_iterator, (subject.restart_plan(stop), subject.root, other, stop))
        for stop in stops
    ]
    for outcome in subject.run(cases):
        if outcome.failure is not None:
            return failed_case(NAME, "a second rollout failed", outcome.failure)
        restarted: Restarted = outcome.value
        if subject.accepts(restarted):
            continue
        lead = restarted.first_lead
        told = "nothing" if lead is None else f"{lead:g} h"
        reason = (
            f"after a restart from step {restarted.curve.stop}, a second `create_iterator` begins "
            f"at {told} and not with its own initial condition"
        )
        if restarted.error is not None:
            reason = f"after a restart, a second rollout raised {restarted.error}"
        found = Diagnosis("the restored state, which stays loaded", reason, ("CKP104",))
        return wrong_restart(NAME, restarted, found, (restarted.curve,))
    return None


def _called(subject: Subject, stop: int) -> CheckVerdict | None:
    """Call the model after a restore; None if it steps what it is given, or cannot be called."""
    expected = os.path.join(subject.folder, "called")
    outcome = subject.run_one(Case(call_once, (subject.plan, expected)))
    if outcome.failure is not None:
        return None
    plan = subject.restart_plan(stop)
    outcome = subject.run_one(Case(call_after_restore, (plan, subject.root, expected, stop)))
    if outcome.failure is not None:
        return failed_case(NAME, "a call after a restore failed", outcome.failure)
    restarted: Restarted = outcome.value
    if subject.accepts(restarted):
        return None
    reason = "after a restart, calling the model ignores what it is given and steps what was saved"
    found = Diagnosis("the restore in `__call__`", reason, ("CKP105",))
    return wrong_restart(NAME, restarted, found, (restarted.curve,))


def call_once(plan: Plan, folder: str) -> None:
    """Call the model once on other fields, with nothing restored, and keep what it gives."""
    with unsaved_run(plan) as run:
        x, coords = initial_condition(plan, run.model, _OTHER_FIELDS)
        seed_everything(ROLLOUT_SEED)
        Trajectory(folder).write(0, Boundary.of(run.model(x, coords)))


def call_after_restore(plan: Plan, root: str, expected: str, stop: int) -> Restarted:
    """Restart from a stop, call the model once on other fields, and compare what it gives.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    root : str
        The folder of the recorded rollout.
    expected : str
        The folder of what it gives with nothing restored.
    stop : int
        The number of the last boundary before the stop.
    """
    folders = Folders(root)
    lead = folders.trajectory.read(stop).lead_time_hours
    with (
        tempfile.TemporaryDirectory() as folder,
        saved_run(plan, copy_of_rows(folders.store, Path(folder)), row=stop) as run,
    ):
        x, coords = initial_condition(plan, run.model, _OTHER_FIELDS)
        seed_everything(ROLLOUT_SEED)
        given = Boundary.of(run.model(x, coords))
    difference = compare(1, Trajectory(expected).read(0), given)
    return Restarted(StopCurve(stop, lead, (difference,)), given.lead_time_hours)


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
        seed_everything(ROLLOUT_SEED)  # as for the rollout that is due
        comparison = Comparison(expected, 0, len(expected))
        for boundary in comparison.follow(boundaries(run.start(_OTHER_FIELDS), comparison.count)):
            write_row(run.session, boundary)
    curve = StopCurve(stop, lead, tuple(comparison.differences), comparison.error)
    return Restarted(curve, comparison.first_lead, error=comparison.error)
