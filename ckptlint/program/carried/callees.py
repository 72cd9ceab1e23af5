"""Which function a call in an unrolled rollout goes to, and on which object it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.carried.event import Location
from ckptlint.program.classes import UNRESOLVED, Class, KnownMethod, Method
from ckptlint.program.interpretation.frame import (
    bound_once,
    decorator_names,
    is_stub,
    keeps_its_meaning,
)

if TYPE_CHECKING:
    from ckptlint.program.carried.activation import Activation
    from ckptlint.program.module import Module

DEEPEST_CALL = 8


@dataclass(frozen=True, slots=True)
class Callee:
    """A function that is called.

    `given` counts the positional arguments of the call that stand for its receiver: none, but one
    in ``Parent.method(self, ...)``.
    """

    function: nodes.FunctionDef
    module: Module
    receiver: Location | None = None
    concrete: Class | None = None
    owner: Class | None = None
    around: Activation | None = None
    given: int = 0


def callee_of(call: nodes.Call, run: Activation) -> Callee | None:
    """Give the function that a call goes to; None where its body is not to be followed."""
    function = call.func
    found: Callee | None = None
    if isinstance(function, nodes.Name):
        found = _named(function, run)
    elif isinstance(function, nodes.Attribute):
        found = _method(function, run) or _method_of_parent(call, function, run)
    return found if found is not None and _can_be_followed(found, run) else None


def may_do_anything(call: nodes.Call, run: Activation) -> bool:
    """Tell whether a call goes to a method of the model that cannot be followed."""
    function = call.func
    if not isinstance(function, nodes.Attribute) or run.receiver is None:
        return False
    if run.locate(function.expr) != Location(None) or function.attrname in facts.HOOKS:
        return False
    owner = run.objects.class_at(())
    found = None if owner is None else owner.lookup(function.attrname)
    return found is UNRESOLVED or isinstance(found, Method) or found is None


def _named(function: nodes.Name, run: Activation) -> Callee | None:
    place = run.named(function.name)
    if place is not None and place.root is None:
        return _called_object(place, run)
    around: Activation | None = run
    while around is not None:
        bound = around.function.locals.get(function.name)
        if bound:
            if len(bound) == 1 and isinstance(bound[0], nodes.FunctionDef):
                return Callee(bound[0], run.module, around=around)
            return None
        around = around.around
    definition = bound_once(run.module.tree).get(function.name)
    if isinstance(definition, nodes.FunctionDef):
        return Callee(definition, run.module)
    return None


def _method(function: nodes.Attribute, run: Activation) -> Callee | None:
    holder = run.locate(function.expr)
    if holder is None or holder.root is not None:
        return None
    concrete = run.objects.class_at(holder.path)
    if concrete is None:
        return None
    after = run.owner if isinstance(function.expr, nodes.Call) else None
    return _looked_up(function.attrname, holder, concrete, after) or _called_object(
        Location(None, (*holder.path, function.attrname)), run
    )


def _method_of_parent(
    call: nodes.Call, function: nodes.Attribute, run: Activation
) -> Callee | None:
    """Follow ``Parent.method(self, ...)``."""
    if run.concrete is None or run.receiver is None or not call.args:
        return None
    if run.locate(call.args[0]) != run.receiver or run.locate(function.expr) is not None:
        return None
    name = run.module.resolve(function.expr)
    written = getattr(function.expr, "name", None)
    for ancestor in run.concrete.mro:
        if isinstance(ancestor, Class) and (
            ancestor.qualified_name == name
            or (ancestor.name == written and ancestor.module is run.module)
        ):
            place = run.concrete.mro.index(ancestor)
            for later in run.concrete.mro[place:]:
                found = later.own(function.attrname) if isinstance(later, Class) else None
                if isinstance(found, Method):
                    return Callee(
                        found.function,
                        found.owner.module,
                        run.receiver,
                        run.concrete,
                        found.owner,
                        given=1,
                    )
    return None


def _called_object(place: Location, run: Activation) -> Callee | None:
    concrete = run.objects.class_at(place.path)
    return None if concrete is None else _looked_up("__call__", place, concrete, None)


def _looked_up(
    name: str, receiver: Location, concrete: Class, after: Class | None
) -> Callee | None:
    found = concrete.lookup(name, after=after)
    if isinstance(found, KnownMethod) and found.owner.qualified_name == facts.MODULE:
        inner = found.owner.calls.get(name)
        found = concrete.lookup(inner[0]) if inner is not None else None
    if not isinstance(found, Method):
        return None
    decorators = decorator_names(found.function)
    if "classmethod" in decorators or "property" in decorators:
        return None
    is_static = "staticmethod" in decorators
    return Callee(
        found.function,
        found.owner.module,
        None if is_static else receiver,
        None if is_static else concrete,
        found.owner,
    )


def _can_be_followed(callee: Callee, run: Activation) -> bool:
    running = [(one.function, one.receiver) for one in run.callers()]
    return (
        len(running) < DEEPEST_CALL
        and (callee.function, callee.receiver) not in running
        and not isinstance(callee.function, nodes.AsyncFunctionDef)
        and not is_stub(callee.function)
        and keeps_its_meaning(callee.function, callee.module)
    )
