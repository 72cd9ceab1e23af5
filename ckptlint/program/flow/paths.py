"""Ways through a flow graph, to show to a reader."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ckptlint.program.flow.graph import EdgeKind, is_interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ckptlint.program.flow.graph import Edge, FlowGraph, Point


def _every_edge(_: Edge) -> bool:
    return True


def shortest_path(
    graph: FlowGraph,
    start: Point,
    goals: Collection[Point],
    blocked: Callable[[Point], bool],
    allowed: Callable[[Edge], bool] = _every_edge,
) -> tuple[Edge, ...] | None:
    """Find the fewest edges that lead from behind `start` to one of the goals.

    Parameters
    ----------
    graph : FlowGraph
        The graph of all these points.
    start : Point
        Taken to have had its effect, whatever `blocked` says of it; it may be a goal again.
    goals : collection of Point
        Where the path may end; a goal may be blocked.
    blocked : callable
        The points whose effect the path must avoid. It may still pass a point that raises before
        it has an effect.
    allowed : callable
        The edges that the path may take.

    Returns
    -------
    tuple[Edge, ...] or None
        At least one edge; None if no goal can be reached.
    """
    wanted = {goal.index for goal in goals}
    arrived_by: dict[int, Edge] = {}
    waiting = deque([start])
    while waiting:
        point = waiting.popleft()
        stopped = point is not start and blocked(point)
        for edge in graph.successors(point):
            if stopped and not is_interrupted(point, edge):
                continue
            if edge.target in arrived_by or not allowed(edge):
                continue
            arrived_by[edge.target] = edge
            if edge.target in wanted:
                return _back(start.index, edge, arrived_by)
            waiting.append(graph.points[edge.target])
    return None


def _back(start: int, last: Edge, arrived_by: dict[int, Edge]) -> tuple[Edge, ...]:
    path = [last]
    while path[-1].source != start:
        path.append(arrived_by[path[-1].source])
    return tuple(reversed(path))


def decisions(graph: FlowGraph, path: Sequence[Edge]) -> tuple[tuple[Point, EdgeKind], ...]:
    """Return where a path turns: the points that could have gone on otherwise, and how they did.

    That nothing was raised, control passing by a ``NEXT`` edge, is no turn.
    """
    turns = []
    for edge in path:
        point = graph.points[edge.source]
        if edge.kind is not EdgeKind.NEXT and len(graph.successors(point)) > 1:
            turns.append((point, edge.kind))
    return tuple(turns)
