"""The comments of a source, and the logical lines that they can belong to."""

from __future__ import annotations

import tokenize
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.sources.source import Position

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from ckptlint.sources.source import Source

_KEPT = 4
"""Of so many sources the layout is known; an editor asks about the same one again and again."""
_LAYOUT = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}


class Comment(NamedTuple):
    """A comment from its ``#`` to the end of its line; it stands alone if no code is before it."""

    start: Position
    text: str
    stands_alone: bool


class LogicalLine(NamedTuple):
    """The first and the last physical line, 1-based, of one logical line."""

    first: int
    last: int
    is_decorator: bool = False


class Layout(NamedTuple):
    """What the tokens of a source tell about suppression: its comments and logical lines."""

    comments: tuple[Comment, ...]
    lines: tuple[LogicalLine, ...]

    def logical_line_at(self, line: int) -> LogicalLine:
        """Give the logical line that physical line `line` belongs to, else that line alone."""
        place = bisect_right(self.lines, line, key=lambda logical: logical.first) - 1
        if place >= 0 and line <= self.lines[place].last:
            return self.lines[place]
        return LogicalLine(line, line)

    def logical_line_ending_at(self, line: int) -> LogicalLine | None:
        """Give the logical line that ends on physical line `line`, or None."""
        place = bisect_left(self.lines, line, key=lambda logical: logical.last)
        found = self.lines[place] if place < len(self.lines) else None
        return found if found is not None and found.last == line else None

    def statement_below(self, line: int) -> LogicalLine | None:
        """Give what follows physical line `line`: a logical line with its decorators, or None."""
        first: int | None = None
        for logical in self.lines:
            if logical.first <= line:
                continue
            first = logical.first if first is None else first
            if not logical.is_decorator:
                return LogicalLine(first, logical.last)
        return None


@lru_cache(maxsize=_KEPT)
def read_layout(source: Source) -> Layout:
    """Tokenize each part of a source; of a part that cannot be, what comes before the error."""
    lines = source.text.split("\n")
    if not source.parts:
        return read_part(lines).layout
    comments: list[Comment] = []
    logical: list[LogicalLine] = []
    for first, last in source.parts:
        part = read_part([*lines[:last], ""], first).layout
        comments += part.comments
        logical += part.lines
    return Layout(tuple(comments), tuple(logical))


class ReadPart(NamedTuple):
    """The layout of some lines, and whether they are sound: brackets match, strings end.

    `end` is the line before which reading was told to end; None if it was not.
    """

    layout: Layout
    end: int | None
    is_sound: bool


def read_part(lines: Sequence[str], first: int = 1, ends: Container[int] = ()) -> ReadPart:
    """Tokenize the lines from `first` on, up to one of `ends` at which nothing is left open."""
    comments: list[Comment] = []
    logical: list[LogicalLine] = []
    begun: int | None = None
    is_decorator = False
    open_brackets, is_sound = 0, True
    end: int | None = None
    above = first - 1
    text = iter([*(f"{line}\n" for line in lines[above:-1]), lines[-1]])
    try:
        for token in tokenize.generate_tokens(lambda: next(text, "")):
            line, column = token.start[0] + above, token.start[1]
            if token.type == tokenize.COMMENT:
                alone = not lines[line - 1][:column].strip()
                comments.append(Comment(Position(line, column + 1), token.string, alone))
            elif token.type == tokenize.NEWLINE:
                if begun is not None:
                    logical.append(LogicalLine(begun, line, is_decorator))
                begun = None
            elif begun is None and token.type not in _LAYOUT:
                if column == 0 and line in ends:
                    end = line
                    break
                begun, is_decorator = line, token.string == "@"
            if token.type == tokenize.OP:
                open_brackets += (token.string in "([{") - (token.string in ")]}")
                is_sound = is_sound and open_brackets >= 0
    except (tokenize.TokenError, SyntaxError):
        is_sound = False
    return ReadPart(Layout(tuple(comments), tuple(logical)), end, is_sound)
