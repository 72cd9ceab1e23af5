"""Runs a rollout on a pretended accelerator, stops it, restarts it and compares what comes out."""

from __future__ import annotations

import contextvars
import tempfile
import warnings
from collections import OrderedDict
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from earth2studio.utils.checkpoint import Checkpoint  # type: ignore[import-untyped,unused-ignore]

from ckptlint.verify.rehearsal.device import AcceleratorMode, choose_accelerator
from ckptlint.verify.rehearsal.errors import (
    UnrehearsableError,
    described,
    is_device_fault,
    limit_met,
    place_of,
)
from ckptlint.verify.rehearsal.functions import AcceleratorFunctions
from ckptlint.verify.rehearsal.records import UNREHEARSABLE, Rehearsal, RehearsedRestart
from ckptlint.verify.rehearsal.standins import modules_move_one_by_one, standins
from ckptlint.verify.rehearsal.store import tensors_in_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

START = np.datetime64("2024-01-01T00:00")
LEADING = ("time", "batch")
"""The dimension before the lead time: as the workflows make it, else as a model is called alone."""


class Boundary(NamedTuple):
    """What is known of a yielded boundary without its values."""

    device: str
    shape: tuple[int, ...]
    dtype: str
    lead_time: str


class Drawn(NamedTuple):
    """The boundaries of a rollout, and what ended it before its time."""

    boundaries: tuple[Boundary, ...]
    error: Exception | None


class Stage(NamedTuple):
    """What all rollouts of one rehearsal share.

    Parameters
    ----------
    build : Callable[[], Any]
        Makes the model, with real tensors on the CPU.
    accelerator : torch.device
        The pretended device.
    mode : AcceleratorMode
        The mode that all fake tensors belong to.
    """

    build: Callable[[], Any]
    accelerator: torch.device
    mode: AcceleratorMode


def rehearse_rollout(build: Callable[[], Any], steps: int, stops: Sequence[int]) -> Rehearsal:
    """Run a rollout and its restarts on fake tensors; see `ckptlint.verify.rehearsal.rehearse`."""
    outside = [stop for stop in stops if not 0 <= stop < steps - 1]
    if outside:
        raise ValueError(f"of {steps} steps none is left after {outside[0]}")
    with ExitStack() as stack:
        try:
            stage = Stage(build, choose_accelerator(), AcceleratorMode())
            stack.enter_context(tensors_in_memory())
        except UnrehearsableError as error:
            return Rehearsal(described(error))
        stack.enter_context(standins())
        # No gradient is wanted, and a graph would hold on to all steps.
        stack.enter_context(torch.no_grad())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ckptlint-")))
        return _rehearse(stage, steps, stops, folder)


def _rehearse(stage: Stage, steps: int, stops: Sequence[int], folder: Path) -> Rehearsal:
    for leading in LEADING:
        store = folder / leading
        whole = _draw(stage, leading, store, steps, None)
        error = whole.error
        if error is None:
            restarts = tuple(_restart(stage, leading, store, whole, stop) for stop in stops)
            return Rehearsal(None, restarts, device=str(stage.accelerator))
        if leading == LEADING[0]:
            first = error
        if len(whole.boundaries) > 1 or is_device_fault(error) or limit_met(error) is not None:
            break
    else:
        # No form of the initial condition suits; the one that the workflows make says most.
        error = first
    text = described(error)
    if not is_device_fault(error) and not text.startswith(UNREHEARSABLE):
        text = UNREHEARSABLE + text
    return Rehearsal(text, (), place_of(error), str(stage.accelerator))


def _restart(stage: Stage, leading: str, store: Path, whole: Drawn, stop: int) -> RehearsedRestart:
    expected = whole.boundaries[stop + 1 :]
    if not expected:
        ended = f"the uninterrupted rollout ended after {len(whole.boundaries)} boundaries"
        return RehearsedRestart(stop, UNREHEARSABLE + ended)
    drawn = _draw(stage, leading, store, len(expected), stop)
    wrong = _differences(drawn, expected, stop + 1)
    if drawn.error is None:
        return RehearsedRestart(stop, wrong=wrong)
    return RehearsedRestart(stop, described(drawn.error), place_of(drawn.error), wrong)


