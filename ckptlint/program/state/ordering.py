"""Whether the order of a dict's keys matters where the dict is read."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from astroid import nodes

from ckptlint.program.state.reaching import values_reaching
from ckptlint.program.syntax import nodes_in

_DEEPEST: Final = 6
_SAME: Final = frozenset({"OrderedDict", "copy", "deepcopy", "dict"})
_ORDERED: Final = frozenset({"cat", "concatenate", "enumerate", "list", "stack", "tuple", "zip"})
_FREE: Final = frozenset(
    {"all", "any", "frozenset", "isinstance", "len", "max", "min", "set", "sorted"}
)


class Order(IntEnum):
    """How a dict is used: by its keys, in a way that is not followed, handed out, or in order."""

    FREE = 0
    UNKNOWN = 1
    HANDED_OUT = 2
    USED = 3


def order_used(node: nodes.NodeNG, depth: int = 0) -> Order:
    """Tell how the dict that an expression gives is used, by what stands around the expression."""
    user = node.parent
    if depth > _DEEPEST:
        return Order.UNKNOWN
    match user:
        case nodes.IfExp() | nodes.BoolOp() | nodes.NamedExpr() | nodes.Dict():
            if isinstance(user, nodes.IfExp) and user.test is node:
                return Order.FREE
            return order_used(user, depth + 1)
        case nodes.DictUnpack():
            return order_used(user.parent, depth + 1)
        case nodes.Attribute():
            return _of_method(user, depth)
        case nodes.Call() if node in user.args:
            return _as_argument(user, depth)
        case nodes.Return() | nodes.Yield():
            return Order.HANDED_OUT
        case nodes.Tuple() if isinstance(user.parent, nodes.Return | nodes.Yield):
            return Order.HANDED_OUT
        case nodes.Starred():
            return Order.USED if isinstance(user.parent, nodes.Tuple | nodes.List) else Order.FREE
        case nodes.Assign() | nodes.AnnAssign() if user.value is node:
            return _of_local(user, depth)
        case nodes.Comprehension():
            return _iterated(user, depth)
        case nodes.Keyword() | nodes.Call() | nodes.For() | nodes.Tuple():
            return Order.UNKNOWN
    return Order.FREE


def is_sorted(node: nodes.NodeNG | None) -> bool:
    """Tell whether a dict is made with its keys in alphabetical order."""
    match node:
        case nodes.Dict():
            keys = [getattr(key, "value", None) for key, _ in node.items]
            is_text = all(isinstance(key, str) for key in keys)
            return is_text and keys == sorted(str(key) for key in keys)
        case nodes.DictComp():
            return _calls(node.generators[0].iter, "sorted")
        case nodes.Call(func=nodes.Name(name="dict" | "OrderedDict")):
            if not node.args:
                words = [keyword.arg or "" for keyword in node.keywords]
                return words == sorted(words) and "" not in words
            return len(node.args) == 1 and _calls(node.args[0], "sorted")
    return False


def _of_method(attribute: nodes.Attribute, depth: int) -> Order:
    call = attribute.parent
    if not isinstance(call, nodes.Call) or call.func is not attribute:
        return Order.FREE
    if attribute.attrname == "copy":
        return order_used(call, depth + 1)
    if attribute.attrname in ("items", "keys", "values"):
        return _of_view(call, depth)
    return Order.FREE


def _of_view(view: nodes.NodeNG, depth: int) -> Order:
    """Tell how the keys, values or items of a dict are used."""
    user = view.parent
    if isinstance(user, nodes.Comprehension):
        return _iterated(user, depth)
    if isinstance(user, nodes.Call) and view in user.args:
        return _as_argument(user, depth)
    if isinstance(user, nodes.Starred):
        return Order.USED
    return Order.UNKNOWN


def _iterated(generator: nodes.Comprehension, depth: int) -> Order:
    whole = generator.parent
    if isinstance(whole, nodes.SetComp) or whole.generators[0] is not generator:
        return Order.FREE
    if isinstance(whole, nodes.ListComp):
        return Order.USED
    if isinstance(whole, nodes.DictComp):
        return order_used(whole, depth + 1)
    user = whole.parent
    return _as_argument(user, depth) if isinstance(user, nodes.Call) else Order.UNKNOWN


def _as_argument(call: nodes.Call, depth: int) -> Order:
    name = getattr(call.func, "attrname", None) or getattr(call.func, "name", None)
    if name in _SAME:
        return order_used(call, depth + 1)
    if name in _FREE:
        return Order.FREE
    if name in _ORDERED:
        outer = call.parent
        is_argument = isinstance(outer, nodes.Call) and call in outer.args
        around = getattr(outer.func, "name", None) if is_argument else None
        return _as_argument(outer, depth) if around in _SAME | _FREE else Order.USED
    return Order.UNKNOWN


def _of_local(statement: nodes.NodeNG, depth: int) -> Order:
    """Follow a local to where it is read."""
    targets = statement.targets if isinstance(statement, nodes.Assign) else [statement.target]
    names = {target.name for target in targets if isinstance(target, nodes.AssignName)}
    function = statement.frame()
    if not names or not isinstance(function, nodes.FunctionDef):
        return Order.UNKNOWN
    found = Order.FREE
    for name in nodes_in(function, nodes.Name):
        if name.name not in names or name.scope() is not function:
            continue
        if getattr(name.parent, "attrname", None) == "move_to_end":
            return Order.FREE
        if any(value is statement.value for value in values_reaching(name) or ()):
            found = max(found, order_used(name, depth + 1))
    return found


def _calls(node: nodes.NodeNG, name: str) -> bool:
    return isinstance(node, nodes.Call) and getattr(node.func, "name", None) == name
