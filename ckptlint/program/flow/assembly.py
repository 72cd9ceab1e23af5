"""The making of a flow graph, point by point, without knowledge of any syntax.

An assembly holds the *loose ends* of the code laid so far: edges that have a source and wait for
the next point. Statements that jump hand their loose ends to the innermost *frame* that catches
such a jump: a loop, the handlers of a ``try``, a ``finally`` or a ``with``. When its body is done,
the frame is closed and its owner leads the caught ends on, out of the frames further out too.
"""

from __future__ import annotations

from collections import defaultdict
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ckptlint.program.flow.graph import Edge, EdgeKind, FlowGraph, Point, PointKind

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.flow.graph import Scope


class Way(Enum):
    """How a body can be left other than by its end."""

    RETURN = auto()
    RAISE = auto()
    BREAK = auto()
    CONTINUE = auto()


class Loose(NamedTuple):
    """An edge without a target."""

    source: int
    kind: EdgeKind


Ends: TypeAlias = list[Loose]

EVERY_WAY = frozenset(Way)

_EXIT, _RAISED = 1, 2


class Frame:
    """A construct around the code being laid that catches jumps out of it.

    Parameters
    ----------
    catches : frozenset[Way]
        The jumps that end here.
    guards : bool
        Whether an exception that no statement names is of consequence here.
    """

    __slots__ = ("catches", "caught", "guards")

    def __init__(self, catches: frozenset[Way], guards: bool = False) -> None:
        self.catches = catches
        self.guards = guards
        self.caught: defaultdict[Way, Ends] = defaultdict(list)


class Assembly:
    """A flow graph in the making."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.ends: Ends = [Loose(0, EdgeKind.NEXT)]
        self._points = [
            Point(index, kind, scope)
            for index, kind in enumerate((PointKind.ENTRY, PointKind.EXIT, PointKind.RAISED))
        ]
        self._edges: dict[Edge, None] = {}
        self._frames = [Frame(EVERY_WAY)]
        self._guards = 0

    def lay(
        self, kind: PointKind, node: nodes.NodeNG, *, raises: bool = False, item: int = 0
    ) -> int:
        """Lay a point behind the loose ends, and return its index; -1 if control cannot reach it.

        `raises` says that an exception may come out of it before it takes effect.
        """
        if not self.ends:
            return -1
        index = len(self._points)
        self._points.append(Point(index, kind, node, item))
        self.tie(self.ends, index)
        self.ends = [Loose(index, EdgeKind.NEXT)]
        if raises and self._guards:
            self._catch(Way.RAISE, [Loose(index, EdgeKind.RAISES)])
        return index

    def split(self, point: int, first: EdgeKind, second: EdgeKind) -> tuple[Ends, Ends]:
        """Take the loose end of a point just laid apart into two."""
        self.ends = []
        if point < 0:
            return [], []
        return [Loose(point, first)], [Loose(point, second)]

    def tie(self, ends: Ends, target: int) -> None:
        """Lead loose ends to a point that is already laid."""
        for source, kind in ends:
            self._edges[Edge(source, target, kind)] = None

    def jump(self, way: Way) -> None:
        """Hand the loose ends to the innermost frame that catches this jump."""
        self._catch(way, self.ends)
        self.ends = []

    def _catch(self, way: Way, ends: Ends) -> None:
        for frame in reversed(self._frames):
            if way in frame.catches:
                frame.caught[way].extend(ends)
                return

    @property
    def guarded(self) -> bool:
        """Whether it matters here that a point may raise."""
        return self._guards > 0

    def open(self, frame: Frame) -> Frame:
        """Put a frame around what is laid from now on."""
        self._frames.append(frame)
        self._guards += frame.guards
        return frame

    def close(self) -> None:
        """Take the innermost frame away."""
        self._guards -= self._frames.pop().guards

    def finish(self) -> FlowGraph:
        """Lead the last loose ends out of the scope and return its graph.

        A ``break`` or ``continue`` outside a loop, which only a fragment can hold, ends the scope.
        """
        (outermost,) = self._frames
        self.tie(self.ends, _EXIT)
        for way, ends in outermost.caught.items():
            self.tie(ends, _RAISED if way is Way.RAISE else _EXIT)
        return FlowGraph(self.scope, tuple(self._points), self._edges)
