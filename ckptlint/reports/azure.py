"""The format `azure`: logging commands that Azure Pipelines shows as errors and warnings of a run.

What was fixed is no issue, and left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.explanation import explanation
from ckptlint.reports.location import absolute, message_in_file, span_in_file
from ckptlint.reports.proof import Entry

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions

# The percent sign first, which all others use.
_ESCAPES = {"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"}


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding that remains as ``##vso[task.logissue ...]`` on a line of its own."""
    return "".join(_issue(Entry(finding), options) for finding in result.findings)


def _issue(entry: Entry, options: ReportOptions) -> str:
    finding = entry.finding
    start = span_in_file(finding).start
    properties = {
        "type": finding.severity.value,
        "sourcepath": absolute(finding.place.path, options.root),
        "linenumber": str(start.line),
        "columnnumber": str(start.column),
        "code": finding.code,
    }
    written = "".join(f"{name}={_escape(value)};" for name, value in properties.items())
    message = "\n".join([message_in_file(finding), *explanation(entry)])
    return f"##vso[task.logissue {written}]{_escape(message)}\n"


def _escape(text: str) -> str:
    text = printable(text, keep="\r\n")
    for character, replacement in _ESCAPES.items():
        text = text.replace(character, replacement)
    return text
