"""A rollout in this process: its checkpoint session, its model, and the boundaries it yields."""

from __future__ import annotations

import os
import random
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from earth2studio.utils.checkpoint import Checkpoint

from ckptlint.verify.boundary import Boundary
from ckptlint.verify.initial_condition import initial_condition
from ckptlint.verify.loading import load, make_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from earth2studio.utils.checkpoint import CheckpointSession

    from ckptlint.verify.plan import Plan

STORE_NAME = "ckptlint-verify"
_MOST_SILENT_STEPS = 64


class Run(NamedTuple):
    """A model that is ready to roll, and where it is saved.

    `session` is None where nothing is saved; `build` makes another model of the same kind.
    """

    plan: Plan
    model: Any
    session: CheckpointSession | None
    build: Callable[[], Any]

    def start(self, field_seed: int | None = None) -> Iterator[Any]:
        """Make an iterator on an initial condition, the plan's own or another."""
        x, coords = initial_condition(self.plan, self.model, field_seed)
        iterator: Iterator[Any] = self.model.create_iterator(x, coords)
        return iterator


def prepare(plan: Plan) -> Callable[[], Any]:
    """Make this process compute reproducibly, and give what makes the target's model.

    Raises
    ------
    Exception
        Whatever the import of the user's modules raises.
    """
    # cuBLAS reads it when its first handle is made, and is not reproducible without it.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(plan.threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    build = load(plan.target, plan.overlays)

    def make() -> Any:
        seed_everything(plan.build_seed)
        model = make_model(build)
        return model.to(plan.device) if callable(getattr(model, "to", None)) else model

    return make


@contextmanager
def unsaved_run(plan: Plan) -> Iterator[Run]:
    """Make a model that no checkpoint saves."""
    build = prepare(plan)
    model = build()
    with _scratch_folder():
        seed_everything(plan.rollout_seed)
        yield Run(plan, model, None, build)


@contextmanager
def saved_run(
    plan: Plan, store: Path, row: int | None = None, level: int = 2, mode: str = "append"
) -> Iterator[Run]:
    """Make a model in a checkpoint session: a new one, or one that restarts from a saved row.

    The model is made in the folder in which ckptlint was called; the rollout then runs in an empty
    folder of its own.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    store : Path
        The folder of the checkpoint.
    row : int or None
        The row to restart from; None for a session as ``with checkpoint`` gives it.
    level : int
        The checkpoint's level.
    mode : str
        The checkpoint's mode: "append" keeps every row, "overwrite" the last.
    """
    build = prepare(plan)
    checkpoint = Checkpoint(STORE_NAME, path=store, mode=mode, level=level)
    with checkpoint if row is None else checkpoint.select(row) as session:
        model = build()
        with _scratch_folder():
            seed_everything(plan.rollout_seed)
            yield Run(plan, model, session, build)


def boundaries(iterator: Iterator[Any], count: int) -> Iterator[Boundary]:
    """Draw at most `count` boundaries; a None that a generator yields to be primed is none.

    Raises
    ------
    NotABoundary
        If something else is yielded.
    """
    silent = 0
    drawn = 0
    while drawn < count:
        try:
            yielded = next(iterator)
        except StopIteration:
            return
        if yielded is None and silent < _MOST_SILENT_STEPS:
            silent += 1
            continue
        drawn += 1
        yield Boundary.of(yielded)


def write_row(session: CheckpointSession, boundary: Boundary) -> None:
    """Write a row for a boundary, as the built-in workflows do."""
    lead_time = boundary.coords.get("lead_time")
    if lead_time is not None and len(lead_time):
        session.write(lead_time=lead_time[-1])
    else:
        session.write()


def seed_everything(seed: int) -> None:
    """Seed all global random generators, those of the accelerators too."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


@contextmanager
def _scratch_folder() -> Iterator[None]:
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="ckptlint-rollout-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
