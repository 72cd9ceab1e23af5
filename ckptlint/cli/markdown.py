"""Documentation in Markdown, with headings and code set off on a terminal."""

from __future__ import annotations

from ckptlint.reports.pen import Ink, Pen


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
            lines.append(_with_code(line, pen))
    return "\n".join(lines)


def _with_code(line: str, pen: Pen) -> str:
    """Colour what stands between single backticks."""
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return line
    inside = (f"`{part}`" for part in parts[1::2])
    pairs = zip(parts[::2], [*(pen.paint(code, Ink.SEPARATOR) for code in inside), ""], strict=True)
    return "".join(plain + code for plain, code in pairs)
