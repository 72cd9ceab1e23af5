"""Documentation in Markdown, with headings and code set off on a terminal."""

from __future__ import annotations

import re
from typing import Final

from ckptlint.reports.pen import Ink, Pen

_CODE: Final = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
"""A code span: equally many backticks on both sides."""


def painted(text: str, color: bool) -> str:
    """Colour the headings and code blocks of a Markdown text; without colour, change nothing."""
    if not color:
        return text
    pen = Pen(color=True)
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = line.lstrip()[:3]
        if fence:
            closes = line.strip() == fence
            lines.append(pen.paint(line, Ink.FRAME) if closes else line)
            fence = "" if closes else fence
        elif mark in ("```", "~~~"):
            fence = mark
            lines.append(pen.paint(line, Ink.FRAME))
        elif line.startswith("#"):
            lines.append(pen.paint(line, Ink.TITLE))
        else:
            lines.append(_CODE.sub(lambda code: pen.paint(code[0], Ink.SEPARATOR), line))
    return "\n".join(lines)
