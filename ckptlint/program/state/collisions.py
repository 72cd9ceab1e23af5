"""One dataclass type that is bound twice in one session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeAlias

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import is_bind_call
from ckptlint.program.classes import Class, KnownClass, Method
from ckptlint.program.state.fields import dataclass_of
from ckptlint.program.state.instances import Setting, class_named_by, instance_made, is_self
from ckptlint.program.state.running import Repetition, can_both_run, is_certain, repetition_of
from ckptlint.program.state.session_blocks import session_blocks
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.sources.source import Place, Span

_DEEPEST: Final = 3

Bound: TypeAlias = "Class | KnownClass"
"""What tells one bound state from another: its dataclass; for a class that was not read, itself."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A place that binds a state, or makes a component that does.

    Parameters
    ----------
    state : Class or KnownClass
        What is bound.
    node : Call
        The call of `bind_checkpoint_state`, or the call that makes the component.
    scope : FunctionDef or Module
        What runs it.
    module : Module
        Where it stands.
    component : str or None
        The class of the component; None where the state is bound here.
    repetition : Repetition
        Whether it runs more than once.
    instance : NodeNG or None
        The name of the instance that is bound, where it has one.
    is_certain : bool
        Whether every run of the class's ``__init__`` comes here.
    """

    state: Bound
    node: nodes.Call
    scope: nodes.NodeNG
    module: Module
    component: str | None
    repetition: Repetition
    instance: str | None
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Collision:
    """A state that is bound again in the session in which it was bound.

    Parameters
    ----------
    span : Span
        The second place, or the only one where that runs repeatedly.
    state : str or None
        The name of the dataclass; None for that of a component that was not read.
    first : Span or Place or None
        The first place; None where one place runs repeatedly.
    where : str or None
        How a message names the first place: by its line, or by its file where that is another.
    component, first_component : str or None
        The components that bind it, where components do.
    is_sure : bool
        Whether both are bound in every run.
    """

    span: Span
    state: str | None
    first: Span | Place | None
    where: str | None
    component: str | None
    first_component: str | None
    is_sure: bool


def collisions(module: Module) -> tuple[Collision, ...]:
    """Find the states that one object of `module`, or one session, binds twice."""
    found: dict[Span, Collision] = {}
    # What classes do that never name the call is left to the files of what they make.
    binds = facts.BIND_CHECKPOINT_STATE.rpartition(".")[2] in module.source.text
    classes = module.classes if binds else ()
    groups = [list(_bindings_of(cls, cls, module, 0)) for cls in classes]
    groups += [list(_made_in(block, module)) for block in session_blocks(module)]
    for bindings in groups:
        for collision in _collide(bindings, module):
            found.setdefault(collision.span, collision)
    return tuple(found[span] for span in sorted(found))


def _collide(bindings: list[Binding], module: Module) -> Iterator[Collision]:
    for one in bindings:
        if one.repetition is not Repetition.ONCE and one.module is module:
            yield _collision(one, None, one.repetition is Repetition.TWICE_OR_MORE, module)
    for first, second in combinations(bindings, 2):
        if first.state is not second.state or _is_same_instance(first, second):
            continue
        if first.scope is second.scope:
            if not can_both_run(first.node, second.node):
                continue
        elif not (first.is_certain and second.is_certain):
            continue
        if second.module is module and second.node.lineno >= _line_in(first, module):
            yield _collision(second, first, True, module)
        elif first.module is module:
            yield _collision(first, second, True, module)


def _line_in(binding: Binding, module: Module) -> int:
    return int(binding.node.lineno) if binding.module is module else 0


def _collision(shown: Binding, other: Binding | None, is_sure: bool, module: Module) -> Collision:
    first: Span | Place | None = None
    if other is not None:
        span = other.module.span(other.node)
        first = span if other.module is module else other.module.source.place(span)
    return Collision(
        module.span(shown.node),
        shown.state.name if isinstance(shown.state, Class) else None,
        first,
        _told(other, module) if other is not None else None,
        shown.component,
        other.component if other is not None else None,
        is_sure,
    )


def _told(binding: Binding, module: Module) -> str:
    if binding.module is module:
        return f"on {module.told_line(binding.node)}"
    return f"in {PurePath(binding.module.source.path).name}"


def _is_same_instance(one: Binding, other: Binding) -> bool:
    if one.node is other.node:
        return True
    return one.instance is not None and one.instance == other.instance


def _bindings_of(cls: Class, concrete: Class, module: Module, depth: int) -> Iterator[Binding]:
    """Give what making an object of `concrete` binds: its own states, and its components'."""
    if depth > _DEEPEST:
        return
    for function, owner, is_sure in _run_when_made(concrete):
        setting = Setting(owner.module, concrete)
        for call in nodes_in(function, nodes.Call):
            if call.frame() is not function:
                continue
            for binding in _bound_by_call(call, setting, depth):
                certain = is_sure and is_certain(call)
                yield replace(binding, scope=function, is_certain=certain)


