"""What a call of Earth2Studio's `Checkpoint` makes, and what opening it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    Checkpoint,
    Constant,
    Sequence,
    Session,
    Unflushed,
    Value,
    constant,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ckptlint.program.interpretation.values import Interval
    from ckptlint.program.interpretation.world import World


def checkpoint_made_by(call: nodes.Call, value_of: Callable[[nodes.NodeNG], Value]) -> Checkpoint:
    """Give the Checkpoint that `call` makes; `value_of` evaluates its arguments."""
    given = {name: _argument(name, call, value_of) for name in _FOLLOWED}
    return Checkpoint(
        _interval(given["flush_interval"]),
        call,
        given["name"],
        given["path"],
        given["mode"],
        given["level"],
    )


_FOLLOWED = ("flush_interval", "name", "path", "mode", "level")


def _argument(name: str, call: nodes.Call, value_of: Callable[[nodes.NodeNG], Value]) -> Value:
    """Give the argument for the parameter `name`, or its default."""
    position = list(facts.CHECKPOINT_PARAMETERS).index(name)
    if any(isinstance(argument, nodes.Starred) for argument in call.args[: position + 1]):
        return UNKNOWN
    if any(keyword.arg is None for keyword in call.keywords):
        return UNKNOWN
    for keyword in call.keywords:
        if keyword.arg == name:
            return value_of(keyword.value)
    if len(call.args) > position:
        return value_of(call.args[position])
    default = facts.CHECKPOINT_PARAMETERS[name]
    if default is None or isinstance(default, int | str):
        return constant(default)
    return UNKNOWN


def _interval(value: Value) -> Interval:
    if isinstance(value, Constant) and value.type in (int, type(None)):
        assert value.value is None or isinstance(value.value, int)
        return value.value
    return "unknown"


def session_of(
    value: Checkpoint | Session, opener: nodes.NodeNG, world: World, *, selects: bool
) -> Session:
    """Give the session that `opener` takes from a Checkpoint, or from a session of it.

    A Checkpoint that is entered while a session of it is open gives that session again.
    """
    if isinstance(value, Session):
        return value
    for session in world.open_sessions if not selects else ():
        if session.checkpoint == value:
            return session
    return Session(value, opener, selects)


def session_is_used(
    call: nodes.Call, receiver: Value, arguments: tuple[Value, ...], world: World
) -> World:
    """Give the world after a call that is not followed, as far as sessions have part in it.

    What is given a session, or its Checkpoint while a session is open, may flush it.
    """
    name = call.func.attrname if isinstance(call.func, nodes.Attribute) else ""
    if isinstance(receiver, Session):
        key = ("unflushed", receiver)
        if name == "write" and receiver.checkpoint.interval not in (1, "unknown"):
            known = world.get(key) or Unflushed(frozenset())
            if isinstance(known, Unflushed):
                return world.bind(key, Unflushed(frozenset({call})))
        if name == "flush" and isinstance(world.get(key), Unflushed):
            return world.without(key)
    return hand_on_sessions(arguments, world)


def hand_on_sessions(values: Iterable[Value], world: World) -> World:
    """Give the world after something unseen was given `values`: it may flush the sessions there."""
    for value in values:
        if isinstance(value, Session):
            world = world.bind(("unflushed", value), UNKNOWN)
        elif isinstance(value, Checkpoint):
            for session in world.open_sessions:
                if session.checkpoint == value:
                    world = world.bind(("unflushed", session), UNKNOWN)
        elif isinstance(value, Sequence):
            world = hand_on_sessions(value.items, world)
    return world


def forget_unflushed(world: World) -> World:
    """Give the world in which an exception is on its way: what it loses, a restart does again."""
    return world.without(*(key for key, _ in world.items() if key[0] == "unflushed"))


def open_session(session: Session, opener: object, world: World) -> World:
    """Give the world in which `session` was entered at `opener`."""
    return world.bind(("open", opener), session)
