"""no-op-flush: a flush that a finding calls redundant changes nothing.

The catalog and all files of the checkpoint are compared before and after the call, while the
workflow runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.verify.case import Case
from ckptlint.verify.checks.outcomes import failed_case
from ckptlint.verify.flushing import watch_flushes
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    from ckptlint.verify.flushing import Flushed, Watched
    from ckptlint.verify.subject import Subject

NAME: Final = "no-op-flush"
CODE: Final = "CKP301"

Line = tuple[str, int]
"""The real path of a file, and a line of it."""


def check(
    subject: Subject, called_redundant: Collection[Line]
) -> tuple[CheckVerdict, Watched | None]:
    """Run a workflow and watch its flushes.

    Parameters
    ----------
    subject : Subject
        The workflow.
    called_redundant : collection of Line
        Where a static finding says that a flush does nothing.
    """
    outcome = subject.run_one(Case(watch_flushes, (subject.asked,)))
    if outcome.failure is not None:
        return failed_case(NAME, "the workflow failed", outcome.failure), None
    watched: Watched = outcome.value
    return judge(watched.flushes, called_redundant), watched


def judge(flushes: Collection[Flushed], called_redundant: Collection[Line]) -> CheckVerdict:
    """Hold what the flushes did against what findings say of them."""
    wrong = [one for one in flushes if one.changed and (one.path, one.line) in called_redundant]
    if wrong:
        reason = (
            f"the flush on line {wrong[0].line} commits a row, though a finding calls it redundant"
        )
        return CheckVerdict(NAME, Verdict.DIVERGES, reason=reason)
    idle = {one.line for one in flushes if not one.changed}
    idle -= {one.line for one in flushes if one.changed}
    ran = {(one.path, one.line) for one in flushes}
    missed = sorted(line for path, line in called_redundant if (path, line) not in ran)
    if missed:
        reason = f"the flush on line {missed[0]} was not run, so nothing can be said of it"
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason)
    if not idle:
        return CheckVerdict(NAME, Verdict.EXACT, reason="no flush of the workflow is redundant")
    lines = ", ".join(map(str, sorted(idle)))
    plural = "the flush on line" if len(idle) == 1 else "the flushes on lines"
    return CheckVerdict(
        NAME,
        Verdict.EXACT,
        reason=f"{plural} {lines} changed nothing",
        blame=f"line {lines}",
        codes=(CODE,),
    )
