"""What a call of Earth2Studio's `Checkpoint` makes, and what opening it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    Checkpoint,
    Constant,
    Session,
    Value,
    constant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

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


def session_of(value: Checkpoint | Session, opener: nodes.NodeNG, *, selects: bool) -> Session:
    """Give the session that `opener` takes from a Checkpoint, or from a session of it."""
    if isinstance(value, Session):
        return value
    return Session(value, opener, selects)


def open_session(session: Session, opener: object, world: World) -> World:
    """Give the world in which `session` was entered at `opener`."""
    return world.bind(("open", opener), session)
