"""Bindings of state that the class then never saves, or never restores."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.bound_state import is_metadata
from ckptlint.program.classes import Class, Method, UnresolvedBase
from ckptlint.program.facts import ITERATOR_METHODS
from ckptlint.program.interpretation.frame import is_stub
from ckptlint.program.state.escapes import escapes, is_touched_outside
from ckptlint.program.state.handles import Handles
from ckptlint.program.state.instances import is_self
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.program.module import Module
    from ckptlint.program.state.bound import BoundDataclass

_ENTRIES = (*sorted(ITERATOR_METHODS), "__call__")
"""What runs a component: a class that has none of these leaves its state to its children."""


class Lack(Enum):
    """What nothing does with a bound state."""

    SAVE = "saved"
    RESTORE = "restored"
    BOTH = "saved nor restored"


@dataclass(frozen=True, slots=True)
class DeadBinding:
    """A bound state that a restart cannot use.

    Parameters
    ----------
    bound : BoundDataclass
        What is bound, and by which call.
    lack : Lack
        What nothing does with it.
    """

    bound: BoundDataclass
    lack: Lack


def dead_bindings(module: Module, bound: tuple[BoundDataclass, ...]) -> tuple[DeadBinding, ...]:
    """Find what the classes of `module` bind themselves and then never save, or never restore.

    Quiet where a base cannot be seen, where the class leaves work to its children, and where the
    state gets out of sight.
    """
    found: dict[nodes.Call, DeadBinding] = {}
    for one in bound:
        if one.owner is not one.concrete or one.call in found or not _is_complete(one.concrete):
            continue
        # What a child of the same module does with the state counts, too.
        family = [other for other in bound if other.call is one.call]
        lack = _lack_of(family, module)
        if lack is not None:
            found[one.call] = DeadBinding(one, lack)
    return tuple(found.values())


def _lack_of(family: list[BoundDataclass], module: Module) -> Lack | None:
    for one in family:
        if not one.attributes or not one.uses.is_followed:
            return None
        attributes = frozenset(name for name, _ in one.attributes)
        fields = frozenset(field.name for field in one.fields)
        if escapes(Handles(one.concrete, dict(one.attributes))):
            return None
        if is_touched_outside(module, attributes, fields):
            return None
    is_saved = any(_fields(put.name for put in one.uses.puts) for one in family)
    is_restored = any(_fields(read.name for read in one.uses.reads) for one in family)
    match is_saved, is_restored:
        case False, False:
            return Lack.BOTH
        case False, True:
            return Lack.SAVE
        case True, False:
            return Lack.RESTORE
    return None


def _fields(names: Iterable[str]) -> list[str]:
    return [name for name in names if not is_metadata(name) and not name.startswith("__")]


def _is_complete(cls: Class) -> bool:
    """Tell whether a class runs as it is: it has a rollout or a call, and lacks no method."""
    if any(isinstance(ancestor, UnresolvedBase) for ancestor in cls.mro):
        return False
    entries = (cls.lookup(name) for name in _ENTRIES)
    if not any(isinstance(one, Method) and not is_stub(one.function) for one in entries):
        return False
    return not any(
        _leaves_to_children(ancestor, cls) for ancestor in cls.mro if isinstance(ancestor, Class)
    )


def _leaves_to_children(ancestor: Class, cls: Class) -> bool:
    for function in ancestor.node.mymethods():
        found = cls.lookup(function.name)
        if not isinstance(found, Method) or found.function is not function:
            continue
        decorators = function.decorators.nodes if function.decorators else ()
        if any("abstract" in one.as_string() for one in decorators):
            return True
        if any(isinstance(one, nodes.Raise) for one in function.body) and is_stub(function):
            return True
        for call in nodes_in(function, nodes.Call):
            called = call.func
            is_own = isinstance(called, nodes.Attribute) and is_self(called.expr)
            if is_own and cls.lookup(called.attrname) is None:
                return True
    return False
