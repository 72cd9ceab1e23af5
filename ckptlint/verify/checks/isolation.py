"""isolation: a consumer that changes in place what was yielded does not change the restart.

Post-processing does so: it converts units, or crops coordinates. A saved tensor that shares its
memory with the yielded one is then saved changed.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import torch

from ckptlint.verify import restarting
from ckptlint.verify.case import Case
from ckptlint.verify.checks.outcomes import failed_case, wrong_restart
from ckptlint.verify.comparison import compare
from ckptlint.verify.diagnosis import Diagnosis
from ckptlint.verify.recording import Folders
from ckptlint.verify.rollout import boundaries, saved_run, write_row
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.boundary import Boundary
    from ckptlint.verify.plan import Plan
    from ckptlint.verify.restarting import Restarted
    from ckptlint.verify.subject import Subject

NAME: Final = "isolation"
_CHANGE = 1.0
_LATER = 2
"""A shared tensor may be that of the initial condition alone, or of a step."""


class Disturbed(NamedTuple):
    """What became of a rollout whose consumer changed one boundary in place.

    `reaches_the_rollout` tells whether the boundary that followed was another for it.
    """

    reaches_the_rollout: bool


def check(subject: Subject) -> CheckVerdict:
    """Change one boundary before it is written, and restart from that row."""
    if not subject.recorded.bound:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the model binds no checkpoint state")
    stops = sorted({0, min(_LATER, subject.recorded.length - 2)})
    roots = [os.path.join(subject.folder, f"disturbed{stop}") for stop in stops]
    outcomes = subject.run(
        [
            Case(disturb, (subject.plan, subject.root, root, stop))
            for root, stop in zip(roots, stops, strict=True)
        ]
    )
    shared = []
    for root, stop, outcome in zip(roots, stops, outcomes, strict=True):
        if outcome.failure is not None:
            return failed_case(NAME, "the disturbed rollout failed", outcome.failure)
        plain = subject.restart_from(stop)
        store = str(Folders(root).store)
        found = subject.run_one(
            Case(restarting.resume, (subject.restart_plan(stop), subject.root, store, stop + 1))
        )
        if found.failure is not None:
            return failed_case(NAME, "the restart after a disturbance failed", found.failure)
        restarted: Restarted = found.value
        if not subject.accepts(restarted) and subject.accepts(plain):
            reason = f"a consumer that changes step {stop} in place changes what is saved of it"
            diagnosis = Diagnosis("the saved state, which shares its memory", reason, ("CKP204",))
            return wrong_restart(NAME, restarted, diagnosis, (restarted.curve,))
        if outcome.value.reaches_the_rollout:
            shared.append(stop)
    reason = "a consumer's changes in place reach no restart"
    if shared:
        reason += f", but they reach the rollout itself after step {shared[0]}"
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)


def disturb(plan: Plan, whole: str, root: str, stop: int) -> Disturbed:
    """Roll out to one step after a stop, and change the boundary of the stop before it is written.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    whole : str
        The folder of the undisturbed rollout.
    root : str
        The folder to keep the rows in.
    stop : int
        The number of the boundary that is changed.
    """
    shutil.rmtree(root, ignore_errors=True)  # of a worker that was lost
    trajectory = Folders(whole).trajectory
    with saved_run(plan, Folders(root).store) as run:
        assert run.session is not None
        drawn = boundaries(run.start(), stop + 2)
        for _ in range(stop):
            write_row(run.session, next(drawn))
        boundary = next(drawn)
        _change(boundary)
        write_row(run.session, boundary)
        try:
            following = next(drawn, None)
        except Exception:  # whatever the model makes of a change that reaches its rollout
            return Disturbed(reaches_the_rollout=True)
        difference = compare(stop + 1, trajectory.read(stop + 1), following)
        return Disturbed(difference.differs)


def _change(boundary: Boundary) -> None:
    """Change values and lead times in place; a consumer may not be let to, and that is right."""
    with torch.inference_mode():
        if boundary.x.is_floating_point():
            boundary.x.add_(_CHANGE)
    lead_time: Any = boundary.coords.get("lead_time")
    if isinstance(lead_time, np.ndarray) and lead_time.flags.writeable:
        lead_time += np.timedelta64(1, "h")
