"""Which points may raise an exception of their own, and which conditions are always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAFE = (
    nodes.Name,
    nodes.Const,
    nodes.AssignName,
    nodes.Lambda,
    nodes.GeneratorExp,
    nodes.ListComp,
    nodes.Call,
    nodes.Yield,
    nodes.YieldFrom,
    nodes.Await,
    nodes.NamedExpr,
)
"""What cannot raise, or has points of its own that may."""

_SAFE_IF_PARTS_ARE = (nodes.BoolOp, nodes.IfExp, nodes.Tuple, nodes.List)


def may_raise(*expressions: nodes.NodeNG | None) -> bool:
    """Tell whether using these values may raise once the points inside them are done.

    Names, constants and results of calls are taken to be safe, also in a condition; operators,
    attributes and items are not.
    """
    waiting = list(expressions)
    while waiting:
        node = waiting.pop()
        if node is None or isinstance(node, _SAFE):
            continue
        if isinstance(node, _SAFE_IF_PARTS_ARE):
            waiting.extend(node.get_children())
        elif isinstance(node, nodes.UnaryOp) and node.op == "not":
            waiting.append(node.operand)
        elif isinstance(node, nodes.Compare) and all(op in ("is", "is not") for op, _ in node.ops):
            waiting.extend(node.get_children())
        else:
            return True
    return False


def storing_may_raise(targets: Iterable[nodes.NodeNG], value: nodes.NodeNG | None) -> bool:
    """Tell whether storing `value`, its points being done, in these targets may raise."""
    return may_raise(value) or not all(isinstance(target, nodes.AssignName) for target in targets)


def matching_may_raise(pattern: nodes.NodeNG) -> bool:
    """Tell whether matching may run code of the program: a class check or a comparison."""
    if isinstance(pattern, nodes.MatchClass):
        return True
    if isinstance(pattern, nodes.MatchValue):
        return may_raise(pattern.value)
    return any(map(matching_may_raise, pattern.get_children()))


def always(condition: nodes.NodeNG) -> bool | None:
    """Return what an atomic condition always is at run time; None if that is open."""
    match condition:
        case nodes.Const(value=value):
            return bool(value)
        case nodes.Name(name="TYPE_CHECKING") | nodes.Attribute(attrname="TYPE_CHECKING"):
            return False
    return None


def is_irrefutable(pattern: nodes.NodeNG) -> bool:
    """Tell whether a pattern matches every subject."""
    match pattern:
        case nodes.MatchAs(pattern=None):
            return True
        case nodes.MatchAs(pattern=inner):
            return is_irrefutable(inner)
        case nodes.MatchOr(patterns=patterns):
            return any(is_irrefutable(alternative) for alternative in patterns)
    return False
