"""Writes at the end of a session that nothing commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.counting import common_branch, times_called
from ckptlint.program.workflow.flushes import changes_intervals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.interpretation.values import Session
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows
    from ckptlint.sources.source import Edit


@dataclass(frozen=True, slots=True)
class UnflushedTail:
    """A session that ends with writes that nothing has committed.

    Parameters
    ----------
    write : Call
        The last of these writes.
    session : Session
        The session.
    opened_by : With
        The statement at whose end it ends.
    """

    write: nodes.Call
    session: Session
    opened_by: nodes.With

    @property
    def interval(self) -> int | None:
        """The flush interval of its Checkpoint; None means that only `flush` commits."""
        interval = self.session.checkpoint.interval
        assert interval != "unknown"
        return interval


def unflushed_tails(module: Module, workflows: Workflows) -> tuple[UnflushedTail, ...]:
    """Find the sessions that end with writes that no `flush` follows.

    A session is passed over where a `flush` of it depends on a condition that may be true at its
    end, where it is kept somewhere from which it may be flushed, and where the number of writes is
    known to be a multiple of the interval.
    """
    if changes_intervals(module):
        return ()
    lost: dict[Session, set[nodes.Call]] = {}
    for scope in workflows.scopes:
        for session, writes in scope.interpreter.observations.unflushed.items():
            lost.setdefault(session, set()).update(writes)
    found = []
    for session, writes in lost.items():
        opener = session.opened_by
        opener = _with_around(opener) if isinstance(opener, nodes.Call) else opener
        if not isinstance(opener, nodes.With) or opener.root() is not module.tree:
            continue
        if _is_kept(opener, module) or _may_flush_at_end(session, workflows):
            continue
        if _comes_out_even(session, workflows):
            continue
        in_module = [write for write in writes if write.root() is module.tree]
        if in_module:
            last = max(in_module, key=lambda write: (write.lineno, write.col_offset))
            found.append(UnflushedTail(last, session, opener))
    return tuple(sorted(found, key=lambda one: (one.write.lineno, one.write.col_offset)))


def flush_at_end(module: Module, tail: UnflushedTail) -> tuple[str, Edit] | None:
    """Write the missing `flush` as the last statement of the ``with``.

    Returns
    -------
    tuple[str, Edit] or None
        The statement and the edit; None where the session may be left elsewhere, or has no name.
    """
    opener = tail.opened_by
    name = _target(opener, tail)
    if name is None or _is_left_early(opener):
        return None
    scope = opener.frame()
    stores = [one for one in nodes_in(scope, nodes.AssignName) if one.name == name]
    if len(stores) != 1:
        return None
    text = f"{name}.flush()"
    edit = editing.insert_after(module, opener.body[-1], [text])
    return None if edit is None else (text, edit)


def _with_around(call: nodes.Call) -> nodes.NodeNG | None:
    """Give the ``with`` that enters what `call` gives, at once or under a name."""
    if isinstance(call.parent, nodes.With):
        return call.parent
    if not isinstance(call.parent, nodes.Assign):
        return None
    names = {one.name for one in call.parent.targets if isinstance(one, nodes.AssignName)}
    entering = [
        node
        for node in nodes_in(call.frame(), nodes.With)
        for manager, _ in node.items
        if isinstance(manager, nodes.Name) and manager.name in names
    ]
    return entering[0] if len(entering) == 1 else None


def _target(opener: nodes.With, tail: UnflushedTail) -> str | None:
    """Name the variable that holds the session inside its ``with``."""
    made = tail.session.checkpoint.made_by
    targets = [target for _, target in opener.items if target is not None]
    if len(opener.items) == 1 and isinstance(targets[0] if targets else None, nodes.AssignName):
        return str(targets[0].name)
    for manager, target in opener.items:
        if isinstance(target, nodes.AssignName) and manager in (made, tail.session.opened_by):
            return str(target.name)
    return None


def _is_left_early(opener: nodes.With) -> bool:
    """Tell whether the ``with`` may be left other than by the end of its body."""
    for node in nodes_in(opener, (nodes.Return, nodes.Break, nodes.Continue)):
        if node.frame() is not opener.frame():
            continue
        if isinstance(node, nodes.Return) or not _loops_inside(node, opener):
            return True
    return isinstance(opener.body[-1], nodes.Raise)


def _loops_inside(node: nodes.NodeNG, opener: nodes.With) -> bool:
    while node is not opener:
        node = node.parent
        if isinstance(node, nodes.For | nodes.While):
            return True
    return False


def _is_kept(opener: nodes.With, module: Module) -> bool:
    """Tell whether the session is put where something else may flush it."""
    names, attributes = _names_of(opener)
    for node in nodes_in(opener.frame(), (nodes.Name, nodes.Lambda)):
        if isinstance(node, nodes.Lambda):
            if any(one.attrname == "flush" for one in nodes_in(node, nodes.Attribute)):
                return True
        elif node.name in names and _is_stored(node, attributes):
            return True
    if any(
        one.attrname == "flush" and getattr(one.parent, "func", None) is not one
        for one in nodes_in(module.tree, nodes.Attribute)
    ):
        return True
    seen_elsewhere = attributes | (names if opener.frame() is module.tree else set())
    return bool(seen_elsewhere) and any(
        _flushes(call, seen_elsewhere) and call.frame() is not opener.frame()
        for call in nodes_in(module.tree, nodes.Call)
    )


def _names_of(opener: nodes.With) -> tuple[set[str], set[str]]:
    """Give the names, and the attributes of objects, to which what is entered is bound."""
    names: set[str] = set()
    attributes: set[str] = set()
    for _, target in opener.items:
        if isinstance(target, nodes.AssignName):
            names.add(target.name)
        elif isinstance(target, nodes.AssignAttr):
            attributes.add(target.attrname)
    return names, attributes


def _is_stored(name: nodes.Name, attributes: set[str]) -> bool:
    """Tell whether a use of a session stores it; an attribute that takes it is noted."""
    parent = name.parent
    if isinstance(parent, nodes.Assign) and parent.value is name:
        for target in parent.targets:
            if isinstance(target, nodes.AssignAttr):
                attributes.add(target.attrname)
            elif not isinstance(target, nodes.AssignName):
                return True
        return False
    return isinstance(
        parent,
        nodes.List | nodes.Tuple | nodes.Dict | nodes.Set | nodes.Yield | nodes.Starred,
    )


def _flushes(call: nodes.Call, names: set[str]) -> bool:
    """Tell whether `call` flushes a variable or an attribute of one of these names."""
    function = call.func
    if not isinstance(function, nodes.Attribute) or function.attrname != "flush":
        return False
    holder = function.expr
    return getattr(holder, "attrname", getattr(holder, "name", None)) in names


def _may_flush_at_end(session: Session, workflows: Workflows) -> bool:
    """Tell whether some `flush` of the session depends on a condition that is more than a period.

    ``if step % 6 == 0`` says nothing of the end; any other condition may.
    """
    for call, ways in workflows.calls.items():
        function = call.func
        if not isinstance(function, nodes.Attribute) or function.attrname != "flush":
            continue
        if any(way.receiver == session for way in ways):
            if any(not _is_period(test) for test in _tests_around(call)):
                return True
            if _is_skipped_sometimes(call):
                return True
    return False


def _tests_around(call: nodes.Call) -> Iterator[nodes.NodeNG]:
    """Give the conditions on which it depends whether `call` is made."""
    child, parent = call, call.parent
    while parent is not None and not isinstance(parent, nodes.FunctionDef | nodes.Module):
        if isinstance(parent, nodes.If | nodes.IfExp) and child is not parent.test:
            yield parent.test
        elif isinstance(parent, nodes.BoolOp) and child is not parent.values[0]:
            yield from parent.values[: parent.values.index(child)]
        elif isinstance(parent, nodes.Match | nodes.ExceptHandler):
            yield parent
        child, parent = parent, parent.parent


def _is_period(test: nodes.NodeNG) -> bool:
    """Tell whether a condition says only that a count is a multiple of something."""
    if isinstance(test, nodes.UnaryOp) and test.op == "not":
        test = test.operand
    if isinstance(test, nodes.Compare) and len(test.ops) == 1:
        test = test.left
    return (
        isinstance(test, nodes.BinOp)
        and test.op == "%"
        and not any(one.attrname == "write_count" for one in nodes_in(test, nodes.Attribute))
    )


def _is_skipped_sometimes(call: nodes.Call) -> bool:
    """Tell whether a ``continue`` or ``break`` of its loop may pass a flush by."""
    node = call
    while not isinstance(node.parent, nodes.FunctionDef | nodes.Module):
        node = node.parent
        if isinstance(node, nodes.For | nodes.While):
            jumps = nodes_in(node, (nodes.Continue, nodes.Break))
            return any(jump.lineno < call.lineno for jump in jumps)
    return False


def _comes_out_even(session: Session, workflows: Workflows) -> bool:
    """Tell whether the session is known to end with a write that commits, or may well do so.

    Where the number of writes is known and only `flush` commits, periods may fit it.
    """
    interval = session.checkpoint.interval
    writes = [call for call, sessions in workflows.session_calls("write") if session in sessions]
    around = common_branch(writes, session.opened_by)
    counts = [times_called(call, around) for call in writes]
    if interval is None or interval == "unknown":
        flushes = [call for call, one in workflows.session_calls("flush") if session in one]
        return None not in counts and any([*_tests_around(call)] for call in flushes)
    known = [count for count in counts if count is not None]
    return len(known) == len(counts) and sum(known) % interval == 0
