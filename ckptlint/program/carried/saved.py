"""Which locations are written to the bound state as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.bound_state import is_metadata
from ckptlint.program.carried.unrolled import Save

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.carried.activation import Activation
    from ckptlint.program.carried.event import Location
    from ckptlint.program.carried.unrolled import Unrolled

_CONVERTS: Final = frozenset(
    {
        "array", "asarray", "bool", "clone", "contiguous", "copied", "copy", "cpu", "deepcopy",
        "detach", "dict", "float", "get_rng_state", "get_state", "getstate", "int", "list", "numpy",
        "state_dict", "str", "tensor", "to", "tuple", "values",
    }
)  # fmt: skip
"""Calls that give what they are given, in another form."""


def saves_of(node: nodes.NodeNG, run: Activation) -> Iterator[Save]:
    """Give what a statement, or a call of ``setattr``, writes to fields of the bound state."""
    if isinstance(node, nodes.Call):
        given = node.args
        is_setting = getattr(node.func, "name", None) == "setattr" and len(given) == 3
        if is_setting and run.is_bound_state(run.locate(given[0])):
            name = given[1].value if isinstance(given[1], nodes.Const) else "?"
            yield Save(str(name), given[2], run)
        return
    for target in node.targets if isinstance(node, nodes.Assign) else ():
        pairs = [(target, node.value)]
        if isinstance(target, nodes.Tuple) and isinstance(node.value, nodes.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=False))
        for part, value in pairs:
            if not isinstance(part, nodes.AssignAttr) or is_metadata(part.attrname):
                continue
            if run.is_bound_state(run.locate(part)):
                yield Save(part.attrname, value, run)


def saved_locations(unrolled: Unrolled) -> frozenset[Location]:
    """Find the locations whose value, as it is or converted, becomes a field of the bound state."""
    handed_on: dict[Location, set[Location]] = {}
    for step in unrolled.steps:
        for event in step.events:
            if event.target is not None and _is_handed_on(event.node):
                handed_on.setdefault(event.target, set()).update(event.reads)
    found: set[Location] = set()
    waiting = [one for save in unrolled.saves for one in _converted(save.value, save.run)]
    while waiting:
        location = waiting.pop()
        if location not in found:
            found.add(location)
            waiting += handed_on.get(location, ())
    return frozenset(found)


def _converted(value: nodes.NodeNG, run: Activation) -> list[Location]:
    found: list[Location] = []
    waiting = [value]
    while waiting:
        node = waiting.pop()
        match node:
            case nodes.Call() if _name_of(node) in _CONVERTS:
                waiting += [*node.args, node.func]
            case nodes.Attribute(expr=nodes.Call() | nodes.Attribute()) if run.locate(node) is None:
                waiting.append(node.expr)
            case nodes.Attribute(attrname=name) if name in _CONVERTS:
                waiting.append(node.expr)
            case nodes.Name() | nodes.Attribute():
                place = run.locate(node)
                if place is not None:
                    found.append(place)
            case nodes.Call():
                pass
            case _:
                waiting += node.get_children()
    return found


def _is_handed_on(node: nodes.NodeNG) -> bool:
    """Tell whether an event only hands a value on: an argument, or a copy into another name."""
    parent = node.parent
    if isinstance(parent, nodes.Call) and node in parent.args:
        return isinstance(node, nodes.Name | nodes.Attribute)
    if isinstance(parent, nodes.Keyword):
        return isinstance(node, nodes.Name | nodes.Attribute)
    value = getattr(node.statement(), "value", None)
    while isinstance(value, nodes.Call) and _name_of(value) in _CONVERTS:
        is_method = isinstance(value.func, nodes.Attribute)
        value = value.func.expr if is_method else next(iter(value.args), None)
    return isinstance(value, nodes.Name | nodes.Attribute)


def _name_of(call: nodes.Call) -> str:
    return getattr(call.func, "attrname", None) or getattr(call.func, "name", None) or ""
