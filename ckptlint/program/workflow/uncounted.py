"""Rows that are committed by `flush` alone, so that no write is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.turns import innermost_loop
from ckptlint.sources.source import Edit, Position, Span

if TYPE_CHECKING:
    from ckptlint.program.interpretation.values import Session
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows

_NAME = "flush"


@dataclass(frozen=True, slots=True)
class UncountedRow:
    """A `flush` with metadata that is the only commit of a session whose writes are counted.

    Parameters
    ----------
    flush : Call
        The call, in a loop.
    counted : Attribute
        Where `write_count` is read.
    session : Session
        The session.
    """

    flush: nodes.Call
    counted: nodes.Attribute
    session: Session


def uncounted_rows(module: Module, workflows: Workflows) -> tuple[UncountedRow, ...]:
    """Find the loops that commit by `flush` alone in a function that counts writes.

    Nothing is said of a session that is written somewhere, or handed to something unseen.
    """
    written = {
        way.receiver
        for call, ways in workflows.calls.items()
        if getattr(call.func, "attrname", None) == "write"
        for way in ways
    }
    elsewhere = written | workflows.given_away
    found = []
    for call, sessions in workflows.session_calls(_NAME):
        if call.root() is not module.tree or not call.keywords or len(sessions) != 1:
            continue
        session = sessions[0]
        is_elsewhere = session in elsewhere or session.checkpoint in elsewhere
        counted = _count_read(call)
        if counted is not None and not is_elsewhere and innermost_loop(call) is not None:
            found.append(UncountedRow(call, counted, session))
    return tuple(found)


def write_instead(module: Module, found: UncountedRow) -> Edit | None:
    """Put `write` for `flush`, where the session commits each write and nothing uses the value."""
    is_each = found.session.checkpoint.interval == 1
    if not is_each or not isinstance(found.flush.parent, nodes.Expr):
        return None
    end = module.span(found.flush.func).end
    start = Position(end.line, end.column - len(_NAME))
    return Edit(Span(start, end), "write")


def _count_read(flush: nodes.Call) -> nodes.Attribute | None:
    """Give where the function reads `write_count` of the session that it flushes."""
    holder = flush.func.expr.as_string()
    for attribute in nodes_in(flush.frame(), nodes.Attribute):
        if attribute.attrname == "write_count" and attribute.expr.as_string() == holder:
            return attribute
    return None
