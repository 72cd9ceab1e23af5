"""Where in the client's documents the places of findings are."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import from_fs_path

from ckptlint.server.text import MARK
from ckptlint.sources.cells import Cell, read_notebook
from ckptlint.sources.written_cell import WrittenCell

if TYPE_CHECKING:
    from ckptlint.server.inspection import Checked
    from ckptlint.sources.source import Place


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
        raw = self._document.text.raw.removeprefix(MARK)
        mark = len(self._document.text.raw) - len(raw)
        written = WrittenCell(raw, self._cells[place.cell - 1])
        start, end = (self._document.text.at(written.offset(each) + mark) for each in place.span)
        return types.Location(self._document.uri, types.Range(start, end))

    @cached_property
    def _cells(self) -> tuple[Cell, ...]:
        return read_notebook(self._document.text.raw.removeprefix(MARK)).cells
