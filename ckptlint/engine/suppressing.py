"""Suppression comments are written: the edits that hide findings, and change nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.comments import read_layout
from ckptlint.engine.directives import (
    Form,
    names_last_day,
    new_directive,
    read_directives,
    with_items,
)
from ckptlint.engine.locating import place_edit
from ckptlint.rule import Edit, Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ckptlint.engine.comments import Comment, Layout
    from ckptlint.engine.directives import Directive
    from ckptlint.engine.result import FileEdit, LocatedFinding
    from ckptlint.sources.document import Document
    from ckptlint.sources.source import Source


class Refused(NamedTuple):
    """A finding that no comment on its line can hide, and why, without a final stop."""

    finding: LocatedFinding
    why: str


class Suppressed(NamedTuple):
    """A document after findings were suppressed.

    Parameters
    ----------
    document : Document
        The document with the comments; the same object where none was written.
    edits : tuple[FileEdit, ...]
        The edits that lead to it, in the file's own lines, at most one for a line.
    refused : tuple[Refused, ...]
        What could not be suppressed.
    """

    document: Document
    edits: tuple[FileEdit, ...]
    refused: tuple[Refused, ...]


class _Line(NamedTuple):
    """The line of a source that a comment is written on."""

    source: int
    number: int


def suppress(
    document: Document,
    findings: Iterable[LocatedFinding],
    form: Form = Form.NOQA,
    reason: str = "",
) -> Suppressed:
    """Hide findings, each by a comment at the end of its statement.

    A list of codes that stands there already is extended; every other comment is kept. Findings
    of the same code in one statement can only be hidden together.

    Parameters
    ----------
    document : Document
        The document that the findings were made in; it is not changed.
    findings : iterable of LocatedFinding
        What to hide.
    form : Form
        `NOQA` for ``# noqa: CODE``, `IGNORE` for ``# ckptlint: ignore[NAME]``. On a line with
        nothing but a comment it is `NOQA` in any case: the other would hide what stands below.
    reason : str
        What the comment goes on to say, after what it says already. Where it names a last day,
        the comment is one of its own.
    """
    layouts: dict[int, Layout] = {}
    lines: dict[_Line, list[LocatedFinding]] = {}
    refused: list[Refused] = []
    for finding in findings:
        line = _line_of(document.sources, finding)
        if line is None:
            refused.append(Refused(finding, "it does not stand in Python code"))
            continue
        if line.source not in layouts:
            layouts[line.source] = read_layout(document.sources[line.source])
        lines.setdefault(line, []).append(finding)
    edits: dict[_Line, Edit] = {}
    for line, here in lines.items():
        edit = _edit(document.sources[line.source], layouts[line.source], line, here, form, reason)
        if edit is None:
            refused += [
                Refused(one, "no statement that can be read ends on its line") for one in here
            ]
        else:
            edits[line] = edit
    changed, problems = _apply(document, edits)
    refused += [Refused(one, problems[line]) for line in problems for one in lines[line]]
    placed = tuple(
        place_edit(document, *document.map_edit(line.source, edit))
        for line, edit in sorted(edits.items())
        if line not in problems
    )
    return Suppressed(changed, placed, tuple(refused))


def _line_of(sources: Sequence[Source], finding: LocatedFinding) -> _Line | None:
    """Find the line that the comment of a finding stands on in the source it was made in."""
    first, cell = finding.place.span.start.line, finding.place.cell
    below = finding.noqa_line - first
    for index, source in enumerate(sources):
        if source.origins is None:
            return _Line(index, finding.noqa_line)
        for number, origin in enumerate(source.origins[:-1], 1):
            if (origin.line, origin.cell) == (first, cell):
                return _Line(index, number + below)
    return None


def _edit(
    source: Source,
    layout: Layout,
    line: _Line,
    findings: Sequence[LocatedFinding],
    form: Form,
    reason: str,
) -> Edit | None:
    """Give the edit that hides findings; None where the end of the line may not be code's end."""
    comment = next((one for one in layout.comments if one.start.line == line.number), None)
    if comment is None and layout.logical_line_ending_at(line.number) is None:
        return None
    if comment is not None and comment.stands_alone:
        form = Form.NOQA
    by_code = form is Form.NOQA
    rules = [*dict.fromkeys(one.code if by_code else one.name for one in findings)]
    directive = None
    if comment is not None and not names_last_day(reason):
        directive = _extensible(comment, form)
    if comment is not None and directive is not None:
        end = Position(line.number, comment.start.column + len(comment.text))
        text = with_items(comment.text, directive, rules, reason)
        return Edit(Span(comment.start, end), text)
    text = source.text.split("\n")[line.number - 1]
    code = text.rstrip()
    span = Span(Position(line.number, len(code) + 1), Position(line.number, len(text) + 1))
    return Edit(span, f"  {new_directive(form, rules, reason)}")


def _extensible(comment: Comment, form: Form) -> Directive | None:
    """Give the suppression of a comment that names rules in this form, if there is one.

    One that ends on a day stays as it is, or what is added would end with it.
    """
    for directive in read_directives(comment.text):
        is_lasting = directive.problem is None and directive.until is None
        if directive.form is form and directive.items and is_lasting:
            return directive
    return None


def _apply(document: Document, edits: Mapping[_Line, Edit]) -> tuple[Document, dict[_Line, str]]:
    """Apply all edits that can be, and tell why the others cannot."""
    changed, why = _try(document, edits)
    if changed is not None:
        return changed, {}
    good: dict[_Line, Edit] = {}
    problems: dict[_Line, str] = {}
    last = document
    for line, edit in edits.items():
        changed, why = _try(document, {**good, line: edit})
        if changed is None:
            problems[line] = why
        else:
            good[line], last = edit, changed
    return last, problems


def _try(document: Document, edits: Mapping[_Line, Edit]) -> tuple[Document | None, str]:
    if not edits:
        return document, ""
    by_source: dict[int, list[Edit]] = {}
    for line, edit in edits.items():
        by_source.setdefault(line.source, []).append(edit)
    try:
        return document.apply(by_source), ""
    except ValueError as error:
        return None, str(error)
