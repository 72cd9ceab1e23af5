"""The methods and attributes of the object on which a method runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import bound_attributes
from ckptlint.program.classes import (
    UNRESOLVED,
    Attribute,
    Class,
    KnownMethod,
    Method,
    UnresolvedBase,
)
from ckptlint.program.interpretation.frame import decorator_names, literal
from ckptlint.program.interpretation.values import UNKNOWN, Function, Opaque, OpaqueMethod, Value
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.classes import KnownClass
    from ckptlint.program.interpretation.frame import Frame

_SAVING_WORDS: Final = ("save", "checkpoint", "store", "snapshot", "persist")

_INERT_WHEN_UNSEEN: Final = facts.HOOKS | {"input_coords", "output_coords", "to"}
"""Methods of every prognostic model that have no business with the bound state."""

_GETTERS: Final = frozenset({"property", "cached_property"})


def member(name: str, after: Class | KnownClass | None, frame: Frame) -> Value:
    """Give attribute `name` of the object that `frame` runs on; look-up starts behind `after`."""
    concrete = frame.concrete
    if concrete is None:
        return unseen_method(name, None)
    found = concrete.lookup(name, after=after)
    if isinstance(found, Method):
        is_static = "staticmethod" in decorator_names(found.function)
        return Function(found.function, found.owner.module, found.owner, is_bound=not is_static)
    if isinstance(found, KnownMethod):
        owner = found.owner
        if name in owner.calls:
            return member(owner.calls[name][0], None, frame)
        return OpaqueMethod(name, saves=name in owner.saves, restores=name in owner.restores)
    if isinstance(found, Attribute):
        return _held_by(found, name, concrete, frame)
    return unseen_method(name, concrete) if found is UNRESOLVED else UNKNOWN


def lacks(name: str, frame: Frame) -> bool:
    """Tell whether no class of the object defines `name`: a subclass or a delegate must."""
    return frame.concrete is not None and frame.concrete.lookup(name) is None


def getter_of(name: str, frame: Frame) -> Method | None:
    """Give the getter of property `name` of the object that `frame` runs on."""
    found = None if frame.concrete is None else frame.concrete.lookup(name)
    if isinstance(found, Method) and _GETTERS & decorator_names(found.function):
        return found
    return None


def unseen_method(name: str, concrete: Class | None) -> OpaqueMethod:
    """Judge a method whose body cannot be seen.

    In a fragment without its class the name is all there is to go by.
    """
    if name in _INERT_WHEN_UNSEEN:
        return OpaqueMethod(name, saves=False, restores=None)
    if concrete is None:
        saves = "restore" not in name and any(word in name for word in _SAVING_WORDS)
        return OpaqueMethod(name, saves=saves, restores=None)
    return OpaqueMethod(name, saves=None, restores=None)


def parent_member(node: nodes.Attribute, frame: Frame) -> Value:
    """Give ``Parent.method`` as an unbound method, where Parent is an ancestor of the object."""
    if frame.concrete is None or not isinstance(node.expr, nodes.Name | nodes.Attribute):
        return UNKNOWN
    text, names = node.expr.as_string(), set()
    for ancestor in frame.concrete.mro:
        if not isinstance(ancestor, UnresolvedBase):
            names.add(ancestor.name)
        elif ancestor.expression in (text, frame.module.names.dotted(node.expr)):
            return unseen_method(node.attrname, frame.concrete)
    if text.rpartition(".")[2] not in names:
        return UNKNOWN
    name = frame.module.resolve(node.expr)
    before: Class | KnownClass | None = None
    for ancestor in frame.concrete.mro:
        if isinstance(ancestor, UnresolvedBase):
            continue
        if ancestor.qualified_name == name and before is not None:
            found = member(node.attrname, before, frame)
            return replace(found, is_bound=False) if isinstance(found, Function) else found
        before = ancestor
    return UNKNOWN


def hands_over(node: nodes.NodeNG, concrete: Class) -> bool:
    """Tell whether `node` passes on what can write the bound state of a `concrete`.

    That is ``self`` itself, an attribute that holds the bound state, or a method that is not
    called on the spot.
    """
    for name in nodes_in(node, nodes.Name):
        if name.name != "self":
            continue
        attribute = name.parent
        if not isinstance(attribute, nodes.Attribute):
            return True
        user = attribute.parent
        if attribute.attrname in bound_attributes(concrete):
            if not isinstance(user, nodes.Attribute):
                return True
        elif isinstance(concrete.lookup(attribute.attrname), Method) and not (
            isinstance(user, nodes.Call) and user.func is attribute
        ):
            return True
    return False


def _held_by(attribute: Attribute, name: str, concrete: Class, frame: Frame) -> Value:
    """Give what an attribute of ``self`` is known to hold: a method, a constant, a way to save.

    Something that was given from outside may save if it is named for that.
    """
    value = getattr(attribute.node, "value", None)
    if isinstance(value, nodes.Attribute) and isinstance(value.expr, nodes.Name):
        held = concrete.lookup(value.attrname) if value.expr.name == "self" else None
        if isinstance(held, Method | KnownMethod):
            return member(value.attrname, None, frame)
    if name in _attributes_that_may_save(concrete):
        return Opaque(may_save=True)
    statement = getattr(attribute.node, "parent", None)
    is_of_class = isinstance(attribute.node, nodes.AssignName)
    if is_of_class and isinstance(statement, nodes.Assign) and not _is_set_on_self(name, concrete):
        return literal(statement.value)
    return Opaque(may_save="save" in name)


def _is_set_on_self(name: str, concrete: Class) -> bool:
    ancestors = (one for one in concrete.mro if isinstance(one, Class))
    return any(name in ancestor.instance_attributes for ancestor in ancestors)


def _attributes_that_may_save(concrete: Class) -> frozenset[str]:
    """Name the attributes of ``self`` through which the bound state may be written."""
    return concrete.module.remember(
        concrete.node, ("may save", concrete), lambda: _given_a_way_to_save(concrete)
    )


def _given_a_way_to_save(concrete: Class) -> frozenset[str]:
    return frozenset(
        name
        for ancestor in concrete.mro
        if isinstance(ancestor, Class)
        for name in (*_given_at_assignment(ancestor, concrete), *_given_later(ancestor, concrete))
    )


def _given_at_assignment(ancestor: Class, concrete: Class) -> Iterator[str]:
    for name, assignments in ancestor.instance_attributes.items():
        values = (getattr(assignment, "value", None) for assignment in assignments)
        if any(value is not None and hands_over(value, concrete) for value in values):
            yield name


def _given_later(ancestor: Class, concrete: Class) -> Iterator[str]:
    """Name what ``self.name.method(...)`` gives a way to save when the object is made: a hook."""
    for function in ancestor.node.body:
        if not isinstance(function, nodes.FunctionDef) or function.name != "__init__":
            continue
        for call in nodes_in(function, nodes.Call):
            holder = call.func.expr if isinstance(call.func, nodes.Attribute) else None
            if isinstance(holder, nodes.Attribute) and isinstance(holder.expr, nodes.Name):
                given = (*call.args, *(keyword.value for keyword in call.keywords))
                if holder.expr.name == "self" and any(hands_over(one, concrete) for one in given):
                    yield holder.attrname
