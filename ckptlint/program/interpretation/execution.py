"""One function under abstract execution: the lattice that the forward solver runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.interpretation.assignment import assign, augment
from ckptlint.program.interpretation.calls import execute_call
from ckptlint.program.interpretation.checkpoints import forget_unflushed
from ckptlint.program.interpretation.conditions import decide, match
from ckptlint.program.interpretation.evaluation import evaluate
from ckptlint.program.interpretation.iteration import (
    delegate,
    draw,
    draw_to_hand_on,
    enter_context,
    hands_on,
    item_drawn,
)
from ckptlint.program.interpretation.observations import HandedOut, Suspended, Yielded
from ckptlint.program.interpretation.switches import switches_saving_off
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    BoundState,
    Function,
    Iterator,
    Opaque,
    Sequence,
    Value,
    constant,
    join,
    made_from,
    reads_of,
)
from ckptlint.program.interpretation.world import (
    SHARED_KINDS,
    Saved,
    Unsaved,
    World,
    Worlds,
    worlds_of,
)
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.program.flow.graph import Edge, Point
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.interpreter import Interpreter

_RETURNED: Final = ("name", "return value")


class Execution:
    """The lattice of worlds for one run of one function."""

    def __init__(
        self, interpreter: Interpreter, frame: Frame, entry: World, *, hands_out: bool
    ) -> None:
        self.ends: set[tuple[Value, World]] = set()
        self.yielded: set[Suspended] = set()
        self._interpreter = interpreter
        self._observations = interpreter.observations
        self._frame = frame
        self._entry = entry
        self._hands_out = hands_out

    def entry(self) -> Worlds:
        """Give the worlds in which the function starts."""
        return frozenset({self._entry})

    def join(self, left: Worlds, right: Worlds) -> Worlds:
        """Give the worlds of both ways into a point, but for those that a known one covers."""
        new = [world for world in right - left if not any(one.covers(world) for one in left)]
        return worlds_of([*left, *new]) if new else left

    def transfer(self, point: Point, state: Worlds) -> Worlds:
        """Give the worlds after `point`."""
        self._interpreter.count_steps(len(state))
        after: list[World] = []
        for world in state:
            results = self._step(point, world)
            for result in results:
                if isinstance(result.boundary, Saved) and result.boundary != world.boundary:
                    self._note_save(point.node, seen=result.boundary.seen)
            after.extend(results)
        return worlds_of(after)

    def follow(self, edge: Edge, point: Point, state: Worlds) -> Worlds | None:
        """Give the worlds that take `edge`, or None where none does."""
        if point.kind is PointKind.TEST and edge.kind in (EdgeKind.TRUE, EdgeKind.FALSE):
            outcome = edge.kind is EdgeKind.TRUE
            if switches_saving_off(point.node, outcome, self._frame):
                return None
            decided = (decide(point.node, outcome, world, self._frame) for world in state)
            state = worlds_of(world for world in decided if world is not None)
            if any(world.goes_on() for world in state):
                self._observations.resumed[point.node].add(outcome)
        elif point.kind is PointKind.ITERATE and edge.kind is EdgeKind.ITEM:
            state = worlds_of(one for world in state for one in self._draw(point.node, world))
        elif point.kind is PointKind.CASE and edge.kind in (EdgeKind.MATCHED, EdgeKind.UNMATCHED):
            state = self._match(point.node, edge.kind is EdgeKind.MATCHED, state)
        elif point.kind is PointKind.ITERATE and edge.kind is EdgeKind.EXHAUSTED:
            state = worlds_of(self._leave_loop(point.node, state))
        if edge.kind is EdgeKind.RAISES:
            state = worlds_of(map(forget_unflushed, state))
        return state or None

    def _step(self, point: Point, world: World) -> tuple[World, ...]:
        node = point.node
        match point.kind:
            case PointKind.CALL:
                return execute_call(self._interpreter, node, world, self._frame)
            case PointKind.STATEMENT:
                return (self._statement(node, world),)
            case PointKind.YIELD:
                return (self._yield(node, world),)
            case PointKind.DELEGATE:
                value = evaluate(node.value, world, self._frame)
                return delegate(
                    self._interpreter,
                    node,
                    value,
                    world,
                    self._frame,
                    self.yielded,
                    hands_out=self._hands_out,
                )
            case PointKind.ENTER:
                return (enter_context(self._interpreter, node, point.item, world, self._frame),)
            case PointKind.LEAVE:
                return (world.without(("open", (node, point.item))),)
            case PointKind.RETURN:
                return (self._return(node, world),)
            case PointKind.EXIT:
                returned = world.get(_RETURNED) or UNKNOWN
                self._note_unflushed(world, returned)
                self.ends.add((returned, world.keep(*SHARED_KINDS)))
                return (world,)
            case _:
                return (world,)

    def _statement(self, node: nodes.NodeNG, world: World) -> World:
        frame = self._frame
        match node:
            case nodes.Assign():
                value = evaluate(node.value, world, frame)
                for target in node.targets:
                    world = assign(target, value, world, frame)
            case nodes.AnnAssign() if node.value is not None:
                value = evaluate(node.value, world, frame)
                world = assign(node.target, value, world, frame)
            case nodes.AugAssign():
                world = augment(node, world, frame)
            case nodes.NamedExpr():
                return assign(node.target, evaluate(node.value, world, frame), world, frame)
            case nodes.FunctionDef():
                function = Function(node, frame.module, frame.owner)
                world = world.bind(("name", node.name), function)
            case nodes.ClassDef():
                world = world.without(("name", node.name))
            case nodes.Delete():
                for target in node.targets:
                    if isinstance(target, nodes.DelName):
                        world = world.without(("name", target.name))
            case nodes.Import() | nodes.ImportFrom():
                for name, alias in node.names:
                    world = world.without(("name", alias or name.partition(".")[0]))
        return _after_statement(world)

    def _return(self, node: nodes.Return, world: World) -> World:
        value = constant(None) if node.value is None else evaluate(node.value, world, self._frame)
        return _after_statement(world).bind(_RETURNED, value)

    def _yield(self, node: nodes.Yield, world: World) -> World:
        """Hand out a boundary; a yield of nothing only passes control and hands out none."""
        if node.value is None or evaluate(node.value, world, self._frame) == constant(None):
            return world
        value = evaluate(node.value, world, self._frame)
        self.yielded.add(Suspended(node, self._frame, world.boundary, reads_of(value)))
        if world.situation.is_traced:
            yielded = Yielded(self._frame, value, world, self._hands_out)
            self._observations.yields[node].add(yielded)
        if self._hands_out:
            reads = reads_of(value)
            self._observations.restores.update(dict.fromkeys(reads))
            drawn = world.boundary.drawn if isinstance(world.boundary, Unsaved) else None
            seen = HandedOut(self._frame, world.boundary)
            if drawn is not None:
                seen = HandedOut(drawn.frame, drawn.boundary)
            self._observations.boundaries[node if drawn is None else drawn.node].add(seen)
        return world.with_boundary(Unsaved(node))

    def _draw(self, node: nodes.NodeNG, world: World) -> Iterable[World]:
        """Bind the target of a ``for`` to the next item of what it iterates over."""
        if isinstance(node, nodes.Comprehension):
            yield world
            return
        value = evaluate(node.iter, world, self._frame)
        has_items = _has_items(node, world, self._frame)
        item = _item_of(value)
        if isinstance(value, Iterator) and not world.situation.is_traced:
            item = item_drawn(self._interpreter, value, world, self._frame)
        for drawn in self._drawn(node, value, world):
            after = assign(node.target, item, drawn, self._frame)
            yield after.bind(("name", node), constant(True)) if has_items else after

    def _drawn(self, loop: nodes.NodeNG, value: Value, world: World) -> tuple[World, ...]:
        graph = self._interpreter.graph_of(self._frame.scope)
        if self._hands_out and isinstance(value, Iterator) and hands_on(loop, value, graph):
            return draw_to_hand_on(self._interpreter, value, world, self._frame)
        return (draw(self._interpreter, value, world, self._frame),)

    def _capture(self, node: nodes.NodeNG, world: World) -> World:
        """Bind the names of a pattern, or of a caught exception."""
        if isinstance(node, nodes.MatchCase):
            caught = made_from((evaluate(node.parent.subject, world, self._frame),))
            bound = node.pattern
        else:
            caught, bound = UNKNOWN, node.name
        for target in nodes_in(bound, nodes.AssignName) if bound is not None else ():
            world = assign(target, caught, world, self._frame)
        return world

    def _match(self, node: nodes.NodeNG, outcome: bool, state: Worlds) -> Worlds:
        """Give the worlds in which a case matches, or does not; an exception may be any."""
        if isinstance(node, nodes.MatchCase):
            decided = (match(node, outcome, world, self._frame) for world in state)
            state = worlds_of(world for world in decided if world is not None)
        if outcome:
            state = worlds_of(self._capture(node, world) for world in state)
        return state

    def _leave_loop(self, node: nodes.NodeNG, state: Worlds) -> Iterable[World]:
        """Give the worlds that leave a loop; one that has items goes round at least once."""
        for world in state:
            if isinstance(node, nodes.Comprehension):
                yield world
            elif world.get(("name", node)) is not None:
                yield world.without(("name", node))
            elif not _has_items(node, world, self._frame):
                yield world

    def _note_unflushed(self, world: World, returned: Value) -> None:
        """Note what is lost with each session that was left, unless the caller goes on with it."""
        for session, writes in world.unflushed:
            if session not in world.open_sessions and session != returned:
                self._observations.unflushed[session] |= writes

    def _note_save(self, node: nodes.NodeNG, *, seen: bool) -> None:
        saves = self._observations.saves
        saves[node] = saves.get(node, False) or seen


def _has_items(loop: nodes.NodeNG, world: World, frame: Frame) -> bool:
    """Tell whether a loop surely goes round, or is there to do something to each part of the model.

    Its items are written out, or it runs over the state's own fields, over what the model holds, or
    over fields that it sets by their names.
    """
    items = getattr(loop.iter, "elts", ())
    if any(not isinstance(item, nodes.Starred) for item in items):
        return True
    iterated = evaluate(loop.iter, world, frame)
    if isinstance(iterated, Opaque) and iterated.may_save:
        return True
    holder = loop.iter.expr if isinstance(loop.iter, nodes.Attribute) else None
    is_of_self = isinstance(holder, nodes.Name) and holder.name == "self"
    return is_of_self or _sets_fields(loop, world, frame)


def _sets_fields(loop: nodes.NodeNG, world: World, frame: Frame) -> bool:
    """Tell whether a loop calls `setattr`, or ``object.__setattr__``, on the bound state."""
    return any(
        getattr(call.func, "name", getattr(call.func, "attrname", "")) in ("setattr", "__setattr__")
        and bool(call.args)
        and evaluate(call.args[0], world, frame) == BoundState()
        for call in nodes_in(loop, nodes.Call)
    )


def _item_of(iterated: Value) -> Value:
    if isinstance(iterated, Sequence) and iterated.items:
        item = iterated.items[0]
        for other in iterated.items[1:]:
            item = join(item, other)
        return item
    return UNKNOWN if isinstance(iterated, Iterator) else made_from((iterated,))


def _after_statement(world: World) -> World:
    """Forget the results of the calls that the statement has made."""
    return world.without(*(key for key, _ in world.items() if key[0] == "result"))
