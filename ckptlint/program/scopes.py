"""Which scope binds a name, by Python's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from astroid import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

Scope: TypeAlias = nodes.LocalsDictNodeNG


def scopes_of(node: nodes.NodeNG) -> Iterator[Scope]:
    """Give the scopes in which a name at `node` is looked up, the innermost first.

    The body of a class counts only for the code that stands directly in it.
    """
    below, child, parent = None, node, node.parent
    innermost = True
    while parent is not None:
        if isinstance(parent, nodes.LocalsDictNodeNG) and _stands_inside(parent, child, below):
            if innermost or not isinstance(parent, nodes.ClassDef):
                yield parent
            innermost = False
        below, child, parent = child, parent, parent.parent


def bindings_of(name: str, node: nodes.NodeNG) -> tuple[Scope | None, list[nodes.NodeNG]]:
    """Find the innermost scope that binds `name` as seen from `node`, and what binds it there.

    The bindings come in the order of the text: imports, definitions, assigned names, and the
    `Arguments` for ``*args`` and ``**kwargs``. An unbound name has no scope and no bindings.
    """
    for scope in scopes_of(node):
        bindings = scope.locals.get(name)
        if bindings:
            return scope, bindings
    return None, []


def _stands_inside(scope: Scope, child: nodes.NodeNG, below: nodes.NodeNG | None) -> bool:
    """Whether `child` of `scope` is evaluated in that scope and not in the one around it."""
    match scope:
        case nodes.ClassDef():
            outside = isinstance(child, nodes.Decorators | nodes.Keyword) or any(
                child is base for base in scope.bases
            )
            return not outside
        case nodes.FunctionDef():
            return not (
                isinstance(child, nodes.Decorators | nodes.Arguments) or child is scope.returns
            )
        case nodes.Lambda():
            return not isinstance(child, nodes.Arguments)
        case nodes.ListComp() | nodes.SetComp() | nodes.DictComp() | nodes.GeneratorExp():
            first = scope.generators[0]
            return not (child is first and below is first.iter)
    return True
