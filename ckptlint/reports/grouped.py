"""The format `grouped`: findings under the name of their file, in columns."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.fixability import star_if_fixable
from ckptlint.reports.pen import Ink, Pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.reports.options import ReportOptions
    from ckptlint.sources.source import Place


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each file's name and its findings, indented; a blank line follows each file."""
    pen = Pen(options.color)
    return "".join(
        _group(path, list(findings), options, pen)
        for path, findings in groupby(result.findings, key=lambda finding: finding.place.path)
    )


def _group(path: str, findings: Sequence[LocatedFinding], options: ReportOptions, pen: Pen) -> str:
    line_width = max(len(_line_text(each.place)) for each in findings)
    column_width = max(len(str(each.place.span.start.column)) for each in findings)
    lines = [f"{pen.paint(printable(path), Ink.TITLE)}:"]
    for finding in findings:
        line = _line_text(finding.place).rjust(line_width)
        column = str(finding.place.span.start.column).ljust(column_width)
        code = pen.paint(finding.code, Ink.ERROR)
        marker = star_if_fixable(finding, options.unsafe_fixes, pen)
        colon = pen.paint(":", Ink.SEPARATOR)
        lines.append(f"  {line}{colon}{column} {code} {marker}{printable(finding.message)}")
    return "\n".join(lines) + "\n\n"


def _line_text(place: Place) -> str:
    line = str(place.span.start.line)
    return line if place.cell is None else f"cell {place.cell}:{line}"
