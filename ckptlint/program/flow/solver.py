"""A forward analysis of a flow graph: one lattice is one question."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from ckptlint.program.flow.graph import is_interrupted

if TYPE_CHECKING:
    from ckptlint.program.flow.graph import Edge, FlowGraph, Point

State = TypeVar("State")

STEPS_PER_POINT = 1_000
"""How often a point is looked at on average before the states are taken to grow for ever."""


class FlowTooLarge(Exception):  # noqa: N818
    """The states of an analysis did not settle; its question has no answer for this scope."""


class Lattice(Protocol[State]):
    """What an analysis knows at a point, and how it changes on the way.

    States are values: compared by ``==`` and never changed in place.
    """

    def entry(self) -> State:
        """Return what is known where the scope is entered."""

    def join(self, left: State, right: State) -> State:
        """Return what is known where two ways meet."""

    def transfer(self, point: Point, state: State) -> State:
        """Return what is known after `point` has taken effect."""

    def follow(self, edge: Edge, point: Point, state: State) -> State | None:
        """Return what is known at the end of an edge that leaves `point`.

        None says that control cannot pass along this edge.
        """


class Solution(Generic[State]):
    """What an analysis knows at each point of one graph."""

    __slots__ = ("_after", "_before")

    def __init__(self, before: list[State | None], after: list[State | None]) -> None:
        self._before = before
        self._after = after

    def before(self, point: Point) -> State | None:
        """Return what is known when control comes to `point`; None if it never does."""
        return self._before[point.index]

    def after(self, point: Point) -> State | None:
        """Return what is known when `point` has taken effect; None if control never comes there."""
        return self._after[point.index]


def solve(graph: FlowGraph, lattice: Lattice[State]) -> Solution[State]:
    """Find the least states that agree with every edge of the graph.

    Along a ``RAISES`` edge goes what was known before the point, for it did not take effect, but
    for a point of kind ``RAISE``.

    Raises
    ------
    FlowTooLarge
        If the states do not settle.
    """
    order, rank = graph.order, graph.rank
    before: list[State | None] = [None] * len(graph.points)
    after: list[State | None] = [None] * len(graph.points)
    before[graph.entry.index] = lattice.entry()
    waiting, queued = [0], {0}
    for _ in range(STEPS_PER_POINT * len(graph.points)):
        if not waiting:
            return Solution(before, after)
        position = heappop(waiting)
        queued.discard(position)
        point = order[position]
        arriving = before[point.index]
        assert arriving is not None
        leaving = after[point.index] = lattice.transfer(point, arriving)
        for edge in graph.successors(point):
            passed_on = arriving if is_interrupted(point, edge) else leaving
            state = lattice.follow(edge, point, passed_on)
            if state is None:
                continue
            known = before[edge.target]
            joined = state if known is None else lattice.join(known, state)
            if known is None or joined != known:
                before[edge.target] = joined
                if rank[edge.target] not in queued:
                    queued.add(rank[edge.target])
                    heappush(waiting, rank[edge.target])
    if waiting:
        raise FlowTooLarge
    return Solution(before, after)
