"""Places and paths as reports write them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ckptlint.reports.display import printable

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.reports.pen import Pen
    from ckptlint.sources.source import Place

STANDARD_INPUT = "-"


def place_text(place: Place) -> str:
    """Write a place as ``path:line:column``, in a notebook ``path:cell 3:line:column``."""
    return f"{printable(place.path)}:{position_text(place)}"


def position_text(place: Place) -> str:
    """Write a place without its path."""
    line, column = place.span.start
    cell = f"cell {place.cell}:" if place.cell is not None else ""
    return f"{cell}{line}:{column}"


def linked_place(place: Place, root: Path, pen: Pen) -> str:
    """Write a place, as a link to its file where the pen makes links."""
    text = place_text(place)
    return pen.link(text, file_uri(place.path, root)) if pen.hyperlinks else text


def absolute(path: str, root: Path) -> str:
    """Give the absolute path of a file; standard input keeps its name."""
    if path == STANDARD_INPUT:
        return path
    return os.path.normpath(root / path)


def file_uri(path: str, root: Path) -> str:
    """Give the absolute ``file:`` URI of a file, percent-encoded byte by byte."""
    from pathlib import Path as AnyPath

    return AnyPath(absolute(path, root)).as_uri() if path != STANDARD_INPUT else path
