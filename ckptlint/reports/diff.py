"""What fixing changes, as unified diffs; those of a notebook are by cell."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.pen import Ink, Pen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.engine.result import FileDiff

_NOTEBOOK_ENDING = ".ipynb"
_INKS = {"+": Ink.ADDED, "-": Ink.REMOVED, "@": Ink.SEPARATOR, " ": None}


def render(diffs: Iterable[FileDiff], *, color: bool = False, terminal: bool = False) -> str:
    """Write the diffs one after the other, a blank line after each.

    Parameters
    ----------
    diffs : Iterable[FileDiff]
        The texts before and after; those that are equal give nothing.
    color : bool
        Whether to write ANSI colours.
    terminal : bool
        Whether a terminal reads the text: control characters are then replaced. Without it the
        text is exactly that of the files, as ``patch`` needs it, line ends included.
    """
    pen = Pen(color)
    parts = (part for diff in diffs for part in _parts(diff))
    written = (_unified(name, before, after, pen, terminal) for name, before, after in parts)
    return "".join(f"{text}\n" for text in written if text)


def _parts(diff: FileDiff) -> Iterator[tuple[str, str, str]]:
    """Give name, text before and text after of a file, or of each cell of a notebook."""
    if diff.path.endswith(_NOTEBOOK_ENDING):
        before, after = _cells(diff.before), _cells(diff.after)
        if before is not None and after is not None and len(before) == len(after):
            for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
                yield f"{diff.path}:cell {number}", old, new
            return
    yield diff.path, diff.before, diff.after


def _cells(text: str) -> list[str] | None:
    """Give the source of each cell, whole lines; None if the text is not a notebook."""
    import json

    try:
        sources = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    except (ValueError, TypeError, KeyError):
        return None
    return [f"{source}\n" if source else "" for source in sources]


def _unified(name: str, before: str, after: str, pen: Pen, terminal: bool) -> str:
    header = printable(name)
    rows = list(unified_diff(_lines(before), _lines(after), header, header))
    names = [_painted(row, Ink.TITLE, pen) for row in rows[:2]]
    return "".join(names + [_row(row, pen, terminal) for row in rows[2:]])


def _lines(text: str) -> list[str]:
    """Divide a text after each line feed, which alone ends a line for ``patch``."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, f"{last}\n\\ No newline at end of file\n"] if last else lines


def _row(row: str, pen: Pen, terminal: bool) -> str:
    if terminal:
        row = printable(row.replace("\r\n", "\n"), keep="\t\n")
    return _painted(row, _INKS[row[0]], pen)


def _painted(row: str, ink: Ink | None, pen: Pen) -> str:
    body = row.removesuffix("\n")
    return f"{body if ink is None else pen.paint(body, ink)}\n"
