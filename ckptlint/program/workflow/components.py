"""Restart-aware components of a workflow: where they are built, and in which session they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.classes import Class, KnownClass
from ckptlint.program.facts import ITERATOR_METHODS
from ckptlint.program.flow.builder import build_flow_graph
from ckptlint.program.flow.dominance import dominators
from ckptlint.program.interpretation.values import Checkpoint, constant
from ckptlint.program.scopes import bindings_of
from ckptlint.program.state.bound import bind_calls
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.steps import steps_are_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.interpretation.observations import Called
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows
    from ckptlint.sources.source import Edit

_GIVES_ITSELF: Final = frozenset({"cpu", "cuda", "eval", "to"})
"""Methods of a torch module that give back the module."""


@dataclass(frozen=True, slots=True)
class Component:
    """An object with bound state that a workflow builds.

    Parameters
    ----------
    name : str
        The variable that holds it, and nothing else.
    build : Assign
        The statement that builds it.
    cls : str
        The name of its class.
    is_model : bool
        Whether it makes rollouts.
    """

    name: str
    build: nodes.Assign
    cls: str
    is_model: bool


@dataclass(frozen=True, slots=True)
class EarlyComponent:
    """A component that is built before the Checkpoint is made in whose session it runs.

    Parameters
    ----------
    component : Component
        The component.
    checkpoint : Call
        The call that makes the Checkpoint.
    use : Call
        Where it runs.
    """

    component: Component
    checkpoint: nodes.Call
    use: nodes.Call


def early_components(module: Module, workflows: Workflows) -> tuple[EarlyComponent, ...]:
    """Find the components of `module` that are built too early to be saved.

    What is bound goes to the session that is active, else to the Checkpoint that was made last. A
    component that is built before its Checkpoint is made belongs to another one, or to none. That
    does not matter where the session is not of level 2, where the steps of a rollout are not what
    is written, or where a model only computes steps.
    """
    found: dict[nodes.NodeNG, EarlyComponent] = {}
    if _binds_by_hand(module):
        return ()
    for call, ways in workflows.calls.items():
        made = {_checkpoint_of(call, way) for way in ways}
        checkpoint = made.pop() if len(made) == 1 else None
        if checkpoint is None or checkpoint.root() is not module.tree:
            continue
        for component in _components_used(call, module, workflows):
            if component.build in found:
                continue
            if any(way.sessions for way in workflows.calls.get(component.build.value, ())):
                continue
            if _comes_before(component.build, checkpoint):
                found[component.build] = EarlyComponent(component, checkpoint, call)
    return tuple(sorted(found.values(), key=lambda one: one.component.build.lineno))


def component_of(name: nodes.Name, module: Module) -> Component | None:
    """Give the component that a variable holds, if it holds one and is bound once."""
    _, bindings = bindings_of(name.name, name)
    binding = bindings[0] if len(bindings) == 1 else None
    if not isinstance(binding, nodes.AssignName) or not isinstance(binding.parent, nodes.Assign):
        return None
    build = binding.parent
    cls = restart_aware_class(build.value, module)
    if cls is None or len(build.targets) != 1:
        return None
    return Component(name.name, build, cls.name, _makes_rollouts(cls))


def restart_aware_class(call: nodes.NodeNG, module: Module) -> Class | KnownClass | None:
    """Give the class that `call` makes an instance of, if its ``__init__`` binds state.

    A torch module may be moved in the same breath, as in ``Model().to(device)``, or loaded by
    Earth2Studio's `load_model`.
    """
    while (
        isinstance(call, nodes.Call)
        and getattr(call.func, "attrname", None) in _GIVES_ITSELF
        and isinstance(call.func.expr, nodes.Call)
    ):
        call = call.func.expr
    if not isinstance(call, nodes.Call):
        return None
    named = call.func
    if isinstance(named, nodes.Attribute) and named.attrname == "load_model":
        named = named.expr
    name = module.resolve(named)
    found = module.project.find_class(name) if name is not None else None
    if found is None and isinstance(named, nodes.Name):
        definition = module.names.definition(named)
        if isinstance(definition, nodes.ClassDef):
            found = module.class_from(definition)
    if found is None:
        return None
    ancestors = found.mro if isinstance(found, Class) else (found,)
    return found if any(map(_binds_when_made, ancestors)) else None


def _makes_rollouts(cls: Class | KnownClass) -> bool:
    if isinstance(cls, Class):
        return cls.lookup("create_iterator") is not None
    return "create_iterator" in cls.methods


def _binds_when_made(ancestor: object) -> bool:
    if isinstance(ancestor, KnownClass):
        return ancestor.bound_state is not None
    if not isinstance(ancestor, Class):
        return False
    return any(call.frame().name == "__init__" for call in bind_calls(ancestor))


def build_in_session(module: Module, found: EarlyComponent) -> tuple[Edit, ...] | None:
    """Move the building to the start of the session's ``with``.

    None where the session is opened elsewhere, or anything between the two names the component or
    changes what it is built from.
    """
    build = found.component.build
    block = _block_around(found.use, build)
    if block is None or module.span(build).start.line != module.span(build).end.line:
        return None
    between: list[nodes.NodeNG] = []
    sibling = build.next_sibling()
    while sibling is not None and sibling is not block:
        between.append(sibling)
        sibling = sibling.next_sibling()
    between += [expression for expression, _ in block.items]
    needed = {name.name for name in nodes_in(build.value, nodes.Name)}
    for node in between:
        for name in nodes_in(node, (nodes.Name, nodes.AssignName)):
            is_store = isinstance(name, nodes.AssignName)
            if name.name == found.component.name or (is_store and name.name in needed):
                return None
    edit = editing.insert_before(module, block.body[0], [module.text(build)])
    return None if edit is None else (edit, *editing.delete(module, build))


def _block_around(use: nodes.NodeNG, build: nodes.NodeNG) -> nodes.With | None:
    """Give the ``with`` around `use` that stands beside `build`, in one block."""
    node = use
    while node is not None and node.parent is not build.parent:
        node = node.parent
    return node if isinstance(node, nodes.With) else None


def _checkpoint_of(call: nodes.Call, way: Called) -> nodes.Call | None:
    """Give the call that makes the Checkpoint for which `call` runs a component.

    It is that of the innermost session, or the one that is given to a workflow.
    """
    for place, word in enumerate(call.keywords):
        if word.arg == "checkpoint":
            value = way.arguments[len(call.args) + place]
            return _of_level_two(value) if isinstance(value, Checkpoint) else None
    return _of_level_two(way.sessions[-1].checkpoint) if way.sessions else None


def _of_level_two(checkpoint: Checkpoint) -> nodes.Call | None:
    return checkpoint.made_by if checkpoint.level == constant(2) else None


def _components_used(call: nodes.Call, module: Module, workflows: Workflows) -> Iterator[Component]:
    """Give the components that need their state where `call` uses them.

    That is all that a workflow is given with a checkpoint, a model whose steps are written as they
    come, and what is called and is no model.
    """
    function = call.func
    used: list[nodes.NodeNG] = []
    if any(word.arg == "checkpoint" for word in call.keywords):
        used = [*call.args, *(word.value for word in call.keywords)]
    elif isinstance(function, nodes.Attribute) and function.attrname in ITERATOR_METHODS:
        used = [function.expr] if steps_are_written(call, workflows) else []
    elif isinstance(function, nodes.Name):
        used = [function]
    for node in used:
        component = component_of(node, module) if isinstance(node, nodes.Name) else None
        if component is None or component.build.value is call:
            continue
        if node is not function or not component.is_model:
            yield component


def _binds_by_hand(module: Module) -> bool:
    """Tell whether the module may bind an object's state again, outside of its class."""
    for call in nodes_in(module.tree, nodes.Call):
        name = getattr(call.func, "attrname", getattr(call.func, "name", None))
        if name in ("bind", "bind_checkpoint_state"):
            scope = call.frame()
            if not isinstance(scope, nodes.FunctionDef) or module.class_of(scope) is None:
                return True
    return False


def _comes_before(build: nodes.NodeNG, made: nodes.Call) -> bool:
    """Tell whether the component is built on every way to the making of the Checkpoint."""
    scope, other = build.frame(), made.frame()
    if scope is not other:
        return isinstance(scope, nodes.Module)
    graph = build_flow_graph(scope)
    before = dominators(graph)
    return any(
        before.dominates(first, second)
        for first in graph.points_of(build)
        for second in graph.points_of(made)
    )
