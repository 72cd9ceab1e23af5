"""Places as SARIF writes them: URIs relative to the root, regions, cells."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ckptlint.engine.result import STANDARD_INPUT
from ckptlint.reports.location import absolute, file_uri

if TYPE_CHECKING:
    from ckptlint.engine.result import LocatedFinding, RelatedPlace
    from ckptlint.sources.source import Span

ROOT_ID = "%SRCROOT%"


def root_uri(root: str) -> str:
    """Give the URI of the folder that relative URIs start from; it ends with a slash."""
    return f"{Path(root).as_uri().rstrip('/')}/"


def artifact_location(path: str, root: str) -> dict[str, str]:
    """Give the location of a file: relative to the root, absolute for one outside of it."""
    if path == STANDARD_INPUT:
        return {"uri": path}
    try:
        relative = Path(absolute(path, root)).relative_to(root)
    except ValueError:
        return {"uri": file_uri(path, root)}
    return {"uri": quote(os.fsencode(relative.as_posix())), "uriBaseId": ROOT_ID}


def location(one: LocatedFinding | RelatedPlace, root: str) -> dict[str, Any]:
    """Give the location of a finding, or of a place that explains it.

    In a notebook the cell is a logical location, and the lines and columns within it are
    properties. The region is that of the JSON text; it is left out where that is not known.
    """
    place = one.place
    physical: dict[str, Any] = {"artifactLocation": artifact_location(place.path, root)}
    if place.cell is None:
        return {"physicalLocation": {**physical, "region": region(place.span)}}
    if one.file_span is not None:
        physical["region"] = region(one.file_span)
    cell = f"cell {place.cell}"
    logical = {"name": cell, "kind": "cell", "fullyQualifiedName": cell}
    return {
        "physicalLocation": physical,
        "logicalLocations": [logical],
        "properties": {"cell": place.cell, **region(place.span)},
    }


def region(span: Span) -> dict[str, int]:
    """Give lines and columns, which SARIF too counts from 1, the end excluded."""
    return {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }
