"""What a call does: it runs a body that can be seen, or is judged by what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.interpretation.assignment import presume_saved, save_field, taint
from ckptlint.program.interpretation.checkpoints import (
    hand_on_sessions,
    open_session,
    session_is_used,
    session_of,
)
from ckptlint.program.interpretation.copies import is_copying
from ckptlint.program.interpretation.evaluation import (
    attribute_of,
    evaluate,
    field_of,
    made_by_call,
)
from ckptlint.program.interpretation.frame import (
    decorator_names,
    defaults_of,
    is_generator,
    parameter_names,
)
from ckptlint.program.interpretation.iteration import draw, saves_inside
from ckptlint.program.interpretation.members import lacks, member, unseen_method
from ckptlint.program.interpretation.observations import Called
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    BoundState,
    Checkpoint,
    Condition,
    Constant,
    Function,
    Iterator,
    Opaque,
    OpaqueMethod,
    Self,
    Sequence,
    Session,
    Super,
    Value,
    constant,
    copy_of,
    made_from,
    may_save,
    reads_of,
    restored,
    truth,
)
from ckptlint.program.interpretation.world import (
    SAVED,
    World,
)

if TYPE_CHECKING:
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.interpreter import Interpreter

_LOOKS_ONLY: Final = frozenset(
    {
        "callable", "dir", "hasattr", "hash", "help", "id", "isinstance",
        "issubclass", "len", "print", "range", "repr", "str", "type",
    }
)  # fmt: skip
"""Builtins that neither keep nor change what they are given, nor hand it on."""

_LIBRARIES: Final = frozenset({"numpy", "random", "torch"})
"""A function of theirs puts what it is given into nothing that a tensor is made from later."""

_CALLABLE_WRAPPERS: Final = frozenset({"compile", "partial", "wraps"})
"""``functools.partial`` and ``torch.compile`` give back what they are given, to be called later."""


def execute_call(
    interpreter: Interpreter, call: nodes.Call, world: World, frame: Frame
) -> tuple[World, ...]:
    """Give the worlds after `call`; each knows the call's result until its statement ends."""
    receiver, callee = _receiver_and_callee(call, world, frame)
    positional, certain = _positional(call, world, frame)
    named = {word.arg: evaluate(word.value, world, frame) for word in call.keywords}
    arguments = (*positional, *named.values())
    called = Called(frame, receiver, callee, arguments, world.open_sessions)
    interpreter.observations.calls[call].add(called)
    results: tuple[tuple[Value, World], ...]
    match callee:
        case Function():
            bound = _bind_arguments(callee, positional, certain, named)
            results = _call_function(interpreter, callee, bound, arguments, world, frame)
        case OpaqueMethod():
            results = (_call_opaque(call, callee, arguments, world),)
        case _ if isinstance(call.func, nodes.Name) and call.func.name == "super":
            results = ((Super(frame.owner), world),)
        case _:
            result = _call_unknown(interpreter, call, callee, receiver, arguments, world, frame)
            results = (result,)
    if isinstance(call.parent, nodes.Expr):
        return tuple(after for _, after in results)
    return tuple(after.bind(("result", call), value) for value, after in results)


def _positional(call: nodes.Call, world: World, frame: Frame) -> tuple[tuple[Value, ...], int]:
    """Give the positional arguments, and how many stand before a starred one of unknown length."""
    values: list[Value] = []
    certain: int | None = None
    for argument in call.args:
        if not isinstance(argument, nodes.Starred):
            values.append(evaluate(argument, world, frame))
            continue
        starred = evaluate(argument.value, world, frame)
        if isinstance(starred, Sequence):
            values += starred.items
            continue
        certain = len(values) if certain is None else certain
        values.append(starred)
    return tuple(values), len(values) if certain is None else certain


