"""Jupyter notebooks: all code cells are one source, and edits change nothing but their cells."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.sources.cells import Cell, NotebookContent, read_notebook, write_source
from ckptlint.sources.document import Document
from ckptlint.sources.guards import Guard, refuse_damage
from ckptlint.sources.lines import EditRefusedError, Lines
from ckptlint.sources.magics import mask_magics
from ckptlint.sources.source import Edit, LineOrigin, Place, Position, Source, Span
from ckptlint.sources.written_cell import WrittenCell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PYTHON = frozenset(("python", "ipython", "python3", "ipython3"))


class _CodeCell(NamedTuple):
    """A code cell as Python: its lines in the notebook, in the source, and the first of these."""

    cell: Cell
    lines: Lines
    texts: tuple[str, ...]
    guards: tuple[Guard, ...]
    first: int

    def column(self, line: int, column: int) -> int:
        """Give the column in the notebook; text may stand before or after a magic only."""
        if line > len(self.texts) or self.texts[line - 1] == self.lines.texts[line - 1]:
            return column
        is_before = self.guards[line - 1] is Guard.KEPT and column == 1
        return 1 if is_before else len(self.lines.texts[line - 1]) + 1


class Notebook(Document):
    """A notebook; its lines are those of its JSON text, or of one of its cells."""

    @cached_property
    def _content(self) -> NotebookContent:
        return read_notebook(self.raw)

    @cached_property
    def _code(self) -> tuple[_CodeCell, ...]:
        code: list[_CodeCell] = []
        first = 1
        for cell in self._content.cells:
            if cell.is_code:
                lines = Lines.split(cell.source)
                code.append(_CodeCell(cell, lines, *mask_magics(lines.texts), first))
                first += len(lines.texts)
        return tuple(code)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """One source with all code cells; none where the notebook's language is another."""
        if not self._code or self._content.language not in _PYTHON:
            return ()
        origins = [
            LineOrigin(line, cell=code.cell.number)
            for code in self._code
            for line in range(1, len(code.texts) + 1)
        ]
        last = origins[-1]
        source = Source(
            self.path,
            self.kind,
            "".join(f"{text}\n" for code in self._code for text in code.texts),
            (*origins, last._replace(line=last.line + 1)),
            tuple((code.first, code.first + len(code.texts) - 1) for code in self._code),
            is_fragment=True,
        )
        return (source,)

    def lines(self, cell: int | None = None) -> tuple[str, ...]:
        """Give the lines of the JSON text, or of a cell of any type."""
        if cell is None:
            return super().lines()
        return Lines.split(self._content.cells[cell - 1].source).texts

    def span_in_file(self, place: Place) -> Span:
        """Give a place in the lines of the JSON text, where one that is in a cell is written."""
        if place.cell is None:
            return place.span
        written = self._written(place.cell)
        start, end = (self._position(written.offset(each)) for each in place.span)
        return Span(start, end)

    def _written(self, number: int) -> WrittenCell:
        if number not in self._written_cells:
            cell = self._content.cells[number - 1]
            self._written_cells[number] = WrittenCell(self.raw, cell)
        return self._written_cells[number]

    @cached_property
    def _written_cells(self) -> dict[int, WrittenCell]:
        return {}

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    @cached_property
    def _line_starts(self) -> list[int]:
        """The offset in the JSON text at which each of its lines starts."""
        lengths = map(len, map(str.__add__, self._lines.texts, self._lines.ends))
        return list(accumulate(lengths, initial=0))[:-1]

    def map_edit(self, source_index: int, edit: Edit) -> tuple[Place, str]:
        """Give an edit as one of the lines of its cell; it must not span two cells."""
        code, local = self._in_cell(edit)
        start, end = (Position(line, code.column(line, column)) for line, column in local.span)
        return Place(self.path, Span(start, end), code.cell.number), edit.replacement

    def rewritten_lines(
        self, source_index: int, edits: Sequence[Edit]
    ) -> tuple[int, list[str], list[str]]:
        """Give the lines of the JSON text that edits touch: number of the first, before, after."""
        self._edited(source_index, edits)
        placed: dict[int | None, list[Edit]] = {}
        for edit in edits:
            place, replacement = self.map_edit(source_index, edit)
            placed.setdefault(place.cell, []).append(Edit(place.span, replacement))
        cells = [code.cell for code in self._code if code.cell.number in placed]
        first, last = (self._position(each).line for each in (cells[0].start, cells[-1].end))
        start, end = self._line_starts[first - 1], [*self._line_starts, len(self.raw)][last]
        changed = self._changed(placed, self.raw[:end])[start:]
        before, after = (Lines.split(text).texts for text in (self.raw[start:end], changed))
        is_last = end == len(self.raw)
        return (
            first,
            [*before] if is_last else [*before[:-1]],
            [*after] if is_last else [*after[:-1]],
        )

    def _in_cell(self, edit: Edit) -> tuple[_CodeCell, Edit]:
        """Give the cell of an edit, and the edit in the lines of that cell, magics masked."""
        firsts = [code.first for code in self._code]
        code = self._code[bisect_right(firsts, edit.span.start.line) - 1]
        start, end = (Position(line - code.first + 1, column) for line, column in edit.span)
        after_the_cell = Position(len(code.texts) + 1, 1)
        if end > after_the_cell:
            message = f"an edit spans cell {code.cell.number} and the one after it"
            raise EditRefusedError(message)
        return code, Edit(Span(start, end), edit.replacement)

    def _edited(self, index: int, edits: Sequence[Edit]) -> str:
        for edit in edits:
            code, local = self._in_cell(edit)
            refuse_damage(code.texts, code.guards, local)
        return super()._edited(index, edits)

    def _rewritten(self, edits: Mapping[int | None, Sequence[Edit]]) -> str:
        return self._changed(edits, self.raw)

    def _changed(self, edits: Mapping[int | None, Sequence[Edit]], raw: str) -> str:
        """Give `raw`, the JSON text or a beginning of it, after edits of cells."""
        for code in reversed(self._code):
            if of_cell := edits.get(code.cell.number):
                source = code.lines.replace(of_cell).raw
                value = write_source(self.raw, code.cell, source, self._content.has_escapes)
                raw = raw[: code.cell.start] + value + raw[code.cell.end :]
        return raw
