"""Targets verified one after another, the cases of each several at a time."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ckptlint.engine.process_start import processors
from ckptlint.verify.case import Case
from ckptlint.verify.checks import (
    cost,
    exact_restart,
    fresh_state,
    hidden_state,
    independent_iterators,
    isolation,
    kill,
    levels,
    members,
    no_op_flush,
    placement,
    workflow_restart,
)
from ckptlint.verify.confirmation import Seen
from ckptlint.verify.device import REHEARSE, choose_device
from ckptlint.verify.inspecting import Inspected, Kind, inspect_target
from ckptlint.verify.plan import Plan
from ckptlint.verify.subject import CannotRoll, Subject
from ckptlint.verify.verdict import CheckVerdict, TargetVerdict, Verdict, VerifyResult, overall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ckptlint.engine.result import LocatedFinding
    from ckptlint.verify.crew import Crew
    from ckptlint.verify.options import Request, VerifyOptions
    from ckptlint.verify.reports.live import Live
    from ckptlint.verify.target import Reference

MODEL_CHECKS: Final[dict[str, Callable[[Subject], CheckVerdict]]] = {
    exact_restart.NAME: exact_restart.check,
    fresh_state.NAME: fresh_state.check,
    hidden_state.NAME: hidden_state.check,
    independent_iterators.NAME: independent_iterators.check,
    members.NAME: members.check,
    levels.NAME: levels.check,
    isolation.NAME: isolation.check,
    placement.NAME: placement.check,
    kill.NAME: kill.check,
    cost.NAME: cost.check,
}
WORKFLOW_CHECKS: Final = (workflow_restart.NAME, no_op_flush.NAME)
_REHEARSED_STEPS: Final = 6
_NOT_REPRODUCIBLE: Final = (
    "the rollout itself is not reproducible: run again with the same seeds, it is another"
)

FindingsOf = Callable[["Sequence[str]"], "list[LocatedFinding]"]


class Verifier:
    """Verifies targets.

    Parameters
    ----------
    crew : Crew
        Who runs the cases.
    live : Live
        Who is told how far it has come.
    findings_of : callable
        Gives the static findings of some files.
    """

    def __init__(self, crew: Crew, live: Live, findings_of: FindingsOf = lambda paths: []) -> None:
        self._crew = crew
        self._live = live
        self._findings_of = findings_of

    def verify(self, requests: Sequence[Request]) -> VerifyResult:
        """Verify targets in their order.

        Raises
        ------
        NoSuchDevice
            If a device that is asked for is not there.
        """
        return VerifyResult(tuple(self._verify(one.target, one.options) for one in requests))

    def _verify(self, target: Reference, options: VerifyOptions) -> TargetVerdict:
        started = time.monotonic()
        chosen = choose_device(options.device, self._crew)
        self._live.target_started(target.label)
        plan = Plan(
            target,
            options.overlays,
            device="cpu" if chosen.name == REHEARSE else chosen.name,
            initial_condition=options.initial_condition,
            threads=max(1, processors() // (options.jobs or processors())),
        )
        with tempfile.TemporaryDirectory(
            prefix="ckptlint-verify-", dir=options.workspace
        ) as folder:
            run = _TargetRun(plan, options, self._crew, self._live, folder, self._findings_of)
            found = run.verdict(chosen.name)
        found = found._replace(
            device=chosen.name,
            notes=(*found.notes, *chosen.notes),
            seconds=time.monotonic() - started,
        )
        self._live.target_done(found)
        return found


class _TargetRun:
    """One target on its way through its checks."""

    def __init__(
        self,
        plan: Plan,
        options: VerifyOptions,
        crew: Crew,
        live: Live,
        folder: str,
        findings_of: FindingsOf,
    ) -> None:
        self._label = plan.target.label
        self._options = options
        self._live = live
        self._findings_of = findings_of
        self._check = ""
        self._cases = 0
        self._subject = Subject(plan, options, crew, folder, self._on_case)

    def verdict(self, device: str) -> TargetVerdict:
        """Run the checks, and join what they found."""
        outcome = self._subject.run_one(Case(inspect_target, (self._subject.asked,)))
        if outcome.failure is not None:
            reason = f"it cannot be run: {outcome.failure.message}"
            return TargetVerdict(self._label, Verdict.UNPROVEN, device, notes=(reason,))
        inspected: Inspected = outcome.value
        found = TargetVerdict(
            self._label, Verdict.UNPROVEN, device, path=inspected.path, line=inspected.line
        )
        if inspected.kind is Kind.WORKFLOW:
            return self._workflow(found)
        if device == REHEARSE:
            wanted = self._options.checks
            if wanted is not None and placement.NAME not in wanted:
                reason = f"a rehearsal shows `{placement.NAME}` alone, which was not asked for"
                return found._replace(notes=(reason,))
            steps = self._options.steps or _REHEARSED_STEPS
            check = self._run(
                placement.NAME, lambda subject: placement.check_rehearsed(subject, steps)
            )
            return found._replace(verdict=check.verdict, checks=(check,))
        return self._model(found)

    def _model(self, found: TargetVerdict) -> TargetVerdict:
        subject = self._subject
        try:
            recorded = subject.recorded
        except CannotRoll as problem:
            return found._replace(notes=(f"it cannot be rolled out: {problem}",))
        assert recorded.length > 1
        checks = tuple(self._run(name, self._gated(name)) for name in self._names())
        if not checks:
            reason = "none of the checks that were asked for is one of a model"
            return found._replace(notes=(reason,))
        seen = Seen(checks, subject.unsaved_yields())
        return found._replace(
            verdict=overall(one.verdict for one in checks),
            checks=checks,
            findings=seen.judge(self._findings_of(subject.probe.files)),
        )

    def _names(self) -> Iterator[str]:
        """Name the checks that are wanted, by default those that this target and device allow."""
        wanted = self._options.checks
        left_out = set()
        if self._subject.asked.device == "cpu":
            left_out.add(placement.NAME)
        if self._options.initial_condition is not None:
            left_out |= {independent_iterators.NAME, members.NAME}
        for name in MODEL_CHECKS:
            if name in wanted if wanted is not None else name not in left_out:
                yield name

    def _gated(self, name: str) -> Callable[[Subject], CheckVerdict]:
        """Call nothing wrong of a rollout that is not the same when it is run once more."""
        check = MODEL_CHECKS[name]
        if name in (exact_restart.NAME, cost.NAME):
            return check

        def gated(subject: Subject) -> CheckVerdict:
            wrong = subject.was_restarted and subject.first_wrong is not None
            if not wrong or subject.is_reproducible:
                found = check(subject)
                if found.verdict is not Verdict.DIVERGES or subject.is_reproducible:
                    return found
            return CheckVerdict(name, Verdict.UNPROVEN, reason=_NOT_REPRODUCIBLE)

        return gated

    def _workflow(self, found: TargetVerdict) -> TargetVerdict:
        wanted = self._options.checks
        names = [name for name in WORKFLOW_CHECKS if wanted is None or name in wanted]
        if not names:
            reason = "it is a workflow, and none of the checks that were asked for is one of those"
            return found._replace(notes=(reason,))
        if found.device == REHEARSE:
            return found._replace(notes=("a workflow cannot be rehearsed",))
        path = found.path
        findings = self._findings_of([path] if path else [])
        redundant = {
            (os.path.realpath(one.place.path), line)
            for one in findings
            if one.code == no_op_flush.CODE
            for line in range(one.place.span.start.line, one.place.span.end.line + 1)
        }
        watched = None
        raised = None

        def flushes(subject: Subject) -> CheckVerdict:
            nonlocal watched
            verdict, watched = no_op_flush.check(subject, redundant)
            return verdict

        def restart(subject: Subject) -> CheckVerdict:
            nonlocal raised
            verdict, raised = workflow_restart.check(subject)
            found_codes = {one.code for one in findings}
            # Many mistakes end in other output; which of them it is, the findings tell.
            return verdict._replace(codes=tuple(c for c in verdict.codes if c in found_codes))

        run = {workflow_restart.NAME: restart, no_op_flush.NAME: flushes}
        checks = tuple(self._run(name, run[name]) for name in names)
        seen = Seen(checks, flushes=() if watched is None else watched.flushes, raised=raised)
        return found._replace(
            verdict=overall(one.verdict for one in checks),
            checks=checks,
            findings=seen.judge(findings),
        )

    def _run(self, name: str, check: Callable[[Subject], CheckVerdict]) -> CheckVerdict:
        started = time.monotonic()
        self._check, self._cases = name, 0
        self._live.check_started(self._label, name, 0)
        try:
            verdict = check(self._subject)
        except CannotRoll as problem:
            verdict = CheckVerdict(name, Verdict.UNPROVEN, reason=str(problem))
        verdict = verdict._replace(seconds=time.monotonic() - started)
        self._live.check_done(self._label, verdict)
        return verdict

    def _on_case(self, begun: int) -> None:
        if not self._check:
            return
        if begun:
            self._cases += begun
            self._live.check_started(self._label, self._check, self._cases)
        else:
            self._live.case_done(self._label, self._check)
