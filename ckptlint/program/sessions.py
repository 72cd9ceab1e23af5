"""Checkpoint sessions: what is called on them, and how often they commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import is_call_of
from ckptlint.program.interpretation.frame import literal, make_frame
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.values import UNKNOWN, Session, constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.module import Module


_INTERVAL_NAMES = (UNKNOWN, constant("flush_interval"))
"""What the name of an attribute may be that `setattr` sets, for it to change an interval."""


@dataclass(frozen=True, slots=True)
class Flush:
    """A `flush` of a session whose flush interval is known.

    Parameters
    ----------
    call : Call
        The call.
    interval : int or None
        The session's flush interval in writes; None means that only `flush` commits.
    made_by : tuple[Call, ...]
        The calls that make the session's Checkpoint.
    """

    call: nodes.Call
    interval: int | None
    made_by: tuple[nodes.Call, ...]

    @property
    def is_statement(self) -> bool:
        """Whether the call stands alone, so that nothing uses what it returns."""
        return isinstance(self.call.parent, nodes.Expr)

    @property
    def has_arguments(self) -> bool:
        """Whether anything is given to it; metadata makes it commit a row."""
        return bool(self.call.args or self.call.keywords)


def flushes(module: Module, give_up: GiveUp) -> tuple[Flush, ...]:
    """Find the calls ``session.flush(...)`` whose session has one known interval on every path."""
    found: list[Flush] = []
    frames = tuple(_frames(module))
    if not frames or not _makes_checkpoint(module) or _changes_intervals(module):
        return ()
    for frame in frames:
        interpreter = Interpreter(module)
        try:
            interpreter.run(frame, interpreter.entry_world(frame), hands_out=False)
        except TooComplex:
            give_up(frame)
            continue
        for call, ways in interpreter.observations.calls.items():
            if not _is_flush(call) or call.frame() is not frame.scope:
                continue
            sessions = [way.receiver for way in ways]
            known = [session for session in sessions if isinstance(session, Session)]
            intervals = {session.checkpoint.interval for session in known}
            if len(known) == len(sessions) and len(intervals) == 1:
                interval = intervals.pop()
                if interval != "unknown":
                    made_by = {session.checkpoint.made_by for session in known}
                    in_order = sorted(made_by, key=lambda made: (made.lineno, made.col_offset))
                    found.append(Flush(call, interval, tuple(in_order)))
    return tuple(sorted(found, key=lambda one: (one.call.lineno, one.call.col_offset)))


def _makes_checkpoint(module: Module) -> bool:
    """Tell whether the module makes any Checkpoint; without one no interval can be known."""
    return any(
        is_call_of(facts.CHECKPOINT, module, call)
        for call in module.tree.nodes_of_class(nodes.Call)
    )


def _changes_intervals(module: Module) -> bool:
    """Tell whether the module may give a Checkpoint another interval after it was made."""
    stores = module.tree.nodes_of_class(nodes.AssignAttr)
    if any(store.attrname in ("flush", "flush_interval") for store in stores):
        return True
    return any(
        isinstance(call.func, nodes.Name)
        and call.func.name == "setattr"
        and not (len(call.args) > 1 and literal(call.args[1]) not in _INTERVAL_NAMES)
        for call in module.tree.nodes_of_class(nodes.Call)
    )


def _is_flush(call: nodes.Call) -> bool:
    return isinstance(call.func, nodes.Attribute) and call.func.attrname == "flush"


def _frames(module: Module) -> Iterator[Frame]:
    """Give every scope in which something is flushed."""
    scopes = {
        call.frame(): None for call in module.tree.nodes_of_class(nodes.Call) if _is_flush(call)
    }
    for scope in scopes:
        if isinstance(scope, nodes.FunctionDef):
            owner = module.class_of(scope)
            yield make_frame(scope, module, owner, owner)
        elif isinstance(scope, nodes.Module):
            yield make_frame(scope, module)