def _receiver_and_callee(call: nodes.Call, world: World, frame: Frame) -> tuple[Value, Value]:
    function = call.func
    if isinstance(function, nodes.Attribute):
        receiver = evaluate(function.expr, world, frame)
        callee = attribute_of(receiver, function.attrname, function, world, frame)
        if callee == UNKNOWN and isinstance(receiver, Self) and lacks(function.attrname, frame):
            callee = unseen_method(function.attrname, frame.concrete)
        return receiver, callee
    value = evaluate(function, world, frame)
    return UNKNOWN, member("__call__", None, frame) if isinstance(value, Self) else value


def _call_function(
    interpreter: Interpreter,
    function: Function,
    bound: tuple[tuple[str, Value], ...],
    arguments: tuple[Value, ...],
    world: World,
    frame: Frame,
) -> tuple[tuple[Value, World], ...]:
    if is_generator(function.node):
        return ((Iterator(function, bound), hand_on_sessions(arguments, world)),)
    if not interpreter.can_follow(function, frame):
        world = hand_on_sessions(arguments, world)
        return ((made_from(arguments), presume_saved(world)),)
    outcome, _ = interpreter.enter(function, bound, world, frame, hands_out=False)
    return tuple((value, world.resume(ended)) for value, ended in outcome.ends)


def _call_opaque(
    call: nodes.Call, method: OpaqueMethod, arguments: tuple[Value, ...], world: World
) -> tuple[Value, World]:
    value = restored(call) if method.restores else made_from(arguments)
    world = hand_on_sessions(arguments, world)
    if method.name in facts.ITERATOR_METHODS:
        return Iterator(None, saves_each=bool(method.saves)), world
    if method.saves:
        return value, world.with_boundary(SAVED)
    return value, world if method.saves is False else presume_saved(world)


def _call_unknown(
    interpreter: Interpreter,
    call: nodes.Call,
    callee: Value,
    receiver: Value,
    arguments: tuple[Value, ...],
    world: World,
    frame: Frame,
) -> tuple[Value, World]:
    """Judge a call whose body is not seen by what it is given."""
    function = call.func
    name = getattr(function, "attrname", None) or getattr(function, "name", "")
    made = made_by_call(call, world, frame)
    if made != UNKNOWN:
        return made, world
    if (isinstance(function, nodes.Name) or name == "__setattr__") and arguments:
        answer = _call_builtin(interpreter, call, arguments, world, frame)
        if answer is not None:
            return answer
    if isinstance(receiver, Checkpoint | Session) and name in ("select", "__enter__"):
        session = session_of(receiver, call, world, selects=name == "select")
        return session, world if name == "select" else open_session(session, call, world)
    if name == "enter_context" and arguments and isinstance(arguments[0], Checkpoint | Session):
        session = session_of(arguments[0], call, world, selects=False)
        return session, open_session(session, call, world)
    world = session_is_used(call, receiver, arguments, world)
    for argument in arguments:
        if isinstance(argument, Iterator):
            others = made_from(one for one in arguments if one is not argument)
            return Opaque(may_save=True) if may_save(others) else argument, world
        if isinstance(argument, Function | OpaqueMethod) and name in _CALLABLE_WRAPPERS:
            keeps_reads = world.situation.is_traced and any(map(reads_of, arguments))
            return made_from(arguments) if keeps_reads else argument, world
    world = _change_what_is_given(call, receiver, arguments, world, frame)
    used = (callee, receiver if receiver != Self() else UNKNOWN, *arguments)
    if any(_runs_a_save(interpreter, value, world, frame) for value in used):
        world = presume_saved(world)
    operands = (receiver if receiver != Self() else UNKNOWN, *arguments)
    if world.situation.is_traced and reads_of(callee):
        operands = (*operands, callee)
    is_copy = is_copying(call) or _puts_fields_together(call, world, frame)
    return copy_of(operands) if is_copy else made_from(operands), world


def _puts_fields_together(call: nodes.Call, world: World, frame: Frame) -> bool:
    """Tell whether a function is given fields of the bound state and nothing else."""
    return (
        isinstance(call.func, nodes.Name)
        and bool(call.args)
        and not call.keywords
        and all(field_of(argument, world, frame) is not None for argument in call.args)
    )


