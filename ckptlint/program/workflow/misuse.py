"""Sessions, and what `write` gives back, taken for what they are not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.interpretation.values import Session
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows


class MisuseKind(StrEnum):
    """What is taken for something else."""

    REPLACED = "replaced"
    """``session or other``: a session without a row is false, so `other` takes its place."""
    GUARDED = "guarded"
    """``if session: session.write()``: the only commits wait for the first one."""
    REBOUND = "rebound"
    """``session = session.write()``: what `write` gives is no session."""
    NO_ENTRY = "no entry"
    """An attribute of what `write` gives is read, though it is None where nothing is flushed."""
    NO_SUCCESS = "no success"
    """``assert session.write()``: that it is None says only that nothing was flushed."""
    NO_NUMBER = "no number"
    """What `write` gives is compared or computed with as a number."""


@dataclass(frozen=True, slots=True)
class SessionMisuse:
    """A session, or what its `write` gives, taken for something else.

    Parameters
    ----------
    node : NodeNG
        The expression.
    kind : MisuseKind
        What it is taken for.
    session : Session
        The session.
    holder : NodeNG
        The expression for the session.
    """

    node: nodes.NodeNG
    kind: MisuseKind
    session: Session
    holder: nodes.NodeNG


def session_misuses(module: Module, workflows: Workflows) -> tuple[SessionMisuse, ...]:
    """Find the places of `module` where a session or what `write` gives is misunderstood."""
    found = [*_of_values(workflows), *_guarded(module, workflows), *_replaced(module, workflows)]
    here = [one for one in found if one.node.root() is module.tree]
    return tuple(sorted(here, key=lambda one: (one.node.lineno, one.node.col_offset)))


def _of_values(workflows: Workflows) -> Iterator[SessionMisuse]:
    """Find what is wrongly done with the value of a `write`."""
    for call, ways in workflows.calls.items():
        function = call.func
        if not isinstance(function, nodes.Attribute) or function.attrname != "write":
            continue
        sessions = [way.receiver for way in ways if isinstance(way.receiver, Session)]
        if not sessions:
            continue
        kind = _kind_of_use(call)
        if len(sessions) < len(ways) and kind is not MisuseKind.REBOUND:
            continue
        intervals = {session.checkpoint.interval for session in sessions}
        may_give_none = not intervals & {1, "unknown"}
        if kind in (MisuseKind.REBOUND, MisuseKind.NO_NUMBER) or (kind and may_give_none):
            yield SessionMisuse(call, kind, sessions[0], function.expr)


def _kind_of_use(call: nodes.Call) -> MisuseKind | None:
    parent = call.parent
    match parent:
        case nodes.Attribute():
            return MisuseKind.NO_ENTRY
        case nodes.Assert() if parent.test is call:
            return MisuseKind.NO_SUCCESS
        case nodes.UnaryOp(op="not") if isinstance(parent.parent, nodes.If):
            raises = isinstance(parent.parent.body[0], nodes.Raise)
            return MisuseKind.NO_SUCCESS if raises and parent is parent.parent.test else None
        case nodes.Compare():
            is_ordered = any(sign in ("<", "<=", ">", ">=") for sign, _ in parent.ops)
            return MisuseKind.NO_NUMBER if is_ordered else None
        case nodes.BinOp() | nodes.AugAssign():
            return MisuseKind.NO_NUMBER
        case nodes.Assign(targets=[nodes.AssignName() as target]):
            return _kind_of_variable(call, target)
    return None


def _kind_of_variable(call: nodes.Call, target: nodes.AssignName) -> MisuseKind | None:
    """Tell how a variable is misused that holds what `write` gives, and nothing tests it."""
    name = target.name
    if getattr(call.func.expr, "name", None) == name:
        return MisuseKind.REBOUND
    scope = call.frame()
    if len(scope.locals.get(name, ())) != 1:
        return None
    reads = [one for one in nodes_in(scope, nodes.Name) if one.name == name]
    if any(not isinstance(one.parent, nodes.Attribute) for one in reads):
        return None
    return MisuseKind.NO_ENTRY if reads else None


def _guarded(module: Module, workflows: Workflows) -> Iterator[SessionMisuse]:
    """Find the sessions of which every commit waits until the session has a row."""
    commits: dict[Session, list[nodes.Call]] = {}
    unsure = workflows.given_away
    for method in ("write", "flush"):
        for call, sessions in workflows.session_calls(method):
            for session in sessions:
                commits.setdefault(session, []).append(call)
    for session, calls in commits.items():
        is_new = not session.is_selected and session.opened_by is not None
        if not is_new or session in unsure or session.checkpoint in unsure:
            continue
        guards = [_guard_of(call) for call in calls]
        if _has_unseen_commit(workflows, session) or None in guards:
            continue
        for guard in dict.fromkeys(guards):
            assert guard is not None
            yield SessionMisuse(guard, MisuseKind.GUARDED, session, guard)


def _has_unseen_commit(workflows: Workflows, session: Session) -> bool:
    """Tell whether a commit may be one of the session's, or of another object."""
    for call, ways in workflows.calls.items():
        receivers = {way.receiver for way in ways}
        is_commit = getattr(call.func, "attrname", None) in ("write", "flush")
        is_sure = all(isinstance(one, Session) for one in receivers)
        if is_commit and session in receivers and not is_sure:
            return True
    return False


