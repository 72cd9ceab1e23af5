"""Earth2Studio's built-in workflows over a target: what they are given, what they write."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import time
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession

from ckptlint.verify.boundary import Boundary, hours_of
from ckptlint.verify.initial_condition import START
from ckptlint.verify.rollout import STORE_NAME, prepare, seed_everything

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ckptlint.verify.plan import Plan

_KILLED = "killed"
_SPREAD = 0.1
_NO_DOMAIN = ("batch", "time", "lead_time", "variable")


class Workflow(NamedTuple):
    """One built-in workflow, and how it is run.

    Parameters
    ----------
    name : str
        ``deterministic`` or ``ensemble``.
    steps : int
        How many steps after the initial condition.
    members : int
        How many members; 1 for ``deterministic``.
    batch_size : int
        How many of them are run at a time.
    """

    name: str
    steps: int
    members: int = 1
    batch_size: int = 1

    @property
    def writes(self) -> int:
        """How often an uninterrupted run writes a row."""
        batches = -(-self.members // self.batch_size)
        return batches * (self.steps + 1)

    @property
    def words(self) -> str:
        """The workflow for a message."""
        if self.name == "deterministic":
            return "`run.deterministic`"
        return f"`run.ensemble` with {self.members} members in batches of {self.batch_size}"


class Key(NamedTuple):
    """One field of a workflow's output: a variable of a member at a lead time, in hours."""

    member: int
    lead_time_hours: float
    variable: str


def run_workflow(plan: Plan, workflow: Workflow, root: str, killed_at: int | None = None) -> None:
    """Run a workflow with a checkpoint from its start.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    workflow : Workflow
        What to run.
    root : str
        The folder of its checkpoint and of its output.
    killed_at : int or None
        The number of the write, from 1, after which the process kills itself by SIGKILL.
    """
    shutil.rmtree(root, ignore_errors=True)  # of a worker that was lost
    if killed_at is not None:
        _die_after(killed_at, Path(root) / _KILLED)
    _run(plan, workflow, root)


def restart_workflow(plan: Plan, workflow: Workflow, root: str, copy: str) -> None:
    """Restart a workflow that was killed, in a copy of the folder of its checkpoint and output."""
    shutil.copytree(root, copy, dirs_exist_ok=True)
    _run(plan, workflow, copy)


def _run(plan: Plan, workflow: Workflow, root: str) -> None:
    from earth2studio import run  # it takes seconds, which only child processes have paid

    build = prepare(plan)
    checkpoint = Checkpoint(STORE_NAME, path=Path(root) / "rows")
    output = OutputFolder(Path(root) / "output")
    with checkpoint:
        model = build()
        seed_everything(plan.rollout_seed)
        arguments: dict[str, Any] = {
            "time": [START],
            "nsteps": workflow.steps,
            "prognostic": model,
            "data": RandomFields(model.input_coords(), plan.field_seed),
            "io": output,
            "device": torch.device(plan.device),
            "verbose": False,
            "checkpoint": checkpoint,
        }
        if workflow.name == "deterministic":
            run.deterministic(**arguments)
        else:
            run.ensemble(
                nensemble=workflow.members,
                batch_size=workflow.batch_size,
                perturbation=MemberOffsets(),
                **arguments,
            )


def was_killed(root: str) -> bool:
    """Tell whether the process of a workflow came to the write after which it was to die."""
    return (Path(root) / _KILLED).exists()


def _die_after(number: int, mark: Path) -> None:
    original = CheckpointSession.write
    count = 0

    def write(session: Any, **metadata: Any) -> Any:
        nonlocal count
        entry = original(session, **metadata)
        count += 1
        if count == number:
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return entry

    CheckpointSession.write = write


class RandomFields:
    """A data source of random fields that depend on the time and the variable alone.

    Parameters
    ----------
    coords : Mapping[str, numpy.ndarray]
        The model's input coordinates, whose domain the fields have.
    seed : int
        What the fields are made from.
    """

    def __init__(self, coords: Mapping[str, np.ndarray], seed: int) -> None:
        self._domain = {key: value for key, value in coords.items() if key not in _NO_DOMAIN}
        self._seed = seed

    def __call__(self, time: Any, variable: Any) -> Any:
        """Give the fields as float32, dimensions time, variable and those of the domain."""
        import xarray

        times, variables = np.atleast_1d(time), np.atleast_1d(variable)
        shape = tuple(len(values) for values in self._domain.values())
        fields = np.stack(
            [
                np.stack([_field((self._seed, str(when), str(name)), shape) for name in variables])
                for when in times
            ]
        )
        return xarray.DataArray(
            fields,
            dims=["time", "variable", *self._domain],
            coords={"time": times, "variable": variables, **self._domain},
        )


class MemberOffsets:
    """A perturbation that depends on the member's number alone."""

    def __call__(self, x: torch.Tensor, coords: Any) -> tuple[torch.Tensor, Any]:
        """Add small random fields to each member, the first dimension of `x`."""
        members = coords["ensemble"]
        fields = [_field(("member", int(each)), tuple(x.shape[1:])) for each in members]
        return x + _SPREAD * torch.from_numpy(np.stack(fields)).to(x), coords


def _field(key: tuple[object, ...], shape: Sequence[int]) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(repr(key).encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


class OutputFolder:
    """An IO backend that keeps each write as a file of its own, whole or not at all.

    Parameters
    ----------
    folder : Path
        Where the files are; what an earlier process has written there stays.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add_array(self, coords: Any, array_name: Any, **keywords: Any) -> None:
        """Take note of nothing: each write carries its own coordinates."""

    def write(self, x: Any, coords: Any, array_name: Any) -> None:
        """Keep the fields of some variables."""
        tensors = x if isinstance(x, list) else [x]
        names = [array_name] if isinstance(array_name, str) else [*array_name]
        kept = [tensor.detach().cpu().clone() for tensor in tensors]
        path = self._folder / f"{time.time_ns():020d}-{os.getpid()}"
        unfinished = path.with_suffix(".part")
        torch.save((kept, dict(coords), [str(name) for name in names]), unfinished)
        unfinished.replace(path.with_suffix(".pt"))


def read_output(root: str) -> dict[Key, Boundary]:
    """Give the fields that a workflow has written, what was written last where it did so twice."""
    fields: dict[Key, Boundary] = {}
    for path in sorted((Path(root) / "output").glob("*.pt")):
        tensors, coords, names = torch.load(path, weights_only=False)
        for tensor, name in zip(tensors, names, strict=True):
            for member, part in _by_member(tensor, coords):
                for index, lead in enumerate(coords["lead_time"]):
                    axis = [key for key in coords if key != "ensemble"].index("lead_time")
                    hours = hours_of(lead)
                    assert hours is not None
                    field = part.select(axis, index).clone()
                    fields[Key(member, hours, name)] = Boundary(field, OrderedDict())
    return fields


def _by_member(tensor: torch.Tensor, coords: Mapping[str, Any]) -> list[tuple[int, torch.Tensor]]:
    if "ensemble" not in coords:
        return [(0, tensor)]
    axis = [*coords].index("ensemble")
    return [
        (int(member), tensor.select(axis, index)) for index, member in enumerate(coords["ensemble"])
    ]
