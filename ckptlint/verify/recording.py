"""The shared trajectory: one rollout that writes a row at every step and keeps its boundaries."""

from __future__ import annotations

import pickle
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.verify import child
from ckptlint.verify.boundary import Trajectory
from ckptlint.verify.loading import user_modules
from ckptlint.verify.plan import Leading
from ckptlint.verify.position import suspended_at
from ckptlint.verify.rollout import boundaries, saved_run, unsaved_run, write_row
from ckptlint.verify.state.fingerprint import fingerprint
from ckptlint.verify.state.freshness import FreshnessLog

if TYPE_CHECKING:
    from ckptlint.verify.plan import Plan
    from ckptlint.verify.position import Position
    from ckptlint.verify.state.fingerprint import Fingerprint
    from ckptlint.verify.state.freshness import Freshness

_MOST_STEPS = 48
_STEPS_WITHOUT_CYCLE = 24
_CYCLES = 2


class Probe(NamedTuple):
    """What a first look at a target found.

    Parameters
    ----------
    leading : Leading
        The leading dimension of the initial condition that its rollout takes.
    steps : int
        How many steps cover its cycle of sub-steps.
    files : tuple[str, ...]
        The absolute paths of the user's modules that it imports.
    class_name : str
        The class of the model.
    """

    leading: Leading
    steps: int
    files: tuple[str, ...]
    class_name: str


class Recorded(NamedTuple):
    """What the uninterrupted rollout was.

    Parameters
    ----------
    length : int
        How many boundaries it yielded, the initial condition too.
    leads : tuple[float or None, ...]
        Their lead times in hours.
    yields : tuple[Position or None, ...]
        Where each was yielded.
    freshness : tuple[Freshness, ...]
        What the bound state held at each.
    bound : tuple[str, ...]
        The dataclasses whose state the model has bound.
    seconds : float
        How long it took from the first boundary on.
    """

    length: int
    leads: tuple[float | None, ...]
    yields: tuple[Position | None, ...]
    freshness: tuple[Freshness, ...]
    bound: tuple[str, ...]
    seconds: float


class Folders(NamedTuple):
    """Where a recorded rollout is kept."""

    root: str

    @property
    def store(self) -> Path:
        """The checkpoint, a row for each boundary."""
        return Path(self.root) / "rows"

    @property
    def trajectory(self) -> Trajectory:
        """The boundaries."""
        return Trajectory(Path(self.root) / "boundaries")

    @property
    def ended(self) -> Path:
        """A file that is there if the rollout came to its end by itself."""
        return Path(self.root) / "ended"

    def write_fingerprint(self, step: int, found: Fingerprint) -> None:
        """Keep what the rollout carries at a boundary."""
        path = self._fingerprint(step)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(found))

    def read_fingerprint(self, step: int) -> Fingerprint:
        """Give what the rollout carried at a boundary."""
        found: Fingerprint = pickle.loads(self._fingerprint(step).read_bytes())
        return found

    def _fingerprint(self, step: int) -> Path:
        return Path(self.root) / "fingerprints" / f"{step:06d}.pickle"


def probe(plan: Plan, steps: int | None) -> Probe:
    """Roll a target out unsaved, and find out what it needs.

    Parameters
    ----------
    plan : Plan
        How the target is run; which leading dimension it takes is found out here.
    steps : int or None
        How many steps the user wants; None for at least those of the plan, and for two whole
        cycles of the yields that take part in a cycle of sub-steps.

    Raises
    ------
    Exception
        What the rollout raises with either leading dimension, of the first that was tried.
    """
    problem: Exception | None = None
    for leading in Leading if plan.initial_condition is None else (Leading.TIME,):
        try:
            return _probe(plan._replace(leading=leading), steps)
        except Exception as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _probe(plan: Plan, steps: int | None) -> Probe:
    with unsaved_run(plan) as run:
        iterator = run.start()
        yields: list[Position | None] = []
        wanted = plan.steps if steps is None else steps
        for _ in boundaries(iterator, _MOST_STEPS + 1 if steps is None else steps + 1):
            yields.append(suspended_at(iterator))
            if len(yields) > wanted and (steps is not None or _covers_its_cycle(yields)):
                break
        drawn = max(1, len(yields) - 1)
        if steps is None and drawn > _STEPS_WITHOUT_CYCLE and not _covers_its_cycle(yields):
            drawn = _STEPS_WITHOUT_CYCLE
        return Probe(
            plan.leading,
            drawn,
            tuple(str(module.__file__) for module in user_modules()),
            type(run.model).__name__,
        )


def _covers_its_cycle(yields: list[Position | None]) -> bool:
    """Tell whether the yields after the first have come round at least twice."""
    steps = yields[1:]
    for period in range(1, len(steps) // _CYCLES + 1):
        if all(one == other for one, other in zip(steps, steps[period:], strict=False)):
            return True
    return False


def record(plan: Plan, root: str, scan: bool = True, level: int = 2) -> Recorded:
    """Roll a target out without a stop, write a row at every step, and keep every boundary.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    root : str
        The folder to keep it in; what an earlier try has left there is removed.
    scan : bool
        Whether to keep what the rollout carries at each boundary, too.
    level : int
        The level of the checkpoint.
    """
    with suppress(FileNotFoundError):
        shutil.rmtree(root)
    folders = Folders(root)
    leads: list[float | None] = []
    yields: list[Position | None] = []
    freshness: list[Freshness] = []
    with saved_run(plan, folders.store, level=level) as run:
        assert run.session is not None
        modules = user_modules()
        states = run.session.bound_states
        log = FreshnessLog(states.values())
        iterator = run.start()
        drawn = boundaries(iterator, plan.steps + 1)
        child.under_way()
        started = time.perf_counter()
        for step, boundary in enumerate(drawn):
            folders.trajectory.write(step, boundary)
            leads.append(boundary.lead_time_hours)
            yields.append(suspended_at(iterator))
            freshness.append(log.at(boundary))
            if scan:
                folders.write_fingerprint(step, fingerprint(run.model, iterator, modules))
            write_row(run.session, boundary)
        seconds = time.perf_counter() - started
        if next(boundaries(iterator, 1), None) is None:
            folders.ended.touch()
        return Recorded(
            len(leads),
            tuple(leads),
            tuple(yields),
            tuple(freshness),
            tuple(states),
            seconds,
        )


def record_boundaries(plan: Plan, root: str, field_seed: int) -> int:
    """Keep the boundaries of an unsaved rollout from another initial condition; count them."""
    trajectory = Trajectory(root)
    with unsaved_run(plan) as run:
        count = 0
        for boundary in boundaries(run.start(field_seed), plan.steps + 1):
            trajectory.write(count, boundary)
            count += 1
        return count
