"""A notebook's cell as it is written: where its characters stand in the JSON text."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from ckptlint.sources.cells import source_offsets
from ckptlint.sources.lines import Lines

if TYPE_CHECKING:
    from ckptlint.sources.cells import Cell
    from ckptlint.sources.source import Position


class WrittenCell:
    """One cell of the JSON text `raw`."""

    def __init__(self, raw: str, cell: Cell) -> None:
        self._offsets = source_offsets(raw, cell)
        lines = Lines.split(cell.source)
        lengths = (len(text) + len(end) for text, end in zip(lines.texts, lines.ends, strict=True))
        self._starts = list(accumulate(lengths, initial=0))

    def offset(self, position: Position) -> int:
        """Give the offset in the JSON text of a position in the cell; at most the cell's end."""
        line = min(position.line, len(self._starts)) - 1
        return self._offsets[min(self._starts[line] + position.column - 1, len(self._offsets) - 1)]
