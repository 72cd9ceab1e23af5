"""Which points control must have come to before it comes to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.program.flow.graph import FlowGraph, Point


class Dominators:
    """The tree of immediate dominators of a graph.

    Parameters
    ----------
    immediate : Mapping[Point, Point]
        For each point that control can reach, the last point that it comes to on every way there.
        The entry has none.
    """

    __slots__ = ("immediate",)

    def __init__(self, immediate: Mapping[Point, Point]) -> None:
        self.immediate = immediate

    def dominates(self, first: Point, second: Point) -> bool:
        """Tell whether every way to `second` comes to `first`; every point dominates itself.

        A way may come to a point and leave it by ``RAISES``, before it has had its effect.
        """
        point: Point | None = second
        while point is not None and point is not first:
            point = self.immediate.get(point)
        return point is first


def dominators(graph: FlowGraph) -> Dominators:
    """Find the immediate dominators, by meeting predecessors' dominators until nothing changes."""
    order, rank = graph.order, graph.rank
    immediate = [0] + [-1] * (len(order) - 1)
    changed = True
    while changed:
        changed = False
        for position in range(1, len(order)):
            nearest = -1
            for edge in graph.predecessors(order[position]):
                other = rank.get(edge.source, -1)
                if other < 0 or immediate[other] < 0:
                    continue
                while nearest >= 0 and other != nearest:
                    if other > nearest:
                        other = immediate[other]
                    else:
                        nearest = immediate[nearest]
                nearest = other
            if immediate[position] != nearest:
                immediate[position] = nearest
                changed = True
    return Dominators(
        {order[position]: order[immediate[position]] for position in range(1, len(order))}
    )
