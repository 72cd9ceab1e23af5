"""IPython's own syntax, kept out of Python without moving any other line or column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ckptlint.sources.guards import Guard

if TYPE_CHECKING:
    from collections.abc import Sequence

# Cell magics whose body is run as Python in the notebook's own namespace.
_TRANSPARENT = frozenset(
    ("capture", "debug", "ipytest", "memit", "prun", "pyinstrument", "snakeviz", "time", "timeit")
)
_CELL_MAGIC = re.compile(r"%%(\w+)")
# No Python statement begins with one of these.
_ESCAPES = ("%", "!", "?", ",", ";", "/")
# Magics that are often written without their percent sign.
_BARE_MAGIC = re.compile(r"(?:pip|conda|mamba|uv|cd|ls)[ \t]+[A-Za-z./~]")
_MAGIC_VALUE = re.compile(r"=[ \t]*[!%]")


def mask_magics(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[Guard, ...]]:
    """Give the lines of a cell as Python, and what an edit may do with each.

    A line magic, a shell command or a question becomes ``pass`` at its own indentation, and the
    lines that continue it become empty. A cell magic loses its line; where what follows is not
    Python, all lines become empty.
    """
    texts = list(lines)
    guards = [Guard.FREE] * len(lines)

    def blank(first: int, stop: int) -> None:
        texts[first:stop] = [""] * (stop - first)
        guards[first:stop] = [Guard.BOUND] * (stop - first)

    index = _next_text(lines, 0)
    while index < len(lines) and (magic := _CELL_MAGIC.match(lines[index].lstrip())):
        is_transparent = magic[1] in _TRANSPARENT
        blank(0, index + 1 if is_transparent else len(lines))
        index = _next_text(lines, index + 1) if is_transparent else len(lines)
    while index < len(lines):
        line = lines[index]
        code = line.lstrip()
        if code.startswith(_ESCAPES) or _BARE_MAGIC.match(code):
            stop, is_magic = _end_of_command(lines, index), True
        else:
            stop, is_magic = _read_statement(lines, index)
        if is_magic:
            blank(index, stop)
            texts[index] = line[: len(line) - len(code)] + "pass"
            guards[index] = Guard.KEPT
        index = stop
    return tuple(texts), tuple(guards)


def _next_text(lines: Sequence[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _end_of_command(lines: Sequence[str], index: int) -> int:
    while lines[index].endswith("\\") and index + 1 < len(lines):
        index += 1
    return index + 1


def _read_statement(lines: Sequence[str], first: int) -> tuple[int, bool]:
    """Find where the statement that begins at line `first` ends, and whether it is a magic.

    This is no full tokenizer: it knows strings, comments, brackets and continued lines, and does
    not mind code that would not parse.
    """
    depth = 0
    quote = ""
    for index in range(first, len(lines)):
        line = lines[index]
        column = 0
        last = ""
        while column < len(line):
            character = line[column]
            if quote:
                if line.startswith(quote, column):
                    column += len(quote)
                    quote = ""
                else:
                    column += 2 if character == "\\" else 1
                continue
            if character == "#":
                break
            if character in "\"'":
                quote = character * 3 if line.startswith(character * 3, column) else character
                column += len(quote)
                last = character
                continue
            if character in "([{":
                depth += 1
            elif character in ")]}":
                depth = max(0, depth - 1)
            elif character == "=" and not depth and _MAGIC_VALUE.match(line, column):
                return _end_of_command(lines, index), True
            if not character.isspace():
                last = character
            column += 1
        is_continued = last == "\\" or (len(quote) == 1 and line.endswith("\\"))
        if len(quote) == 1 and not is_continued:
            quote = ""
        if not (depth or quote or is_continued):
            return index + 1, last == "?"
    return len(lines), False
