"""Text as a terminal shows it: what stands for each character, and how many columns it takes.

A linted file is not trusted: a control character, a bidirectional override or a lone surrogate in
it is replaced by a visible character, so no escape sequence of a file reaches the terminal.
"""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import category, east_asian_width

ELLIPSIS = "…"

_TAB = "    "
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_ZERO_WIDTH_JOINER = "\N{ZERO WIDTH JOINER}"
_ZERO_WIDTH_NON_JOINER = "\N{ZERO WIDTH NON-JOINER}"
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def glyph(character: str) -> str:
    """Give the text that stands for one character; it has no control characters."""
    if " " <= character <= "~":
        return character
    if character == "\t":
        return _TAB
    if character < " ":
        return chr(ord("\N{SYMBOL FOR NULL}") + ord(character))
    if character == "\x7f":
        return "\N{SYMBOL FOR DELETE}"
    if category(character) in _UNPRINTABLE and not _joins(character):
        return _REPLACEMENT
    return character


def printable(text: str, keep: str = "") -> str:
    """Give `text` without control characters, except for those in `keep`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(each if each in keep else glyph(each) for each in text)


def without_surrogates(text: str) -> str:
    """Give `text` with a replacement for each lone surrogate, which UTF-8 cannot hold."""
    return "".join(_REPLACEMENT if "\ud800" <= each <= "\udfff" else each for each in text)


class Window(NamedTuple):
    """The part of a line that fits: its text, and the display column that its start stands for."""

    text: str
    shift: int


class DisplayLine(NamedTuple):
    """One line of source, laid out.

    Parameters
    ----------
    glyphs : tuple[str, ...]
        What stands for each character of the line.
    starts : tuple[int, ...]
        The 0-based display column at which each character starts, and that of the line's end.
    """

    glyphs: tuple[str, ...]
    starts: tuple[int, ...]

    @property
    def width(self) -> int:
        """The display columns that the line takes."""
        return self.starts[-1]

    @property
    def indentation(self) -> int:
        """The display columns before the first character that is not blank."""
        for each, start in zip(self.glyphs, self.starts, strict=False):
            if not each.isspace():
                return start
        return self.width

    def start_of(self, column: int) -> int:
        """Give the display column of a 1-based character column, at most the line's end."""
        return self.starts[min(max(column, 1), len(self.starts)) - 1]

    def window(self, first: int, end: int, room: int) -> Window:
        """Cut the line to `room` columns, an ellipsis at each cut, around what must be seen.

        Parameters
        ----------
        first, end : int
            The display columns between which the text must be seen; from `first` on where that is
            more than fits.
        room : int
            The display columns that the text may take.
        """
        if self.width <= room:
            return Window("".join(self.glyphs), 0)
        left = 0
        if end > room - 1:
            spare = max(0, room - 2 - (end - first))
            left = max(0, min(first - spare // 2, max(self.width, end) - (room - 1)))
        begin = next(i for i, start in enumerate(self.starts) if start >= left)
        while 0 < begin < len(self.glyphs) and self.starts[begin] == self.starts[begin + 1]:
            begin += 1
        head = ELLIPSIS if begin else ""
        limit = self.starts[begin] + room - len(head)
        stop = len(self.glyphs)
        tail = ""
        if self.width > limit:
            tail = ELLIPSIS
            stop = max(i for i, start in enumerate(self.starts) if start <= limit - 1)
        text = head + "".join(self.glyphs[begin:stop]) + tail
        return Window(text, self.starts[begin] - len(head))


def lay_out(line: str) -> DisplayLine:
    """Tell what a terminal shows for each character of `line`, and where."""
    glyphs = []
    starts = [0]
    previous = ""
    for character in line:
        shown = glyph(character)
        glyphs.append(shown)
        starts.append(starts[-1] + _width(character, shown, previous))
        previous = character
    return DisplayLine(tuple(glyphs), tuple(starts))


def _width(character: str, shown: str, previous: str) -> int:
    if shown.isascii():
        return len(shown)
    if shown == _REPLACEMENT:
        return 1
    if category(character) in {"Mn", "Me"} or _joins(character) or _is_medial_jamo(character):
        return 0
    if previous == _ZERO_WIDTH_JOINER and category(character) == "So":
        return 0
    if _is_skin_tone(character) and previous and category(previous) == "So":
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1


def _joins(character: str) -> bool:
    is_tag = "\U000e0020" <= character <= "\U000e007f"
    return is_tag or character in {_ZERO_WIDTH_JOINER, _ZERO_WIDTH_NON_JOINER}


def _is_medial_jamo(character: str) -> bool:
    return "\u1160" <= character <= "\u11ff"


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"
