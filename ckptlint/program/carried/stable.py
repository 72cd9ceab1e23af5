"""Writes that leave what a step carries as it was: caches, lazy loads, swaps that are undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.program.carried.activation import Activation
    from ckptlint.program.carried.event import Event, Location
    from ckptlint.program.flow.graph import FlowGraph, Point


def puts_back(event: Event, location: Location, run: Activation) -> bool:
    """Tell whether a write puts back what was kept of the location in a local before."""
    statement = event.node.statement()
    value = getattr(statement, "value", None)
    if not isinstance(statement, nodes.Assign) or not isinstance(value, nodes.Name):
        return False
    bound = run.function.locals.get(value.name, ())
    if not bound:
        return False
    for binding in bound:
        source = getattr(binding.parent, "value", None)
        if not isinstance(binding.parent, nodes.Assign) or source is None:
            return False
        if isinstance(source, nodes.Call) and isinstance(source.func, nodes.Attribute):
            source = source.func.expr
        if not isinstance(source, nodes.Attribute) or run.locate(source) != location:
            return False
    return True


def fills_once(
    changes: list[tuple[Event, Activation]],
    location: Location,
    graph: FlowGraph,
    statements_of: Callable[[Location], set[nodes.NodeNG] | None],
) -> bool:
    """Tell whether writes only fill a place that is found empty, or not to suit: a cache.

    All of them stand in one function, on one side of a condition on the place itself, or on a flag
    that is set on that side too, or where looking something up in it has failed.
    `statements_of` gives what writes a location anew.
    """
    if any(event.updates for event, _ in changes):
        return False
    if all(_is_in_handler(event.node, location, run) for event, run in changes):
        return True
    run = changes[0][1]
    if any(other.function is not run.function for _, other in changes):
        return False
    written = {event.node.statement() for event, _ in changes}
    for point in graph.points:
        if point.kind is PointKind.TEST:
            is_about = _is_about(point.node, location, run)
            flags = [] if is_about else _flags(point.node, run, statements_of)
            if not is_about and not flags:
                continue
            sides = [
                written & _statements_from(graph.points[edge.target], point, graph)
                for edge in graph.successors(point)
                if edge.kind in (EdgeKind.TRUE, EdgeKind.FALSE)
            ]
            if len(sides) != 2 or written not in sides or set() not in sides:
                continue
            edges = graph.successors(point)
            side = _statements_from(graph.points[edges[sides.index(written)].target], point, graph)
            other = _statements_from(graph.points[edges[sides.index(set())].target], point, graph)
            if is_about or any(flag <= side and not flag & other for flag in flags):
                return True
    return False


def _flags(
    test: nodes.NodeNG,
    run: Activation,
    statements_of: Callable[[Location], set[nodes.NodeNG] | None],
) -> list[set[nodes.NodeNG]]:
    """Give the writes of each location that a condition reads and that a step writes."""
    places = (run.locate(one) for one in nodes_in(test, (nodes.Attribute, nodes.Name)))
    writes = [statements_of(place) for place in places if place is not None]
    return [one for one in writes if one]


def _is_about(test: nodes.NodeNG, location: Location, run: Activation) -> bool:
    """Tell whether a condition reads the location, or a local that was just taken from it."""
    for node in nodes_in(test, (nodes.Attribute, nodes.Name)):
        if run.locate(node) == location:
            return True
        if isinstance(node, nodes.Name):
            for binding in run.function.locals.get(node.name, ()):
                value = getattr(binding.parent, "value", None)
                if value is not None and any(
                    run.locate(part) == location
                    for part in nodes_in(value, (nodes.Attribute, nodes.Name))
                ):
                    return True
    return False


def _is_in_handler(node: nodes.NodeNG, location: Location, run: Activation) -> bool:
    """Tell whether `node` stands where looking something up in the location has failed."""
    while node is not None and not isinstance(node, nodes.FunctionDef):
        if isinstance(node, nodes.ExceptHandler):
            return any(_is_about(statement, location, run) for statement in node.parent.body)
        node = node.parent
    return False


def _statements_from(start: Point, test: Point, graph: FlowGraph) -> set[nodes.NodeNG]:
    """Give the statements that can run from a point on, up to the condition."""
    seen, waiting = {start.index, test.index}, [start]
    found: set[nodes.NodeNG] = set()
    while waiting:
        point = waiting.pop()
        if isinstance(point.node, nodes.FunctionDef | nodes.Module):
            continue
        found.add(point.node.statement())
        for edge in graph.successors(point):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(graph.points[edge.target])
    return found
