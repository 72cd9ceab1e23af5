"""Iterators whose position can be told: of ranges, counters and generators of the model itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.carried.objects import values_of
from ckptlint.program.interpretation.frame import is_generator

if TYPE_CHECKING:
    from ckptlint.program.carried.activation import Activation

_COUNTERS: Final = frozenset({"arange", "count", "date_range", "len", "linspace", "range"})
_OVER_OTHERS: Final = frozenset(
    {
        "accumulate", "array", "chain", "cycle", "enumerate", "islice", "iter", "list", "repeat",
        "reversed", "sorted", "tuple", "zip",
    }
)  # fmt: skip
_WRITTEN_OUT: Final = (nodes.Const, nodes.Tuple, nodes.List, nodes.Set, nodes.Dict)


def is_seen_iterable(node: nodes.NodeNG, run: Activation, depth: int = 3) -> bool:
    """Tell whether an iterable always begins with the same item, as far as it is not restored.

    One that comes out of any other call may know where a restart goes on.
    """
    if isinstance(node, _WRITTEN_OUT):
        return True
    if depth == 0:
        return False
    if isinstance(node, nodes.Call):
        maker = _maker(node)
        return maker in _COUNTERS or (
            maker in _OVER_OTHERS
            and all(is_seen_iterable(one, run, depth - 1) for one in node.args)
        )
    values = _values_of_name(node, run)
    return bool(values) and all(is_seen_iterable(one, run, depth - 1) for one in values)


def _values_of_name(node: nodes.NodeNG, run: Activation) -> list[nodes.NodeNG]:
    """Give all that is assigned to a local or an attribute; nothing where that is not known."""
    if isinstance(node, nodes.Name):
        bound = run.function.locals.get(node.name, ())
        values = [one.parent.value for one in bound if isinstance(one.parent, nodes.Assign)]
        return values if len(values) == len(bound) else []
    place = run.locate(node)
    if place is None or place.root is not None or not place.path:
        return []
    holder = run.objects.class_at(place.path[:-1])
    if holder is None:
        return []
    values = [value for value, _ in values_of(holder, place.path[-1])]
    return [one for one in values if not isinstance(one, nodes.Const)]


def draws_visibly(node: nodes.NodeNG, run: Activation) -> bool:
    """Tell whether what ``next`` moves on was made in sight, and begins at its start."""
    values = _values_of_name(node, run)
    return bool(values) and all(
        isinstance(one, nodes.GeneratorExp)
        or (isinstance(one, nodes.Call) and is_seen_iterable(one, run))
        or _calls_own_generator(one)
        for one in values
    )


def _calls_own_generator(call: nodes.NodeNG) -> bool:
    """Tell whether a call goes to a generator of the same class, which is no rollout by itself."""
    function = call.func if isinstance(call, nodes.Call) else None
    if not isinstance(function, nodes.Attribute) or not isinstance(function.expr, nodes.Name):
        return False
    scope = call.frame()
    owner = scope.parent.frame() if isinstance(scope, nodes.FunctionDef) else None
    if not isinstance(owner, nodes.ClassDef) or function.attrname in facts.ITERATOR_METHODS:
        return False
    found = owner.locals.get(function.attrname, ())
    return any(isinstance(one, nodes.FunctionDef) and is_generator(one) for one in found)


def _maker(call: nodes.Call) -> str:
    return getattr(call.func, "attrname", None) or getattr(call.func, "name", None) or ""
