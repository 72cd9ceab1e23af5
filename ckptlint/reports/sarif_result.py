"""One finding as a SARIF result, with the path that leads to it and its fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ckptlint.reports.change import change_of_lines
from ckptlint.reports.display import without_surrogates
from ckptlint.reports.fixability import fix_in_file
from ckptlint.reports.proof import proof_record
from ckptlint.reports.sarif_location import artifact_location, location, region
from ckptlint.reports.sarif_log import message_object
from ckptlint.rule import Confidence, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.engine.result import LocatedFinding, ProposedFix, RelatedPlace
    from ckptlint.reports.options import ReportOptions
    from ckptlint.reports.proof import Entry
    from ckptlint.sources.source import Span

FINGERPRINT = "primaryLocationLineHash"


def result_object(
    entry: Entry, rule_index: int, fingerprint: str, options: ReportOptions
) -> dict[str, Any]:
    """Give the SARIF result of a finding; one that was fixed and proved is a pass.

    Parameters
    ----------
    entry : Entry
        The finding, and whether it is fixed.
    rule_index : int
        The index of its rule among those that the run describes.
    fingerprint : str
        What tells the finding from others, run after run.
    options : ReportOptions
        How the report is written.
    """
    finding, root = entry.finding, options.root
    written: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": message_object(finding.message),
        "locations": [_own_location(finding, root)],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if entry.is_fixed:
        written |= {"kind": "pass", "level": "none"}
    if finding.related:
        written["relatedLocations"] = [
            {"id": number, **_explained(related, root)}
            for number, related in enumerate(finding.related, 1)
        ]
        if any(related.step is not Step.ASIDE for related in finding.related):
            written["codeFlows"] = [_code_flow(finding, root)]
    fix = fix_in_file(entry)
    if fix is not None:
        written["fixes"] = [_fix(fix, root)]
    properties: dict[str, Any] = {}
    if finding.help is not None:
        properties["help"] = without_surrogates(finding.help)
    if finding.confidence is Confidence.LOW:
        properties["confidence"] = finding.confidence.value
    if finding.proof is not None:
        properties["proof"] = proof_record(finding.proof)
    if properties:
        written["properties"] = properties
    return written


def _own_location(finding: LocatedFinding, root: str) -> dict[str, Any]:
    """Give the location of a finding, with the lines that it stands on as far as they are known."""
    written = location(finding, root)
    start, end = finding.place.span
    first, last = start.line - finding.context_start, end.line - finding.context_start
    if finding.place.cell is None and 0 <= first <= last < len(finding.context):
        text = "\n".join(finding.context[first : last + 1])
        written["physicalLocation"]["contextRegion"] = {
            "startLine": start.line,
            "endLine": end.line,
            "snippet": message_object(text),
        }
    return written


def _code_flow(finding: LocatedFinding, root: str) -> dict[str, Any]:
    """Give the way that the program takes: to the finding, and from there on."""

    def steps(when: Step) -> list[RelatedPlace]:
        return [each for each in finding.related if each.step is when]

    way: list[LocatedFinding | RelatedPlace]
    way = [*steps(Step.BEFORE), finding, *steps(Step.AFTER)]
    locations = [
        {"location": _explained(one, root), "executionOrder": number}
        for number, one in enumerate(way, 1)
    ]
    return {"threadFlows": [{"locations": locations}]}


def _fix(fix: ProposedFix, root: str) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for path, span, text in _replacements(fix):
        replacement: dict[str, Any] = {"deletedRegion": region(span)}
        if text:
            replacement["insertedContent"] = {"text": without_surrogates(text)}
        changes.setdefault(path, []).append(replacement)
    properties = {"applicability": fix.applicability.value}
    if fix.reason is not None:
        properties["reason"] = without_surrogates(fix.reason)
    return {
        "description": message_object(fix.message),
        "artifactChanges": [
            {"artifactLocation": artifact_location(path, root), "replacements": replacements}
            for path, replacements in changes.items()
        ],
        "properties": properties,
    }


def _replacements(fix: ProposedFix) -> Iterator[tuple[str, Span, str]]:
    """Give path, span and new text of each edit; in a notebook those of its JSON text."""
    change = None if fix.file_lines is None else change_of_lines(fix, {})
    if change is not None:
        yield fix.edits[0].place.path, change.span, change.replacement
        return
    for edit in fix.edits:
        yield edit.place.path, edit.place.span, edit.replacement


def _explained(one: LocatedFinding | RelatedPlace, root: str) -> dict[str, Any]:
    return {**location(one, root), "message": message_object(one.message)}
