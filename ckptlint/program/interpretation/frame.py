"""A frame: the function that is being executed, and on which object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from astroid import nodes

from ckptlint.program.bound_state import attributes_read_as_proxy, bound_attributes
from ckptlint.program.interpretation.values import UNKNOWN, Value, constant
from ckptlint.program.syntax import kept, nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ckptlint.program.classes import Class
    from ckptlint.program.module import Module

Scope: TypeAlias = nodes.FunctionDef | nodes.Module


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
    locals, rebound_inside, tested : frozenset[str]
        The names that the scope binds, those that a function inside it binds anew, and those that
        more than one condition reads.
    """

    scope: Scope
    module: Module
    concrete: Class | None
    owner: Class | None
    bound: frozenset[str]
    locals: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    rebound_inside: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
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
        frozenset(scope.locals),
        _names_rebound_inside(scope),
        _names_tested_again(scope),
    )


def _bound(module: Module, concrete: Class | None) -> frozenset[str]:
    if concrete is not None:
        return bound_attributes(concrete)
    return attributes_read_as_proxy(module.tree)


def is_bound_by_function(name: str, scope: Scope) -> bool:
    """Tell whether `scope`, or a function around it, binds `name`."""
    while isinstance(scope, nodes.FunctionDef | nodes.Lambda | nodes.ClassDef):
        if not isinstance(scope, nodes.ClassDef) and name in scope.locals:
            return True
        scope = scope.parent.frame()
    return False


@kept
def _names_rebound_inside(scope: Scope) -> frozenset[str]:
    return frozenset(name for node in nodes_in(scope, nodes.Nonlocal) for name in node.names)


@kept
def _names_tested_again(scope: Scope) -> frozenset[str]:
    """Name the flags: what more than one condition of `scope` reads."""
    seen: set[str] = set()
    again: set[str] = set()
    for node in nodes_in(scope, (nodes.If, nodes.While, nodes.IfExp, nodes.Assert)):
        for name in {name.name for name in nodes_in(node.test, nodes.Name)}:
            (again if name in seen else seen).add(name)
    return frozenset(again)


def literal(node: nodes.NodeNG | None) -> Value:
    """Give a literal whose value is followed: None, a truth value, an integer or a text."""
    if isinstance(node, nodes.Const) and type(node.value) in (type(None), bool, int, str):
        return constant(node.value)
    return UNKNOWN


@kept
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


def given_parameters(function: nodes.FunctionDef) -> Iterator[nodes.AssignName]:
    """Give the positional parameters that every caller must bind."""
    arguments = function.args
    positional = [*(arguments.posonlyargs or ()), *(arguments.args or ())]
    yield from positional[: len(positional) - len(arguments.defaults or ())]


def defaults_of(function: nodes.FunctionDef) -> Iterator[tuple[str, Value]]:
    """Give the parameters that have a default which is followed, with it."""
    arguments = function.args
    positional = [*(arguments.posonlyargs or ()), *(arguments.args or ())]
    defaults = arguments.defaults or ()
    pairs = [
        *zip(positional[len(positional) - len(defaults) :], defaults, strict=True),
        *zip(arguments.kwonlyargs or (), arguments.kw_defaults or (), strict=True),
    ]
    for parameter, default in pairs:
        yield parameter.name, literal(default)


@kept
def bound_once(tree: nodes.Module) -> Mapping[str, nodes.NodeNG]:
    """Give the names that a module binds once and for all, by one statement at its top level.

    The value is the constant or call that is assigned, or the function; other names are left out.
    """
    rebound = {name for node in nodes_in(tree, nodes.Global) for name in node.names}
    found: dict[str, nodes.NodeNG] = {}
    for statement in tree.body:
        if isinstance(statement, nodes.FunctionDef):
            found[statement.name] = statement
        elif isinstance(statement, nodes.Assign) and isinstance(
            statement.value, nodes.Call | nodes.Const
        ):
            names = [one.name for one in statement.targets if isinstance(one, nodes.AssignName)]
            found.update(dict.fromkeys(names, statement.value))
    return {
        name: value
        for name, value in found.items()
        if len(tree.locals.get(name, ())) == 1 and name not in rebound
    }


@kept
def is_generator(function: nodes.FunctionDef) -> bool:
    """Tell whether calling `function` gives a generator."""
    return any(
        node.frame() is function for node in nodes_in(function, (nodes.Yield, nodes.YieldFrom))
    )


@kept
def is_stub(function: nodes.FunctionDef) -> bool:
    """Tell whether `function` does nothing: its body is a docstring, ``...`` or only raises."""
    return all(
        isinstance(statement, nodes.Pass | nodes.Raise)
        or (isinstance(statement, nodes.Expr) and isinstance(statement.value, nodes.Const))
        for statement in function.body
    )


@kept
def decorator_names(function: nodes.FunctionDef) -> frozenset[str]:
    """Give the last part of the name of each decorator, called or not."""
    names: set[str | None] = set()
    for decorator in function.decorators.nodes if function.decorators else ():
        target = decorator.func if isinstance(decorator, nodes.Call) else decorator
        names.add(_last_name(target))
    return frozenset(name for name in names if name is not None)


_TRANSPARENT: Final = frozenset(
    {"abc", "builtins", "contextlib", "earth2studio", "functools", "numpy", "torch", "typing"}
)
"""Packages whose decorators leave alone what a method does to the bound state."""


def keeps_its_meaning(function: nodes.FunctionDef, module: Module) -> bool:
    """Tell whether every decorator of `function` is known to leave it as it is.

    In a fragment a decorator that nothing imports is taken for one of Earth2Studio's.
    """
    if function.decorators is None:
        return True
    return module.remember(
        function, ("meaning", function), lambda: _keeps_its_meaning(function, module)
    )


def _keeps_its_meaning(function: nodes.FunctionDef, module: Module) -> bool:
    for decorator in function.decorators.nodes if function.decorators else ():
        target = decorator.func if isinstance(decorator, nodes.Call) else decorator
        name = module.names.dotted(target)
        if name is not None:
            if name.partition(".")[0] not in _TRANSPARENT:
                return False
        elif not module.source.is_fragment and _last_name(target) not in _OF_METHODS:
            return False
    return True


_OF_METHODS: Final = frozenset(
    {"classmethod", "property", "cached_property", "setter", "staticmethod"}
)


def _last_name(node: nodes.NodeNG) -> str | None:
    return getattr(node, "attrname", None) or getattr(node, "name", None)
