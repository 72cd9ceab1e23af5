"""The format `pylint`: one line for each finding, as whatever reads pylint's output reads it.

What was fixed is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.location import message_in_file, span_in_file

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.reports.options import ReportOptions


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding that remains as ``path:line: [code(name), ] message``."""
    return "".join(map(_line, result.findings))


def _line(finding: LocatedFinding) -> str:
    path, message = printable(finding.place.path), printable(message_in_file(finding))
    line = span_in_file(finding).start.line
    return f"{path}:{line}: [{finding.code}({finding.name}), ] {message}\n"
