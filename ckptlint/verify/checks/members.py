"""members: workflows that are killed at every write and restarted end in the same output.

`run.deterministic`, and `run.ensemble` with one and with two members at a time. CIME calls it ERI.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.verify.case import Case
from ckptlint.verify.checks.outcomes import failed_case
from ckptlint.verify.comparison import compare
from ckptlint.verify.diagnosis import Diagnosis
from ckptlint.verify.verdict import CheckVerdict, StepDifference, StopCurve, Verdict
from ckptlint.verify.workflow import (
    Workflow,
    read_output,
    restart_workflow,
    run_workflow,
    was_killed,
)

if TYPE_CHECKING:
    from ckptlint.verify.boundary import Boundary
    from ckptlint.verify.plan import Plan
    from ckptlint.verify.subject import Subject
    from ckptlint.verify.workflow import Key

NAME: Final = "members"
_STEPS = 3
_OTHER_SEED = 99
_AT_A_TIME = 4
"""So many killed workflows are kept on the disk at a time."""


class Finished(NamedTuple):
    """The output of a workflow that was killed and restarted, against that of a whole run.

    `differences` has one entry for each lead time of the first member that differs, None for a
    member that has none; `member` is that member.
    """

    member: int | None
    differences: tuple[StepDifference, ...]


def check(subject: Subject) -> CheckVerdict:
    """Kill each workflow after each of its writes, restart it, and compare what it wrote."""
    if not subject.recorded.bound:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the model binds no checkpoint state")
    if subject.plan.initial_condition is not None:
        reason = "workflows take their initial condition from a data source, not from a function"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    members = subject.options.members
    workflows = [Workflow("deterministic", _STEPS)]
    workflows += [Workflow("ensemble", _STEPS, members, batch) for batch in (1, 2)]
    wholes = [os.path.join(subject.folder, f"workflow{index}") for index in range(len(workflows))]
    outcomes = subject.run(
        [
            Case(run_workflow, (subject.plan, workflow, root))
            for workflow, root in zip(workflows, wholes, strict=True)
        ]
    )
    again = [f"{root}-again" for root in wholes]
    other = subject.plan._replace(rollout_seed=_OTHER_SEED)
    repeats = subject.run(
        [
            Case(compare_runs, (other, workflow, whole, root))
            for workflow, whole, root in zip(workflows, wholes, again, strict=True)
        ]
    )
    if any(one.value is not None and one.value.member is not None for one in repeats):
        reason = (
            "the workflows' output depends on global random generators, which no checkpoint of "
            "Earth2Studio holds, so this cannot be told"
        )
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    problems = []
    killed = 0
    for workflow, whole, outcome in zip(workflows, wholes, outcomes, strict=True):
        if outcome.failure is not None:
            problems.append(failed_case(NAME, f"{workflow.words} failed", outcome.failure))
            continue
        found = _kill_and_restart(subject, workflow, whole)
        if found is not None and found.verdict is Verdict.DIVERGES:
            return found
        if found is not None:
            problems.append(found)
        killed += workflow.writes
    if problems:
        return problems[0]
    reason = f"the same output after each of {killed} kills and restarts of three workflows"
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)


def _kill_and_restart(subject: Subject, workflow: Workflow, whole: str) -> CheckVerdict | None:
    """Give what is wrong with a workflow; None if every restart ends as the whole run does."""
    for begin in range(0, workflow.writes, _AT_A_TIME):
        writes = range(begin + 1, min(begin + _AT_A_TIME, workflow.writes) + 1)
        roots = [f"{whole}-killed{write}" for write in writes]
        try:
            found = _kill_at(subject, workflow, whole, dict(zip(writes, roots, strict=True)))
        finally:
            for root in roots:
                shutil.rmtree(root, ignore_errors=True)
        if found is not None:
            return found
    return None


def _kill_at(
    subject: Subject, workflow: Workflow, whole: str, roots: dict[int, str]
) -> CheckVerdict | None:
    cause = _cause(subject, workflow)
    subject.run(
        [Case(run_workflow, (subject.plan, workflow, root, write)) for write, root in roots.items()]
    )
    for write, root in roots.items():
        if not was_killed(root):
            reason = f"{workflow.words} does not come to its write {write}"
            return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    cases = [
        Case(finish, (subject.restart_plan(write), workflow, whole, root))
        for write, root in roots.items()
    ]
    for write, outcome in zip(roots, subject.run(cases), strict=True):
        stop = (write - 1) % (workflow.steps + 1)
        where = f"{workflow.words}, killed after its write {write}"
        if outcome.failure is not None:
            return CheckVerdict(
                NAME,
                Verdict.DIVERGES,
                stop=stop,
                blame=cause.blame,
                reason=f"{where} and restarted, failed: {outcome.failure.message}",
                codes=cause.codes,
            )
        finished: Finished = outcome.value
        first = next((one for one in finished.differences if one.differs), None)
        if first is not None:
            lead = "?" if first.lead_time_hours is None else f"{first.lead_time_hours:g}"
            wrong = [one for one in finished.differences if one.differs]
            values = [one.max_abs for one in wrong if one.max_abs is not None]
            ulps = [one.max_ulp for one in wrong if one.max_ulp is not None]
            return CheckVerdict(
                NAME,
                Verdict.DIVERGES,
                stop=stop,
                first_step=first.step,
                lead_time_hours=first.lead_time_hours,
                variable=first.variable,
                max_abs=max(values, default=None),
                max_ulp=max(ulps, default=None),
                blame=cause.blame,
                reason=f"{where} and restarted, member {finished.member} is wrong at {lead} h",
                codes=cause.codes,
                curves=(StopCurve(stop, None, finished.differences),),
            )
    return None


def _cause(subject: Subject, workflow: Workflow) -> Diagnosis:
    """Say what is to blame if a restarted workflow is wrong.

    Where the restart of a single rollout is exact, it is what a second rollout starts from.
    """
    if subject.diagnosis is not None:
        return subject.diagnosis
    if workflow.name == "deterministic":
        return Diagnosis(None, "")
    return Diagnosis("the restored state, which stays loaded", "", ("CKP104",))


def compare_runs(plan: Plan, workflow: Workflow, whole: str, root: str) -> Finished:
    """Run a workflow without a stop, with other random seeds, and compare its output."""
    run_workflow(plan, workflow, root)
    return _compared(read_output(whole), read_output(root))


def finish(plan: Plan, workflow: Workflow, whole: str, root: str) -> Finished:
    """Restart a killed workflow, run it to its end, and compare its output with a whole run's."""
    with tempfile.TemporaryDirectory() as copy:
        restart_workflow(plan, workflow, root, copy)
        expected, found = read_output(whole), read_output(copy)
    return _compared(expected, found)


def _compared(expected: dict[Key, Boundary], found: dict[Key, Boundary]) -> Finished:
    """Give the differences of the first member that has any."""
    members = sorted({key.member for key in [*expected, *found]})
    for member in members:
        differences = tuple(
            _difference(step, lead, member, expected, found)
            for step, lead in enumerate(_leads(member, [*expected, *found]))
        )
        if any(one.differs for one in differences):
            return Finished(member, differences)
    return Finished(None, ())


def _leads(member: int, keys: list[Key]) -> list[float]:
    return sorted({key.lead_time_hours for key in keys if key.member == member})


def _difference(
    step: int,
    lead: float,
    member: int,
    expected: dict[Key, Boundary],
    found: dict[Key, Boundary],
) -> StepDifference:
    """Give the first variable that differs at a lead time."""
    same = StepDifference(step, lead)
    for key in sorted({*expected, *found}):
        if (key.member, key.lead_time_hours) != (member, lead):
            continue
        if key not in expected or key not in found:
            what = "missing" if key not in found else "one too many"
            return StepDifference(step, lead, f"{key.variable} ({what})", None, None)
        one = compare(step, expected[key], found[key])
        if one.differs:
            return one._replace(lead_time_hours=lead, variable=key.variable)
    return same
