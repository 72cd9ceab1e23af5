"""Runs fixtures on the real Earth2Studio: a rollout is stopped after each step and restarted."""

from __future__ import annotations

import contextvars
import importlib
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

STEPS = 9

Result = TypeVar("Result")
Step = tuple[float, torch.Tensor]


def load(file: Path) -> ModuleType:
    """Import a fixture anew, with its neighbours at hand."""
    folder = str(file.parent)
    for name in [path.stem for path in file.parent.glob("*.py")]:
        sys.modules.pop(name, None)
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(file.stem)
    finally:
        sys.path.remove(folder)


def alone(function: Callable[..., Result], *arguments: object) -> Result:
    """Run a function as if no Checkpoint had been made before."""
    return contextvars.copy_context().run(function, *arguments)


def roll(build: Callable[[], Any], checkpoint: Path, steps: int, row: int | None) -> list[Step]:
    """Draw boundaries, from the start or from a saved row, and write a row for each."""
    store = Checkpoint("fixture", path=checkpoint, mode="append")
    drawn: list[Step] = []
    with store if row is None else store.select(row) as session:
        model = build()
        coords = model.input_coords()
        shape = [len(values) for values in coords.values()]
        shape[0] = 1
        coords["batch"] = torch.arange(1).numpy()
        x = torch.rand(shape, generator=torch.Generator().manual_seed(3))
        iterator = model.create_iterator(x, coords)
        for boundary in iterator:
            if boundary is None:
                continue
            lead = boundary[1]["lead_time"][-1].astype("timedelta64[m]").astype(float) / 60
            drawn.append((lead, boundary[0].clone()))
            session.write(lead_time=boundary[1]["lead_time"][-1])
            if len(drawn) == steps:
                break
    return drawn


def divergences(build: Callable[[], Any], folder: Path) -> list[str]:
    """Tell after which stops a restarted rollout is not the uninterrupted one, bit for bit."""
    whole = alone(roll, build, folder / "whole", STEPS, None)
    again = alone(roll, build, folder / "again", STEPS, None)
    found = [] if same(whole, again) else ["the rollout is not reproducible"]
    for row in range(len(whole) - 1):
        copy = folder / f"row{row}"
        shutil.copytree(folder / "whole", copy)
        try:
            restarted = alone(roll, build, copy, len(whole) - row - 1, row)
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            found.append(f"stop {row}: {type(error).__name__}: {error}")
            continue
        if not same(restarted, whole[row + 1 :]):
            leads = [lead for lead, _ in restarted]
            found.append(f"stop {row}: leads {leads}, not {[lead for lead, _ in whole[row + 1 :]]}")
    return found


def same(left: list[Step], right: list[Step]) -> bool:
    """Tell whether two rollouts are equal in lead times and in every bit."""
    return len(left) == len(right) and all(
        one[0] == other[0] and torch.equal(one[1], other[1])
        for one, other in zip(left, right, strict=True)
    )


@dataclass(frozen=True)
class Flushed:
    """A `flush()` that a fixture has called itself, and whether it changed the catalog."""

    line: int
    committed: bool


def flushes_of(run: Callable[[Path], object], file: Path, folder: Path) -> list[Flushed]:
    """Run a workflow and tell what each of its flushes did."""
    calls: list[Flushed] = []
    original = CheckpointSession.flush

    def flush(session: CheckpointSession, **metadata: object) -> object:
        caller = sys._getframe(1)
        before = session.catalog.catalog
        entry = original(session, **metadata)
        if caller.f_code.co_filename == str(file):
            calls.append(Flushed(caller.f_lineno, session.catalog.catalog != before))
        return entry

    CheckpointSession.flush = flush
    try:
        alone(run, folder)
    finally:
        CheckpointSession.flush = original
    return calls