def _guard_of(call: nodes.Call) -> nodes.NodeNG | None:
    """Give the name of the session that calls `call`, where its truth decides about the call."""
    holder = call.func.expr
    if not isinstance(holder, nodes.Name):
        return None
    child, parent = call, call.parent
    while not isinstance(parent, nodes.FunctionDef | nodes.Module | nodes.Lambda):
        guard = None
        body = parent.body if isinstance(parent, nodes.If | nodes.IfExp) else ()
        if child is body or (isinstance(body, list) and child in body):
            guard = _truth_in(parent.test, holder.name)
        elif isinstance(parent, nodes.BoolOp) and parent.op == "and":
            earlier = parent.values[: parent.values.index(child)]
            guard = next(filter(None, (_truth_in(one, holder.name) for one in earlier)), None)
        if guard is not None:
            return guard
        child, parent = parent, parent.parent
    return None


def _truth_in(test: nodes.NodeNG, name: str) -> nodes.NodeNG | None:
    """Give the part of a condition that holds only if the session `name` has a row."""
    if isinstance(test, nodes.BoolOp) and test.op == "and":
        return next(filter(None, (_truth_in(one, name) for one in test.values)), None)
    held = test
    if isinstance(test, nodes.Attribute) and test.attrname == "exists":
        held = test.expr
    elif isinstance(test, nodes.Call) and getattr(test.func, "name", None) == "bool" and test.args:
        held = test.args[0]
    return test if isinstance(held, nodes.Name) and held.name == name else None


def _replaced(module: Module, workflows: Workflows) -> Iterator[SessionMisuse]:
    """Find ``session or other`` where a new session is meant to be kept."""
    entered: dict[nodes.NodeNG | None, Session] = {}
    for scope in workflows.scopes:
        for calls in scope.interpreter.observations.calls.values():
            for way in calls:
                for session in way.sessions:
                    entered[session.opened_by] = session
    for node in nodes_in(module.tree, nodes.BoolOp):
        first = node.values[0]
        if node.op != "or" or not isinstance(first, nodes.Name) or _is_test(node):
            continue
        opener = _with_that_binds(first)
        known = entered.get(opener) if opener is not None else None
        if known is not None and not known.is_selected:
            yield SessionMisuse(node, MisuseKind.REPLACED, known, first)


def _with_that_binds(name: nodes.Name) -> nodes.With | None:
    """Give the ``with`` around `name` that alone binds it."""
    bindings = name.frame().locals.get(name.name, ())
    for ancestor in name.node_ancestors():
        is_single = isinstance(ancestor, nodes.With) and len(ancestor.items) == 1
        if is_single and [ancestor.items[0][1]] == [*bindings]:
            return ancestor
    return None


def _is_test(node: nodes.NodeNG) -> bool:
    """Tell whether only the truth of `node` is looked at."""
    parent = node.parent
    if isinstance(parent, nodes.UnaryOp | nodes.BoolOp):
        return True
    return getattr(parent, "test", None) is node
