"""A fix as a small diff with line numbers, and what is to be known before it is applied."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.reports.display import lay_out, printable
from ckptlint.reports.frame import frame_row, room_for_code
from ckptlint.reports.pen import Ink
from ckptlint.rule import Applicability

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.engine.result import LocatedFinding, ProposedFix
    from ckptlint.reports.pen import Pen

_NOTES = {
    Applicability.SAFE: "this fix is safe",
    Applicability.UNSAFE: "this fix is unsafe and needs `--unsafe-fixes`",
    Applicability.DISPLAY: "this fix is only shown and never applied",
}
_INKS = {"-": Ink.REMOVED, "+": Ink.ADDED}


class _Row(NamedTuple):
    """A line of the diff: its sign, its number, its text, and the character that matters in it."""

    sign: str
    number: int
    text: str
    focus: int = 0


def render_fix(
    finding: LocatedFinding, fix: ProposedFix, gutter: int, width: int, pen: Pen
) -> list[str]:
    """Write a fix: its message, its diff with new line numbers, and whether it is safe."""
    lines = [f"{pen.paint('fix', Ink.HELP)}: {printable(fix.message)}"]
    if fix.edits and fix.edits[0].place.cell is not None:
        lines.append(" " * gutter + f"{pen.paint(':::', Ink.FRAME)} cell {fix.edits[0].place.cell}")
    lines += _diff(finding, fix, gutter, width, pen)
    reason = f": {printable(fix.reason)}" if fix.reason else ""
    lines.append(f"{pen.paint('note', Ink.NOTE)}: {_NOTES[fix.applicability]}{reason}")
    return lines


def _diff(
    finding: LocatedFinding, fix: ProposedFix, gutter: int, width: int, pen: Pen
) -> list[str]:
    rows = _around(finding, fix, list(_rows(fix)))
    if not rows:
        return []
    edge = frame_row("", "", gutter, pen)
    lines = [edge]
    previous = None
    for row in rows:
        if previous is not None and row.sign != "-" and row.number > previous + 1:
            lines.append(pen.paint("...", Ink.FRAME))
        previous = row.number - 1 if row.sign == "-" else row.number
        lines.append(_written(row, gutter, width, pen))
    return [*lines, edge]


def _rows(fix: ProposedFix) -> Iterator[_Row]:
    matcher = SequenceMatcher(None, fix.before, fix.after, autojunk=False)
    for group in matcher.get_grouped_opcodes(1):
        for tag, old_start, old_end, new_start, new_end in group:
            number = fix.first_line + new_start
            old, new = fix.before[old_start:old_end], fix.after[new_start:new_end]
            if tag == "equal":
                yield from (_Row(" ", number + i, text) for i, text in enumerate(new))
                continue
            same = _common_start(old[0], new[0]) if old and new else 0
            yield from (_Row("-", number, text, same) for text in old)
            yield from (_Row("+", number + i, text, same) for i, text in enumerate(new))


def _common_start(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _around(finding: LocatedFinding, fix: ProposedFix, rows: list[_Row]) -> list[_Row]:
    """Add the line before and the line after the diff, as far as the finding knows them."""
    in_another_cell = any(edit.place.cell != finding.place.cell for edit in fix.edits[:1])
    if not rows or in_another_cell:
        return rows
    known = {finding.context_start + i: text for i, text in enumerate(finding.context)}
    after = fix.first_line + len(fix.before)
    before = fix.first_line - 1
    if rows[0].sign != " " and before in known:
        rows = [_Row(" ", before, known[before]), *rows]
    if rows[-1].sign != " " and after in known:
        rows = [*rows, _Row(" ", fix.first_line + len(fix.after), known[after])]
    return rows


def _written(row: _Row, gutter: int, width: int, pen: Pen) -> str:
    line = lay_out(row.text)
    focus = line.start_of(row.focus + 1)
    text = line.window(focus, focus + 1, room_for_code(gutter, width, spans_lines=True)).text
    if row.sign == " ":
        return frame_row(str(row.number), text, gutter, pen)
    number = "" if row.sign == "-" else str(row.number)
    edge = pen.paint(f"{number:>{gutter}}", Ink.FRAME)
    return f"{edge} {pen.paint(f'{row.sign} {text}'.rstrip(), _INKS[row.sign])}"
