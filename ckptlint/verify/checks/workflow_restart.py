"""workflow-restart: a workflow that is killed at a write and run again ends in the same output.

It is run in one go, then killed by SIGKILL right after each of its writes, or a sample of them, and
run again in a fresh process. What it never committed is told as well, and what it raises.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from ckptlint.verify.case import Case, FailureKind
from ckptlint.verify.checks.outcomes import failed_case
from ckptlint.verify.interruption import (
    VALUE,
    Content,
    Ran,
    run_again,
    run_killed,
    run_to_end,
    was_killed,
)
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.verify.plan import Plan
    from ckptlint.verify.position import Position
    from ckptlint.verify.subject import Subject

NAME: Final = "workflow-restart"
MOST_KILLS: Final = 8
"""How often a workflow is killed at most; the first two writes and the last are among them."""

_OTHER_SEED: Final = 1000
_UNFLUSHED = "CKP302"
_BAD_INTERVAL = "CKP306"
_LOST_KEYS = "CKP502"
_OTHER_OUTPUT: Final = (
    *("CKP104", "CKP203", "CKP303", "CKP304", "CKP307", "CKP308", "CKP309", "CKP310", "CKP311"),
    *("CKP314", "CKP502"),
)
"""The mistakes of a workflow after which its restart may end in other output."""


def check(subject: Subject) -> tuple[CheckVerdict, Position | None]:
    """Kill a workflow at its writes, run it again, and compare what it leaves.

    Returns
    -------
    CheckVerdict
        What was found.
    Position or None
        The line of the user's code on which the workflow raised, if it did.
    """
    outcome = subject.run_one(Case(run_to_end, (subject.asked, _folder(subject, "in-one-go"))))
    if outcome.failure is not None:
        return failed_case(NAME, "the workflow failed", outcome.failure), None
    whole: Ran = outcome.value
    if whole.error is not None:
        words = f"raises {whole.error}"
        where = f" on line {whole.raised_at.line}" if whole.raised_at is not None else ""
        reason = f"run in one go, it {words}{where}"
        return CheckVerdict(NAME, Verdict.DIVERGES, blame=words, reason=reason), whole.raised_at
    if not whole.stops:
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason="the workflow writes nothing"), None
    if whole.outside is not None:
        reason = (
            f"its checkpoint is kept in `{whole.outside}`, outside the folder that it is given, so "
            "its runs cannot be told apart"
        )
        return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason), None
    found, raised = _kill_and_run_again(subject, whole)
    if found.verdict is not Verdict.DIVERGES and whole.uncommitted:
        return _uncommitted(whole.uncommitted), None
    return found, raised


def stops_to_try(count: int, wanted: int = MOST_KILLS) -> tuple[int, ...]:
    """Give the stops, from 1, at which a workflow of `count` is killed."""
    most = min(MOST_KILLS, max(3, wanted))
    if count <= most:
        return tuple(range(1, count + 1))
    spread = {2 + round(index * (count - 2) / (most - 2)) for index in range(most - 1)}
    return tuple(sorted({1, *spread}))


def _kill_and_run_again(subject: Subject, whole: Ran) -> tuple[CheckVerdict, Position | None]:
    stops = stops_to_try(whole.stops, subject.options.stops)
    roots = {stop: _folder(subject, f"killed-at-{stop}") for stop in stops}
    try:
        subject.run([Case(run_killed, (subject.asked, root, at)) for at, root in roots.items()])
        if not all(map(was_killed, roots.values())):
            reason = "the workflow does not write as often when it is run once more"
            return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason), None
        cases = [Case(run_again, (_restarted(subject.asked), root)) for root in roots.values()]
        outcomes = subject.run(cases)
    finally:
        for root in roots.values():
            shutil.rmtree(root, ignore_errors=True)
    for stop, outcome in zip(stops, outcomes, strict=True):
        if outcome.failure is not None:
            if outcome.failure.kind in (FailureKind.LOST, FailureKind.TIME):
                return failed_case(NAME, "the restarted workflow failed", outcome.failure), None
            found = _diverges(stop, outcome.failure.message, f"fails: {outcome.failure.message}")
            return found, None
        again: Ran = outcome.value
        if again.error is not None:
            words = f"raises {again.error}"
            codes = (_LOST_KEYS,) if again.error.startswith("KeyError") else ()
            return _diverges(stop, words, words, codes), again.raised_at
        difference = _difference(whole.results, again.results)
        if difference is not None:
            if not _is_reproducible(subject, whole):
                reason = (
                    "the workflow's output is not the same when it is run in one go with other "
                    "random seeds, so this cannot be told"
                )
                return CheckVerdict(NAME, Verdict.UNPROVEN, reason=reason), None
            return _diverges(stop, difference, f"ends otherwise: {difference}", _OTHER_OUTPUT), None
    compared = "output" if whole.output else "last row"
    times = "1 kill" if len(stops) == 1 else f"each of {len(stops)} kills"
    reason = f"the same {compared} after {times} and restarts"
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason), None


def _diverges(stop: int, blame: str, what: str, codes: tuple[str, ...] = ()) -> CheckVerdict:
    reason = f"killed after its write {stop} and run again, the workflow {what}"
    return CheckVerdict(
        NAME, Verdict.DIVERGES, stop=stop - 1, blame=blame, reason=reason, codes=codes
    )


def _uncommitted(writes: tuple[Position, ...]) -> CheckVerdict:
    count = "1 write was" if len(writes) == 1 else f"{len(writes)} writes were"
    where = f" on line {writes[-1].line}" if writes[-1].line else ""
    return CheckVerdict(
        NAME,
        Verdict.DIVERGES,
        blame=f"the last write{where}, which no flush follows",
        reason=f"when the workflow ended {count} not committed, and so lost",
        codes=(_UNFLUSHED, _BAD_INTERVAL),
    )


def _difference(expected: Mapping[str, Content], found: Mapping[str, Content]) -> str | None:
    """Say in words where the output of a restarted workflow first differs."""
    for name in sorted({*expected, *found}):
        if expected.get(name) != found.get(name):
            shown = name if name == VALUE or name.startswith("the last row") else f"`{name}`"
            if name not in found:
                return f"{shown} is missing"
            if name not in expected:
                return f"{shown} is one too many"
            more = found[name].size - expected[name].size
            count = "1 byte" if abs(more) == 1 else f"{abs(more)} bytes"
            how = f"is {count} too {'long' if more > 0 else 'short'}" if more else "differs"
            return f"{shown} {how}"
    return None


def _is_reproducible(subject: Subject, whole: Ran) -> bool:
    """Tell whether a run in one go gives the same output with other random seeds."""
    folder = _folder(subject, "once-more")
    outcome = subject.run_one(Case(run_to_end, (_restarted(subject.asked), folder)))
    return outcome.failure is None and outcome.value.results == whole.results


def _restarted(plan: Plan) -> Plan:
    """Say how a restart is run: with other random seeds."""
    return plan._replace(rollout_seed=_OTHER_SEED)


def _folder(subject: Subject, name: str) -> str:
    return os.path.join(subject.folder, name)
