"""Layouts of texts that are read again and again, each time a little changed."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.engine.comments import Layout, read_layout, read_part
from ckptlint.sources.lines import common_ends
from ckptlint.sources.source import Position

if TYPE_CHECKING:
    from ckptlint.sources.source import Source

_MOST_TEXTS: Final = 32


class _Kept(NamedTuple):
    """A text as lines, its layout, and the lines at which tokens can be read from afresh."""

    lines: list[str]
    layout: Layout
    starts: list[int]


class LayoutReader:
    """Reads layouts, and of a text that was edited only the part around the edit.

    Where a logical line begins in the first column, no bracket, string or block is open: what
    tokens follow depends on the lines from there on alone. So reading begins at such a line before
    the edit, and ends at one behind it that was one before. Only sound texts are kept for that.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def __call__(self, source: Source) -> Layout:
        """Give what `read_layout` gives."""
        if source.parts or source.origins is not None:
            return read_layout(source)
        lines = source.text.split("\n")
        kept = self._kept.get(source.path)
        if kept is not None and kept.lines == lines:
            return kept.layout
        layout = None if kept is None else _read_again(kept, lines)
        if layout is None:
            whole = read_part(lines)
            if not whole.is_sound:
                return whole.layout
            layout = whole.layout
        self._keep(source.path, lines, layout)
        return layout

    def _keep(self, path: str, lines: list[str], layout: Layout) -> None:
        starts = [one.first for one in layout.lines if not lines[one.first - 1][:1].isspace()]
        self._kept.pop(path, None)
        self._kept[path] = _Kept(lines, layout, starts)
        while len(self._kept) > _MOST_TEXTS:
            del self._kept[next(iter(self._kept))]


def _read_again(kept: _Kept, lines: list[str]) -> Layout | None:
    """Read the layout of an edited text; None where it is not sound."""
    before, after = common_ends(kept.lines, lines)
    place = bisect_right(kept.starts, before) - 1
    start = kept.starts[place] if place >= 0 else 1
    growth = len(lines) - len(kept.lines)
    ends = {one + growth for one in kept.starts if one > len(kept.lines) - after}
    read = read_part(lines, start, ends)
    if not read.is_sound:
        return None
    comments = [one for one in kept.layout.comments if one.start.line < start]
    logical = [one for one in kept.layout.lines if one.first < start]
    comments += read.layout.comments
    logical += read.layout.lines
    if read.end is not None:
        for comment in kept.layout.comments:
            line, column = comment.start
            if line + growth >= read.end:
                comments.append(comment._replace(start=Position(line + growth, column)))
        for one in kept.layout.lines:
            if one.first + growth >= read.end:
                moved = one._replace(first=one.first + growth, last=one.last + growth)
                logical.append(moved)
    return Layout(tuple(comments), tuple(logical))
