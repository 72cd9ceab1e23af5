"""What an assignment does to a world: names, attributes of self, fields of the bound state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.classes import Method
from ckptlint.program.interpretation.evaluation import evaluate, field_of
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    Constant,
    Self,
    Sequence,
    Value,
    copy_of,
    is_unchanged,
    made_from,
    reads_of,
)
from ckptlint.program.interpretation.world import MAY_BE_SAVED, SAVED, Unsaved

if TYPE_CHECKING:
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.world import World


def assign(target: nodes.NodeNG, value: Value, world: World, frame: Frame) -> World:
    """Bind `target` to `value`: a name, an attribute, an item, or a tuple of those."""
    match target:
        case nodes.AssignName():
            is_followed = target.name not in frame.rebound_inside
            world = world.without(("is None", target.name))
            return world.bind(("name", target.name), value if is_followed else made_from((value,)))
        case nodes.Tuple() | nodes.List():
            return _unpack(target, value, world, frame)
        case nodes.Starred():
            return assign(target.value, made_from((value,)), world, frame)
        case nodes.AssignAttr():
            return _assign_attribute(target, value, world, frame)
        case nodes.Subscript():
            return _change(target, value, world, frame)
        case _:
            return world


def augment(node: nodes.AugAssign, world: World, frame: Frame) -> World:
    """Carry out ``target op= value``."""
    change = evaluate(node.value, world, frame)
    if isinstance(node.target, nodes.AssignName):
        key = ("name", node.target.name)
        return world.bind(key, made_from((world.get(key) or UNKNOWN, change)))
    if isinstance(node.target, nodes.AssignAttr):
        held = world.get(("self", node.target.attrname)) or UNKNOWN
        if isinstance(evaluate(node.target.expr, world, frame), Self):
            change = made_from((held, change))
    return assign(node.target, change if reads_of(change) else UNKNOWN, world, frame)


def save_field(name: str, value: Value, world: World) -> World:
    """Write a field of the bound state; putting None or nothing there clears it and saves nothing.

    What is written during the rollout is no longer what the checkpoint brought back.
    """
    written = world.without(("if", name), ("if", f"{name} is None")).bind(("field", name), UNKNOWN)
    if world.situation.is_traced:
        written = written.bind(("saved", name), value)
    return written if _is_empty(value) else written.with_boundary(SAVED)


def taint(node: nodes.NodeNG, value: Value, world: World, frame: Frame) -> World:
    """Let the object that `node` names take up what `value` is made from."""
    if not reads_of(value) and not world.situation.is_traced:
        return world
    holder = node
    while isinstance(holder, nodes.Subscript | nodes.Attribute):
        holder = holder.value if isinstance(holder, nodes.Subscript) else holder.expr
    if not isinstance(holder, nodes.Name):
        return world
    held = evaluate(holder, world, frame)
    if isinstance(held, Self) or not reads_of(made_from((held, value))):
        return world
    is_copy = is_unchanged(held) and is_unchanged(value)
    taken_up = copy_of((held, value)) if is_copy else made_from((held, value))
    return world.bind(("name", holder.name), taken_up)


def _assign_attribute(target: nodes.AssignAttr, value: Value, world: World, frame: Frame) -> World:
    field = field_of(target, world, frame)
    if field is not None:
        return save_field(field, value, world)
    owner = evaluate(target.expr, world, frame)
    if isinstance(owner, Self):
        return _assign_to_self(target.attrname, value, world, frame)
    return taint(target.expr, value, world, frame) if world.situation.is_traced else world


def _assign_to_self(name: str, value: Value, world: World, frame: Frame) -> World:
    """Set an attribute of ``self``; the setter of a property may save."""
    if frame.concrete is not None and isinstance(frame.concrete.lookup(name), Method):
        return presume_saved(world)
    return world.bind(("self", name), value)


def presume_saved(world: World) -> World:
    """Give the world after something that may have saved, and may not."""
    return world.with_boundary(MAY_BE_SAVED) if isinstance(world.boundary, Unsaved) else world


def _change(target: nodes.Subscript, value: Value, world: World, frame: Frame) -> World:
    field = field_of(target, world, frame)
    if field is not None:
        return save_field(field, value, world)
    return taint(target.value, value, world, frame)


def _unpack(target: nodes.Tuple | nodes.List, value: Value, world: World, frame: Frame) -> World:
    items: list[Value]
    if (
        isinstance(value, Sequence)
        and len(value.items) == len(target.elts)
        and not any(isinstance(element, nodes.Starred) for element in target.elts)
    ):
        items = list(value.items)
    else:
        items = [made_from((value,))] * len(target.elts)
    for element, item in zip(target.elts, items, strict=True):
        world = assign(element, item, world, frame)
    return world


def _is_empty(value: Value) -> bool:
    return value == Sequence(()) or (isinstance(value, Constant) and value.value is None)
