"""The comments of a source, and the logical lines that they can belong to."""

from __future__ import annotations

import io
import tokenize
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.sources.source import Position

if TYPE_CHECKING:
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
    comments: list[Comment] = []
    lines: list[LogicalLine] = []
    if source.parts:
        text_lines = source.text.split("\n")
        for first, last in source.parts:
            text = "\n".join(text_lines[first - 1 : last]) + "\n"
            _read_part(text, first - 1, comments, lines)
    else:
        _read_part(source.text, 0, comments, lines)
    return Layout(tuple(comments), tuple(lines))


def _read_part(text: str, above: int, comments: list[Comment], lines: list[LogicalLine]) -> None:
    physical = text.split("\n")
    first: int | None = None
    is_decorator = False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            line, column = token.start
            if token.type == tokenize.COMMENT:
                alone = not physical[line - 1][:column].strip()
                comments.append(Comment(Position(above + line, column + 1), token.string, alone))
            elif token.type == tokenize.NEWLINE:
                if first is not None:
                    lines.append(LogicalLine(above + first, above + line, is_decorator))
                first = None
            elif first is None and token.type not in _LAYOUT:
                first, is_decorator = line, token.string == "@"
    except (tokenize.TokenError, SyntaxError):
        return
