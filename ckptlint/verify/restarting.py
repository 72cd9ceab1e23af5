"""A restart in a fresh process, compared with the uninterrupted rollout as it goes."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.verify.following import Comparison
from ckptlint.verify.loading import user_modules
from ckptlint.verify.recording import Folders
from ckptlint.verify.rollout import boundaries, saved_run, write_row
from ckptlint.verify.state.fingerprint import array_digest, fingerprint
from ckptlint.verify.state.planting import Planting, capture, planted
from ckptlint.verify.state.spots import Root
from ckptlint.verify.verdict import StopCurve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.verify.boundary import Boundary
    from ckptlint.verify.plan import Plan
    from ckptlint.verify.state.fingerprint import Fingerprint
    from ckptlint.verify.state.spots import Content, Spot
    from ckptlint.verify.verdict import StepDifference


class Suspect(NamedTuple):
    """A spot that holds something else after a restart than in the uninterrupted rollout.

    `changes` tells whether a step of the uninterrupted rollout changed it, `is_saved` whether the
    saved state holds the same value, in either rollout its own.
    """

    spot: Spot
    content: Content
    changes: bool
    is_saved: bool = False


class Restarted(NamedTuple):
    """What a restart did.

    Parameters
    ----------
    curve : StopCurve
        How far each boundary is from that of the uninterrupted rollout.
    first_lead : float or None
        The lead time of the first boundary it yielded, in hours.
    repeats : bool
        Whether that is, bit for bit, the boundary that was restored.
    error : str or None
        What it raised, in one line.
    suspects : tuple[Suspect, ...]
        What is not as it was, though it is no part of the boundary or of the saved state.
    """

    curve: StopCurve
    first_lead: float | None = None
    repeats: bool = False
    error: str | None = None
    suspects: tuple[Suspect, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether every boundary agrees in every bit."""
        return self.error is None and not any(one.differs for one in self.curve.differences)


def largest(curve: StopCurve) -> tuple[float, int | None]:
    """Give the largest difference of a curve in value and in ULPs.

    Infinite and None where some boundary cannot be compared in its values.
    """
    max_abs, max_ulp = 0.0, 0
    for one in curve.differences:
        if one.differs and one.max_abs is None:
            return float("inf"), None
        max_abs = max(max_abs, one.max_abs or 0.0)
        max_ulp = max(max_ulp, one.max_ulp or 0)
    return max_abs, max_ulp


def distance(restarted: Restarted) -> float:
    """Give the largest difference of a restart in value; -1 where all bits agree."""
    if restarted.error is not None:
        return float("inf")
    return -1.0 if restarted.is_exact else largest(restarted.curve)[0]


def is_within(restarted: Restarted, tolerance: float) -> bool:
    """Tell whether a restart is as exact as the user asks; without a tolerance in every bit.

    Zeros of another sign, and NaN of another payload, differ by 0 and are not the same bits.
    """
    return restarted.is_exact or (tolerance > 0 and distance(restarted) <= tolerance)


def restart(
    plan: Plan,
    root: str,
    stop: int,
    level: int = 2,
    first: int | None = None,
    planting: Planting | None = None,
) -> Restarted:
    """Restart from the row of a stop, and compare what follows with the recorded rollout.

    Parameters
    ----------
    plan : Plan
        How the target is run; its rollout seed is to be another than that of the recording.
    root : str
        The folder of the recorded rollout.
    stop : int
        The number of the last boundary before the stop.
    level : int
        The level of the checkpoint.
    first : int or None
        The number of the boundary that is due first; the one after the stop by default.
    planting : Planting or None
        Values to put in their place first, to see whether they are to blame.
    """
    folders = Folders(root)
    trajectory = folders.trajectory
    due = stop + 1 if first is None else first
    lead = trajectory.read(stop).lead_time_hours
    with (
        tempfile.TemporaryDirectory() as folder,
        saved_run(plan, copy_of_rows(folders.store, Path(folder)), row=stop, level=level) as run,
    ):
        assert run.session is not None
        modules = user_modules()
        suspects: tuple[Suspect, ...] = ()
        with planted(planting, run.model):
            iterator = run.start()
            comparison = Comparison(trajectory, due, len(trajectory))
            for boundary in comparison.follow(boundaries(iterator, comparison.count)):
                if comparison.drawn == 1 and level == 2 and planting is None:
                    now = fingerprint(run.model, iterator, modules)
                    suspects = _suspects(folders, due, now, boundary)
                write_row(run.session, boundary)
            if folders.ended.exists():
                comparison.expect_end(iterator)
    return Restarted(
        StopCurve(stop, lead, tuple(comparison.differences), comparison.error),
        comparison.first_lead,
        comparison.repeats(stop),
        comparison.error,
        suspects,
    )


