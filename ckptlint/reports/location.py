"""Places and paths as reports write them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ckptlint.engine.result import STANDARD_INPUT
from ckptlint.reports.display import printable
from ckptlint.sources.source import Position, Span

if TYPE_CHECKING:
    from ckptlint.engine.result import LocatedFinding, RelatedPlace
    from ckptlint.reports.pen import Pen
    from ckptlint.sources.source import Place

TOP_OF_FILE = Span(Position(1, 1), Position(1, 1))


def place_text(place: Place) -> str:
    """Write a place as ``path:line:column``, in a notebook ``path:cell 3:line:column``."""
    return f"{printable(place.path)}:{position_text(place)}"


def position_text(place: Place) -> str:
    """Write a place without its path."""
    line, column = place.span.start
    cell = f"cell {place.cell}:" if place.cell is not None else ""
    return f"{cell}{line}:{column}"


def span_in_file(one: LocatedFinding | RelatedPlace) -> Span:
    """Give the span in the lines of the file; its top for a cell that is not known there."""
    if one.place.cell is None:
        return one.place.span
    return one.file_span or TOP_OF_FILE


def message_in_file(finding: LocatedFinding) -> str:
    """Give the message; in a notebook after the cell, and the line and column in it."""
    if finding.place.cell is None:
        return finding.message
    return f"{position_text(finding.place)}: {finding.message}"


def link_to_file(text: str, path: str, root: str, pen: Pen) -> str:
    """Give `text` as a link to a file, where the pen makes links and there is a file."""
    if not pen.hyperlinks or path == STANDARD_INPUT:
        return text
    return pen.link(text, file_uri(path, root))


def absolute(path: str, root: str) -> str:
    """Give the absolute path of a file; standard input keeps its name."""
    if path == STANDARD_INPUT:
        return path
    return os.path.normpath(os.path.join(root, path))


def file_uri(path: str, root: str) -> str:
    """Give the absolute ``file:`` URI of a file, percent-encoded byte by byte."""
    from pathlib import Path

    return Path(absolute(path, root)).as_uri()
