"""Colours and links, written only where they are asked for."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Ink(StrEnum):
    """The meaning of a stretch of text, with the ANSI codes that show it."""

    ERROR = "1;91"
    WARNING = "1;93"
    TITLE = "1"
    FRAME = "1;94"
    FIXABLE = "1;96"
    HELP = "1;96"
    NOTE = "1;93"
    SEPARATOR = "36"
    ADDED = "32"
    REMOVED = "31"


class Pen(NamedTuple):
    """Writes text in a colour, or as a link, or plainly."""

    color: bool = False
    hyperlinks: bool = False

    def paint(self, text: str, ink: Ink) -> str:
        """Give `text` in the colour of `ink`; unchanged without colour."""
        return f"\x1b[{ink}m{text}\x1b[0m" if self.color and text else text

    def link(self, text: str, uri: str) -> str:
        """Give `text` as a link to `uri`, which must be percent-encoded."""
        return f"\x1b]8;;{uri}\x1b\\{text}\x1b]8;;\x1b\\" if self.hyperlinks else text
