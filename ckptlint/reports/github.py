"""The format `github`: workflow commands that GitHub Actions shows as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.location import absolute, place_text
from ckptlint.rule import Severity

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.reports.options import ReportOptions
    from ckptlint.sources.source import Place

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding as ``::error`` or ``::warning`` on a line of its own."""
    return "".join(_command(finding, options) for finding in result.findings)


def _command(finding: LocatedFinding, options: ReportOptions) -> str:
    path = absolute(finding.place.path, options.root)
    properties = {"title": f"ckptlint ({finding.code})", "file": path, **_extent(finding.place)}
    written = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    lines = [f"{place_text(finding.place)}: {finding.code} {finding.message}"]
    lines += [f"  note: {place_text(each.place)}: {each.message}" for each in finding.related]
    if finding.help is not None:
        lines.append(f"  help: {finding.help}")
    message = _escape("\n".join(lines))
    return f"::{_COMMANDS[finding.severity]} {written}::{message}\n"


def _extent(place: Place) -> dict[str, str]:
    """Give the lines and columns of an annotation, which GitHub counts in the file.

    A notebook's cell has no line of its own in the file, so the annotation stands at the top.
    Columns are only valid where the annotation ends on the line on which it starts.
    """
    if place.cell is not None:
        return {"line": "1", "col": "1", "endLine": "1", "endColumn": "1"}
    (line, column), (end_line, end_column) = place.span
    if line != end_line:
        return {"line": str(line), "endLine": str(end_line)}
    return {
        "line": str(line),
        "col": str(column),
        "endLine": str(end_line),
        "endColumn": str(end_column),
    }


def _escape(text: str) -> str:
    text = printable(text, keep="\r\n")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
