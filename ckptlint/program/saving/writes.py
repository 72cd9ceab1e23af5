"""What a point of the flow does to a local: nothing, a copy, a change, or something else."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.flow.graph import PointKind
from ckptlint.program.interpretation.copies import is_copying
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.flow.graph import Point

_STEPS: Final = facts.HOOKS | {"_forward", "forward", "output_coords"}
"""Methods of every prognostic model that give another boundary than they are given."""

_ELEMENTWISE: Final = frozenset(
    {
        "abs", "add", "addcmul", "clamp", "clip", "cos", "div", "exp", "lerp", "log", "masked_fill",
        "maximum", "minimum", "mul", "nan_to_num", "pow", "relu", "roll", "sigmoid", "sin", "sqrt",
        "sub", "tanh", "where",
    }
)  # fmt: skip
"""Functions of tensors and arrays that give other values."""


_CHANGE_NO_VALUE: Final = frozenset({"detach_", "requires_grad_", "share_memory_"})


class Write(StrEnum):
    """What becomes of a local."""

    KEPT = "kept"
    """A copy of itself."""
    CHANGED = "changed"
    """Another value that is made from it."""
    CHANGED_IN_PLACE = "changed in place"
    """The object that it names takes other values."""
    ITEM_SET = "item set"
    """The container that it names holds something else."""
    OTHER = "other"
    """Anything; nothing is known."""


def write_of(point: Point, name: str) -> Write | None:
    """Tell what `point` does to the local `name`; None where it does nothing."""
    node = point.node
    if point.kind is PointKind.CALL:
        return _call(node, name)
    if point.kind not in (PointKind.STATEMENT, PointKind.ITERATE, PointKind.ENTER, PointKind.CASE):
        return None
    if isinstance(node, nodes.Assign):
        writes = [_assign(target, node.value, name) for target in node.targets]
        return next((write for write in writes if write is not None), None)
    if isinstance(node, nodes.AugAssign):
        return _augment(node, name)
    return Write.OTHER if _binds(node, name) else None


def _binds(node: nodes.NodeNG, name: str) -> bool:
    """Tell whether a statement that is no plain assignment binds a name."""
    if isinstance(node, nodes.For | nodes.AsyncFor):
        node = node.target
    elif isinstance(node, nodes.With | nodes.AsyncWith):
        return any(target is not None and _mentions(target, name) for _, target in node.items)
    elif isinstance(node, nodes.FunctionDef | nodes.ClassDef):
        return bool(node.name == name)
    targets = nodes_in(node, (nodes.AssignName, nodes.DelName))
    return any(target.name == name for target in targets)


def _assign(target: nodes.NodeNG, value: nodes.NodeNG, name: str) -> Write | None:
    if isinstance(target, nodes.AssignName):
        return _become(value, name) if target.name == name else None
    if isinstance(target, nodes.Subscript):
        holds = isinstance(target.value, nodes.Name) and target.value.name == name
        return _set_item(value) if holds else None
    if not isinstance(target, nodes.Tuple | nodes.List):
        return None
    for place, part in enumerate(target.elts):
        if isinstance(part, nodes.AssignName) and part.name == name:
            if isinstance(value, nodes.Tuple) and len(value.elts) == len(target.elts):
                return _become(value.elts[place], name)
            return _become(value, name)
    return Write.OTHER if _mentions(target, name) else None


def _become(value: nodes.NodeNG, name: str) -> Write:
    """Tell what a local becomes that is bound to `value`."""
    match value:
        case nodes.Name():
            return Write.KEPT if value.name == name else Write.OTHER
        case nodes.BinOp():
            return Write.CHANGED if _mentions(value, name) else Write.OTHER
        case nodes.Call() if is_copying(value):
            receiver = value.func.expr if isinstance(value.func, nodes.Attribute) else None
            parts = value.args if receiver is None or _is_library(receiver) else [receiver]
            return _become(parts[0], name) if len(parts) == 1 else Write.OTHER
        case nodes.Call():
            return Write.CHANGED if _is_step(value) and _mentions(value, name) else Write.OTHER
        case nodes.IfExp():
            ways = {_become(value.body, name), _become(value.orelse, name)}
            if Write.CHANGED in ways and ways <= {Write.CHANGED, Write.KEPT}:
                return Write.CHANGED
            return Write.KEPT if ways == {Write.KEPT} else Write.OTHER
        case _:
            return Write.OTHER


def is_step(value: nodes.NodeNG) -> bool:
    """Tell whether an expression gives other values than those that it is made from."""
    return isinstance(value, nodes.BinOp) or (isinstance(value, nodes.Call) and _is_step(value))


def _is_step(call: nodes.Call) -> bool:
    function = call.func
    if isinstance(function, nodes.Name):
        return bool(function.name == "self")
    if not isinstance(function, nodes.Attribute):
        return False
    if isinstance(function.expr, nodes.Name) and function.expr.name == "self":
        return function.attrname in _STEPS
    return function.attrname in _ELEMENTWISE or function.attrname in facts.HOOKS


def _set_item(value: nodes.NodeNG) -> Write:
    """Tell what becomes of a container that is given an item; a part may only be cut out of it."""
    return Write.ITEM_SET if is_step(value) else Write.OTHER


def _augment(node: nodes.AugAssign, name: str) -> Write | None:
    target = node.target
    if isinstance(target, nodes.AssignName):
        if target.name != name:
            return None
        return Write.CHANGED if _counts(node) else Write.CHANGED_IN_PLACE
    while isinstance(target, nodes.Subscript):
        target = target.value
    return Write.CHANGED_IN_PLACE if getattr(target, "name", None) == name else None


def _counts(node: nodes.AugAssign) -> bool:
    """Tell whether a local is a number that is counted up: nothing of it is ever looked up."""
    if not isinstance(node.value, nodes.Const):
        return False
    looked_up = nodes_in(node.frame(), (nodes.Attribute, nodes.Subscript))
    holders = (getattr(one, "expr", None) or getattr(one, "value", None) for one in looked_up)
    return all(getattr(holder, "name", None) != node.target.name for holder in holders)


def _call(call: nodes.Call, name: str) -> Write | None:
    """Tell whether a call changes what `name` holds: ``x.mul_()``, ``torch.mul(..., out=x)``."""
    function = call.func
    if (
        isinstance(function, nodes.Attribute)
        and _is_in_place(function.attrname)
        and getattr(function.expr, "name", None) == name
    ):
        return Write.CHANGED_IN_PLACE
    for keyword in call.keywords:
        if keyword.arg == "out" and getattr(keyword.value, "name", None) == name:
            return Write.CHANGED_IN_PLACE
    return None


def _is_in_place(method: str) -> bool:
    """Tell by its name whether a method of a tensor gives it other values."""
    return method.endswith("_") and not method.startswith("_") and method not in _CHANGE_NO_VALUE


def _mentions(node: nodes.NodeNG, name: str) -> bool:
    return any(one.name == name for one in nodes_in(node, (nodes.Name, nodes.AssignName)))


def _is_library(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Name) and node.name in ("copy", "np", "numpy", "torch")
