"""Code frames: numbered lines of source with carets under what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.reports.display import DisplayLine, lay_out, printable
from ckptlint.reports.pen import Ink
from ckptlint.sources.source import Position, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.reports.pen import Pen

# How many lines are shown before and after each marked line.
_AROUND = 2
_LEAST_ROOM = 20


class Mark(NamedTuple):
    """A second place that is marked in a frame, with what it says."""

    span: Span
    label: str


class Frame(NamedTuple):
    """The lines of a file that a frame may show, and the span that it is about.

    Parameters
    ----------
    lines : tuple[str, ...]
        Whole lines without their ends.
    first_line : int
        The number of the first of them.
    span : Span
        What the carets stand under; fitted to the lines.
    """

    lines: tuple[str, ...]
    first_line: int
    span: Span

    @property
    def last_line(self) -> int:
        """The number of the last line."""
        return self.first_line + len(self.lines) - 1

    def holds(self, line: int) -> bool:
        """Whether `line` is one of the frame's."""
        return self.first_line <= line <= self.last_line

    def text(self, line: int) -> str:
        """Give the text of one of the frame's lines."""
        return self.lines[line - self.first_line]


def make_frame(lines: tuple[str, ...], first_line: int, span: Span) -> Frame | None:
    """Fit a span to lines of its file; None if there are none or it starts away from them.

    A span that ends with a line end is shown as ending on the line before it.
    """
    if lines and span.start.line == first_line + len(lines):
        lines = (*lines, "")
    frame = Frame(lines, first_line, span)
    if not frame.holds(span.start.line):
        return None
    start, end = span
    if end.line > start.line and end.column == 1:
        end = Position(end.line - 1, _past_the_end(frame, end.line - 1))
    if end.line > frame.last_line:
        end = Position(frame.last_line, _past_the_end(frame, frame.last_line))
    return Frame(lines, first_line, Span(start, end))


def _past_the_end(frame: Frame, line: int) -> int:
    return len(frame.text(line)) + 1 if frame.holds(line) else 1


def shown_lines(frame: Frame, marks: Sequence[Mark]) -> list[int]:
    """Choose the lines to show: those around each mark, without blank ones at the edges."""
    marked = {frame.span.start.line, frame.span.end.line, *(mark.span.start.line for mark in marks)}
    chosen = {
        line
        for each in marked
        for line in range(each - _AROUND, each + _AROUND + 1)
        if frame.holds(line)
    }
    chosen |= {line for line in range(min(chosen), max(chosen)) if {line - 1, line + 1} <= chosen}
    shown = sorted(chosen)
    while shown[0] not in marked and not frame.text(shown[0]).strip():
        del shown[0]
    while shown[-1] not in marked and not frame.text(shown[-1]).strip():
        del shown[-1]
    return shown


def render_frame(
    frame: Frame, marks: Sequence[Mark], gutter: int, width: int, ink: Ink, pen: Pen
) -> list[str]:
    """Write a frame.

    Parameters
    ----------
    frame : Frame
        The lines and the span.
    marks : Sequence[Mark]
        Second places; each must start on a line of the frame.
    gutter : int
        The columns of the line numbers.
    width : int
        The columns of the terminal.
    ink : Ink
        The colour of the carets.
    pen : Pen
        Writes colours.

    Returns
    -------
    list[str]
        Lines without their ends, between an empty line of the frame above and one below.
    """
    writer = _Writer(frame, gutter, width, ink, pen)
    rows = [writer.row()]
    previous = None
    for line in shown_lines(frame, marks):
        if previous is not None and line > previous + 1:
            rows.append(writer.fold(line))
        previous = line
        rows += writer.source(line)
        by_label: dict[str, list[Span]] = {}
        for mark in sorted(mark for mark in marks if mark.span.start.line == line):
            by_label.setdefault(mark.label, []).append(mark.span)
        rows += [row for label, spans in by_label.items() for row in writer.second(spans, label)]
    return [*rows, writer.row()]


def room_for_code(gutter: int, width: int, spans_lines: bool) -> int:
    """Give the display columns that are left for a line of code."""
    return max(_LEAST_ROOM, width - gutter - len(" | ") - (2 if spans_lines else 0))


