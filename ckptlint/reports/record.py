"""A finding as a JSON object, with ruff's field names and a few more beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ckptlint.reports.display import without_surrogates
from ckptlint.reports.location import absolute
from ckptlint.reports.proof import entries, proof_record

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult, LocatedFinding, ProposedFix, RelatedPlace
    from ckptlint.reports.options import ReportOptions
    from ckptlint.reports.proof import Entry
    from ckptlint.sources.source import Place, Position

# A file that cannot be read or parsed has no comments that could suppress anything.
_NOT_SUPPRESSIBLE = frozenset({"CKP900", "CKP904"})


def records(result: CheckResult, options: ReportOptions) -> list[dict[str, Any]]:
    """Give the JSON object of each finding: of those that remain, then of those proved.

    Beside ruff's fields stand `confidence`, `help`, `related`, and `reason` within `fix`. Rows and
    columns count from 1, columns in characters; in a notebook rows count within `cell`. Where any
    finding has a proof, all have `proof`, which may be null, and `fixed`; the places of a finding
    that is fixed are those before the fix.
    """
    listed = entries(result)
    if all(entry.finding.proof is None for entry in listed):
        return [_record(entry.finding, options) for entry in listed]
    return [{**_record(entry.finding, options), **_proof(entry)} for entry in listed]


def _proof(entry: Entry) -> dict[str, Any]:
    proof = entry.finding.proof
    return {
        "fixed": entry.is_fixed,
        "proof": None if proof is None else proof_record(proof),
    }


def _record(finding: LocatedFinding, options: ReportOptions) -> dict[str, Any]:
    return {
        **_place(finding.place, options),
        "code": finding.code,
        "confidence": finding.confidence.value,
        "fix": None if finding.fix is None else _fix(finding.fix),
        "help": None if finding.help is None else without_surrogates(finding.help),
        "message": without_surrogates(finding.message),
        "name": finding.name,
        "noqa_row": None if finding.code in _NOT_SUPPRESSIBLE else finding.noqa_line,
        "related": [_related(related, options) for related in finding.related],
        "severity": finding.severity.value,
        "url": None,
    }


def _related(related: RelatedPlace, options: ReportOptions) -> dict[str, Any]:
    return {**_place(related.place, options), "message": without_surrogates(related.message)}


def _fix(fix: ProposedFix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "edits": [
            {"content": without_surrogates(edit.replacement), **_extent(edit.place)}
            for edit in fix.edits
        ],
        "message": without_surrogates(fix.message),
        "reason": None if fix.reason is None else without_surrogates(fix.reason),
    }


def _place(place: Place, options: ReportOptions) -> dict[str, Any]:
    filename = without_surrogates(absolute(place.path, options.root))
    return {"cell": place.cell, "filename": filename, **_extent(place)}


def _extent(place: Place) -> dict[str, Any]:
    return {
        "location": _position(place.span.start),
        "end_location": _position(place.span.end),
    }


def _position(position: Position) -> dict[str, int]:
    return {"row": position.line, "column": position.column}
