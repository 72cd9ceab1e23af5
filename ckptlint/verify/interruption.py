"""A workflow of the user's run in one go, killed at a write, and run again where it was killed."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

import numpy as np
import torch
from earth2studio.utils import checkpoint as checkpoints
from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession

from ckptlint.verify.loading import load, user_modules
from ckptlint.verify.position import Position, raised_at
from ckptlint.verify.rollout import seed_everything

if TYPE_CHECKING:
    from types import FrameType

    from ckptlint.verify.plan import Plan

VALUE = "what it returns"
"""The part of the output that stands in no file."""

_KILLED = "killed"
_BACKUP = "as-killed"
_STATE = "run"
_WORK, _DEFAULT_STORES = "path", "stores"


class Content(NamedTuple):
    """A part of the output: the digest of its bits, and for a file how many bytes it has."""

    digest: str
    size: int = 0


class Ran(NamedTuple):
    """What a workflow did.

    Parameters
    ----------
    error : str or None
        What it raised.
    raised_at : Position or None
        The line of the user's code on which it raised.
    stops : int
        How often it wrote, or committed by a flush.
    uncommitted : tuple[Position, ...]
        The writes that had not been committed when it ended, in the order of their making.
    output : Mapping[str, Content]
        Each file below its folder that is not a checkpoint's own, and the value that it returns.
    rows : Mapping[str, Content]
        The last row of each checkpoint.
    outside : str or None
        A checkpoint that is kept elsewhere than in the workflow's folder.
    """

    error: str | None
    raised_at: Position | None
    stops: int
    uncommitted: tuple[Position, ...]
    output: Mapping[str, Content]
    rows: Mapping[str, Content]
    outside: str | None

    @property
    def results(self) -> Mapping[str, Content]:
        """What a restart must give again: the output, or the last rows where there is none."""
        return self.output or self.rows


def run_to_end(plan: Plan, root: str) -> Ran:
    """Run a workflow in an empty folder."""
    shutil.rmtree(root, ignore_errors=True)  # of a worker that was lost
    return _run(plan, Path(root), None)


def run_killed(plan: Plan, root: str, stop: int) -> None:
    """Run a workflow in an empty folder, and kill the process by SIGKILL at a stop, from 1."""
    shutil.rmtree(root, ignore_errors=True)
    _run(plan, Path(root), stop)


def was_killed(root: str) -> bool:
    """Tell whether the process came to the stop at which it was to die."""
    return (Path(root) / _KILLED).exists()


def run_again(plan: Plan, root: str) -> Ran:
    """Run a workflow that was killed once more, in the same folder, to its end."""
    state, backup = Path(root) / _STATE, Path(root) / _BACKUP
    if backup.exists():  # a worker was lost
        shutil.rmtree(state, ignore_errors=True)
    else:
        state.rename(backup)
    shutil.copytree(backup, state)
    return _run(plan, Path(root), None)


def _run(plan: Plan, root: Path, killed_at: int | None) -> Ran:
    work = root / _STATE / _WORK
    work.mkdir(parents=True, exist_ok=True)
    run = load(plan.target, plan.overlays)
    watch = _Watch(killed_at, root)
    seed_everything(plan.rollout_seed)
    error, where, value = None, None, None
    with watch:
        try:
            value = run(work)
        except Exception as problem:  # whatever the workflow raises
            told = " ".join(str(problem).split()).replace(f"{work}{os.sep}", "")
            error = f"{type(problem).__name__}: {told}".rstrip(": ")
            where = raised_at(problem)
    output = _files(work, watch.stores)
    if value is not None:
        output[VALUE] = Content(_digest_of_value(value))
    outside = next((str(one) for one in watch.stores if not one.is_relative_to(root)), None)
    rows = {} if outside else _last_rows(watch.stores)
    return Ran(error, where, watch.stops, watch.uncommitted(), output, rows, outside)


class _Watch:
    """Counts the writes of all sessions while it is entered, and kills the process at one.

    A Checkpoint that is given no folder is kept below `root`, lest runs find each other's rows.
    """

    def __init__(self, killed_at: int | None, root: Path) -> None:
        self.stops = 0
        self.stores: dict[Path, None] = {}
        self._killed_at = killed_at
        self._mark = root / _KILLED
        self._default_stores = root / _STATE / _DEFAULT_STORES
        self._pending: dict[Any, list[Position]] = {}
        self._is_writing = False
        self._patches = ExitStack()

    def uncommitted(self) -> tuple[Position, ...]:
        """Give where sessions have written what was never committed."""
        return tuple(where for writes in self._pending.values() for where in writes)

    def __enter__(self) -> None:
        make, write, flush = Checkpoint.__init__, CheckpointSession.write, CheckpointSession.flush

        def noted_make(checkpoint: Any, *arguments: Any, **named: Any) -> None:
            make(checkpoint, *arguments, **named)
            self.stores[Path(checkpoint.rank_path).absolute()] = None

        def noted_write(session: Any, **metadata: Any) -> Any:
            self._is_writing = True
            try:
                entry = write(session, **metadata)
            finally:
                self._is_writing = False
            if entry is None:
                self._pending.setdefault(session, []).append(_line_of_user(sys._getframe(1)))
            self._stop()
            return entry

        def noted_flush(session: Any, **metadata: Any) -> Any:
            entry = flush(session, **metadata)
            if entry is not None:
                self._pending.pop(session, None)
                if not self._is_writing:
                    self._stop()
            return entry

        for where, name, replacement in (
            (Checkpoint, "__init__", noted_make),
            (CheckpointSession, "write", noted_write),
            (CheckpointSession, "flush", noted_flush),
            (checkpoints, "default_checkpoint_path", self._default_stores.joinpath),
        ):
            self._patches.enter_context(patch.object(where, name, replacement))

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    def _stop(self) -> None:
        self.stops += 1
        if self.stops == self._killed_at:
            self._mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


def _line_of_user(frame: FrameType | None) -> Position:
    """Give the innermost line of the user's own modules from which something was called."""
    files = {os.path.realpath(str(module.__file__)) for module in user_modules()}
    while frame is not None:
        path = os.path.realpath(frame.f_code.co_filename)
        if path in files:
            return Position(path, frame.f_lineno, frame.f_code.co_qualname)
        frame = frame.f_back
    return Position("", 0, "")


