"""The flow graph of a scope: the points where something happens, and how they follow each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from astroid import nodes

    Scope: TypeAlias = nodes.FunctionDef | nodes.Lambda | nodes.Module | nodes.ClassDef


class PointKind(StrEnum):
    """What happens at a point; beside each kind stands the type of the point's node."""

    ENTRY = "entry"
    """The scope is entered. The scope itself."""
    EXIT = "exit"
    """The scope ends or returns. The scope itself."""
    RAISED = "raised"
    """An exception leaves the scope. The scope itself."""
    CALL = "call"
    """A call is made, its function and arguments being evaluated. `Call`."""
    YIELD = "yield"
    """A value is yielded, and the generator resumed. `Yield`."""
    DELEGATE = "delegate"
    """A ``yield from`` runs to its end. `YieldFrom`."""
    AWAIT = "await"
    """An awaitable is awaited. `Await`."""
    STATEMENT = "statement"
    """A simple statement takes effect, or a definition, a `NamedExpr` or a `Lambda`."""
    TEST = "test"
    """An atomic condition decides. The expression, for each link of a chain the `Compare`."""
    ITERATE = "iterate"
    """The next item is asked for, and bound. `For`, `AsyncFor` or `Comprehension`."""
    ENTER = "enter"
    """A context manager is entered, and its target bound. `With` or `AsyncWith`."""
    LEAVE = "leave"
    """A context manager is left. `With` or `AsyncWith`."""
    CASE = "case"
    """A pattern or an exception is matched, and its name bound. `MatchCase`, `ExceptHandler`."""
    RETURN = "return"
    """A return statement, its value being evaluated. `Return`."""
    RAISE = "raise"
    """An exception is raised by a statement. `Raise` or `Assert`."""
    JOIN = "join"
    """Nothing happens, ways only meet. `While`, `Try` or `TryStar`."""


class EdgeKind(StrEnum):
    """Why control passes along an edge."""

    NEXT = "next"
    TRUE = "true"
    FALSE = "false"
    ITEM = "item"
    EXHAUSTED = "exhausted"
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    RAISES = "raises"


class Edge(NamedTuple):
    """A step from one point to another, both given by their index in the graph.

    A ``RAISES`` edge means that the source raised before it took effect, but for a source of kind
    ``RAISE``, whose effect it is to raise. Where an exception that was raised elsewhere passes on,
    through a ``finally``, a ``with`` or handlers that do not match, the edges are of other kinds.
    """

    source: int
    target: int
    kind: EdgeKind


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A place in the flow of control. Points are compared by identity.

    Parameters
    ----------
    index : int
        The point's place in `FlowGraph.points`, from 0.
    kind : PointKind
        What happens here.
    node : NodeNG
        The syntax it comes from; several points may share it.
    item : int
        Which context manager of a ``with`` is entered or left, from 0.
    """

    index: int
    kind: PointKind
    node: nodes.NodeNG
    item: int = 0


def is_interrupted(point: Point, edge: Edge) -> bool:
    """Tell whether `point`, left by `edge`, raised before it took effect."""
    return edge.kind is EdgeKind.RAISES and point.kind is not PointKind.RAISE


class FlowGraph:
    """The points of a scope and the edges between them.

    Code that control cannot reach has no points. `exit` and `raised` are always there, even if
    nothing leads to them.

    Parameters
    ----------
    scope : FunctionDef, AsyncFunctionDef, Lambda, Module or ClassDef
        The scope whose body the graph shows.
    points : tuple[Point, ...]
        All points; each stands at its own index. The first three are `entry`, `exit` and `raised`.
    edges : iterable of Edge
        All edges, without repetition.
    """

    __slots__ = (
        *("_order", "_points_of", "_predecessors", "_rank", "_successors"),
        *("points", "scope"),
    )

    def __init__(self, scope: Scope, points: tuple[Point, ...], edges: Iterable[Edge]) -> None:
        successors: list[list[Edge]] = [[] for _ in points]
        predecessors: list[list[Edge]] = [[] for _ in points]
        for edge in edges:
            successors[edge.source].append(edge)
            predecessors[edge.target].append(edge)
        self.scope = scope
        self.points = points
        self._successors = tuple(map(tuple, successors))
        self._predecessors = tuple(map(tuple, predecessors))
        self._points_of: dict[nodes.NodeNG, tuple[Point, ...]] | None = None
        self._order: tuple[Point, ...] | None = None
        self._rank: dict[int, int] | None = None

    @property
    def entry(self) -> Point:
        """Where the scope is entered."""
        return self.points[0]

    @property
    def exit(self) -> Point:
        """Where the scope ends, by its last statement or by a return."""
        return self.points[1]

    @property
    def raised(self) -> Point:
        """Where an exception leaves the scope."""
        return self.points[2]

    @property
    def order(self) -> tuple[Point, ...]:
        """The points that edges lead to from the entry, each before those behind it."""
        if self._order is None:
            self._order = _reverse_post_order(self)
        return self._order

    @property
    def rank(self) -> Mapping[int, int]:
        """For the index of each of these points, its place in that order."""
        if self._rank is None:
            self._rank = {point.index: place for place, point in enumerate(self.order)}
        return self._rank

    def successors(self, point: Point) -> tuple[Edge, ...]:
        """Return the edges that leave `point`."""
        return self._successors[point.index]

    def predecessors(self, point: Point) -> tuple[Edge, ...]:
        """Return the edges that lead to `point`."""
        return self._predecessors[point.index]

    def points_of(self, node: nodes.NodeNG) -> tuple[Point, ...]:
        """Return the points of `node` in the order of their making.

        There are several where a ``finally`` is copied for each way through it, and where a node
        is both done and tested; there is none where control cannot reach it or nothing happens.
        """
        if self._points_of is None:
            points_of: dict[nodes.NodeNG, tuple[Point, ...]] = {}
            for point in self.points:
                points_of[point.node] = (*points_of.get(point.node, ()), point)
            self._points_of = points_of
        return self._points_of.get(node, ())


def _reverse_post_order(graph: FlowGraph) -> tuple[Point, ...]:
    seen = {graph.entry.index}
    finished: list[Point] = []
    path = [(graph.entry, iter(graph.successors(graph.entry)))]
    while path:
        point, edges = path[-1]
        for edge in edges:
            if edge.target not in seen:
                seen.add(edge.target)
                target = graph.points[edge.target]
                path.append((target, iter(graph.successors(target))))
                break
        else:
            finished.append(point)
            path.pop()
    return tuple(reversed(finished))