def copy_of_rows(store: Path, folder: Path) -> Path:
    """Give a restart rows of its own; committed files are linked, for they never change."""
    copy = folder / "rows"
    if store.exists():
        shutil.copytree(store, copy, copy_function=_link)
    return copy


def _link(source: str, target: str) -> None:
    with suppress(OSError):
        os.link(source, target)
        return
    shutil.copy2(source, target)


def _suspects(
    folders: Folders, step: int, now: Fingerprint, boundary: Boundary
) -> tuple[Suspect, ...]:
    """Find what is not as it was when the uninterrupted rollout had come to this boundary."""
    then = folders.read_fingerprint(step)
    before = folders.read_fingerprint(step - 1)
    expected = folders.trajectory.read(step)
    there = set(_digests([expected.x, *expected.coords.values()]))
    here = set(_digests([boundary.x, *boundary.coords.values()]))
    saved_there, saved_here = set(_bound(then)), set(_bound(now))
    suspects = []
    for spot, content in then.items():
        found = now.get(spot)
        if spot.root is Root.BOUND or found == content:
            continue
        if content.digest in there and found is not None and found.digest in here:
            continue
        changes = before.get(spot) != content
        if changes or spot.root in (Root.MODEL, Root.GLOBAL):
            is_saved = content.digest in saved_there and (
                found is not None and found.digest in saved_here
            )
            suspects.append(Suspect(spot, content, changes, is_saved))
    return tuple(suspects)


def _bound(found: Fingerprint) -> Iterator[str]:
    """Give the digests of the arrays that the saved state holds."""
    for spot, content in found.items():
        if spot.root is Root.BOUND and content.is_array:
            yield content.digest


def _digests(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        yield array_digest(value)  # type: ignore[arg-type]


def resume(plan: Plan, whole: str, store: str, due: int) -> Restarted:
    """Go on from the last row of a checkpoint, as a job that is started again does.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    whole : str
        The folder of the recorded rollout, which is what is due.
    store : str
        The folder of the checkpoint; rows are added to a copy of it.
    due : int
        The number of the boundary that is due first: so many rows there are.
    """
    trajectory = Folders(whole).trajectory
    comparison = Comparison(trajectory, due, len(trajectory))
    with (
        tempfile.TemporaryDirectory() as folder,
        saved_run(plan, copy_of_rows(Path(store), Path(folder))) as run,
    ):
        assert run.session is not None
        for boundary in comparison.follow(boundaries(run.start(), comparison.count)):
            write_row(run.session, boundary)
    lead = trajectory.read(due - 1).lead_time_hours if due else None
    curve = StopCurve(due - 1, lead, tuple(comparison.differences), comparison.error)
    return Restarted(curve, comparison.first_lead, error=comparison.error)


def repeat(plan: Plan, root: str) -> tuple[StepDifference, ...]:
    """Roll out without a stop once more, and compare with the recorded rollout.

    With the recording's own seeds, this tells whether the rollout is reproducible at all.
    """
    trajectory = Folders(root).trajectory
    with tempfile.TemporaryDirectory() as folder, saved_run(plan, Path(folder)) as run:
        assert run.session is not None
        comparison = Comparison(trajectory, 0, len(trajectory))
        for boundary in comparison.follow(boundaries(run.start(), comparison.count)):
            write_row(run.session, boundary)
    return tuple(comparison.differences)


def take_values(plan: Plan, stop: int, spots: tuple[Spot, ...]) -> dict[Spot, tuple[Spot, bytes]]:
    """Roll out to a stop as the recording did, and take the values that stand at some spots."""
    with tempfile.TemporaryDirectory() as folder, saved_run(plan, Path(folder)) as run:
        assert run.session is not None
        for step, boundary in enumerate(boundaries(run.start(), stop + 1)):
            if step == stop:
                return capture(spots, run.model)
            write_row(run.session, boundary)
    return {}
