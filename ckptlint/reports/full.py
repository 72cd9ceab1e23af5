"""The format `full`: each finding with its code, the places that explain it, help and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.reports.display import ELLIPSIS, lay_out, printable
from ckptlint.reports.explanation import NOT_SURE
from ckptlint.reports.fix_frame import render_fix
from ckptlint.reports.fixability import star_if_fixable
from ckptlint.reports.frame import (
    Frame,
    Mark,
    columns_on_first_line,
    make_frame,
    render_frame,
    room_for_code,
    shown_lines,
)
from ckptlint.reports.inks import SEVERITY_INKS
from ckptlint.reports.location import link_to_file, place_text
from ckptlint.reports.pen import Ink, Pen
from ckptlint.reports.proof import Entry, entries, labelled_proof
from ckptlint.rule import Confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.engine.result import CheckResult, LocatedFinding, RelatedPlace
    from ckptlint.reports.options import ReportOptions
    from ckptlint.sources.source import Place


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding as a paragraph; a blank line follows each.

    What was fixed and proved comes last, without frame and fix.
    """
    pen = Pen(options.color, options.hyperlinks)
    paragraphs = (
        _fixed(entry, options, pen) if entry.is_fixed else _remaining(entry, options, pen)
        for entry in entries(result)
    )
    return "".join("\n".join(lines) + "\n\n" for lines in paragraphs)


def _fixed(entry: Entry, options: ReportOptions, pen: Pen) -> list[str]:
    """Write code, message, place and proof of a finding that is fixed."""
    finding = entry.finding
    code = pen.paint(finding.code, SEVERITY_INKS[finding.severity])
    message = pen.paint(printable(finding.message), Ink.TITLE)
    return [
        f"{code} [{pen.paint('fixed', Ink.ADDED)}] {message}",
        f" {pen.paint('-->', Ink.FRAME)} {_linked(finding.place, options, pen)}",
        *_proof(entry, pen),
    ]


def _remaining(entry: Entry, options: ReportOptions, pen: Pen) -> list[str]:
    finding = entry.finding
    ink = SEVERITY_INKS[finding.severity]
    marker = star_if_fixable(finding, options.unsafe_fixes, pen)
    message = pen.paint(printable(finding.message), Ink.TITLE)
    lines = [f"{pen.paint(finding.code, ink)} {marker}{message}"]

    frame = make_frame(finding.context, finding.context_start, finding.place.span)
    marked, noted = _divide(finding, frame, options.width)
    marks = [Mark(each.place.span, each.message) for each in marked]
    gutter = _gutter(finding, 0 if frame is None else shown_lines(frame, marks)[-1])
    arrow = pen.paint("-->", Ink.FRAME)
    lines.append(" " * gutter + f"{arrow} {_linked(finding.place, options, pen)}")
    if frame is not None:
        lines += render_frame(frame, marks, gutter, options.width, ink, pen)

    for related in noted:
        place = _linked(related.place, options, pen)
        lines.append(f"{pen.paint('note', Ink.NOTE)}: {place}: {printable(related.message)}")
    if finding.confidence is Confidence.LOW:
        lines += _labelled("note", NOT_SURE, Ink.NOTE, pen)
    if finding.help is not None:
        lines += _labelled("help", finding.help, Ink.HELP, pen)
    if finding.fix is not None:
        lines += render_fix(finding, finding.fix, gutter, options.width, pen)
    return [*lines, *_proof(entry, pen)]


def _proof(entry: Entry, pen: Pen) -> list[str]:
    proof = labelled_proof(entry)
    if proof is None:
        return []
    return _labelled(*proof, Ink.ADDED if entry.is_fixed else Ink.NOTE, pen)


def _labelled(label: str, text: str, ink: Ink, pen: Pen) -> list[str]:
    """Write a text after its label, each further line of it below the first."""
    first, *more = text.splitlines() or [""]
    indentation = " " * len(f"{label}: ")
    return [
        f"{pen.paint(label, ink)}: {printable(first)}".rstrip(),
        *(f"{indentation}{printable(each)}".rstrip() for each in more),
    ]


def _linked(place: Place, options: ReportOptions, pen: Pen) -> str:
    return link_to_file(place_text(place), place.path, options.root, pen)


class _Divided(NamedTuple):
    marked: Sequence[RelatedPlace]
    noted: Sequence[RelatedPlace]


def _divide(finding: LocatedFinding, frame: Frame | None, width: int) -> _Divided:
    """Tell which related places the frame marks: those of its lines that the width lets be seen."""
    marked: list[RelatedPlace] = []
    noted: list[RelatedPlace] = []
    for related in dict.fromkeys(finding.related):
        fits = frame is not None and _fits(finding, related, frame, width)
        (marked if fits else noted).append(related)
    return _Divided(marked, noted)


def _fits(finding: LocatedFinding, related: RelatedPlace, frame: Frame, width: int) -> bool:
    same_text = (related.place.path, related.place.cell) == (finding.place.path, finding.place.cell)
    line = related.place.span.start.line
    if not same_text or not frame.holds(line):
        return False
    room = room_for_code(_gutter(finding, frame.last_line), width, spans_lines=True)
    code = lay_out(frame.text(line))
    if line in (frame.span.start.line, frame.span.end.line):
        # It may be shown from somewhere in the middle on.
        return code.width <= room
    _, end = columns_on_first_line(related.place.span, code)
    return end <= (room if code.width <= room else room - len(ELLIPSIS))


def _gutter(finding: LocatedFinding, last_line: int) -> int:
    """Give the columns that the longest line number of frame and fix takes."""
    if finding.fix is not None:
        # One line of context follows the longer of the two texts.
        length = max(len(finding.fix.before), len(finding.fix.after))
        last_line = max(last_line, finding.fix.first_line + length)
    return len(str(last_line))
