"""What a call does: it runs a body that can be seen, or is judged by what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.interpretation.assignment import assign, save_field, taint
from ckptlint.program.interpretation.evaluation import evaluate, field_of, made_by_call
from ckptlint.program.interpretation.frame import decorator_names, is_generator, parameter_names
from ckptlint.program.interpretation.members import member
from ckptlint.program.interpretation.observations import Called, HandedOut
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    BoundState,
    Checkpoint,
    Function,
    Iterator,
    OpaqueMethod,
    Restored,
    Self,
    Session,
    Super,
    Value,
    constant,
    made_from,
    reads_of,
)
from ckptlint.program.interpretation.world import (
    MAY_BE_SAVED,
    SAVED,
    Saved,
    Unsaved,
    World,
)

if TYPE_CHECKING:
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.interpreter import Interpreter

_LOOKS_ONLY: Final = frozenset(
    {
        "bool", "callable", "dir", "getattr", "hasattr", "hash", "help", "id", "isinstance",
        "issubclass", "len", "print", "range", "repr", "str", "type", "vars",
    }
)  # fmt: skip
"""Builtins that neither keep nor change what they are given, nor hand it on."""

_CALLABLE_WRAPPERS: Final = frozenset({"compile", "partial", "wraps"})
"""``functools.partial`` and ``torch.compile`` give back what they are given, to be called later."""


def execute_call(
    interpreter: Interpreter, call: nodes.Call, world: World, frame: Frame
) -> tuple[World, ...]:
    """Give the worlds after `call`; each knows the call's result until its statement ends."""
    callee = _callee(call, world, frame)
    receiver = (
        evaluate(call.func.expr, world, frame)
        if isinstance(call.func, nodes.Attribute)
        else UNKNOWN
    )
    positional = tuple(evaluate(argument, world, frame) for argument in call.args)
    named = {word.arg: evaluate(word.value, world, frame) for word in call.keywords}
    arguments = (*positional, *named.values())
    interpreter.observations.calls[call].add(Called(frame, receiver, callee, arguments))
    interpreter.observations.restores.update(
        dict.fromkeys(read for argument in arguments for read in reads_of(argument))
    )
    results: tuple[tuple[Value, World], ...]
    match callee:
        case Function():
            bound = _bind_arguments(callee, call, positional, named)
            results = _call_function(interpreter, callee, bound, arguments, world, frame)
        case OpaqueMethod():
            results = (_call_opaque(call, callee, arguments, world),)
        case _:
            results = (_call_unknown(interpreter, call, receiver, arguments, world, frame),)
    if isinstance(call.parent, nodes.Expr):
        return tuple(after for _, after in results)
    return tuple(after.bind(("result", call), value) for value, after in results)


def delegate(
    interpreter: Interpreter,
    node: nodes.YieldFrom,
    value: Value,
    world: World,
    frame: Frame,
    yielded: set[Saved | Unsaved],
    *,
    hands_out: bool,
) -> tuple[World, ...]:
    """Give the worlds after ``yield from value``; its yields are the delegating generator's own.

    Yields of a generator outside the module are observed at `node`.
    """
    if not isinstance(value, Iterator):
        return (world.with_boundary(MAY_BE_SAVED),)
    if value.function is None or not interpreter.can_follow(value.function, frame.concrete):
        return (world.with_boundary(SAVED if value.saves_each else MAY_BE_SAVED),)
    is_elsewhere = value.function.module is not frame.module
    outcome, callee = interpreter.enter(
        value.function, value.arguments, world, frame, hands_out=hands_out and not is_elsewhere
    )
    yielded.update(outcome.yielded)
    if hands_out and is_elsewhere:
        for boundary in outcome.yielded:
            since = boundary if isinstance(boundary, Saved) else Unsaved(None)
            interpreter.observations.boundaries[node].add(HandedOut(callee, since))
    return tuple(world.resume(ended) for _, ended in outcome.ends)


def draw(interpreter: Interpreter, iterated: Value, world: World, frame: Frame) -> World:
    """Give the world after the next item was drawn from `iterated`.

    A generator of this object that saves before each of its yields has saved.
    """
    if not isinstance(iterated, Iterator):
        return world
    if iterated.function is None:
        return world.with_boundary(SAVED if iterated.saves_each else MAY_BE_SAVED)
    if not interpreter.can_follow(iterated.function, frame.concrete):
        return world.with_boundary(MAY_BE_SAVED)
    fresh = world.with_boundary(Unsaved(None))
    outcome, _ = interpreter.enter(
        iterated.function, iterated.arguments, fresh, frame, hands_out=False
    )
    if outcome.yielded and all(isinstance(boundary, Saved) for boundary in outcome.yielded):
        return world.with_boundary(SAVED)
    return world


def enter_context(
    interpreter: Interpreter, node: nodes.With, item: int, world: World, frame: Frame
) -> World:
    """Give the world after a context manager was entered and its target bound."""
    expression, target = node.items[item]
    value = evaluate(expression, world, frame)
    entered = value
    if isinstance(value, Checkpoint):
        entered = Session(value)
    elif isinstance(value, Iterator):
        entered = UNKNOWN
        if _may_save(interpreter, value, world, frame):
            world = world.with_boundary(MAY_BE_SAVED)
    elif not isinstance(value, Session):
        entered = made_from((value,))
    return world if target is None else assign(target, entered, world, frame)


