"""What only copies: calls and comprehensions that leave what they are given as it was."""

from __future__ import annotations

from typing import Final

from astroid import nodes

_COPIES: Final = frozenset(
    {
        "OrderedDict", "array", "as_tensor", "asarray", "clone", "contiguous", "copy", "copy_",
        "cpu", "cuda", "deepcopy", "detach", "dict", "double", "expand", "flatten", "float",
        "from_numpy", "half", "items", "keys", "list", "numpy", "permute", "pin_memory", "reshape",
        "squeeze", "to", "transpose", "tuple", "type", "unflatten", "unsqueeze", "values", "view",
        "zip",
    }
)  # fmt: skip
"""Calls that give a copy or a view of what they are given, or put it side by side."""


def is_copying(call: nodes.Call) -> bool:
    """Tell whether a call only copies; a keyword of ``dict`` puts something else into the copy."""
    name = getattr(call.func, "attrname", None) or getattr(call.func, "name", None)
    return name in _COPIES and not (name in ("OrderedDict", "dict") and call.keywords)


def copies_each_part(comprehension: nodes.NodeNG) -> bool:
    """Tell whether a comprehension copies, or hands on, each part of what it iterates over."""
    if isinstance(comprehension, nodes.DictComp):
        return _is_copy(comprehension.key) and _is_copy(comprehension.value)
    return _is_copy(comprehension.elt)


def _is_copy(node: nodes.NodeNG) -> bool:
    match node:
        case nodes.Name() | nodes.Const():
            return True
        case nodes.Tuple() | nodes.List():
            return all(map(_is_copy, node.elts))
        case nodes.Call() if is_copying(node):
            receiver = [node.func.expr] if isinstance(node.func, nodes.Attribute) else []
            return all(map(_is_copy, (*receiver, *node.args)))
        case _:
            return False
