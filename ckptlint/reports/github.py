"""The format `github`: workflow commands that GitHub Actions shows as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.explanation import explained
from ckptlint.reports.location import absolute, span_in_file
from ckptlint.reports.proof import entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions
    from ckptlint.reports.proof import Entry
    from ckptlint.sources.source import Span

_FIXED = "notice"


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding as ``::error`` or ``::warning`` on a line of its own.

    What was fixed and proved is a ``::notice``, at its place before the fix.
    """
    return "".join(_annotation(entry, options) for entry in entries(result))


def workflow_command(name: str, properties: Mapping[str, str], message: str) -> str:
    """Write a command on a line of its own; no text in it can end it, or begin another."""
    written = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_escape(message)}\n"


def _annotation(entry: Entry, options: ReportOptions) -> str:
    finding = entry.finding
    properties = {
        "title": f"ckptlint ({finding.code})",
        "file": absolute(finding.place.path, options.root),
        **_extent(span_in_file(finding)),
    }
    name = _FIXED if entry.is_fixed else finding.severity.value
    return workflow_command(name, properties, explained(entry))


def _extent(span: Span) -> dict[str, str]:
    """Give lines and columns; GitHub takes columns only where one line holds the annotation."""
    (line, column), (end_line, end_column) = span
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
