"""Findings get their place in the file, the lines around them, and their fix as it would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.engine.comments import read_layout
from ckptlint.engine.result import (
    ChangedLines,
    FileEdit,
    LocatedFinding,
    ProposedFix,
    RelatedPlace,
    sort_findings,
)
from ckptlint.sources.lines import EditRefusedError
from ckptlint.sources.source import Place, Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ckptlint.engine.comments import Layout
    from ckptlint.engine.found import Found
    from ckptlint.rule import Fix
    from ckptlint.sources.document import Document
    from ckptlint.sources.source import Source

CONTEXT_LINES = 2
REACH = 50
"""So many lines away from a finding, what explains it is still shown along with it."""


def locate_all(
    document: Document,
    found: Iterable[Found],
    read: Callable[[Source], Layout] | None = None,
) -> list[LocatedFinding]:
    """Place findings in their file; the same finding at the same place is given once.

    Parameters
    ----------
    document : Document
        The document, with the sources in which the findings were made.
    found : iterable of Found
        The findings.
    read : callable or None
        Reads the layout of a source; by default from its beginning.
    """
    layouts: dict[int, Layout] = {}

    def layout_of(index: int) -> Layout:
        if index not in layouts:
            layouts[index] = (read or read_layout)(document.sources[index])
        return layouts[index]

    return sort_findings(_locate(document, one, layout_of) for one in found)


def _locate(document: Document, found: Found, layout_of: Callable[[int], Layout]) -> LocatedFinding:
    finding = found.finding

    def place_of(span: Span) -> Place:
        return document.sources[found.source].place(span)

    place = found.place or place_of(finding.span)
    related = tuple(
        RelatedPlace(
            one.place if isinstance(one.place, Place) else place_of(one.place),
            one.message,
            one.step,
        )
        for one in finding.related
    )
    related = tuple(one._replace(file_span=_file_span(document, one.place)) for one in related)
    first, context = _context(document.lines(place.cell), place, related)
    noqa_line = place.span.start.line
    if found.place is None:
        logical = layout_of(found.source).logical_line_at(finding.span.start.line)
        noqa_line += logical.last - finding.span.start.line
    return LocatedFinding(
        code=found.rule.code,
        name=found.rule.name,
        message=finding.message,
        severity=found.rule.severity,
        place=place,
        help=finding.help,
        related=related,
        fix=None if finding.fix is None else _propose(document, found.edited, finding.fix),
        context=context,
        context_start=first,
        noqa_line=noqa_line,
        confidence=finding.confidence,
        file_span=_file_span(document, place),
    )


def _file_span(document: Document, place: Place) -> Span | None:
    """Tell where a place in a cell is written; None for one that is no place in a cell."""
    if place.cell is None or place.path != document.path:
        return None
    return document.span_in_file(place)


def _context(
    lines: Sequence[str], place: Place, related: Iterable[RelatedPlace]
) -> tuple[int, tuple[str, ...]]:
    """Give the lines around a place and what explains it nearby, and the number of the first."""
    here = place.span.start.line
    near = [
        one.place.span.start.line
        for one in related
        if (one.place.path, one.place.cell) == (place.path, place.cell)
        and abs(one.place.span.start.line - here) <= REACH
    ]
    lowest = max(place.span.end.line, *near, 1)
    first = max(1, min(here, *near, len(lines)) - CONTEXT_LINES)
    last = min(len(lines), lowest + CONTEXT_LINES)
    if last == len(lines) > lowest and not lines[-1]:
        last -= 1  # what follows the last line end is no line to show
    return first, tuple(lines[first - 1 : last])


def _propose(document: Document, index: int, fix: Fix) -> ProposedFix:
    edits = sorted(
        (place_edit(document, *document.place_edit(index, edit)) for edit in fix.edits),
        key=lambda edit: (edit.place.cell or 0, edit.place.span),
    )
    return ProposedFix(
        fix.message,
        fix.applicability,
        fix.reason,
        tuple(edits),
        *_changed_lines(document, edits),
        file_lines=_changed_json(document, index, fix),
    )


def _changed_json(document: Document, index: int, fix: Fix) -> ChangedLines | None:
    """Tell what becomes of the lines of a notebook's JSON; None for any other file."""
    try:
        rewritten = document.rewritten_lines(index, fix.edits)
    except (EditRefusedError, ValueError):
        return None
    return None if rewritten is None else _trimmed(*rewritten)


def place_edit(document: Document, place: Place, replacement: str) -> FileEdit:
    """Make an edit of the file, ending with the file or cell where it would end a line later."""
    lines = document.lines(place.cell)
    at_the_end = Position(len(lines), len(lines[-1]) + 1)
    start, end = place.span
    if start > at_the_end:
        replacement = "\n" + replacement.removesuffix("\n")
    if end > at_the_end:
        place = Place(place.path, Span(min(start, at_the_end), at_the_end), place.cell)
    return FileEdit(place, replacement)


def _changed_lines(document: Document, edits: Sequence[FileEdit]) -> ChangedLines:
    """Give the lines that edits change, and what becomes of them.

    Of edits in several cells of a notebook those in the first of these cells are shown.
    """
    cell = edits[0].place.cell
    here = [edit for edit in edits if edit.place.cell == cell]
    first = min(edit.place.span.start.line for edit in here)
    last = max(edit.place.span.end.line for edit in here)
    before = list(document.lines(cell)[first - 1 : last])
    before += [""] * (last - first + 1 - len(before))
    text = "\n".join(before)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line) + 1)
    for edit in reversed(here):
        start, end = edit.place.span
        text = (
            text[: starts[start.line - first] + start.column - 1]
            + edit.replacement
            + text[starts[end.line - first] + end.column - 1 :]
        )
    return _trimmed(first, before, text.split("\n"))


def _trimmed(first: int, before: list[str], after: list[str]) -> ChangedLines:
    """Leave out the lines at either end that stay as they are."""
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    return ChangedLines(first + same, tuple(before[same:]), tuple(after[same:]))
