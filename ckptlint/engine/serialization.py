"""Located findings as JSON values and back, for the result cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from ckptlint.engine.result import ChangedLines, FileEdit, LocatedFinding, ProposedFix, RelatedPlace
from ckptlint.rule import Applicability, Confidence, Place, Position, Severity, Span, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

Values: TypeAlias = "Sequence[Any]"


def finding_to_values(finding: LocatedFinding) -> Values:
    """Give a finding as nested lists of strings, numbers and None."""
    return [
        finding.code,
        finding.name,
        finding.message,
        finding.severity.value,
        _place_to_values(finding.place),
        finding.help,
        [_related_to_values(related) for related in finding.related],
        None if finding.fix is None else _fix_to_values(finding.fix),
        finding.context,
        finding.context_start,
        finding.noqa_line,
        finding.confidence.value,
        _span_to_values(finding.file_span),
    ]


def finding_from_values(values: Values) -> LocatedFinding:
    """Build the finding that `finding_to_values` took apart."""
    code, name, message, severity, place, help_text, related, fix, *shown = values
    context, start, noqa, confidence, file_span = shown
    return LocatedFinding(
        code=code,
        name=name,
        message=message,
        severity=Severity(severity),
        place=_place_from_values(place),
        help=help_text,
        related=tuple(map(_related_from_values, related)),
        fix=None if fix is None else _fix_from_values(fix),
        context=tuple(context),
        context_start=start,
        noqa_line=noqa,
        confidence=Confidence(confidence),
        file_span=_span_from_values(file_span),
    )


def _related_to_values(related: RelatedPlace) -> Values:
    return [
        _place_to_values(related.place),
        related.message,
        related.step.value,
        _span_to_values(related.file_span),
    ]


def _related_from_values(values: Values) -> RelatedPlace:
    place, message, step, file_span = values
    return RelatedPlace(
        _place_from_values(place), message, Step(step), _span_from_values(file_span)
    )


def _span_to_values(span: Span | None) -> Values | None:
    return None if span is None else [*span.start, *span.end]


def _span_from_values(values: Values | None) -> Span | None:
    if values is None:
        return None
    line, column, end_line, end_column = values
    return Span(Position(line, column), Position(end_line, end_column))


def _place_to_values(place: Place) -> Values:
    return [place.path, *place.span.start, *place.span.end, place.cell]


def _place_from_values(values: Values) -> Place:
    path, line, column, end_line, end_column, cell = values
    return Place(path, Span(Position(line, column), Position(end_line, end_column)), cell)


def _fix_to_values(fix: ProposedFix) -> Values:
    return [
        fix.message,
        fix.applicability.value,
        fix.reason,
        [[_place_to_values(edit.place), edit.replacement] for edit in fix.edits],
        fix.first_line,
        fix.before,
        fix.after,
        fix.file_lines,
    ]


def _fix_from_values(values: Values) -> ProposedFix:
    message, applicability, reason, edits, first_line, before, after, file_lines = values
    return ProposedFix(
        message=message,
        applicability=Applicability(applicability),
        reason=reason,
        edits=tuple(FileEdit(_place_from_values(place), text) for place, text in edits),
        first_line=first_line,
        before=tuple(before),
        after=tuple(after),
        file_lines=None if file_lines is None else _changed_lines_from_values(file_lines),
    )


def _changed_lines_from_values(values: Values) -> ChangedLines:
    first, before, after = values
    return ChangedLines(first, tuple(before), tuple(after))
