"""What stands around statements and sees them leave: ``try`` in all its forms, and ``with``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.flow.assembly import EVERY_WAY, Frame, Way
from ckptlint.program.flow.expressions import ExpressionLowering
from ckptlint.program.flow.graph import EdgeKind, PointKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.program.flow.assembly import Ends
    from ckptlint.program.flow.graph import Scope

MOST_COPIES = 64
"""How often one ``finally`` is copied; nested in each other they would multiply without end."""

_CATCH_ALL = ("BaseException", "Exception")


class ExceptionLowering(ExpressionLowering, ABC):
    """Lays the points of ``try`` and ``with``."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._copies: dict[nodes.NodeNG, int] = {}
        self._shared: dict[nodes.NodeNG, tuple[int, Ends]] = {}

    @abstractmethod
    def body(self, statements: Sequence[nodes.NodeNG]) -> None:
        """Lay statements one after the other."""

    def try_statement(self, node: nodes.Try | nodes.TryStar) -> None:
        """Lay a ``try``, its ``finally`` once for each way that leads through it."""
        if not node.finalbody:
            self._try_except(node)
            return
        frame = self.open(Frame(EVERY_WAY, guards=True))
        self._try_except(node)
        self.close()
        self._finally(node)
        after = self.ends
        for way, ends in frame.caught.items():
            self.ends = ends
            self._finally(node)
            self.jump(way)
        self.ends = after

    def _finally(self, node: nodes.Try | nodes.TryStar) -> None:
        if not self.ends:
            return
        copies = self._copies[node] = self._copies.get(node, 0) + 1
        if copies <= MOST_COPIES:
            self.body(node.finalbody)
        elif node in self._shared:
            entry, ends = self._shared[node]
            self.tie(self.ends, entry)
            self.ends = list(ends)
        else:
            entry = self.lay(PointKind.JOIN, node)
            self.body(node.finalbody)
            self._shared[node] = entry, self.ends

    def _try_except(self, node: nodes.Try | nodes.TryStar) -> None:
        if not node.handlers:
            self.body(node.body)
            self.body(node.orelse)
            return
        frame = self.open(Frame(frozenset({Way.RAISE}), guards=True))
        self.body(node.body)
        self.close()
        self.body(node.orelse)
        after = self.ends
        self.ends = frame.caught[Way.RAISE]
        if isinstance(node, nodes.TryStar):
            after = after + self._group_handlers(node.handlers)
        else:
            after = after + self._handlers(node.handlers)
        self.ends = after

    def _handlers(self, handlers: list[nodes.ExceptHandler]) -> Ends:
        """Lay handlers of which at most one is chosen; return where they end."""
        done: Ends = []
        for handler in handlers:
            others = self._handler(handler)
            done += self.ends
            self.ends = others
        if not any(map(_catches_all, handlers)):
            self.jump(Way.RAISE)
        return done

    def _group_handlers(self, handlers: list[nodes.ExceptHandler]) -> Ends:
        """Lay handlers of which several may be chosen, each for its part of a group.

        The group is done with behind the last one chosen, or goes on with what is left of it.
        """
        done: Ends = []
        for handler in handlers:
            others = self._handler(handler)
            done += self.ends
            self.ends = self.ends + others
        if not any(map(_catches_all, handlers)):
            self.jump(Way.RAISE)
        return done

    def _handler(self, handler: nodes.ExceptHandler) -> Ends:
        """Lay a handler; return where it is not chosen."""
        self.evaluate(handler.type)
        point = self.lay(PointKind.CASE, handler)
        self.ends, others = self.split(point, EdgeKind.MATCHED, EdgeKind.UNMATCHED)
        self.body(handler.body)
        return [] if _catches_all(handler, _CATCH_ALL[:1]) else others

    def with_statement(self, node: nodes.With | nodes.AsyncWith) -> None:
        """Lay a ``with``, its managers being left on every way out of it."""
        frames: list[Frame] = []
        for item, (manager, target) in enumerate(node.items):
            self.evaluate(manager)
            self.lay(PointKind.ENTER, node, raises=True, item=item)
            frames.append(self.open(Frame(EVERY_WAY, guards=_suppressed(manager) is not None)))
            self.evaluate(target)
        self.body(node.body)
        for item in reversed(range(len(frames))):
            self.close()
            self._leave(node, item, frames[item])

    def _leave(self, node: nodes.With | nodes.AsyncWith, item: int, frame: Frame) -> None:
        self.lay(PointKind.LEAVE, node, raises=True, item=item)
        after = self.ends
        suppressed = _suppressed(node.items[item][0])
        for way, ends in frame.caught.items():
            self.ends = ends
            point = self.lay(PointKind.LEAVE, node, raises=True, item=item)
            if way is Way.RAISE and suppressed is not None:
                stopped, self.ends = self.split(point, EdgeKind.MATCHED, EdgeKind.UNMATCHED)
                after = after + stopped
                if any(_is_named(kind, _CATCH_ALL) for kind in suppressed):
                    self.ends = []
            self.jump(way)
        self.ends = after


def _suppressed(manager: nodes.NodeNG) -> list[nodes.NodeNG] | None:
    """Return what a manager suppresses; None if it is not ``contextlib.suppress``."""
    if isinstance(manager, nodes.Call) and _is_named(manager.func, ("suppress",)):
        return list(manager.args)
    return None


def _catches_all(handler: nodes.ExceptHandler, names: Sequence[str] = _CATCH_ALL) -> bool:
    match handler.type:
        case None:
            return True
        case nodes.Tuple(elts=kinds):
            return any(_is_named(kind, names) for kind in kinds)
    return _is_named(handler.type, names)


def _is_named(node: nodes.NodeNG, names: Sequence[str]) -> bool:
    """Tell whether a node is one of these names, of whatever module."""
    match node:
        case nodes.Name(name=name) | nodes.Attribute(attrname=name):
            return name in names
    return False
