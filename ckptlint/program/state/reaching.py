"""Which values a local may have where it is read."""

from __future__ import annotations

from typing import Final

from astroid import nodes

from ckptlint.program.syntax import nodes_in

_BLOCKS: Final = ("body", "orelse", "finalbody", "handlers", "cases")
_LOOPS: Final = (nodes.For, nodes.While)

OUTSIDE: Final = nodes.Const("the value that a parameter is given")
"""Stands for what a parameter is given, or for a value that no statement before the read gives."""


def values_reaching(name: nodes.Name) -> list[nodes.NodeNG | None] | None:
    """Give the values that a local may have where it is read; None in the list for any value.

    None for a name that is no local of the function around it.
    """
    function = name.scope()
    if not isinstance(function, nodes.FunctionDef):
        return [None] if isinstance(function, nodes.ComprehensionScope | nodes.Lambda) else None
    if name.name not in function.locals:
        return None
    found: list[nodes.NodeNG | None] = []
    current = name.statement()
    while current is not function:
        above = current.parent
        block = _block_around(current)
        before = block[: block.index(current)] if block is not None else []
        for statement in reversed(before):
            if _binds_plainly(statement, name.name):
                return [*found, statement.value]
            found += _bindings_in(statement, name.name)
        if isinstance(above, _LOOPS) and current in above.body:
            found += [value for one in above.body for value in _bindings_in(one, name.name)]
        if isinstance(above, nodes.Try) and current not in above.body:
            found += [value for one in above.body for value in _bindings_in(one, name.name)]
        binds = isinstance(above, nodes.For | nodes.With | nodes.ExceptHandler | nodes.MatchCase)
        if binds and name.name in _names_bound_by(above):
            return [*found, None]
        current = above
    return [*found, OUTSIDE]


def _block_around(statement: nodes.NodeNG) -> list[nodes.NodeNG] | None:
    for name in _BLOCKS:
        block = getattr(statement.parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    return None


def _binds_plainly(statement: nodes.NodeNG, name: str) -> bool:
    if isinstance(statement, nodes.AnnAssign):
        target = statement.target
        return statement.value is not None and getattr(target, "name", None) == name
    return isinstance(statement, nodes.Assign) and any(
        isinstance(target, nodes.AssignName) and target.name == name for target in statement.targets
    )


def _bindings_in(statement: nodes.NodeNG, name: str) -> list[nodes.NodeNG | None]:
    found: list[nodes.NodeNG | None] = []
    for binding in nodes_in(statement, (nodes.AssignName, nodes.DelName)):
        if binding.name == name and binding.scope() is statement.scope():
            above = binding.parent
            is_plain = isinstance(above, nodes.Assign | nodes.AnnAssign | nodes.NamedExpr)
            found.append(above.value if is_plain else None)
    return found


def _names_bound_by(statement: nodes.NodeNG) -> set[str]:
    match statement:
        case nodes.For():
            parts = [statement.target]
        case nodes.With():
            parts = [target for _, target in statement.items if target is not None]
        case nodes.ExceptHandler():
            parts = [statement.name] if statement.name is not None else []
        case _:
            parts = [statement.pattern]
    return {one.name for part in parts for one in nodes_in(part, nodes.AssignName)}
