"""The format `gitlab`: a Code Quality report, which GitLab shows in merge requests.

What was fixed is no issue, and left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ckptlint.engine.fingerprint import fingerprints, posix_path
from ckptlint.reports.display import without_surrogates
from ckptlint.reports.explanation import explanation
from ckptlint.reports.location import message_in_file, span_in_file
from ckptlint.reports.proof import Entry
from ckptlint.rule import Severity

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.reports.options import ReportOptions
    from ckptlint.sources.source import Position

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write the findings that remain as one JSON array, in ASCII."""
    marks = fingerprints(result.findings, options.root, options.project_root or options.root)
    issues = [
        _issue(finding, fingerprint, options)
        for finding, fingerprint in zip(result.findings, marks, strict=True)
    ]
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: LocatedFinding, fingerprint: str, options: ReportOptions) -> dict[str, Any]:
    path = posix_path(finding.place.path, options.root, options.checkout or options.root)
    span = span_in_file(finding)
    issue: dict[str, Any] = {
        "type": "issue",
        "check_name": finding.code,
        # GitLab shows the description alone.
        "description": without_surrogates(f"{finding.code}: {message_in_file(finding)}"),
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": without_surrogates(path),
            "lines": {"begin": span.start.line, "end": span.end.line},
            "positions": {"begin": _position(span.start), "end": _position(span.end)},
        },
    }
    body = "\n\n".join(explanation(Entry(finding)))
    if body:
        issue["content"] = {"body": without_surrogates(body)}
    return issue


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
