"""kill: a rollout that is killed at a random instant goes on from its last committed row.

SIGKILL lets a process clean up nothing, so it finds half-written rows. CIME calls it NODEFAIL.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy
from earth2studio.utils.checkpoint import Checkpoint

from ckptlint.verify import recording, restarting
from ckptlint.verify.case import Case, FailureKind
from ckptlint.verify.checks.outcomes import failed_case, wrong_restart
from ckptlint.verify.diagnosis import Diagnosis
from ckptlint.verify.recording import Folders
from ckptlint.verify.rollout import STORE_NAME
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from ckptlint.verify.plan import Plan
    from ckptlint.verify.restarting import Restarted
    from ckptlint.verify.subject import Subject

NAME: Final = "kill"


class Survived(NamedTuple):
    """What a killed rollout left, and what became of it.

    Parameters
    ----------
    rows : int
        How many rows were committed.
    torn : str or None
        Which row cannot be read, and why.
    restarted : Restarted or None
        What followed; None where all had been written before the kill.
    """

    rows: int
    torn: str | None
    restarted: Restarted | None


def check(subject: Subject) -> CheckVerdict:
    """Kill the rollout at random instants, look at every row it left, and go on from the last."""
    if not subject.recorded.bound:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the model binds no checkpoint state")
    if subject.first_wrong is not None:
        reason = "restarts are wrong without any kill, so this cannot be told"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    timed = subject.run_one(
        Case(recording.record, (subject.plan, os.path.join(subject.folder, "unkilled"), False))
    )
    if timed.failure is not None:
        return failed_case(NAME, "the rollout that was to be timed failed", timed.failure)
    roots = [
        os.path.join(subject.folder, f"killed{number}") for number in range(subject.options.kills)
    ]
    instants = random.Random(subject.options.seed)
    killed = [
        Case(
            recording.record,
            (subject.plan, root, False),
            killed_after=instants.uniform(0, timed.value.seconds),
        )
        for root in roots
    ]
    deaths = 0
    for outcome in subject.run(killed):
        if outcome.failure is not None and outcome.failure.kind is not FailureKind.KILLED:
            return failed_case(NAME, "the rollout that was to be killed failed", outcome.failure)
        deaths += outcome.failure is not None
    outcomes = subject.run(
        [
            Case(survive, (subject.restart_plan(number), subject.root, root))
            for number, root in enumerate(roots)
        ]
    )
    rows = set()
    for outcome in outcomes:
        if outcome.failure is not None:
            reason = f"what a kill left cannot be restarted: {outcome.failure.message}"
            return CheckVerdict(NAME, Verdict.DIVERGES, reason=reason)
        survived: Survived = outcome.value
        rows.add(survived.rows)
        if survived.torn is not None:
            return CheckVerdict(
                NAME, Verdict.DIVERGES, stop=survived.rows - 1, reason=survived.torn
            )
        restarted = survived.restarted
        if restarted is not None and not subject.accepts(restarted):
            reason = f"killed with {survived.rows} rows committed, the rollout goes on differently"
            if restarted.error is not None:
                reason += f": {restarted.error}"
            return wrong_restart(NAME, restarted, Diagnosis(None, reason), (restarted.curve,))
    if not deaths:
        reason = "every rollout came to its end before it was to be killed"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    reason = (
        f"killed {deaths} times, with {min(rows)} to {max(rows)} rows committed: nothing torn, "
        "and every restart exact"
    )
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)


def survive(plan: Plan, whole: str, root: str) -> Survived:
    """Read all rows that a killed rollout left, and go on from the last."""
    store = Folders(root).store
    checkpoint = Checkpoint(STORE_NAME, path=store, mode="append")
    rows = len(checkpoint.catalog)
    for row in range(rows):
        torn = _torn(checkpoint, row)
        if torn is not None:
            return Survived(rows, torn, None)
    if rows >= len(Folders(whole).trajectory):
        return Survived(rows, None, None)
    return Survived(rows, None, restarting.resume(plan, whole, str(store), rows))


def _torn(checkpoint: Checkpoint, row: int) -> str | None:
    """Tell why a row cannot be read, if so: its metadata, or a file of its states."""
    try:
        session = checkpoint.select(row)
        session.metadata  # noqa: B018 - it is read
        for path in sorted(
            Path(checkpoint.rank_path).glob(f"commits/{session.commit_id}/**/*.npy")
        ):
            numpy.load(path, allow_pickle=False)
    except Exception as error:  # whatever a torn file raises
        return f"row {row} is torn: {type(error).__name__}: {error}"
    return None
