"""Entering a function: what its parameters stand for, and what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.carried.activation import Activation, Reads
from ckptlint.program.carried.event import Event, Location
from ckptlint.program.interpretation.frame import is_generator, parameter_names
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.carried.callees import Callee
    from ckptlint.program.carried.objects import Objects

_MUTATING: Final = frozenset(
    {
        "append", "appendleft", "clear", "extend", "insert", "load_state_dict", "manual_seed",
        "pop", "popleft", "rotate", "set_state", "update",
    }
)  # fmt: skip


def enter(
    callee: Callee, caller: tuple[Activation, nodes.Call] | None, index: int, objects: Objects
) -> Activation:
    """Make the activation of a function; its `arguments` are the events of giving them."""
    run = Activation(
        index,
        callee.function,
        callee.module,
        objects,
        callee.receiver,
        callee.concrete,
        callee.owner,
        callee.around,
        caller,
    )
    names = list(parameter_names(callee.function))
    if callee.receiver is not None and names:
        run.aliases[names.pop(0)] = callee.receiver
    if caller is not None:
        run.arguments = list(_bind(run, caller[0], caller[1], names, callee.given))
    run.aliases.update(_aliases_inside(run))
    return run


def returned(node: nodes.Return, run: Activation) -> Iterator[Event]:
    """Give the events of returning to the caller, as a whole and item by item."""
    if run.caller is None or node.value is None:
        return
    caller, call = run.caller
    call = run.drawer or call
    value = node.value
    reads = run.read(value)
    if isinstance(value, nodes.Tuple):
        for number, element in enumerate(value.elts):
            yield _given(element, run.read(element), caller.result(call, number), run)
        arity = None if any(map(_is_starred, value.elts)) else len(value.elts)
        run.returns.add(arity)
    else:
        arity = run.arity(value)
        for number in range(arity or 0):
            part = Reads({run.result(value, number)})
            yield _given(node, part, caller.result(call, number), run)
        run.returns.add(arity)
    yield _given(node, reads, caller.result(call), run)


def _given(node: nodes.NodeNG, reads: Reads, target: Location, run: Activation) -> Event:
    return Event(node, run.module, frozenset(reads.locations), target, restores=reads.restores)


def _is_starred(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Starred)


def _bind(
    run: Activation, caller: Activation, call: nodes.Call, names: list[str], skipped: int
) -> Iterator[Event]:
    """Give the events of handing over the arguments; what is only looked at keeps its name."""
    positional = call.args[skipped:]
    given: dict[str, nodes.NodeNG] = {}
    if not any(map(_is_starred, positional)):
        given.update(zip(names, positional, strict=False))
    given.update({word.arg: word.value for word in call.keywords if word.arg in names})
    rebound = _rebound(run.function)
    everything = caller.read(*call.args, *(word.value for word in call.keywords))
    for name in names:
        value = given.get(name)
        if value is None:
            if len(given) < len(call.args) - skipped + len(call.keywords):
                yield _given(call, everything, run.local(name), caller)
            continue
        place = caller.locate(value) if isinstance(value, nodes.Name | nodes.Attribute) else None
        is_shared = place is not None and (place.root is None or not is_generator(run.function))
        if place is not None and is_shared and name not in rebound:
            run.aliases[name] = place
        else:
            yield _given(value, caller.read(value), run.local(name), caller)


def _rebound(function: nodes.FunctionDef) -> set[str]:
    """Name the parameters that a function binds anew."""
    return {
        node.name
        for node in nodes_in(function, nodes.AssignName)
        if not isinstance(node.parent, nodes.Arguments)
    }


def _aliases_inside(run: Activation) -> Iterator[tuple[str, Location]]:
    """Give the locals that are other names for the bound state, or for something that changes."""
    for statement in nodes_in(run.function, nodes.Assign):
        if statement.frame() is not run.function or len(statement.targets) != 1:
            continue
        target, value = statement.targets[0], statement.value
        if not isinstance(target, nodes.AssignName) or not isinstance(value, nodes.Attribute):
            continue
        if len(run.function.locals.get(target.name, ())) != 1:
            continue
        place = run.locate(value)
        if place is None or place.root is not None:
            continue
        if run.objects.is_bound_state(place):
            if _is_state_itself(place, run):
                yield target.name, place
        elif (
            run.objects.class_at(place.path) is not None
            or run.is_generator(place)
            or _is_changed(target.name, run.function)
        ):
            yield target.name, place


def _is_state_itself(place: Location, run: Activation) -> bool:
    """Tell whether a location is the bound state, not a field of it."""
    holder = Location(None, place.path[:-1])
    return not run.objects.is_bound_state(holder)


def _is_changed(name: str, function: nodes.FunctionDef) -> bool:
    """Tell whether the object that a local names is changed through it."""
    for node in nodes_in(function, (nodes.Attribute, nodes.AssignAttr, nodes.Subscript)):
        holder = node.value if isinstance(node, nodes.Subscript) else node.expr
        if not isinstance(holder, nodes.Name) or holder.name != name:
            continue
        if isinstance(node, nodes.AssignAttr):
            return True
        if isinstance(node, nodes.Attribute):
            in_place = node.attrname.endswith("_") and not node.attrname.startswith("_")
            if in_place or node.attrname in _MUTATING:
                return True
        elif (isinstance(node.parent, nodes.Assign) and node in node.parent.targets) or (
            isinstance(node.parent, nodes.AugAssign) and node is node.parent.target
        ):
            return True
    return False
