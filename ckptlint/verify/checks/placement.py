"""placement: what was saved on one device is restored on another, and back.

CIME calls it ERP. Devices round differently, so values are compared within a tolerance; leads,
coordinates, shapes, dtypes and the device of what is yielded must be right. On CUDA the rows are
restored on the CPU, and what is saved there is restored on CUDA. A rehearsal does without any
accelerator: its tensors only claim to be on one, which finds a tensor that was not moved.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch

from ckptlint.verify.case import Case
from ckptlint.verify.checks.outcomes import failed_case, wrong_restart
from ckptlint.verify.diagnosis import Diagnosis
from ckptlint.verify.following import Comparison
from ckptlint.verify.loading import load
from ckptlint.verify.recording import Folders
from ckptlint.verify.rehearsal import Rehearsal, rehearse
from ckptlint.verify.restarting import Restarted, copy_of_rows
from ckptlint.verify.rollout import boundaries, saved_run, write_row
from ckptlint.verify.verdict import CheckVerdict, StopCurve, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.plan import Plan
    from ckptlint.verify.subject import Subject

NAME: Final = "placement"
_RELATIVE = 1e-3
"""Of a field's largest value: what kernels of two devices may be apart after some steps."""


def check(subject: Subject) -> CheckVerdict:
    """Restore on the CPU what was saved on the accelerator, and back."""
    if not subject.recorded.bound:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the model binds no checkpoint state")
    if torch.device(subject.plan.device).type == "cpu":
        reason = (
            "this takes two devices, and the rollout is on the CPU; `--device rehearse` does not"
        )
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    if subject.first_wrong is not None:
        reason = "restarts are wrong on one device already, so this cannot be told"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    return between(subject, "cpu")


def between(subject: Subject, other: str) -> CheckVerdict:
    """Restore a row on another device, save a boundary there, and restore that where it began."""
    here = subject.plan.device
    stop = subject.stops[len(subject.stops) // 2]
    away = os.path.join(subject.folder, "placed")
    plan = subject.restart_plan(stop)
    source = str(Folders(subject.root).store)
    for device, store, row, saved, due in (
        (other, source, stop, away, stop + 1),
        (here, away, -1, None, stop + 2),
    ):
        outcome = subject.run_one(
            Case(restore_on, (plan._replace(device=device), subject.root, store, row, saved, due))
        )
        what = f"restored on {device}"
        if outcome.failure is not None:
            return failed_case(NAME, what, outcome.failure)
        restarted: Restarted = outcome.value
        if not restarted.is_exact:
            reason = restarted.error or "it goes on with other boundaries"
            found = Diagnosis(
                "a restored tensor that is not moved", f"{what}: {reason}", ("CKP107",)
            )
            return wrong_restart(NAME, restarted, found, (restarted.curve,))
    reason = f"saved on {here}, restored on {other} and on {here} again: right within rounding"
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)


def restore_on(
    plan: Plan, whole: str, store: str, row: int, saved: str | None, due: int
) -> Restarted:
    """Restart on the plan's device; differences within rounding count for nothing.

    Parameters
    ----------
    plan : Plan
        How the target is run, and where.
    whole : str
        The folder of the recorded rollout.
    store : str
        The folder of the rows.
    row : int
        The one to restart from.
    saved : str or None
        Where to leave these rows with one more, the first that follows; None to go on to the end.
    due : int
        The number of the boundary that is due first.
    """
    folders = Folders(whole)
    comparison = Comparison(folders.trajectory, due, len(folders.trajectory))
    error = None
    with tempfile.TemporaryDirectory() as folder:
        rows = copy_of_rows(Path(store), Path(folder))
        with saved_run(plan, rows, row=row) as run:
            assert run.session is not None
            for boundary in comparison.follow(boundaries(run.start(), comparison.count)):
                if boundary.x.device.type != torch.device(plan.device).type:
                    error = f"what is yielded is on {boundary.x.device}"
                    break
                write_row(run.session, boundary)
                if saved is not None:
                    break
        if saved is not None:
            shutil.rmtree(saved, ignore_errors=True)
            shutil.copytree(rows, saved)
    largest = {
        step: float(folders.trajectory.read(step).x.double().abs().max())
        for step in range(due, due + len(comparison.differences))
    }
    differences = tuple(
        one._replace(variable=None)
        if one.max_abs is not None and one.max_abs <= _RELATIVE * largest[one.step]
        else one
        for one in comparison.differences
    )
    lead = folders.trajectory.read(due - 1).lead_time_hours
    error = error or comparison.error
    return Restarted(
        StopCurve(due - 1, lead, differences, error), comparison.first_lead, error=error
    )


def check_rehearsed(subject: Subject, steps: int) -> CheckVerdict:
    """Run the rollout and its restarts on tensors that claim to be on an accelerator."""
    outcome = subject.run_one(Case(rehearse_target, (subject.asked, steps)))
    if outcome.failure is not None:
        return failed_case(NAME, "it cannot be rehearsed", outcome.failure)
    rehearsal: Rehearsal = outcome.value
    if rehearsal.whole is not None:
        reason = f"the uninterrupted rollout: {rehearsal.whole}"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    doubtful = [one for one in rehearsal.restarts if one.unproven]
    for restart in rehearsal.restarts:
        if restart.unproven:
            continue
        wrong = restart.error or "; ".join(restart.wrong)
        if wrong:
            where = f" ({os.path.basename(restart.place)})" if restart.place else ""
            return CheckVerdict(
                NAME,
                Verdict.DIVERGES,
                stop=restart.stop,
                first_step=restart.stop + 1,
                blame="a restored tensor that is not moved" + where,
                reason=f"restarted on an accelerator: {wrong}",
                codes=("CKP107",),
            )
    if doubtful:
        return CheckVerdict(NAME, Verdict.UNPROVEN, stop=doubtful[0].stop, reason=doubtful[0].error)
    reason = f"{len(rehearsal.restarts)} restarts on tensors that claim to be on an accelerator"
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)


def rehearse_target(plan: Plan, steps: int) -> Rehearsal:
    """Rehearse a target over some steps, with a restart after each boundary but the last."""
    return rehearse(load(plan.target, plan.overlays), steps + 1, range(steps))
