"""The methods and attributes of the object on which a method runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.classes import UNRESOLVED, KnownMethod, Method, UnresolvedBase
from ckptlint.program.interpretation.frame import decorator_names
from ckptlint.program.interpretation.values import UNKNOWN, Function, OpaqueMethod, Value

if TYPE_CHECKING:
    from ckptlint.program.classes import Class, KnownClass
    from ckptlint.program.interpretation.frame import Frame

_SAVING_WORDS: Final = ("save", "checkpoint", "store", "snapshot", "persist")

_INERT_WHEN_UNSEEN: Final = facts.HOOKS | {"input_coords", "output_coords", "to"}
"""Methods of every prognostic model that have no business with the bound state."""


def member(name: str, after: Class | KnownClass | None, frame: Frame) -> Value:
    """Give attribute `name` of the object that `frame` runs on; look-up starts behind `after`."""
    if frame.concrete is None:
        return unseen_method(name, None)
    found = frame.concrete.lookup(name, after=after)
    if isinstance(found, Method):
        decorators = decorator_names(found.function)
        if "property" in decorators or "cached_property" in decorators:
            return UNKNOWN
        return Function(
            found.function,
            found.owner.module,
            found.owner,
            is_bound="staticmethod" not in decorators,
        )
    if isinstance(found, KnownMethod):
        owner = found.owner
        if name in owner.calls:
            return member(owner.calls[name][0], None, frame)
        return OpaqueMethod(name, saves=name in owner.saves, restores=name in owner.restores)
    return unseen_method(name, frame.concrete) if found is UNRESOLVED else UNKNOWN


def unseen_method(name: str, concrete: Class | None) -> OpaqueMethod:
    """Judge a method whose body cannot be seen.

    In a fragment without its class the name is all there is to go by.
    """
    if name in _INERT_WHEN_UNSEEN:
        return OpaqueMethod(name, saves=False, restores=None)
    if concrete is None:
        return OpaqueMethod(name, saves=any(word in name for word in _SAVING_WORDS), restores=None)
    return OpaqueMethod(name, saves=None, restores=None)


def parent_member(node: nodes.Attribute, frame: Frame) -> Value:
    """Give ``Parent.method`` as an unbound method, where Parent is an ancestor of the object."""
    if frame.concrete is None or not isinstance(node.expr, nodes.Name | nodes.Attribute):
        return UNKNOWN
    name = frame.module.resolve(node.expr)
    if name is None:
        return UNKNOWN
    before: Class | KnownClass | None = None
    for ancestor in frame.concrete.mro:
        if isinstance(ancestor, UnresolvedBase):
            continue
        if ancestor.qualified_name == name and before is not None:
            found = member(node.attrname, before, frame)
            return replace(found, is_bound=False) if isinstance(found, Function) else found
        before = ancestor
    return UNKNOWN
