"""Where in the client's documents the places of findings are."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import from_fs_path

from ckptlint.server.text import MARK
from ckptlint.sources.cells import Cell, read_notebook, source_offsets
from ckptlint.sources.lines import Lines

if TYPE_CHECKING:
    from ckptlint.server.inspection import Checked
    from ckptlint.server.text import Text
    from ckptlint.sources.source import Place, Position


class Places:
    """The places of one checked document.

    Parameters
    ----------
    checked : Checked
        What checking it gave.
    """

    def __init__(self, checked: Checked) -> None:
        self._checked = checked
        self._document = checked.document

    def location(self, place: Place) -> types.Location:
        """Give a place in the document, one of its cells, or another file."""
        if place.path != self._document.path:
            uri = from_fs_path(os.path.abspath(place.path)) or ""
            return types.Location(uri, self._checked.others[place.path].range(place.span))
        if place.cell is None:
            return types.Location(self._document.uri, self._document.text.range(place.span))
        if self._document.cells is not None:
            cell = self._document.cell(place.cell)
            return types.Location(cell.uri, cell.text.range(place.span))
        written = self._written(place.cell)
        start, end = (written.position(each) for each in place.span)
        return types.Location(self._document.uri, types.Range(start, end))

    def _written(self, number: int) -> _WrittenCell:
        raw = self._document.text.raw.removeprefix(MARK)
        return _WrittenCell(self._document.text, raw, self._cells[number - 1])

    @cached_property
    def _cells(self) -> tuple[Cell, ...]:
        return read_notebook(self._document.text.raw.removeprefix(MARK)).cells


class _WrittenCell:
    """A cell as it is written in the JSON text of its notebook."""

    def __init__(self, text: Text, raw: str, cell: Cell) -> None:
        self._text = text
        self._mark = len(text.raw) - len(raw)
        self._offsets = source_offsets(raw, cell)
        self._lines = Lines.split(cell.source)

    def position(self, position: Position) -> types.Position:
        before = sum(
            len(text) + len(end)
            for text, end in zip(
                self._lines.texts[: position.line - 1],
                self._lines.ends[: position.line - 1],
                strict=True,
            )
        )
        index = min(before + position.column - 1, len(self._offsets) - 1)
        return self._text.at(self._offsets[index] + self._mark)
