"""The flushes of a workflow, and what each of them changed."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from earth2studio.utils.checkpoint import CheckpointSession

from ckptlint.verify.loading import load, user_modules
from ckptlint.verify.rollout import seed_everything

if TYPE_CHECKING:
    from ckptlint.verify.plan import Plan


class Flushed(NamedTuple):
    """One call of ``flush`` without metadata, and whether the checkpoint's files changed by it."""

    path: str
    line: int
    changed: bool


class Watched(NamedTuple):
    """What a workflow did.

    Parameters
    ----------
    flushes : tuple[Flushed, ...]
        Its own flushes, in order.
    rows : tuple[str, ...]
        The digests of the rows it left, without what differs from run to run.
    files : tuple[str, ...]
        The absolute paths of the user's modules that it imports.
    """

    flushes: tuple[Flushed, ...]
    rows: tuple[str, ...]
    files: tuple[str, ...]


def watch_flushes(plan: Plan) -> Watched:
    """Run a workflow in an empty folder, and look at the checkpoint before and after each flush.

    Raises
    ------
    Exception
        Whatever the workflow raises.
    """
    run = load(plan.target, plan.overlays)
    flushes: list[Flushed] = []
    original = CheckpointSession.flush

    def flush(session: Any, **metadata: Any) -> Any:
        caller = sys._getframe(1)
        store = Path(session.catalog.rank_path)
        before = _digest_of_tree(store)
        entry = original(session, **metadata)
        if not metadata:
            path = os.path.realpath(caller.f_code.co_filename)
            changed = entry is not None or _digest_of_tree(store) != before
            flushes.append(Flushed(path, caller.f_lineno, changed))
        return entry

    CheckpointSession.flush = flush
    try:
        with tempfile.TemporaryDirectory() as folder:
            seed_everything(plan.rollout_seed)
            run(Path(folder))
            files = {os.path.realpath(str(module.__file__)) for module in user_modules()}
            own = tuple(one for one in flushes if one.path in files)
            return Watched(own, _rows(Path(folder)), tuple(sorted(files)))
    finally:
        CheckpointSession.flush = original


def _digest_of_tree(folder: Path) -> str:
    digest = hashlib.blake2b()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _rows(folder: Path) -> tuple[str, ...]:
    """Digest each catalog and the arrays of each row, in the order of the catalogs."""
    from earth2studio.utils.checkpoint import Checkpoint

    rows = []
    for catalog in sorted(folder.rglob("catalog.json")):
        checkpoint = Checkpoint("read", path=catalog.parent, mode="append")
        for entry in checkpoint.catalog:
            digest = hashlib.blake2b(repr((entry.write_count, entry.metadata)).encode())
            for array in sorted(catalog.parent.glob(f"commits/{entry.commit_id}/**/*.npy")):
                digest.update(array.read_bytes())
            rows.append(f"{catalog.parent.relative_to(folder)}:{digest.hexdigest()}")
    return tuple(rows)
