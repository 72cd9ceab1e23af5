"""Names that a fix needs, imported where the text allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.editing import indentation_of
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Position, Span

if TYPE_CHECKING:
    from ckptlint.program.module import Module


def import_name(module: Module, qualified_name: str, beside: str) -> tuple[Edit, ...] | None:
    """Make the last part of a qualified name stand for it at the module's top level.

    Parameters
    ----------
    module : Module
        The module that is changed.
    qualified_name : str
        What is to be imported.
    beside : str
        The package from which something is imported already; the import goes behind that one.

    Returns
    -------
    tuple[Edit, ...] or None
        No edit where it is imported already; None where the name means something else, or no
        import shows where to put another.
    """
    origin, _, name = qualified_name.rpartition(".")
    if name in module.tree.locals or any(
        name in function.locals for function in nodes_in(module.tree, nodes.FunctionDef)
    ):
        return () if module.names.member(name) == qualified_name else None
    imports = [
        statement
        for statement in module.tree.body
        if isinstance(statement, nodes.Import | nodes.ImportFrom)
    ]
    for statement in imports:
        if isinstance(statement, nodes.ImportFrom) and statement.modname == origin:
            widened = _widened(module, statement, name)
            if widened is not None:
                return (widened,)
    last = next((one for one in reversed(imports) if _is_of(one, beside)), None)
    if last is None or indentation_of(module, last) is None:
        return None
    end = module.span(last).end
    if module.lines[end.line - 1][end.column - 1 :].strip():
        return None
    return (Edit(Span(end, end), f"\nfrom {origin} import {name}"),)


def _is_of(statement: nodes.Import | nodes.ImportFrom, package: str) -> bool:
    if isinstance(statement, nodes.ImportFrom):
        return not statement.level and statement.modname.split(".")[0] == package
    return any(name.split(".")[0] == package for name, _ in statement.names)


def _widened(module: Module, statement: nodes.ImportFrom, name: str) -> Edit | None:
    """Add a name to a ``from`` import; None for one with a star or comments."""
    text = module.text(statement)
    if statement.names[0][0] == "*" or "#" in text or "\\" in text:
        return None
    end = module.span(statement).end
    if not text.endswith(")"):
        return Edit(Span(end, end), f", {name}")
    inside = text[:-1].rstrip()
    comma = "" if inside.endswith(",") else ","
    if "\n" not in text:
        place = Position(end.line, end.column - (len(text) - len(inside)))
        return Edit(Span(place, place), f"{comma} {name}")
    lines = inside.split("\n")
    first = module.span(statement).start
    column = len(lines[-1]) + 1 if len(lines) > 1 else first.column + len(lines[-1])
    place = Position(first.line + len(lines) - 1, column)
    indentation = " " * (len(lines[-1]) - len(lines[-1].lstrip())) if len(lines) > 1 else "    "
    ending = "," if not comma else ""
    return Edit(Span(place, place), f"{comma}\n{indentation}{name}{ending}")