class _Writer(NamedTuple):
    frame: Frame
    gutter: int
    width: int
    ink: Ink
    pen: Pen

    @property
    def _spans_lines(self) -> bool:
        return self.frame.span.start.line < self.frame.span.end.line

    @property
    def _room(self) -> int:
        return room_for_code(self.gutter, self.width, self._spans_lines)

    def row(self, number: str = "", code: str = "") -> str:
        return frame_row(number, code, self.gutter, self.pen)

    def fold(self, line: int) -> str:
        bar = self._bar(line).rstrip()
        dots = self.pen.paint("...", Ink.FRAME)
        return dots + " " * self.gutter + bar if bar else dots

    def source(self, line: int) -> list[str]:
        """Write a line of code and the carets below it."""
        start, end = self.frame.span
        laid_out = lay_out(self.frame.text(line))
        if not self._spans_lines and line == start.line:
            return self._on_one_line(laid_out)
        if self._spans_lines and line == start.line:
            return self._opening(laid_out)
        if self._spans_lines and line == end.line:
            return self._closing(laid_out)
        text = laid_out.window(0, 0, self._room).text
        return [self.row(str(line), self._bar(line) + text)]

    def second(self, spans: Sequence[Span], label: str) -> list[str]:
        """Mark, below their line, second places that say the same.

        The label stands behind the last of them, or below if there is no room for it.
        """
        number = spans[0].start.line
        line = lay_out(self.frame.text(number))
        columns = [columns_on_first_line(span, line) for span in spans]
        marked = {column for first, end in columns for column in range(first, end)}
        first, end = min(marked), max(marked) + 1
        rule = "".join("-" if column in marked else " " for column in range(first, end))
        words = printable(label)
        stretches = [(first, f"{rule} {words}")]
        room, width = self._room, lay_out(words).width
        if end + 1 + width > room >= width:
            stretches = [(first, rule), (min(first, room - width), words)]
        return [
            self.row("", self._bar_below(number) + " " * start + self.pen.paint(text, Ink.FRAME))
            for start, text in stretches
        ]

    def _on_one_line(self, line: DisplayLine) -> list[str]:
        first, end = columns_on_first_line(self.frame.span, line)
        text, shift = line.window(first, end, self._room)
        carets = "^" * min(end - first, max(1, self._room - (first - shift)))
        return [
            self.row(str(self.frame.span.start.line), text),
            self.row("", " " * (first - shift) + self.pen.paint(carets, self.ink)),
        ]

    def _opening(self, line: DisplayLine) -> list[str]:
        start = self.frame.span.start
        first = line.start_of(start.column)
        if first <= line.indentation:
            text = line.window(0, 0, self._room).text
            return [self.row(str(start.line), self.pen.paint("/", self.ink) + " " + text)]
        text, shift = line.window(first, first + 1, self._room)
        arm = " " + self.pen.paint("_" * (first - shift + 1) + "^", self.ink)
        return [self.row(str(start.line), "  " + text), self.row("", arm)]

    def _closing(self, line: DisplayLine) -> list[str]:
        end = self.frame.span.end
        last = line.start_of(max(1, end.column - 1))
        text, shift = line.window(last, last + 1, self._room)
        arm = self.pen.paint("|" + "_" * (last - shift + 1) + "^", self.ink)
        return [self.row(str(end.line), self._bar(end.line) + text), self.row("", arm)]

    def _bar(self, line: int) -> str:
        """Give what stands before a line of code where the span takes several lines."""
        if not self._spans_lines:
            return ""
        inside = self.frame.span.start.line < line <= self.frame.span.end.line
        return self.pen.paint("|", self.ink) + " " if inside else "  "

    def _bar_below(self, line: int) -> str:
        if not self._spans_lines:
            return ""
        inside = self.frame.span.start.line <= line < self.frame.span.end.line
        return self.pen.paint("|", self.ink) + " " if inside else "  "


def frame_row(number: str, code: str, gutter: int, pen: Pen) -> str:
    """Write one row of a frame, without blanks at its end."""
    edge = pen.paint(f"{number:>{gutter}} |", Ink.FRAME)
    return f"{edge} {code}".rstrip()


def columns_on_first_line(span: Span, line: DisplayLine) -> tuple[int, int]:
    """Give the display columns of the part of a span on its first line; at least one column."""
    first = line.start_of(span.start.column)
    end = line.start_of(span.end.column) if span.end.line == span.start.line else line.width
    return first, max(first + 1, end)
