"""Drawing from generators, delegating to them, and entering context managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.bound_state import bound_attributes
from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.flow.paths import shortest_path
from ckptlint.program.interpretation.assignment import assign, presume_saved
from ckptlint.program.interpretation.checkpoints import open_session, session_of
from ckptlint.program.interpretation.evaluation import evaluate
from ckptlint.program.interpretation.frame import parameter_names
from ckptlint.program.interpretation.observations import HandedOut, Suspended
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    Checkpoint,
    Function,
    Iterator,
    Opaque,
    Self,
    Session,
    Value,
    made_from,
    may_save,
    reads_of,
)
from ckptlint.program.interpretation.world import MAY_BE_SAVED, SAVED, Saved, Unsaved, World

if TYPE_CHECKING:
    from ckptlint.program.flow.graph import Edge, FlowGraph, Point
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.interpreter import Interpreter


def delegate(
    interpreter: Interpreter,
    node: nodes.YieldFrom,
    value: Value,
    world: World,
    frame: Frame,
    yielded: set[Suspended],
    *,
    hands_out: bool,
) -> tuple[World, ...]:
    """Give the worlds after ``yield from value``; its yields are the delegating generator's own.

    Yields that stand outside the module that is asked about, or in a parent that binds no state,
    are observed at `node`.
    """
    if not isinstance(value, Iterator):
        return (world.with_boundary(MAY_BE_SAVED),)
    if value.function is None or not interpreter.can_follow(value.function, frame):
        return (world.with_boundary(SAVED if value.saves_each else MAY_BE_SAVED),)
    is_elsewhere = value.function.module is not interpreter.home or _is_unaware_parent(node, value)
    outcome, callee = interpreter.enter(
        value.function, value.arguments, world, frame, hands_out=hands_out and not is_elsewhere
    )
    yielded.update(outcome.yielded)
    if hands_out and is_elsewhere:
        interpreter.observations.restores.update(dict.fromkeys(reads_of(value)))
        for one in outcome.yielded:
            since = one.boundary if isinstance(one.boundary, Saved) else Unsaved(None)
            interpreter.observations.boundaries[node].add(HandedOut(callee, since))
    return tuple(world.resume(ended) for _, ended in outcome.ends)


def draw(interpreter: Interpreter, iterated: Value, world: World, frame: Frame) -> World:
    """Give the world after the next item was drawn from `iterated`.

    A generator of this object that saves before each of its yields has saved.
    """
    if not isinstance(iterated, Iterator):
        return presume_saved(world) if may_save(iterated) else world
    yielded = _yielded_by(interpreter, iterated, world, frame)
    if yielded is None:
        return world.with_boundary(SAVED if iterated.saves_each else MAY_BE_SAVED)
    saved = [isinstance(one.boundary, Saved) for one in yielded]
    if saved and all(saved):
        return world.with_boundary(SAVED)
    return presume_saved(world) if any(saved) else world


def item_drawn(interpreter: Interpreter, iterated: Iterator, world: World, frame: Frame) -> Value:
    """Give an item of a generator of this object: what is restored in any that it yields."""
    yielded = _yielded_by(interpreter, iterated, world, frame) or ()
    return Opaque(frozenset().union(*(one.reads for one in yielded)))


def draw_to_hand_on(
    interpreter: Interpreter, iterated: Iterator, world: World, frame: Frame
) -> tuple[World, ...]:
    """Give the worlds after the next item was drawn by a loop that hands on whatever it draws.

    One that the generator has not saved is its own yield's matter, if the generator saves others,
    or if it alone stands in the module that is asked about.
    """
    yielded = _yielded_by(interpreter, iterated, world, frame) or frozenset()
    unsaved = [one for one in yielded if isinstance(one.boundary, Unsaved)]
    is_alone_at_home = frame.module is not interpreter.home
    if not unsaved or any(one.node.root() is not interpreter.home.tree for one in unsaved):
        return (draw(interpreter, iterated, world, frame),)
    if len(unsaved) == len(yielded) and not is_alone_at_home:
        return (world,)
    worlds = []
    for one in unsaved:
        assert isinstance(one.boundary, Unsaved)
        worlds.append(world.with_boundary(Unsaved(one.boundary.since, one)))
    return (*worlds, world.with_boundary(SAVED)) if len(unsaved) < len(yielded) else tuple(worlds)


def hands_on(loop: nodes.NodeNG, iterated: Iterator, graph: FlowGraph) -> bool:
    """Tell whether a ``for`` loop draws all of a generator and yields each time, come what may."""
    called = getattr(loop.iter, "func", None)
    if iterated.function is None or not isinstance(called, nodes.Attribute):
        return False
    if called.attrname != iterated.function.node.name:
        return False
    heads = graph.points_of(loop)
    return all(shortest_path(graph, one, heads, _yields, _goes_on) is None for one in heads)


def _yields(point: Point) -> bool:
    return point.kind in (PointKind.YIELD, PointKind.DELEGATE)


def _goes_on(edge: Edge) -> bool:
    return edge.kind is not EdgeKind.RAISES


def _yielded_by(
    interpreter: Interpreter, iterated: Iterator, world: World, frame: Frame
) -> frozenset[Suspended] | None:
    """Give what a generator of this object yields, or None where that cannot be seen."""
    if iterated.function is None or not interpreter.can_follow(iterated.function, frame):
        return None
    fresh = world.with_boundary(Unsaved(None))
    outcome, _ = interpreter.enter(
        iterated.function, iterated.arguments, fresh, frame, hands_out=False
    )
    return outcome.yielded


def enter_context(
    interpreter: Interpreter, node: nodes.With, item: int, world: World, frame: Frame
) -> World:
    """Give the world after a context manager was entered and its target bound."""
    expression, target = node.items[item]
    value = evaluate(expression, world, frame)
    entered: Value = made_from((value,))
    if isinstance(value, Checkpoint | Session):
        entered = session_of(value, node, world, selects=False)
        world = open_session(entered, (node, item), world)
    elif isinstance(value, Iterator):
        entered = UNKNOWN
        function = value.function
        if (
            function is None
            or not interpreter.can_follow(function, frame)
            or saves_inside(interpreter, function, value.arguments, world, frame)
        ):
            world = presume_saved(world)
    elif may_save(value):
        world = presume_saved(world)
    return world if target is None else assign(target, entered, world, frame)


def saves_inside(
    interpreter: Interpreter,
    function: Function,
    arguments: tuple[tuple[str, Value], ...],
    world: World,
    frame: Frame,
) -> bool:
    """Tell whether some way through a function or generator leaves or yields a saved boundary."""
    names = parameter_names(function.node)
    if function.is_bound and names and not arguments:
        arguments = ((names[0], Self()),)
    fresh = world.with_boundary(Unsaved(None))
    outcome, _ = interpreter.enter(function, arguments, fresh, frame, hands_out=False)
    yielded = (one.boundary for one in outcome.yielded)
    left = (*yielded, *(ended.boundary for _, ended in outcome.ends))
    return any(isinstance(boundary, Saved) for boundary in left)


def _is_unaware_parent(node: nodes.YieldFrom, value: Iterator) -> bool:
    """Tell whether a rollout is delegated by ``super()`` to a class that binds no state at all."""
    call = node.value
    owner = None if value.function is None else value.function.owner
    return (
        isinstance(call, nodes.Call)
        and isinstance(call.func, nodes.Attribute)
        and isinstance(call.func.expr, nodes.Call)
        and owner is not None
        and not bound_attributes(owner)
    )
