"""One turn of a loop: what happens in it before and after a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from astroid import nodes

from ckptlint.program.flow.graph import PointKind
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ckptlint.program.flow.graph import FlowGraph, Point

Loop: TypeAlias = nodes.For | nodes.While


@dataclass(frozen=True)
class Turn:
    """One turn of `loop`, from its head to its head.

    Parameters
    ----------
    graph : FlowGraph
        The graph of the scope that the loop stands in.
    loop : For or While
        The loop.
    """

    graph: FlowGraph
    loop: Loop

    def is_head(self, point: Point) -> bool:
        """Tell whether a turn begins at `point`."""
        heads = (PointKind.ITERATE, PointKind.JOIN)
        return point.node is self.loop and point.kind in heads

    def after(self, start: Point) -> set[Point]:
        """Give the points that follow `start` in the same turn."""
        return self._reached(start, self._targets)

    def before(self, start: Point) -> set[Point]:
        """Give the points that come before `start` in the same turn."""
        return self._reached(start, self._sources)

    def between(self, start: Point, end: Point) -> set[Point]:
        """Give the points on ways from `start` to `end` in one turn."""
        before = self._reached(end, self._sources, stop=start)
        return self._reached(start, self._targets, stop=end) & before

    def _targets(self, point: Point) -> Iterator[Point]:
        for edge in self.graph.successors(point):
            yield self.graph.points[edge.target]

    def _sources(self, point: Point) -> Iterator[Point]:
        for edge in self.graph.predecessors(point):
            yield self.graph.points[edge.source]

    def _reached(
        self,
        start: Point,
        neighbours: Callable[[Point], Iterable[Point]],
        stop: Point | None = None,
    ) -> set[Point]:
        seen: set[Point] = set()
        waiting = [start]
        while waiting:
            for point in neighbours(waiting.pop()):
                inside = point is not stop and not self.is_head(point)
                if inside and point not in seen and self.loop.parent_of(point.node):
                    seen.add(point)
                    waiting.append(point)
        return seen


def innermost_loop(node: nodes.NodeNG) -> Loop | None:
    """Give the loop of its own scope in whose body `node` stands."""
    child = node
    while not isinstance(child, nodes.FunctionDef | nodes.Module | nodes.Lambda):
        parent = child.parent
        if isinstance(parent, nodes.For | nodes.While) and child in parent.body:
            return parent
        child = parent
    return None


def names_read(node: nodes.NodeNG | None) -> set[str]:
    """Give the names that an expression reads."""
    return set() if node is None else {one.name for one in nodes_in(node, nodes.Name)}


def names_bound(target: nodes.NodeNG) -> set[str]:
    """Give the names that a target binds."""
    return {one.name for one in nodes_in(target, nodes.AssignName)}


def sources_of(names: set[str], points: Iterable[Point]) -> set[str] | None:
    """Give what `names` are made from by assignments at some points; None if by a step of its own.

    A name that is made from itself, or drawn by ``next``, belongs to another step.
    """
    made: dict[str, set[str]] = {}
    for point in points:
        node = point.node
        if isinstance(node, nodes.AugAssign):
            return None if names & names_bound(node.target) else {*names}
        if not isinstance(node, nodes.Assign | nodes.NamedExpr | nodes.AnnAssign):
            continue
        targets = node.targets if isinstance(node, nodes.Assign) else [node.target]
        for name in set().union(*map(names_bound, targets)):
            made[name] = made.get(name, set()) | names_read(node.value)
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in made:
            found.add(name)
            continue
        inputs = made.pop(name)
        if name in inputs or "next" in inputs:
            return None
        waiting += inputs
    return found
