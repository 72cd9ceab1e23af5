"""Text of others in the columns that are there."""

from __future__ import annotations

from ckptlint.reports.display import ELLIPSIS, lay_out, printable

# Longer lines are hard to read, however wide the terminal is.
_LONGEST = 100
_SHORTEST = 20


def columns(text: str) -> int:
    """Count the display columns that `text` takes."""
    return lay_out(text).width


def room_after(indentation: int, width: int) -> int:
    """Give the columns that prose may take beside an indentation."""
    return max(_SHORTEST, min(width, _LONGEST) - indentation)


def wrapped(text: str, room: int) -> list[str]:
    """Divide `text` into lines of at most `room` columns; there is at least one.

    Whatever white space there is parts words, so a reason of several lines becomes one paragraph.
    A word that is longer, such as a path, keeps whole, so that it can be copied.
    """
    lines: list[str] = []
    for word in (printable(each) for each in text.split()):
        if lines and columns(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def shortened(text: str, room: int) -> str:
    """Cut a name to `room` columns at its start, since the end of ``file.py::name`` says most."""
    line = lay_out(text)
    if line.width <= room:
        return "".join(line.glyphs)
    first = line.width - max(room - 1, 0)
    kept = (each for each, start in zip(line.glyphs, line.starts, strict=False) if start >= first)
    return ELLIPSIS + "".join(kept)
