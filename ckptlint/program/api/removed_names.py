"""Names of the checkpoint API that cannot be imported any more."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING, NamedTuple

from astroid import nodes

from ckptlint.program.api.changes import NAMES
from ckptlint.program.api.removed import RemovedUse, is_gone
from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.scopes import bindings_of
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.api.changes import Change
    from ckptlint.program.module import Module

_MODULE = next(iter(NAMES)).rpartition(".")[0]


class _Imported(NamedTuple):
    """One name of a ``from`` import, its place, and the places of all names of the statement."""

    name: str
    alias: str | None
    span: Span
    statement: nodes.ImportFrom


def removed_names(module: Module) -> Iterator[RemovedUse]:
    """Find the imports of names that have gone, and their uses as attributes of their module."""
    for statement in nodes_in(module.tree, nodes.ImportFrom):
        if statement.level or statement.modname != _MODULE or is_error_expected(statement):
            continue
        for name, alias in statement.names:
            change = NAMES.get(f"{_MODULE}.{name}")
            if change is not None and is_gone(change.since, module):
                span = _span_in(statement, name, module)
                imported = _Imported(name, alias, span, statement)
                edits = _renaming(imported, change, module)
                yield RemovedUse(span, f"`{name}`", change.use, edits, bool(edits))
    short = {path.rpartition(".")[2] for path in NAMES}
    for node in nodes_in(module.tree, nodes.Attribute):
        if node.attrname not in short or is_error_expected(node):
            continue
        change = NAMES.get(module.names.dotted(node) or "")
        if change is None or not is_gone(change.since, module):
            continue
        name = module.name_span(node)
        can_rename = change.renamed is not None and not isinstance(node.parent, nodes.Compare)
        edits = (Edit(name, change.renamed or ""),) if can_rename else ()
        yield RemovedUse(module.span(node), f"`{node.attrname}`", change.use, edits, bool(edits))


def _span_in(statement: nodes.ImportFrom, name: str, module: Module) -> Span:
    """Tell where a ``from`` import names `name`."""
    span = module.span(statement)
    after_import = False
    for token in tokenize.generate_tokens(io.StringIO(module.text(span)).readline):
        if token.type == tokenize.NAME and after_import and token.string == name:
            return Span(_from(span.start, *token.start), _from(span.start, *token.end))
        after_import = after_import or token.string == "import"
    return span


def _from(start: Position, line: int, column: int) -> Position:
    """Turn a place of a token in a statement's text into one of the source."""
    first = start.column if line == 1 else 1
    return Position(start.line + line - 1, first + column)


def _renaming(imported: _Imported, change: Change, module: Module) -> tuple[Edit, ...]:
    """Rename an imported name and all its uses; give no edit where one of them is not certain."""
    if change.renamed is None:
        return ()
    new = change.renamed.removesuffix("()")
    is_called = new != change.renamed
    if imported.alias is not None:
        return () if is_called else (Edit(imported.span, new),)
    uses = _uses_of(imported, module)
    if uses is None or (is_called and any(isinstance(u.parent, nodes.Compare) for u in uses)):
        return ()
    scope = imported.statement.scope()
    if new in scope.locals or any(new in use.frame().locals for use in uses):
        named_with_it = dict(imported.statement.names)
        if scope.locals.get(new) != [imported.statement] or named_with_it.get(new, "") is not None:
            return ()
        removal = _without(imported, module)
        if removal is None:
            return ()
        edits = [removal]
    else:
        edits = [Edit(imported.span, new)]
    return (*edits, *(Edit(module.span(use), change.renamed) for use in uses))


def _uses_of(imported: _Imported, module: Module) -> list[nodes.Name] | None:
    """Give the uses of an imported name; None where it is bound anew, listed or quoted."""
    scope = imported.statement.scope()
    if scope.locals.get(imported.name) != [imported.statement]:
        return None
    for text in nodes_in(module.tree, nodes.Const):
        if isinstance(text.value, str) and imported.name in text.value and not _is_page(text):
            return None
    return [
        use
        for use in nodes_in(module.tree, nodes.Name)
        if use.name == imported.name and bindings_of(use.name, use)[0] is scope
    ]


def _is_page(text: nodes.Const) -> bool:
    """Tell whether a text stands alone as documentation."""
    return isinstance(text.parent, nodes.Expr)


def _without(imported: _Imported, module: Module) -> Edit | None:
    """Take a name out of its import, which names others too; None where comments stand there."""
    span = module.span(imported.statement)
    text = module.text(span)
    if "#" in text:
        return None
    remaining = [
        name if alias is None else f"{name} as {alias}"
        for name, alias in imported.statement.names
        if name != imported.name
    ]
    start = f"from {imported.statement.modname} import "
    if "\n" not in text:
        return Edit(span, start + ", ".join(remaining))
    indentation = " " * (span.start.column - 1)
    lines = "".join(f"{indentation}    {name},\n" for name in remaining)
    return Edit(span, f"{start}(\n{lines}{indentation})")
