"""Edits that keep a program whole: a statement taken out, a statement put before another."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Position, Span

if TYPE_CHECKING:
    from ckptlint.program.module import Module


def insert_before(module: Module, statement: nodes.NodeNG, lines: list[str]) -> Edit | None:
    """Put `lines` before a statement, at its indentation.

    Returns
    -------
    Edit or None
        None where the statement does not begin its line, so that nothing can be put before it.
    """
    start = module.span(statement).start
    indentation = indentation_of(module, statement)
    if indentation is None:
        return None
    text = "".join(
        f"{indentation if number and line else ''}{line}\n" for number, line in enumerate(lines)
    )
    return Edit(Span(start, start), text + indentation)


def insert_after(module: Module, statement: nodes.NodeNG, lines: list[str]) -> Edit | None:
    """Put `lines` behind a statement, at its indentation.

    Returns
    -------
    Edit or None
        None where the statement shares a line with another one.
    """
    indentation = indentation_of(module, statement)
    end = module.span(statement).end
    rest = module.lines[end.line - 1][end.column - 1 :].strip()
    if indentation is None or (rest and not rest.startswith("#")):
        return None
    place = Position(end.line, len(module.lines[end.line - 1]) + 1)
    text = "".join(f"\n{indentation if line else ''}{line}" for line in lines)
    return Edit(Span(place, place), text)


def indentation_of(module: Module, statement: nodes.NodeNG) -> str | None:
    """Give the white space before a statement, or None where it does not begin its line."""
    start = module.span(statement).start
    before = module.text(Span(Position(start.line, 1), start))
    return None if before.strip() else before


def delete(module: Module, statement: nodes.NodeNG) -> tuple[Edit, ...]:
    """Take a statement out, with what it leaves empty; comments stay.

    An ``if`` without ``else`` goes with the only statement of its body, if its test does nothing
    but look; an ``else`` goes as well. Any other block keeps a ``pass``.
    """
    block = _block_of(statement)
    if len(block) == 1:
        return _empty_block(module, statement)
    index = block.index(statement)
    span = module.span(statement)
    if index and module.span(block[index - 1]).end.line == span.start.line:
        return (Edit(Span(module.span(block[index - 1]).end, span.end), ""),)
    if index + 1 < len(block) and module.span(block[index + 1]).start.line == span.end.line:
        return (Edit(Span(span.start, module.span(block[index + 1]).start), ""),)
    return (_delete_lines(module, span),)


def _empty_block(module: Module, statement: nodes.NodeNG) -> tuple[Edit, ...]:
    owner = statement.parent
    keep_block = (Edit(module.span(statement), "pass"),)
    if isinstance(owner, nodes.Module):
        return (_delete_lines(module, module.span(statement)),)
    if not isinstance(owner, nodes.If) or indentation_of(module, statement) is None:
        return keep_block
    if statement in owner.orelse:
        return _delete_else(module, owner, statement) or keep_block
    if owner.orelse or _is_elif(module, owner) or not _only_looks(owner.test):
        return keep_block
    if _has_comment(module, owner):
        return keep_block
    return delete(module, owner)


def _delete_else(
    module: Module, owner: nodes.If, statement: nodes.NodeNG
) -> tuple[Edit, ...] | None:
    """Take out an ``else:`` that stands alone on the line before its only statement."""
    span = module.span(statement)
    body_end = module.span(owner.body[-1]).end
    between = module.text(Span(body_end, span.start))
    if between.split() != ["else:"] or _comment_after(module, span) is not None:
        return None
    return (Edit(Span(body_end, span.end), ""),)


def _delete_lines(module: Module, span: Span) -> Edit:
    comment = _comment_after(module, span)
    inside = _comments_in(module, span)
    if inside:
        indentation = " " * (span.start.column - 1)
        return Edit(span, f"\n{indentation}".join(inside))
    if comment is not None:
        return Edit(Span(span.start, comment), "")
    lines = module.lines
    first, last = span.start.line, span.end.line
    if last < len(lines):
        return Edit(Span(Position(first, 1), Position(last + 1, 1)), "")
    if first > 1:
        before = Position(first - 1, len(lines[first - 2]) + 1)
        return Edit(Span(before, Position(last, len(lines[last - 1]) + 1)), "")
    return Edit(Span(Position(first, 1), Position(last, len(lines[last - 1]) + 1)), "")


def _comment_after(module: Module, span: Span) -> Position | None:
    """Tell where a comment begins that follows `span` on its last line."""
    line = module.lines[span.end.line - 1]
    rest = line[span.end.column - 1 :]
    stripped = rest.lstrip(" \t\f;")
    if not stripped.startswith("#"):
        return None
    return Position(span.end.line, len(line) - len(stripped) + 1)


def _has_comment(module: Module, statement: nodes.NodeNG) -> bool:
    """Tell whether a comment stands anywhere on the lines of a statement."""
    span = module.span(statement)
    lines = module.lines[span.start.line - 1 : span.end.line]
    text = "\n".join(lines).lstrip() + "\n"
    if "#" not in text:
        return False
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return True
    return any(token.type == tokenize.COMMENT for token in tokens)


def _comments_in(module: Module, span: Span) -> list[str]:
    """Give the comments between the start and the end of `span`."""
    text = module.text(span)
    if "#" not in text:
        return []
    tokens = tokenize.generate_tokens(io.StringIO(f"({text})").readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def _block_of(statement: nodes.NodeNG) -> list[nodes.NodeNG]:
    for name in ("body", "orelse", "finalbody", "handlers"):
        block = getattr(statement.parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    return [statement]


def _is_elif(module: Module, statement: nodes.If) -> bool:
    return module.text(statement).startswith("elif")


def _only_looks(test: nodes.NodeNG) -> bool:
    """Tell whether evaluating `test` does nothing that would be missed."""
    effects = (nodes.Call, nodes.Await, nodes.NamedExpr, nodes.Yield, nodes.YieldFrom)
    return next(iter(nodes_in(test, effects)), None) is None
