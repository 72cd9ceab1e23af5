"""Whether the bound state of a class gets out of the sight of the class's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.classes import Method
from ckptlint.program.state.instances import is_self
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.module import Module
    from ckptlint.program.state.handles import Handles, Reach

_LOOKS_ONLY: Final = frozenset(
    {"bool", "getattr", "hasattr", "id", "isinstance", "repr", "setattr", "super", "type"}
)
"""Builtins that keep nothing of what they are given; what they set or read is told by its name."""


def escapes(handles: Handles) -> bool:
    """Tell whether a method hands the bound state, or the object that holds it, to what is unseen.

    What is called with it there may save, restore or clear it.
    """
    return any(_escapes_from(reach, handles) for reach in handles.reached())


def is_touched_outside(module: Module, attributes: frozenset[str], fields: frozenset[str]) -> bool:
    """Tell whether `module` names a field through such an attribute of anything but ``self``."""
    for node in nodes_in(module.tree, (nodes.Attribute, nodes.AssignAttr)):
        holder = node.expr
        if (
            node.attrname in fields
            and isinstance(holder, nodes.Attribute)
            and holder.attrname in attributes
            and not is_self(holder.expr)
        ):
            return True
    return False


def _escapes_from(reach: Reach, handles: Handles) -> bool:
    names = dict(reach.names)
    for node in nodes_in(reach.function, (nodes.Name, nodes.Attribute)):
        if handles.of(node, names) is not None and _is_let_out(node, reach, handles):
            return True
        if is_self(node) and _is_argument(node) and not _is_looked_at(node):
            return True
    return False


def _is_let_out(node: nodes.NodeNG, reach: Reach, handles: Handles) -> bool:
    """Tell whether a use of the state is any but reading, setting, testing or another name."""
    parent = node.parent
    match parent:
        case nodes.Attribute() | nodes.AssignAttr() | nodes.Compare() | nodes.BoolOp():
            return False
        case nodes.UnaryOp() | nodes.If() | nodes.IfExp() | nodes.While() | nodes.Assert():
            return False
        case nodes.Assign() | nodes.AnnAssign() | nodes.NamedExpr():
            targets = parent.targets if isinstance(parent, nodes.Assign) else [parent.target]
            return not all(isinstance(one, nodes.AssignName | nodes.AssignAttr) for one in targets)
        case nodes.Return():
            return "property" not in _decorators(reach)
        case nodes.Call() | nodes.Keyword():
            return not _is_looked_at(node) and not _is_followed(node, reach, handles)
    return True


def _is_argument(node: nodes.NodeNG) -> bool:
    call = node.parent
    if isinstance(call, nodes.Keyword):
        return True
    return isinstance(call, nodes.Call) and node is not call.func


def _is_looked_at(node: nodes.NodeNG) -> bool:
    call = node.parent.parent if isinstance(node.parent, nodes.Keyword) else node.parent
    function = call.func if isinstance(call, nodes.Call) else None
    name = getattr(function, "name", None)
    return name in _LOOKS_ONLY


def _is_followed(node: nodes.NodeNG, reach: Reach, handles: Handles) -> bool:
    """Tell whether the state is handed to a function whose body is looked into as well."""
    call = node.parent.parent if isinstance(node.parent, nodes.Keyword) else node.parent
    function = call.func
    if isinstance(function, nodes.Attribute) and is_self(function.expr):
        return isinstance(handles.concrete.lookup(function.attrname), Method)
    if isinstance(function, nodes.Name):
        return isinstance(reach.module.names.definition(function), nodes.FunctionDef)
    return False


def _decorators(reach: Reach) -> set[str]:
    decorators = reach.function.decorators
    return {one.as_string() for one in decorators.nodes} if decorators else set()
