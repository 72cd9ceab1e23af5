"""The format `grouped`: findings under the name of their file, in columns."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.fixability import star_if_fixable
from ckptlint.reports.inks import SEVERITY_INKS
from ckptlint.reports.location import link_to_file
from ckptlint.reports.pen import Ink, Pen
from ckptlint.reports.proof import entries, in_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions
    from ckptlint.reports.proof import Entry
    from ckptlint.sources.source import Place


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each file's name and its findings, indented; a blank line follows each file.

    What was fixed and proved stands below what remains in the same file.
    """
    pen = Pen(options.color, options.hyperlinks)
    listed = entries(result)
    listed.sort(key=_path)
    return "".join(
        _group(path, list(group), options, pen) for path, group in groupby(listed, key=_path)
    )


def _path(entry: Entry) -> str:
    return entry.finding.place.path


def _group(path: str, group: Sequence[Entry], options: ReportOptions, pen: Pen) -> str:
    places = [entry.finding.place for entry in group]
    line_width = max(len(_line_text(place)) for place in places)
    column_width = max(len(str(place.span.start.column)) for place in places)
    title = link_to_file(pen.paint(printable(path), Ink.TITLE), path, options.root, pen)
    lines = [f"{title}:"]
    for entry, place in zip(group, places, strict=True):
        line = _line_text(place).rjust(line_width)
        column = str(place.span.start.column).ljust(column_width)
        code = pen.paint(entry.finding.code, SEVERITY_INKS[entry.finding.severity])
        marker = star_if_fixable(entry.finding, options.unsafe_fixes, pen)
        colon = pen.paint(":", Ink.SEPARATOR)
        lines.append(f"  {line}{colon}{column} {code} {in_one_line(entry, marker, pen)}")
    return "\n".join(lines) + "\n\n"


def _line_text(place: Place) -> str:
    line = str(place.span.start.line)
    return line if place.cell is None else f"cell {place.cell}:{line}"
