"""The format `github`: workflow commands that GitHub Actions shows as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.location import absolute, place_text
from ckptlint.reports.proof import entries, labelled_proof
from ckptlint.rule import Severity

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions
    from ckptlint.reports.proof import Entry
    from ckptlint.sources.source import Place

_FIXED = "notice"
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding as ``::error`` or ``::warning`` on a line of its own.

    What was fixed and proved is a ``::notice``, at its place before the fix.
    """
    return "".join(_command(entry, options) for entry in entries(result))


def _command(entry: Entry, options: ReportOptions) -> str:
    finding = entry.finding
    path = absolute(finding.place.path, options.root)
    properties = {"title": f"ckptlint ({finding.code})", "file": path, **_extent(finding.place)}
    written = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    lines = [f"{place_text(finding.place)}: {finding.code} {finding.message}"]
    if not entry.is_fixed:
        lines += [f"  note: {place_text(each.place)}: {each.message}" for each in finding.related]
        if finding.help is not None:
            lines.append(f"  help: {finding.help}")
    proof = labelled_proof(entry)
    if proof is not None:
        lines.append(f"  {': '.join(proof)}")
    message = _escape("\n".join(lines))
    command = _FIXED if entry.is_fixed else _COMMANDS[finding.severity]
    return f"::{command} {written}::{message}\n"


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
