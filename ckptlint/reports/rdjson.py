"""The format `rdjson`: the Reviewdog Diagnostic Format, whose suggestions a reviewer can apply.

Its columns count bytes of UTF-8. Where the text of a line is not known, a range is one of whole
lines. What was fixed is left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ckptlint.engine.fingerprint import posix_path
from ckptlint.reports.change import change_of_lines
from ckptlint.reports.display import without_surrogates
from ckptlint.reports.explanation import NOT_SURE
from ckptlint.reports.fixability import fix_in_file
from ckptlint.reports.location import message_in_file, span_in_file
from ckptlint.reports.proof import Entry, labelled_proof
from ckptlint.rule import Applicability, Confidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.engine.result import CheckResult, LocatedFinding, ProposedFix, RelatedPlace
    from ckptlint.reports.options import ReportOptions
    from ckptlint.sources.source import Place, Position, Span


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write the findings that remain as one JSON object, in ASCII."""
    written = {
        "source": {"name": "ckptlint"},
        "diagnostics": [_diagnostic(finding, options) for finding in result.findings],
    }
    return json.dumps(written, indent=2) + "\n"


def _diagnostic(finding: LocatedFinding, options: ReportOptions) -> dict[str, Any]:
    # In a notebook the context is of the cell, and not what stands in the file.
    is_in_cell = finding.place.cell is not None
    lines = {} if is_in_cell else dict(enumerate(finding.context, finding.context_start))
    diagnostic: dict[str, Any] = {
        "message": without_surrogates(_message(finding)),
        "location": _location(finding, lines, options.root),
        "severity": finding.severity.value.upper(),
        "code": {"value": finding.code},
    }
    fix = fix_in_file(Entry(finding))
    suggestion = None if fix is None else _suggestion(fix, lines)
    if suggestion is not None:
        diagnostic["suggestions"] = [suggestion]
    if finding.related:
        diagnostic["related_locations"] = [
            {
                "message": without_surrogates(related.message),
                "location": _location(
                    related, lines if _is_near(related.place, finding) else {}, options.root
                ),
            }
            for related in finding.related
        ]
    return diagnostic


def _message(finding: LocatedFinding) -> str:
    lines = [message_in_file(finding)]
    if finding.confidence is Confidence.LOW:
        lines.append(f"note: {NOT_SURE}")
    if finding.help is not None:
        lines.append(f"help: {finding.help}")
    fix = fix_in_file(Entry(finding))
    if fix is not None:
        unsafe = ""
        if fix.applicability is Applicability.UNSAFE:
            unsafe = " (unsafe)" if fix.reason is None else f" (unsafe: {fix.reason})"
        lines.append(f"fix: {fix.message}{unsafe}")
    proof = labelled_proof(Entry(finding))
    if proof is not None:
        lines.append(": ".join(proof))
    return "\n".join(lines)


def _is_near(place: Place, finding: LocatedFinding) -> bool:
    """Whether a place stands in the text whose lines the finding knows."""
    return (place.path, place.cell) == (finding.place.path, finding.place.cell)


def _location(
    one: LocatedFinding | RelatedPlace, lines: Mapping[int, str], root: str
) -> dict[str, Any]:
    return {
        "path": without_surrogates(posix_path(one.place.path, root, root)),
        "range": _range(span_in_file(one), lines),
    }


def _range(span: Span, lines: Mapping[int, str]) -> dict[str, Any]:
    columns = [_bytes_before(position, lines) for position in span]
    if None in columns:
        return {"start": {"line": span.start.line}, "end": {"line": span.end.line}}
    start, end = columns
    return {
        "start": {"line": span.start.line, "column": start},
        "end": {"line": span.end.line, "column": end},
    }


def _bytes_before(position: Position, lines: Mapping[int, str]) -> int | None:
    """Give the 1-based column in bytes of UTF-8; None where the text of its line is not known."""
    line, column = position
    if column == 1:
        return 1
    if line not in lines:
        return None
    return len(lines[line][: column - 1].encode("utf-8", "surrogatepass")) + 1


def _suggestion(fix: ProposedFix, lines: Mapping[int, str]) -> dict[str, Any] | None:
    change = change_of_lines(fix, lines)
    if change is None:
        return None
    return {
        "range": _range(change.span, change.known),
        "text": without_surrogates(change.replacement),
    }