def _call_builtin(
    interpreter: Interpreter,
    call: nodes.Call,
    arguments: tuple[Value, ...],
    world: World,
    frame: Frame,
) -> tuple[Value, World] | None:
    """Carry out a call of a builtin whose effect is known; give None for any other function.

    ``object.__setattr__`` counts as `setattr`.
    """
    name = getattr(call.func, "name", None) or call.func.attrname
    named = call.args[1].value if len(call.args) > 1 and _is_text(call.args[1]) else None
    if name in ("setattr", "__setattr__") and len(arguments) == 3 and arguments[0] == BoundState():
        return constant(None), save_field(named or "?", arguments[2], world)
    if name == "getattr" and named is not None:
        return attribute_of(arguments[0], named, call, world, frame), world
    if name == "next":
        return UNKNOWN, draw(interpreter, arguments[0], world, frame)
    if name == "int" and isinstance(arguments[0], Constant):
        return arguments[0], world
    if name == "bool":
        outcome = truth(arguments[0])
        is_condition = isinstance(arguments[0], Condition)
        return (UNKNOWN if outcome is None and not is_condition else arguments[0]), world
    return (UNKNOWN, world) if name in _LOOKS_ONLY else None


def _change_what_is_given(
    call: nodes.Call,
    receiver: Value,
    arguments: tuple[Value, ...],
    world: World,
    frame: Frame,
) -> World:
    """Let a method change its object, and ``out=`` what it names."""
    for keyword in call.keywords:
        written = field_of(keyword.value, world, frame) if keyword.arg == "out" else None
        if written is not None:
            world = save_field(written, UNKNOWN, world)
    if isinstance(call.parent, nodes.Expr) and isinstance(call.func, nodes.Attribute):
        holder = call.func.expr
        changed = field_of(holder, world, frame)
        if changed is not None:
            return save_field(changed, UNKNOWN, world)
        if receiver != Self() and not isinstance(receiver, Session):
            if call.func.attrname == "copyto" and world.situation.is_traced and call.args:
                return taint(call.args[0], copy_of(arguments[1:]), world, frame)
            if (frame.module.names.dotted(holder) or "").partition(".")[0] in _LIBRARIES:
                return world
            put_in = copy_of if call.func.attrname in ("copy_", "update") else made_from
            return taint(holder, put_in(arguments), world, frame)
    return world


def _runs_a_save(interpreter: Interpreter, value: Value, world: World, frame: Frame) -> bool:
    """Tell whether handing `value` to something unseen, to be run or used there, may save."""
    if isinstance(value, Function) and interpreter.can_follow(value, frame):
        return saves_inside(interpreter, value, (), world, frame)
    return may_save(value)


def _bind_arguments(
    function: Function,
    positional: tuple[Value, ...],
    certain: int,
    named: dict[str | None, Value],
) -> tuple[tuple[str, Value], ...]:
    """Bind the parameters of `function`; one that the call leaves open has its default.

    After the first `certain` values of `positional` it is not known which is whose.
    """
    names = parameter_names(function.node)
    by_position = names[: len(names) - len(function.node.args.kwonlyargs or ())]
    values = positional
    if function.is_bound:
        is_class_method = "classmethod" in decorator_names(function.node)
        values = (UNKNOWN if is_class_method else Self(), *positional)
    bound: dict[str, Value] = {}
    if certain < len(positional) or None in named:
        known = values[: len(values) - len(positional) + certain]
        bound.update(zip(by_position, known, strict=False))
        rest = made_from((*positional, *named.values()))
        bound.update((name, rest) for name in names if name not in bound)
    else:
        bound.update(defaults_of(function.node))
        bound.update(zip(by_position, values, strict=False))
    bound.update((name, value) for name, value in named.items() if name and name in names)
    if function.node.args.vararg is not None:
        bound[function.node.args.vararg] = made_from(values[len(by_position) :])
    if function.node.args.kwarg is not None:
        extra = (value for name, value in named.items() if name not in names)
        bound[function.node.args.kwarg] = made_from(extra)
    return tuple(bound.items())


def _is_text(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)
