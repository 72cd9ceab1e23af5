"""Restarts that bring back the tensor without its coordinates, or the coordinates alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ckptlint.program.interpretation.values import Opaque, is_unchanged, reads_of
from ckptlint.program.restoring.parents import ReadBack
from ckptlint.program.restoring.trials import fields_read, in_order, is_given, is_restored_in_place
from ckptlint.program.restoring.ways import place_of

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.interpretation.world import World
    from ckptlint.program.module import Module
    from ckptlint.program.restoring.trials import Boundary, Trial


class Part(StrEnum):
    """A part of a boundary."""

    X = "x"
    COORDS = "coords"


@dataclass(frozen=True, slots=True)
class PartialRestore:
    """A restore of one part of the boundary, while the other goes on from what is given.

    Parameters
    ----------
    node : NodeNG
        Where the part is restored: where it is read back, or the call that leads there.
    read : ReadBack
        Where it is read back.
    restored : Part
        The part that is restored.
    yielded : Yield
        Where a boundary of both is handed out, in `module`.
    """

    node: nodes.NodeNG
    read: ReadBack
    restored: Part
    yielded: nodes.Yield
    module: Module


def partial_restores(restarts: tuple[Trial, ...]) -> tuple[PartialRestore, ...]:
    """Find the restores of one part of the boundary alone, one for each function that restores.

    Parameters
    ----------
    restarts : tuple[Trial, ...]
        The rollouts, restarted.
    """
    found: dict[tuple[nodes.NodeNG, Part], PartialRestore] = {}
    for trial in restarts:
        for boundary in sorted(trial.boundaries, key=lambda one: one.node.lineno):
            part = _restored_alone(boundary)
            if part is None:
                continue
            value = boundary.x if part is Part.X else boundary.coords
            for read in in_order(fields_read(value)):
                node = place_of(read, trial.interpreter)
                if node is not None:
                    partial = PartialRestore(
                        node,
                        ReadBack(read, trial.interpreter.module_of(read)),
                        part,
                        boundary.node,
                        trial.interpreter.module_of(boundary.node),
                    )
                    found.setdefault((node.frame(), part), partial)
    return tuple(sorted(found.values(), key=lambda one: (one.node.lineno, one.node.col_offset)))


def _restored_alone(boundary: Boundary) -> Part | None:
    """Name the part of a boundary that is restored, if the other goes on from what is given."""
    x, coords = boundary.x, boundary.coords
    if _keeps_restored(boundary.yielded.world):
        return None
    if is_restored_in_place(x) and _goes_on_from_given(coords):
        return Part.X
    if is_restored_in_place(coords) and _goes_on_from_given(x):
        return Part.COORDS
    return None


def _goes_on_from_given(value: Value) -> bool:
    """Tell whether a value is made from what the rollout is given, and from nothing restored.

    One that is handed out as it was given never changes, and need not be restored.
    """
    reads = reads_of(value)
    is_made = isinstance(value, Opaque) and not is_unchanged(value)
    return is_made and bool(reads) and all(map(is_given, reads))


def _keeps_restored(world: World) -> bool:
    """Tell whether the model itself holds restored state, of which a step may make use."""
    return any(
        key[0] == "self" and any(not is_given(read) for read in reads_of(value))
        for key, value in world.items()
    )