def _files(folder: Path, stores: Mapping[Path, None]) -> dict[str, Content]:
    """Digest each file below a folder that is not a checkpoint's own."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(_is_of_store(path, store) for store in stores):
            data = path.read_bytes()
            content = Content(hashlib.blake2b(data).hexdigest(), len(data))
            found[path.relative_to(folder).as_posix()] = content
    return found


def _is_of_store(path: Path, store: Path) -> bool:
    if not path.is_relative_to(store):
        return False
    first = path.relative_to(store).parts[0]
    return first == "commits" or first.startswith((".tmp_", "catalog.json", ".catalog.json"))


def _last_rows(stores: Mapping[Path, None]) -> dict[str, Content]:
    """Digest the last row of each checkpoint, without what differs from run to run."""
    found = {}
    for store in stores:
        rows = Checkpoint("read", path=store, mode="append", rank=0, world_size=1).catalog
        if rows:
            digest = hashlib.blake2b(repr((rows[-1].write_count, rows[-1].metadata)).encode())
            for array in sorted(store.glob(f"commits/{rows[-1].commit_id}/**/*.npy")):
                digest.update(array.read_bytes())
            found[f"the last row of `{store.name}`"] = Content(digest.hexdigest())
    return found


def _digest_of_value(value: object) -> str:
    digest = hashlib.blake2b()
    _take_up(value, digest)
    return digest.hexdigest()


def _take_up(value: object, digest: Any) -> None:
    """Take up the bits of a value; of what has no bits to compare, its type alone."""
    digest.update(type(value).__qualname__.encode())
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        digest.update(repr((value.dtype, tuple(value.shape))).encode())
        digest.update(value.contiguous().flatten().view(torch.uint8).numpy().tobytes())
    elif isinstance(value, np.ndarray):
        digest.update(repr((value.dtype, value.shape)).encode())
        digest.update(value.tobytes() if value.dtype != object else repr(value.tolist()).encode())
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _take_up(key, digest)
            _take_up(item, digest)
    elif isinstance(value, list | tuple):
        digest.update(str(len(value)).encode())
        for item in value:
            _take_up(item, digest)
    elif isinstance(value, str | bytes | int | float | complex | np.generic):
        digest.update(repr(value).encode())
