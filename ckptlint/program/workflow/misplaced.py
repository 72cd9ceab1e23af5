"""Members of a session looked for on its Checkpoint, and of a Checkpoint on its session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.scopes import bindings_of
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.objects import is_checkpoint, is_session, kinds_of
from ckptlint.sources.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.workflow.receivers import Receivers

_OF_SESSION: Final = facts.SESSION_METHODS | facts.SESSION_ATTRIBUTES
ONLY_OF_SESSION: Final = _OF_SESSION - facts.CHECKPOINT_MEMBERS
ONLY_OF_CHECKPOINT: Final = facts.CHECKPOINT_MEMBERS - _OF_SESSION


@dataclass(frozen=True, slots=True)
class MisplacedMember:
    """An attribute that its object does not have, and the object that belongs to it has.

    Parameters
    ----------
    node : Attribute
        Where it is read.
    of_session : bool
        Whether a session has it, and it is read from a Checkpoint; else the reverse.
    owner : str or None
        What has it, as it can be written here.
    edits : tuple[Edit, ...]
        Reading it from there.
    """

    node: nodes.Attribute
    of_session: bool
    owner: str | None
    edits: tuple[Edit, ...]


def misplaced_members(module: Module, receivers: Receivers) -> tuple[MisplacedMember, ...]:
    """Find what is read from a Checkpoint and only its session has, or the reverse."""
    return tuple(_misplaced(module, receivers))


def _misplaced(module: Module, receivers: Receivers) -> Iterator[MisplacedMember]:
    for node in nodes_in(module.tree, nodes.Attribute):
        of_session = node.attrname in ONLY_OF_SESSION
        if not of_session and node.attrname not in ONLY_OF_CHECKPOINT:
            continue
        call = node.parent
        is_called = isinstance(call, nodes.Call) and call.func is node
        kinds = receivers.kinds_of(call) if is_called else kinds_of(node.expr, module)
        is_wrong = is_checkpoint(kinds) if of_session else is_session(kinds)
        if not is_wrong or is_error_expected(node):
            continue
        if of_session:
            owner = _session_in_scope(node, module)
        else:
            owner = f"{module.text(node.expr)}.catalog"
        edits = () if owner is None else (Edit(module.span(node.expr), owner),)
        yield MisplacedMember(node, of_session, owner, edits)


def _session_in_scope(node: nodes.Attribute, module: Module) -> str | None:
    """Name the session of the Checkpoint that `node` reads from, open where it stands."""
    receiver = module.text(node.expr)
    child, parent = node, node.parent
    while parent is not None and not isinstance(parent, nodes.FunctionDef | nodes.Lambda):
        if isinstance(parent, nodes.With) and child in parent.body:
            for context, name in parent.items:
                if not isinstance(name, nodes.AssignName):
                    continue
                if module.text(_opened(context)) == receiver and _keeps(name, node.expr, parent):
                    return str(name.name)
        child, parent = parent, parent.parent
    return None


def _opened(context: nodes.NodeNG) -> nodes.NodeNG:
    """Give the Checkpoint that a ``with`` opens, a selected row of it too."""
    match context:
        case nodes.Call(func=nodes.Attribute(attrname="select")):
            return context.func.expr
    return context


def _keeps(name: nodes.AssignName, receiver: nodes.NodeNG, block: nodes.With) -> bool:
    """Tell whether the session and its Checkpoint have no other name or value in the block."""
    names = [name.name]
    root = receiver
    while isinstance(root, nodes.Attribute):
        root = root.expr
    if not isinstance(root, nodes.Name) or root.name == name.name:
        return False
    names.append(root.name)
    _, bindings = bindings_of(root.name, receiver)
    _, others = bindings_of(name.name, receiver)
    if any(block.parent_of(one) for one in bindings):
        return False
    return all(one is name or not block.parent_of(one) for one in others)
