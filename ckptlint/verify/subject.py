"""A target while it is verified: its recorded rollout, and what its checks share."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.verify import recording, restarting
from ckptlint.verify.case import Case, FailureKind
from ckptlint.verify.diagnosis import Diagnosis, diagnose, what_is_stale
from ckptlint.verify.recording import Folders
from ckptlint.verify.restarting import Restarted, is_within
from ckptlint.verify.verdict import StepDifference, StopCurve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ckptlint.verify.case import Outcome
    from ckptlint.verify.crew import Crew
    from ckptlint.verify.options import VerifyOptions
    from ckptlint.verify.plan import Plan
    from ckptlint.verify.position import Position
    from ckptlint.verify.recording import Probe, Recorded
    from ckptlint.verify.state.planting import Planting

_RESTART_SEED = 1000


class CannotRoll(RuntimeError):  # noqa: N818 - it says what the target cannot do
    """The uninterrupted rollout itself cannot be run, so nothing can be said of a restart."""


class Subject:
    """One target while it is verified.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    options : VerifyOptions
        What the user asks for.
    crew : Crew
        Who runs its cases.
    folder : str
        A folder for what it keeps.
    on_case : callable
        Called with the number of cases that begin, and with 0 after each that has ended.
    """

    def __init__(
        self,
        plan: Plan,
        options: VerifyOptions,
        crew: Crew,
        folder: str,
        on_case: Callable[[int], None] = lambda count: None,
    ) -> None:
        self.options = options
        self.folder = folder
        self.asked = plan
        self._crew = crew
        self.on_case = on_case

    def run(self, cases: Sequence[Case]) -> list[Outcome]:
        """Run cases, several at a time, and give their outcomes in the same order."""
        self.on_case(len(cases))
        futures = [self._crew.submit(case) for case in cases]
        for future in futures:
            future.add_done_callback(lambda _: self.on_case(0))
        return [future.result() for future in futures]

    def run_one(self, case: Case) -> Outcome:
        """Run one case."""
        return self.run([case])[0]

    @cached_property
    def probe(self) -> Probe:
        """What a first, unsaved rollout showed.

        Raises
        ------
        CannotRoll
            If it could not be run.
        """
        outcome = self.run_one(Case(recording.probe, (self.asked, self.options.steps)))
        if outcome.failure is not None:
            raise CannotRoll(outcome.failure.message)
        found: Probe = outcome.value
        return found

    @cached_property
    def plan(self) -> Plan:
        """How the target is run, as the first rollout showed."""
        return self.asked._replace(leading=self.probe.leading, steps=self.probe.steps)

    @property
    def root(self) -> str:
        """The folder of the recorded rollout."""
        return os.path.join(self.folder, "whole")

    @cached_property
    def recorded(self) -> Recorded:
        """The uninterrupted rollout, recorded with a row at every step.

        Raises
        ------
        CannotRoll
            If it could not be run, or has no step.
        """
        outcome = self.run_one(Case(recording.record, (self.plan, self.root)))
        if outcome.failure is not None:
            raise CannotRoll(
                f"its rollout in a checkpoint session failed: {outcome.failure.message}"
            )
        found: Recorded = outcome.value
        if found.length < 2:
            raise CannotRoll(f"it yields {found.length} boundaries, so there is nothing to restart")
        return found

    @cached_property
    def stops(self) -> tuple[int, ...]:
        """The stops that are tried: all, or a sample with the first, the second and the last."""
        last = self.recorded.length - 2
        wanted = max(3, self.options.stops)
        if last + 1 <= wanted:
            return tuple(range(last + 1))
        spread = {round(index * last / (wanted - 2)) for index in range(wanted - 1)}
        return tuple(sorted({0, 1, last} | spread))

    @property
    def was_restarted(self) -> bool:
        """Whether it has been restarted after its stops already."""
        return "restarts" in vars(self)

    @cached_property
    def restarts(self) -> dict[int, Restarted]:
        """For each stop what the restart after it did."""
        return dict(zip(self.stops, self.restart(self.stops), strict=True))

    def restart(
        self,
        stops: Sequence[int],
        *,
        root: str | None = None,
        level: int = 2,
        first: int | None = None,
        planting: Planting | None = None,
    ) -> list[Restarted]:
        """Restart after some stops; see `restarting.restart`. A process that fails is an error."""
        where = self.root if root is None else root
        # A rollout that begins anew draws from its seeds what the recorded one drew.
        plans = {stop: self.plan if first == 0 else self.restart_plan(stop) for stop in stops}
        cases = [
            Case(
                restarting.restart,
                (plans[stop], where, stop, level, first, planting),
            )
            for stop in stops
        ]
        outcomes = self.run(cases)
        return [
            _restarted(stop, stop + 1 if first is None else first, outcome, where)
            for stop, outcome in zip(stops, outcomes, strict=True)
        ]

    def restart_from(self, stop: int) -> Restarted:
        """Give what the restart after one stop did, whether or not it is among the sampled ones."""
        if stop not in self.restarts:
            self.restarts[stop] = self.restart([stop])[0]
        return self.restarts[stop]

    @cached_property
    def first_wrong(self) -> Restarted | None:
        """The first restart that is not exact within the tolerance."""
        return next((one for one in self.restarts.values() if not self.accepts(one)), None)

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """Why that restart is wrong."""
        return None if self.first_wrong is None else diagnose(self, self.first_wrong)

    def accepts(self, restarted: Restarted) -> bool:
        """Tell whether a restart is exact, or within the tolerance that the user accepts."""
        return is_within(restarted, self.options.tolerance)

    def unsaved_yields(self) -> Iterator[Position]:
        """Give the yields at which something else had been saved, so that a restart was wrong."""
        for stop, restarted in vars(self).get("restarts", {}).items():
            position = self.recorded.yields[stop]
            stale = what_is_stale(self, stop)
            if position is not None and stale is not None and not restarted.is_exact:
                yield position

    @cached_property
    def spread(self) -> tuple[StepDifference, ...]:
        """How far two more rollouts with the same seeds are from the recorded one, at most."""
        outcomes = self.run([Case(restarting.repeat, (self.plan, self.root))] * 2)
        found = [outcome.value for outcome in outcomes if outcome.failure is None]
        if not found:
            raise CannotRoll("it cannot be rolled out once more: " + str(outcomes[0].failure))
        return tuple(max(each, key=_size) for each in zip(*found, strict=False))

    @property
    def is_reproducible(self) -> bool:
        """Whether the rollout gives the same bits when run once more with the same seeds."""
        return not any(one.differs for one in self.spread)

    def restart_plan(self, stop: int) -> Plan:
        """Say how the restart after a stop is run: with other random seeds."""
        return self.plan._replace(rollout_seed=_RESTART_SEED + stop)


def _restarted(stop: int, first: int, outcome: Outcome, root: str) -> Restarted:
    """Take the answer of a restart, or its failure for an error of the restart.

    Raises
    ------
    CannotRoll
        If its worker was lost, which says nothing about the restart.
    """
    if outcome.failure is None:
        found: Restarted = outcome.value
        return found
    if outcome.failure.kind is FailureKind.LOST:
        raise CannotRoll(outcome.failure.message)
    kind, message = outcome.failure.kind, outcome.failure.message
    error = message if kind is FailureKind.RAISED else f"the restart gave no answer: {message}"
    trajectory = Folders(root).trajectory
    lead = trajectory.read(first).lead_time_hours
    missing = StepDifference(first, lead, "no boundary", None, None)
    curve = StopCurve(stop, trajectory.read(stop).lead_time_hours, (missing,), error)
    return Restarted(curve, error=error)


def _size(difference: StepDifference) -> float:
    if not difference.differs:
        return -1.0
    return float("inf") if difference.max_abs is None else difference.max_abs