def _callee(call: nodes.Call, world: World, frame: Frame) -> Value:
    value = evaluate(call.func, world, frame)
    return member("__call__", None, frame) if isinstance(value, Self) else value


def _call_function(
    interpreter: Interpreter,
    function: Function,
    bound: tuple[tuple[str, Value], ...],
    arguments: tuple[Value, ...],
    world: World,
    frame: Frame,
) -> tuple[tuple[Value, World], ...]:
    if is_generator(function.node):
        return ((Iterator(function, bound), world),)
    if not interpreter.can_follow(function, frame.concrete):
        return ((made_from(arguments), _presume_saved(world)),)
    outcome, _ = interpreter.enter(function, bound, world, frame, hands_out=False)
    return tuple((value, world.resume(ended)) for value, ended in outcome.ends)


def _call_opaque(
    call: nodes.Call, method: OpaqueMethod, arguments: tuple[Value, ...], world: World
) -> tuple[Value, World]:
    value = Restored(frozenset({call})) if method.restores else made_from(arguments)
    if method.name in ("create_iterator", "_default_generator"):
        return Iterator(None, saves_each=bool(method.saves)), world
    if method.saves:
        return value, world.with_boundary(SAVED)
    return value, world if method.saves is False else _presume_saved(world)


def _call_unknown(
    interpreter: Interpreter,
    call: nodes.Call,
    receiver: Value,
    arguments: tuple[Value, ...],
    world: World,
    frame: Frame,
) -> tuple[Value, World]:
    function = call.func
    name = function.name if isinstance(function, nodes.Name) else ""
    attribute = function.attrname if isinstance(function, nodes.Attribute) else ""
    if name == "super":
        return Super(frame.owner), world
    made = made_by_call(call, world, frame)
    if made != UNKNOWN:
        return made, world
    if isinstance(receiver, Checkpoint | Session) and attribute in ("select", "__enter__"):
        return receiver if isinstance(receiver, Session) else Session(receiver), world
    if name == "setattr" and len(arguments) == 3 and arguments[0] == BoundState():
        return constant(None), save_field(_literal(call.args[1]), arguments[2], world)
    if name == "next":
        drawn = draw(interpreter, arguments[0] if arguments else UNKNOWN, world, frame)
        return UNKNOWN, drawn
    if name in _LOOKS_ONLY:
        is_field = name == "getattr" and arguments and arguments[0] == BoundState()
        return (Restored(frozenset({call})) if is_field else UNKNOWN), world
    iterated = next((value for value in arguments if isinstance(value, Iterator)), None)
    if iterated is not None:
        return iterated, world
    wrapped = next((v for v in arguments if isinstance(v, Function | OpaqueMethod)), None)
    if wrapped is not None and (name or attribute) in _CALLABLE_WRAPPERS:
        return wrapped, world
    if isinstance(call.parent, nodes.Expr) and isinstance(function, nodes.Attribute):
        changed = field_of(function.expr, world, frame)
        if changed is not None:
            return UNKNOWN, save_field(changed, UNKNOWN, world)
        world = taint(function.expr, made_from(arguments), world, frame)
    is_handed_on = any(isinstance(argument, BoundState | Self) for argument in arguments)
    if is_handed_on or (wrapped is not None and _may_save(interpreter, wrapped, world, frame)):
        world = _presume_saved(world)
    return made_from((receiver, *arguments)), world


def _bind_arguments(
    function: Function,
    call: nodes.Call,
    positional: tuple[Value, ...],
    named: dict[str | None, Value],
) -> tuple[tuple[str, Value], ...]:
    """Bind the parameters of `function`; those that the call leaves open stay unknown."""
    names = parameter_names(function.node)
    values = positional
    if function.is_bound:
        is_class_method = "classmethod" in decorator_names(function.node)
        values = (UNKNOWN if is_class_method else Self(), *positional)
    bound: dict[str, Value] = {}
    if not any(isinstance(argument, nodes.Starred) for argument in call.args):
        bound.update(zip(names, values, strict=False))
    elif function.is_bound and names:
        bound[names[0]] = Self()
    bound.update((name, value) for name, value in named.items() if name in names and name)
    return tuple(bound.items())


def _may_save(interpreter: Interpreter, value: Value, world: World, frame: Frame) -> bool:
    """Tell whether running `value`, a method or a generator, may write the bound state."""
    if isinstance(value, Iterator):
        function, arguments = value.function, value.arguments
    else:
        function, arguments = value if isinstance(value, Function) else None, ()
    if function is None:
        return not (isinstance(value, OpaqueMethod) and value.saves is False)
    if not interpreter.can_follow(function, frame.concrete):
        return True
    fresh = world.with_boundary(Unsaved(None))
    outcome, _ = interpreter.enter(function, arguments, fresh, frame, hands_out=False)
    left = (*outcome.yielded, *(ended.boundary for _, ended in outcome.ends))
    return any(isinstance(boundary, Saved) for boundary in left)


def _presume_saved(world: World) -> World:
    return world.with_boundary(MAY_BE_SAVED) if isinstance(world.boundary, Unsaved) else world


def _literal(node: nodes.NodeNG) -> str:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else "?"
