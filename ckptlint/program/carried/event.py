"""What happens at the points of an unrolled rollout: which locations are read and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.module import Module


class Location(NamedTuple):
    """A place that holds a value.

    Parameters
    ----------
    root : tuple[int, str] or None
        The activation of a function and the name of its local; None for the model.
    path : tuple[str, ...]
        The attributes that lead on from there; the objects that locals hold are not taken apart.
    """

    root: tuple[int, str] | None
    path: tuple[str, ...] = ()

    def holds(self, other: Location) -> bool:
        """Tell whether `other` is this location or lies inside what it holds."""
        return self.root == other.root and other.path[: len(self.path)] == self.path


GLOBAL_RANDOM = -1
"""The activation that stands in the root of the global random generators."""


def global_generator(library: str) -> Location:
    """Give the location of the global random generator of torch, numpy or random."""
    return Location((GLOBAL_RANDOM, library))


@dataclass(frozen=True, slots=True)
class Event:
    """One read or write.

    Parameters
    ----------
    node : NodeNG
        The syntax that does it.
    module : Module
        Where that stands.
    reads : frozenset[Location]
        What is read; a written value is made from it.
    target : Location or None
        What is written; None says that the rollout itself depends on what is read.
    hides : bool
        Whether nothing of what the target held is read afterwards.
    overwrites : bool
        Whether nothing of what the target held is left.
    changes : bool
        Whether the target is seen to hold another value afterwards.
    updates : bool
        Whether the new value is made from the target's old one.
    restores : bool
        Whether the bound state is read.
    """

    node: nodes.NodeNG
    module: Module
    reads: frozenset[Location] = frozenset()
    target: Location | None = None
    hides: bool = True
    overwrites: bool = True
    changes: bool = True
    updates: bool = False
    restores: bool = False