def _bound_by_call(
    call: nodes.Call, setting: Setting, depth: int, once: nodes.NodeNG | None = None
) -> Iterator[Binding]:
    module, repetition = setting.module, repetition_of(call, once)
    if is_bind_call(module, call):
        given = call.args[0] if call.args else None
        made = instance_made(given, setting)
        if made is None or made.call is None or made.call.frame() is not call.frame():
            return
        if not made.is_exact or dataclass_of(made.cls) is None:
            return
        if isinstance(given, nodes.Name) and repetition_of(made.call) is Repetition.ONCE:
            repetition = Repetition.ONCE
        name = given.as_string() if isinstance(given, nodes.Name) else None
        yield Binding(made.cls, call, call.frame(), module, None, repetition, name, True)
        return
    component = _component_made(call, setting)
    if component is None:
        return
    for state in _states_of(component, depth + 1):
        yield Binding(state, call, call.frame(), module, component.name, repetition, None, True)


def _component_made(call: nodes.Call, setting: Setting) -> Class | KnownClass | None:
    written = getattr(call.func, "attrname", None) or getattr(call.func, "name", None) or ""
    is_raised = isinstance(call.parent, nodes.Raise)
    if is_raised or not written.lstrip("_")[:1].isupper():
        # Names are looked up only where they are written like a class's: that reads files.
        return None
    path = setting.module.names.dotted(call.func)
    if path is not None and path.partition(".")[0] in facts.INERT_PACKAGES:
        return None
    cls = class_named_by(call.func, setting)
    if cls is not None:
        return cls
    name = setting.module.resolve(call.func)
    found = setting.module.project.find_class(name) if name is not None else None
    return found if isinstance(found, KnownClass) and found.bound_state is not None else None


def _states_of(component: Class | KnownClass, depth: int) -> Iterator[Bound]:
    """Give what making one component certainly binds."""
    if isinstance(component, KnownClass):
        yield component
        return
    if depth > _DEEPEST:
        return
    seen: set[Bound] = set()
    for binding in _bindings_of(component, component, component.module, depth):
        if binding.is_certain and binding.state not in seen:
            seen.add(binding.state)
            yield binding.state


def _run_when_made(concrete: Class) -> Iterator[tuple[nodes.FunctionDef, Class, bool]]:
    """Give the functions that making an object runs: ``__init__``, its parents', its helpers."""
    first = concrete.lookup("__init__")
    pending = [(first, True)] if isinstance(first, Method) else []
    seen: set[nodes.FunctionDef] = set()
    while pending:
        method, is_sure = pending.pop(0)
        if method.function in seen:
            continue
        seen.add(method.function)
        yield method.function, method.owner, is_sure
        for call in nodes_in(method.function, nodes.Call):
            called = _own_method_called(call, method, concrete)
            if isinstance(called, Method) and call.frame() is method.function:
                pending.append((called, is_sure and is_certain(call)))


def _own_method_called(call: nodes.Call, method: Method, concrete: Class) -> object:
    function = call.func
    if not isinstance(function, nodes.Attribute):
        return None
    holder = function.expr
    if is_self(holder):
        return concrete.lookup(function.attrname)
    if isinstance(holder, nodes.Call) and getattr(holder.func, "name", None) == "super":
        after: Class | None = method.owner
        if holder.args:
            after = class_named_by(holder.args[0], Setting(method.owner.module, concrete))
        return concrete.lookup(function.attrname, after=after) if after is not None else None
    is_passed = bool(call.args) and is_self(call.args[0])
    if is_passed and isinstance(holder, nodes.Name | nodes.Attribute):
        parent = class_named_by(holder, Setting(method.owner.module, concrete))
        if parent is not None and parent in concrete.mro:
            return parent.own(function.attrname)
    return None


def _made_in(
    block: tuple[tuple[nodes.Call, nodes.NodeNG], ...], module: Module
) -> Iterator[Binding]:
    """Give what the calls of one session bind."""
    for call, once in block:
        yield from _bound_by_call(call, Setting(module, None), 0, once)
