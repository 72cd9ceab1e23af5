"""A source: one stretch of Python text, and the map from its lines back to the file."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Position(NamedTuple):
    """A place between two characters: 1-based line, 1-based column counted in characters."""

    line: int
    column: int


class Span(NamedTuple):
    """A stretch of text from `start` up to, but not including, `end`."""

    start: Position
    end: Position


class Place(NamedTuple):
    """A span in a file as its reader sees it: file lines, and the cell of a notebook.

    `cell` is the 1-based number of the notebook's cell, counting cells of every type, and the
    span's lines then count within that cell. It is None for every other kind of file.
    """

    path: str
    span: Span
    cell: int | None = None


class Edit(NamedTuple):
    r"""A replacement of one span of a source by other text.

    An insertion has an empty span, a deletion an empty replacement. Lines are divided by
    ``\n`` alone, whatever the file on disk uses.
    """

    span: Span
    replacement: str


class SourceKind(StrEnum):
    """What kind of file a source was taken from."""

    PYTHON = "python"
    STUB = "stub"
    NOTEBOOK = "notebook"
    MARKDOWN = "markdown"


class LineOrigin(NamedTuple):
    """Where one line of a source stands in its file.

    `line` is the 1-based line in the file, or in the cell of a notebook; `removed` counts the
    characters taken away at the line's start (indentation, ``> ``, ``>>> ``); `cell` is the
    notebook's cell.
    """

    line: int
    removed: int = 0
    cell: int | None = None


class Source(NamedTuple):
    r"""One stretch of Python text taken from a file.

    Parameters
    ----------
    path : str
        The file's name as it is shown to the user.
    kind : SourceKind
        The kind of the file.
    text : str
        The code itself: decoded, without a byte order mark, lines divided by ``\n``.
    origins : tuple[LineOrigin, ...] or None
        One entry for each line of `text`; None where the lines are the file's own.
    parts : tuple[tuple[int, int], ...]
        First and last line (1-based, both included) of each stretch that was written on its own
        and so may fail to parse on its own: the cells of a notebook. Empty means the whole text.
    is_fragment : bool
        Whether the text need not be a whole program: a Markdown block or a notebook, where names
        may come from elsewhere and a method's body may stand alone.
    """

    path: str
    kind: SourceKind
    text: str
    origins: tuple[LineOrigin, ...] | None = None
    parts: tuple[tuple[int, int], ...] = ()
    is_fragment: bool = False

    def place(self, span: Span) -> Place:
        """Tell where `span` of this source stands in the file."""
        if self.origins is None:
            return Place(self.path, span)
        start, cell = self._in_file(span.start)
        end, _ = self._in_file(span.end)
        return Place(self.path, Span(start, end), cell)

    def _in_file(self, position: Position) -> tuple[Position, int | None]:
        assert self.origins is not None
        past_the_end = position.line > len(self.origins)
        origin = self.origins[min(position.line, len(self.origins)) - 1]
        line = origin.line + (position.line - len(self.origins) if past_the_end else 0)
        return Position(line, position.column + origin.removed), origin.cell
