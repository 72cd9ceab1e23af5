"""What is told of the things that a rollout carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.module import Module
    from ckptlint.program.rollouts import Rollout


class CarriedKind(StrEnum):
    """What holds something that a rollout carries."""

    LOCAL = "local"
    ATTRIBUTE = "attribute"
    CORE_ATTRIBUTE = "attribute of the wrapped core"
    GENERATOR = "random generator"
    GLOBAL_RANDOM = "global random generator"

    @property
    def is_random(self) -> bool:
        """Whether it is the state of random numbers."""
        return self in (CarriedKind.GENERATOR, CarriedKind.GLOBAL_RANDOM)


@dataclass(frozen=True, slots=True)
class Where:
    """A node, and the module in which it stands."""

    node: nodes.NodeNG
    module: Module


@dataclass(frozen=True, slots=True)
class Carried:
    """Something that a step leaves for the next one.

    Parameters
    ----------
    name : str
        The local, the attribute as in ``self.core.hidden``, or the library whose global generator
        it is.
    kind : CarriedKind
        What holds it.
    owner : str
        The function that a local belongs to; empty for everything else.
    change, use : Where
        Where a step changes it, and where the next one uses it.
    reset : Where or None
        Where the start of a rollout sets it, whether or not a checkpoint was restored.
    is_saved : bool
        Whether it is written to the bound state.
    is_restored : bool
        Whether a restart sets it from what was restored before it is used.
    is_boundary : bool
        Whether it is the boundary's own tensor or coordinates, as handed to the rollout.
    field : str
        The field that would hold it, as it is declared in the state dataclass.
    """

    name: str
    kind: CarriedKind
    owner: str
    change: Where
    use: Where
    reset: Where | None
    is_saved: bool
    is_restored: bool
    is_boundary: bool
    field: str

    @property
    def is_global(self) -> bool:
        """Whether it is a library's global random generator."""
        return self.kind is CarriedKind.GLOBAL_RANDOM


@dataclass(frozen=True, slots=True)
class CarriedState:
    """What one rollout carries, in the order of the text."""

    rollout: Rollout
    carried: tuple[Carried, ...]
