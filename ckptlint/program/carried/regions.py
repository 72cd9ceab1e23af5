"""Parts of a rollout that is being unrolled: bodies, copies of loops, generators drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from astroid import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.carried.activation import Activation
    from ckptlint.program.flow.graph import Point


@dataclass(slots=True)
class Laid:
    """A body in the graph: where it starts and ends, and its yields with what follows each."""

    entry: int
    exit: int
    raised: int
    yields: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Drawn:
    """A generator that is drawn from.

    Parameters
    ----------
    call : NodeNG
        The call that made it.
    run : Activation
        Its activation.
    yields : list
        Its yields with their nodes in the graph, each with its own activation.
    laid : Laid
        Its body.
    passed : list[int]
        What follows the yields that ``next`` has drawn.
    """

    call: nodes.NodeNG
    run: Activation
    yields: list[tuple[int, nodes.Yield, Activation]] = field(default_factory=list)
    laid: Laid = field(default_factory=lambda: Laid(-1, -1, -1))
    passed: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Region:
    """Points that are laid together: a whole body, or one copy of a loop's.

    Parameters
    ----------
    points : tuple[Point, ...]
        The points.
    around : Region or None
        That in which the loop stands.
    loop : Point or None
        The loop whose body it is.
    given, resumed : int
        The yield that gives the item to this copy, and what goes on when the next is asked for.
    """

    points: tuple[Point, ...]
    around: Region | None = None
    loop: Point | None = None
    given: int = -1
    resumed: int = -1
    before: dict[int, int] = field(default_factory=dict)
    after: dict[int, int] = field(default_factory=dict)
    again: dict[int, int] = field(default_factory=dict)
    raised: dict[int, int] = field(default_factory=dict)
    exhausted: dict[int, int] = field(default_factory=dict)
    copies: list[Region] = field(default_factory=list)

    def all(self) -> Iterator[Region]:
        """Give this region and the copies in it."""
        yield self
        for copy in self.copies:
            yield from copy.all()

    def goal(self, index: int, source: Point) -> int:
        """Give where an edge from `source`, which is laid here, leads to."""
        if self.loop is not None and index == self.loop.index:
            return self.resumed
        if index in self.again and is_inside(source.node, self._node(index)):
            return self.again[index]
        if index in self.before:
            return self.before[index]
        assert self.around is not None
        return self.around.goal(index, source)

    def _node(self, index: int) -> nodes.NodeNG:
        return next(point.node for point in self.points if point.index == index)


def is_inside(node: nodes.NodeNG, loop: nodes.NodeNG) -> bool:
    """Tell whether `node` stands in the body of a loop."""
    child = node
    while child is not None and child.parent is not loop:
        if child is loop or (isinstance(child, nodes.FunctionDef) and child is not node):
            return False
        child = child.parent
    return child is not None and child in loop.body
