"""A text as an editor counts it: zero-based lines, columns in the units that were agreed on."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from ckptlint.sources.lines import Lines
from ckptlint.sources.source import Edit, Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable

MARK: Final = "\ufeff"
"""A byte order mark, which some editors keep in the text."""


def _utf8_width(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def _utf16_width(character: str) -> int:
    return 2 if character > "\uffff" else 1


_WIDTHS: Final[dict[str, Callable[[str], int] | None]] = {
    "utf-8": _utf8_width,
    "utf-16": _utf16_width,
    "utf-32": None,
}
"""How many units a character outside ASCII counts; None where each counts one."""


class Text:
    r"""The text of an open document or cell; it never changes, a replacement gives a new one.

    Positions of the protocol count lines from 0, and columns in code units. Positions of findings
    count both from 1, columns in characters, and leave out a byte order mark. Lines end with
    ``\n``, ``\r\n`` or ``\r`` in both.

    Parameters
    ----------
    raw : str
        The text, line ends as the editor has them.
    encoding : str
        The unit of columns: ``utf-8``, ``utf-16`` or ``utf-32``.
    """

    def __init__(self, raw: str, encoding: str = "utf-16") -> None:
        self.raw = raw
        self.encoding = encoding
        self._width = _WIDTHS[encoding]

    @cached_property
    def lines(self) -> Lines:
        """The lines, without their ends."""
        return Lines.split(self.raw)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        ends = map(len, self.lines.ends)
        lengths = map(int.__add__, map(len, self.lines.texts), ends)
        return (0, *accumulate(lengths))

    @property
    def _mark(self) -> int:
        """How many characters of the first line no finding counts."""
        return int(self.raw.startswith(MARK))

    def offset(self, position: types.Position) -> int:
        """Tell which character of `raw` is at a position; one beyond a line is at its end."""
        if position.line >= len(self.lines.texts):
            return len(self.raw)
        line = self.lines.texts[position.line]
        return self._starts[position.line] + self._characters(line, position.character)

    def at(self, offset: int) -> types.Position:
        """Tell the position of the character at `offset` in `raw`."""
        line = min(bisect_right(self._starts, offset) - 1, len(self.lines.texts) - 1)
        before = self.lines.texts[line][: offset - self._starts[line]]
        return types.Position(line, self._units(before))

    def replaced(self, where: types.Range, replacement: str) -> Text:
        """Give the text after a change that the editor made."""
        start, end = self.offset(where.start), self.offset(where.end)
        raw = self.raw[:start] + replacement + self.raw[max(start, end) :]
        return Text(raw, self.encoding)

    def position(self, position: Position) -> types.Position:
        """Give a position of a finding as the protocol counts it.

        The start of the line after the last is the end of the text.
        """
        texts = self.lines.texts
        if position.line > len(texts):
            return types.Position(len(texts) - 1, self._units(texts[-1]))
        mark = self._mark if position.line == 1 else 0
        before = texts[position.line - 1][: position.column - 1 + mark]
        return types.Position(position.line - 1, self._units(before))

    def range(self, span: Span) -> types.Range:
        """Give a span of a finding as the protocol counts it."""
        return types.Range(self.position(span.start), self.position(span.end))

    def found_at(self, position: types.Position) -> Position:
        """Give a position of the protocol as findings count it."""
        texts = self.lines.texts
        if position.line >= len(texts):
            return Position(len(texts), len(texts[-1]) + 1)
        column = self._characters(texts[position.line], position.character)
        mark = self._mark if position.line == 0 else 0
        return Position(position.line + 1, max(column - mark, 0) + 1)

    def span(self, where: types.Range) -> Span:
        """Give a range of the protocol as findings count it."""
        return Span(self.found_at(where.start), self.found_at(where.end))

    def text_edit(self, edit: Edit) -> types.TextEdit:
        r"""Give an edit of a fix as one of the protocol, with the line ends of this text.

        An edit may begin or end on the line after the last, as if the text ended with one more
        line end.
        """
        replacement = edit.replacement
        start, end = edit.span
        where = self.range(edit.span)
        line_end = self._line_end_near(start.line)
        if end.line > len(self.lines.texts):
            if start.line > len(self.lines.texts):
                replacement = f"\n{replacement}" if replacement else ""
            elif not replacement and start.column == 1 and start.line > 1:
                before = Position(start.line - 1, len(self.lines.texts[start.line - 2]) + 1)
                where = self.range(Span(before, end))
            replacement = replacement.removesuffix("\n")
        return types.TextEdit(where, replacement.replace("\n", line_end))

    def _line_end_near(self, line: int) -> str:
        ends = self.lines.ends
        index = min(line, len(ends)) - 1
        return ends[index] or (ends[index - 1] if index else "") or "\n"

    def _units(self, text: str) -> int:
        if self._width is None or text.isascii():
            return len(text)
        return sum(map(self._width, text))

    def _characters(self, line: str, units: int) -> int:
        """Count the characters in the first `units` of a line, one that is cut through left out."""
        if self._width is None or line.isascii():
            return min(units, len(line))
        before = 0
        for index, character in enumerate(line):
            before += self._width(character)
            if before > units:
                return index
        return len(line)
