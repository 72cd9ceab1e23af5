"""Checkpoint sessions: what is called on them, and how often they commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.interpretation.frame import literal
from ckptlint.program.interpretation.values import UNKNOWN, constant
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows


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


def flushes(module: Module, workflows: Workflows) -> tuple[Flush, ...]:
    """Find the calls ``session.flush(...)`` whose session has one known interval on every path."""
    if changes_intervals(module):
        return ()
    found: list[Flush] = []
    for call, sessions in workflows.session_calls("flush"):
        intervals = {session.checkpoint.interval for session in sessions}
        interval = intervals.pop()
        if not intervals and interval != "unknown":
            made = {session.checkpoint.made_by for session in sessions}
            in_order = sorted(
                (one for one in made if one is not None),
                key=lambda one: (one.lineno, one.col_offset),
            )
            found.append(Flush(call, interval, tuple(in_order)))
    return tuple(found)


def changes_intervals(module: Module) -> bool:
    """Tell whether the module may give a Checkpoint another interval after it was made."""
    stores = nodes_in(module.tree, nodes.AssignAttr)
    if any(store.attrname in ("flush", "flush_interval") for store in stores):
        return True
    return any(
        isinstance(call.func, nodes.Name)
        and call.func.name == "setattr"
        and not (len(call.args) > 1 and literal(call.args[1]) not in _INTERVAL_NAMES)
        for call in nodes_in(module.tree, nodes.Call)
    )
