"""Fixes proved by running the program before and after them.

A fix is proved if a target shows the fault that the finding names, restarts exactly once the fix
is applied, and rolls out without a stop as before, bit for bit. Nothing is written meanwhile: the
fixed text is what the child processes import in place of the file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.applying import FixCannotBeApplied, apply_fixes
from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.verify import restarting
from ckptlint.verify.case import Case
from ckptlint.verify.checks import exact_restart, no_op_flush, workflow_restart
from ckptlint.verify.confirmation import Seen
from ckptlint.verify.inspecting import Inspected, Kind, inspect_target
from ckptlint.verify.plan import Plan
from ckptlint.verify.subject import CannotRoll, Subject
from ckptlint.verify.verdict import CheckVerdict, Confirmation, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ckptlint.engine.result import LocatedFinding
    from ckptlint.verify.crew import Crew
    from ckptlint.verify.flushing import Watched
    from ckptlint.verify.options import VerifyOptions
    from ckptlint.verify.position import Position
    from ckptlint.verify.target import Reference

_NO_TARGET = "no target that was found runs this file: name one in `[[tool.ckptlint.verify]]`"


class Judged(NamedTuple):
    """What became of the fixes of one file.

    Parameters
    ----------
    data : bytes
        The content of the file with the fixes that were proved.
    proofs : tuple[tuple[LocatedFinding, FixProof], ...]
        What was shown about each finding's fix, in the order of the findings.
    """

    data: bytes
    proofs: tuple[tuple[LocatedFinding, FixProof], ...]


class _Before(NamedTuple):
    """A target as it is before any fix."""

    target: Reference
    kind: Kind
    subject: Subject
    check: CheckVerdict
    watched: Watched | None


class Prover:
    """Proves the fixes of files by the targets that run them.

    Parameters
    ----------
    targets : sequence of (Reference, VerifyOptions)
        All that can be run; which of them a file belongs to is seen by running them.
    crew : Crew
        Who runs the cases.
    device : str
        Where they run.
    folder : str
        A folder for trajectories.
    threads : int
        For operations on the CPU.
    """

    def __init__(
        self,
        targets: Sequence[tuple[Reference, VerifyOptions]],
        crew: Crew,
        device: str,
        folder: str,
        threads: int = 1,
    ) -> None:
        self._targets = targets
        self._crew = crew
        self._device = device
        self._folder = folder
        self._threads = threads
        self._known: dict[Reference, _Before | str] = {}
        self._inspected: dict[Reference, Inspected | str] = {}
        self._restarted: dict[Reference, tuple[CheckVerdict, Position | None]] = {}
        self._count = 0

    def prove(self, path: str, data: bytes, findings: Sequence[LocatedFinding]) -> Judged:
        """Prove the fixes of one file's findings.

        Parameters
        ----------
        path : str
            The file.
        data : bytes
            Its content.
        findings : sequence of LocatedFinding
            What is to be fixed in it; each has a fix.
        """
        befores, problems = self._targets_of(path)
        shown = self._faults_shown(befores, findings)
        proofs: dict[int, FixProof] = {}
        for index, (showing, reason) in enumerate(shown):
            if not showing:
                told = reason or "; ".join(problems) or _NO_TARGET
                proofs[index] = FixProof(ProofVerdict.UNPROVEN, told)
        wanted = [index for index in range(len(findings)) if index not in proofs]
        kept: list[LocatedFinding] = []
        for group in _groups(wanted):
            chosen = [findings[index] for index in group]
            concerned = [
                before
                for before in befores
                if before.check.verdict is Verdict.EXACT
                or any(before in shown[index][0] for index in group)
            ]
            proof = self._try(path, data, [*kept, *chosen], concerned)
            for index in group:
                proofs[index] = proof._replace(target=shown[index][0][0].target.label)
            if proof.verdict is ProofVerdict.PROVED:
                kept += chosen
                if group == wanted:
                    break
        ordered = tuple((finding, proofs[index]) for index, finding in enumerate(findings))
        return Judged(apply_fixes(path, data, kept) if kept else data, ordered)

    def _targets_of(self, path: str) -> tuple[list[_Before], list[str]]:
        """Give the targets that run a file: its own, or else any other that imports it."""
        real = os.path.realpath(path)
        own = [
            one for one in self._targets if one[0].path and os.path.realpath(one[0].path) == real
        ]
        others = [one for one in self._targets if one not in own]
        for group in (own, others):
            problems: list[str] = []
            found = []
            for target, options in group:
                inspected = self._inspect(target, options)
                if isinstance(inspected, Inspected):
                    if real not in inspected.files:
                        continue
                    before = self._before(target, inspected.kind, options)
                    if isinstance(before, _Before):
                        found.append(before)
                        continue
                    inspected = before
                problems.append(f"`{target.label}`: {inspected}")
            if found or (problems and group is own):
                return found, problems
        return [], []

    def forget(self, path: str) -> None:
        """Run the targets of a file anew when they are needed again, for it has changed."""
        real = os.path.realpath(path)
        for target, inspected in [*self._inspected.items()]:
            if not isinstance(inspected, Inspected) or real in inspected.files:
                del self._inspected[target]
                self._known.pop(target, None)
                self._restarted.pop(target, None)

    def _inspect(self, target: Reference, options: VerifyOptions) -> Inspected | str:
        if target not in self._inspected:
            subject = self._subject(target, options, {})
            outcome = subject.run_one(Case(inspect_target, (subject.asked,)))
            failure = outcome.failure
            self._inspected[target] = (
                outcome.value if failure is None else f"it cannot be run: {failure.message}"
            )
        return self._inspected[target]

    def _before(self, target: Reference, kind: Kind, options: VerifyOptions) -> _Before | str:
        if target not in self._known:
            self._known[target] = self._run_before(target, kind, options)
        return self._known[target]

    def _run_before(self, target: Reference, kind: Kind, options: VerifyOptions) -> _Before | str:
        subject = self._subject(target, options, {})
        if kind is Kind.WORKFLOW:
            check, watched = no_op_flush.check(subject, ())
            if watched is None:
                return str(check.reason)
            return _Before(target, kind, subject, check, watched)
        try:
            check = exact_restart.check(subject)
        except CannotRoll as problem:
            return f"it cannot be rolled out: {problem}"
        return _Before(target, kind, subject, check, None)

    def _subject(
        self, target: Reference, options: VerifyOptions, overlays: Mapping[str, bytes]
    ) -> Subject:
        self._count += 1
        folder = os.path.join(self._folder, f"target{self._count}")
        os.mkdir(folder)
        plan = Plan(
            target,
            overlays,
            device=self._device,
            initial_condition=options.initial_condition,
            threads=self._threads,
        )
        return Subject(plan, options, self._crew, folder)

    def _faults_shown(
        self, befores: Sequence[_Before], findings: Sequence[LocatedFinding]
    ) -> list[tuple[list[_Before], str]]:
        """Say for each finding which targets show its fault, and why, if none does."""
        is_restart = _is_about_restarts(findings)
        judged = [
            (before, self._seen(before, is_restart=is_restart).judge(findings))
            for before in befores
        ]
        shown = []
        for index in range(len(findings)):
            showing = [
                before
                for before, verdicts in judged
                if verdicts[index].confirmation is Confirmation.CONFIRMED
            ]
            reason = judged[0][1][index].reason if judged else ""
            told = f"the fault is not seen before the fix: {reason}" if reason else ""
            shown.append((showing, told))
        return shown

    def _seen(self, before: _Before, *, is_restart: bool) -> Seen:
        if before.watched is None:
            return Seen((before.check,), before.subject.unsaved_yields())
        if not is_restart:
            return Seen((before.check,), flushes=before.watched.flushes)
        if before.target not in self._restarted:
            subject = self._subject(before.target, before.subject.options, {})
            self._restarted[before.target] = workflow_restart.check(subject)
        check, raised = self._restarted[before.target]
        return Seen((check,), flushes=before.watched.flushes, raised=raised)

    def _try(
        self,
        path: str,
        data: bytes,
        findings: Sequence[LocatedFinding],
        befores: Sequence[_Before],
    ) -> FixProof:
        """Run every target of the file with some fixes applied."""
        try:
            fixed = apply_fixes(path, data, findings)
        except FixCannotBeApplied as error:
            return FixProof(ProofVerdict.REFUTED, str(error))
        overlays = {os.path.abspath(path): fixed}
        reasons = []
        for before in befores:
            run = self._model_after
            if before.kind is Kind.WORKFLOW:
                is_restart = _is_about_restarts(findings)
                run = self._restarted_after if is_restart else self._workflow_after
            verdict, reason = run(before, overlays)
            if verdict is not ProofVerdict.PROVED:
                return FixProof(verdict, reason, before.target.label, self._device)
            reasons.append(reason)
        return FixProof(ProofVerdict.PROVED, reasons[0], befores[0].target.label, self._device)

    def _model_after(
        self, before: _Before, overlays: Mapping[str, bytes]
    ) -> tuple[ProofVerdict, str]:
        subject = self._subject(before.target, before.subject.options, overlays)
        subject.asked = before.subject.plan._replace(overlays=overlays)
        subject.options = subject.options._replace(steps=before.subject.plan.steps)
        try:
            check = exact_restart.check(subject)
        except CannotRoll as problem:
            return ProofVerdict.REFUTED, f"with the fix it cannot be rolled out: {problem}"
        if check.verdict is Verdict.DIVERGES:
            where = f"after the stop at step {check.stop}"
            return ProofVerdict.REFUTED, f"with the fix a restart {where} diverges: {check.reason}"
        if check.verdict is Verdict.UNPROVEN:
            return ProofVerdict.UNPROVEN, f"with the fix nothing is certain: {check.reason}"
        case = Case(restarting.repeat, (subject.plan, before.subject.root))
        outcome = subject.run_one(case)
        if outcome.failure is not None:
            return ProofVerdict.UNPROVEN, f"with the fix: {outcome.failure.message}"
        changed = next((one for one in outcome.value if one.differs), None)
        if changed is not None:
            reason = f"the fix changes the uninterrupted rollout from step {changed.step} on"
            return ProofVerdict.REFUTED, reason
        was = "diverged" if before.check.verdict is Verdict.DIVERGES else "was exact"
        return (
            ProofVerdict.PROVED,
            f"a restart {was} before, is exact after {len(subject.stops)} stops with the fix, and "
            "the uninterrupted rollout is the same bit for bit",
        )

    def _workflow_after(
        self, before: _Before, overlays: Mapping[str, bytes]
    ) -> tuple[ProofVerdict, str]:
        assert before.watched is not None
        subject = self._subject(before.target, before.subject.options, overlays)
        check, watched = no_op_flush.check(subject, ())
        if watched is None:
            return ProofVerdict.REFUTED, f"with the fix {check.reason}"
        if watched.rows != before.watched.rows:
            return (
                ProofVerdict.REFUTED,
                "the fix changes what the workflow leaves in its checkpoint",
            )
        return (
            ProofVerdict.PROVED,
            "the flush changed nothing when it ran, and without it the workflow leaves the same "
            f"{_rows(watched)}",
        )

    def _restarted_after(
        self, before: _Before, overlays: Mapping[str, bytes]
    ) -> tuple[ProofVerdict, str]:
        subject = self._subject(before.target, before.subject.options, overlays)
        check, _ = workflow_restart.check(subject)
        if check.verdict is Verdict.DIVERGES:
            return ProofVerdict.REFUTED, f"with the fix {check.reason}"
        if check.verdict is Verdict.UNPROVEN:
            return ProofVerdict.UNPROVEN, f"with the fix nothing is certain: {check.reason}"
        return ProofVerdict.PROVED, f"the workflow went wrong before; with the fix, {check.reason}"


def _is_about_restarts(findings: Sequence[LocatedFinding]) -> bool:
    """Tell whether any finding is about more than a flush that does nothing."""
    return any(finding.code != no_op_flush.CODE for finding in findings)


def _groups(indexes: list[int]) -> Iterator[list[int]]:
    """Give all together, for several may be needed at once, and then each by itself."""
    if indexes:
        yield indexes
    if len(indexes) > 1:
        yield from ([index] for index in indexes)


def _rows(watched: Watched) -> str:
    return "1 row" if len(watched.rows) == 1 else f"{len(watched.rows)} rows"