def _draw(stage: Stage, leading: str, store: Path, count: int, row: int | None) -> Drawn:
    """Draw boundaries as if no Checkpoint had been made before, and write a row for each."""
    boundaries: list[Boundary] = []

    def roll() -> None:
        checkpoint = Checkpoint("rehearsal", path=store, mode="append", rank=0, world_size=1)
        with checkpoint if row is None else checkpoint.select(row) as session:
            model = stage.build()
            coords = _initial_coords(model, leading)
            with _on_accelerator(stage):
                if hasattr(model, "to"):
                    _without_gradients(model)
                    model = model.to(stage.accelerator)
                shape = [len(values) for values in coords.values()]
                x = torch.empty(shape, device=stage.accelerator)
                for boundary in model.create_iterator(x, coords):
                    if boundary is None:
                        continue
                    boundaries.append(_seen(*boundary))
                    session.write(lead_time=boundary[1]["lead_time"][-1])
                    if len(boundaries) == count:
                        break

    try:
        contextvars.copy_context().run(roll)
    except Exception as error:
        return Drawn(tuple(boundaries), error)
    return Drawn(tuple(boundaries), None)


@contextmanager
def _on_accelerator(stage: Stage) -> Iterator[None]:
    with modules_move_one_by_one(), stage.mode, AcceleratorFunctions(stage.accelerator):
        yield


def _without_gradients(model: Any) -> None:
    """Let no parameter want a gradient; some builds of torch end the process over a fake one."""
    if isinstance(model, torch.nn.Module):
        for parameter in model.parameters():
            parameter.requires_grad_(False)


def _initial_coords(model: Any, leading: str) -> OrderedDict[str, np.ndarray[Any, Any]]:
    """Give the coordinates of an initial condition: a leading dimension, then the model's own.

    Parameters
    ----------
    model : Any
        A prognostic model of Earth2Studio.
    leading : str
        ``time`` for what `earth2studio.run.deterministic` makes, ``batch`` for a plain batch of 1.

    Returns
    -------
    OrderedDict[str, numpy.ndarray]
        One-dimensional coordinates; none is empty.
    """
    coords: OrderedDict[str, np.ndarray[Any, Any]] = OrderedDict()
    coords[leading] = np.array([START]) if leading == "time" else np.arange(1)
    for name, values in model.input_coords().items():
        if name == "time":
            coords[name] = np.array([START])
        elif name != "batch":
            coords[name] = values if len(values) else np.arange(1)
    return coords


def _seen(x: Any, coords: Any) -> Boundary:
    lead = np.asarray(coords["lead_time"])[-1] / np.timedelta64(1, "h")
    device, dtype = getattr(x, "device", type(x).__name__), getattr(x, "dtype", type(x).__name__)
    return Boundary(str(device), tuple(getattr(x, "shape", ())), str(dtype), f"{lead:g} h")


def _differences(drawn: Drawn, expected: Sequence[Boundary], first: int) -> tuple[str, ...]:
    """Tell in what a restart's boundaries differ, each kind of difference at its first step."""
    found: dict[str, str] = {}
    for step, (one, other) in enumerate(zip(drawn.boundaries, expected, strict=False), first):
        for field, seen, wanted in zip(Boundary._fields, one, other, strict=True):
            if seen != wanted:
                name = field.replace("_", " ")
                found.setdefault(field, f"step {step}: {name} {seen}, not {wanted}")
    missing = len(expected) - len(drawn.boundaries)
    if missing and drawn.error is None:
        last = first + len(drawn.boundaries)
        found["length"] = f"step {last}: the rollout ended, {missing} steps early"
    return tuple(found.values())
