"""A frame: the function that is being executed, and on which object."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from astroid import nodes

from ckptlint.program.bound_state import attributes_read_as_proxy, bound_attributes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.program.classes import Class
    from ckptlint.program.module import Module

Scope: TypeAlias = nodes.FunctionDef | nodes.Module

_remembered = lru_cache(maxsize=2048)
"""For what is asked of the same syntax many times over; bounded, because trees are large."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One function under execution.

    Parameters
    ----------
    scope : FunctionDef or Module
        The code that runs; a module is its own top level, or a method body alone in a fragment.
    module : Module
        Where the code stands.
    concrete : Class or None
        The class of the object that the method runs on; None where it is not known.
    owner : Class or None
        The class in whose body the method stands; look-up by ``super()`` goes on after it.
    bound : frozenset[str]
        The attributes of ``self`` that hold bound checkpoint state.
    """

    scope: Scope
    module: Module
    concrete: Class | None
    owner: Class | None
    bound: frozenset[str]
    locals: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    tested: frozenset[str] = field(default=frozenset(), repr=False, compare=False)


def make_frame(
    scope: Scope, module: Module, concrete: Class | None = None, owner: Class | None = None
) -> Frame:
    """Make the frame in which `scope` runs on an object of `concrete`."""
    return Frame(
        scope,
        module,
        concrete,
        owner,
        _bound(module, concrete),
        _local_names(scope),
        _names_tested_again(scope),
    )


@_remembered
def _bound(module: Module, concrete: Class | None) -> frozenset[str]:
    if concrete is not None:
        return bound_attributes(concrete)
    return frozenset(attributes_read_as_proxy(module.tree))


@_remembered
def _local_names(scope: Scope) -> frozenset[str]:
    """Name what `scope` binds: its parameters and every name it assigns."""
    names: set[str] = set()
    if isinstance(scope, nodes.FunctionDef):
        names.update(parameter_names(scope))
        if scope.args.vararg is not None:
            names.add(scope.args.vararg)
        if scope.args.kwarg is not None:
            names.add(scope.args.kwarg)
    for node in scope.nodes_of_class((nodes.AssignName, nodes.FunctionDef)):
        if node.parent is not None and node.parent.frame() is scope:
            names.add(node.name)
    return frozenset(names)


@_remembered
def _names_tested_again(scope: Scope) -> frozenset[str]:
    """Name the flags: what more than one condition of `scope` reads."""
    seen: set[str] = set()
    again: set[str] = set()
    for node in scope.nodes_of_class((nodes.If, nodes.While, nodes.IfExp, nodes.Assert)):
        for name in {name.name for name in node.test.nodes_of_class(nodes.Name)}:
            (again if name in seen else seen).add(name)
    return frozenset(again)


@_remembered
def parameter_names(function: nodes.FunctionDef) -> tuple[str, ...]:
    """Name the parameters that a positional argument can bind, then the keyword-only ones."""
    arguments = function.args
    return tuple(
        parameter.name
        for parameter in (
            *(arguments.posonlyargs or ()),
            *(arguments.args or ()),
            *(arguments.kwonlyargs or ()),
        )
    )


@_remembered
def bound_once(tree: nodes.Module) -> Mapping[str, nodes.NodeNG]:
    """Give the names that a module binds once and for all, by one statement at its top level.

    The value is the constant or call that is assigned, or the function; other names are left out.
    """
    count = Counter(
        node.name
        for node in tree.nodes_of_class((nodes.AssignName, nodes.FunctionDef))
        if (node.parent if isinstance(node, nodes.FunctionDef) else node).frame() is tree
    )
    count.update(name for node in tree.nodes_of_class(nodes.Global) for name in node.names)
    found: dict[str, nodes.NodeNG] = {}
    for statement in tree.body:
        if isinstance(statement, nodes.FunctionDef):
            found[statement.name] = statement
        elif isinstance(statement, nodes.Assign) and isinstance(
            statement.value, nodes.Call | nodes.Const
        ):
            names = [one.name for one in statement.targets if isinstance(one, nodes.AssignName)]
            found.update(dict.fromkeys(names, statement.value))
    return {name: value for name, value in found.items() if count[name] == 1}


@_remembered
def is_generator(function: nodes.FunctionDef) -> bool:
    """Tell whether calling `function` gives a generator."""
    return any(
        node.frame() is function for node in function.nodes_of_class((nodes.Yield, nodes.YieldFrom))
    )


@_remembered
def is_stub(function: nodes.FunctionDef) -> bool:
    """Tell whether `function` does nothing: its body is a docstring, ``...`` or only raises."""
    return all(
        isinstance(statement, nodes.Pass | nodes.Raise)
        or (isinstance(statement, nodes.Expr) and isinstance(statement.value, nodes.Const))
        for statement in function.body
    )


@_remembered
def decorator_names(function: nodes.FunctionDef) -> frozenset[str]:
    """Give the last part of the name of each decorator, called or not."""
    names: set[str] = set()
    for decorator in function.decorators.nodes if function.decorators else ():
        target = decorator.func if isinstance(decorator, nodes.Call) else decorator
        if isinstance(target, nodes.Attribute):
            names.add(target.attrname)
        elif isinstance(target, nodes.Name):
            names.add(target.name)
    return frozenset(names)
