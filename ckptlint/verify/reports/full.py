"""The format `full`: per target its verdict, its checks, what to know besides, and a last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.pen import Ink, Pen
from ckptlint.verify.reports.inks import CONFIRMATION_INKS, VERDICT_INKS
from ckptlint.verify.reports.wording import (
    difference_text,
    stops_text,
    summary_text,
    where_text,
)
from ckptlint.verify.reports.wrapping import columns, room_after, wrapped
from ckptlint.verify.verdict import Confirmation, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ckptlint.reports.options import ReportOptions
    from ckptlint.verify.verdict import (
        CheckVerdict,
        FindingVerdict,
        PassedOver,
        TargetVerdict,
        VerifyResult,
    )

_LABEL_WIDTH = len("differs")


def render(result: VerifyResult, options: ReportOptions) -> str:
    """Write each target as a paragraph, what was passed over, and how many there are of what."""
    pen = Pen(options.color)
    paragraphs = [_target(target, options.width, pen) for target in result.targets]
    if result.passed_over:
        paragraphs.append(_passed_over(result.passed_over, options.width, pen))
    paragraphs.append([summary_text(result.targets, len(result.passed_over))])
    return "\n".join("".join(f"{line}\n" for line in each) for each in paragraphs)


def _target(target: TargetVerdict, width: int, pen: Pen) -> list[str]:
    name = pen.paint(printable(target.target), Ink.TITLE)
    verdict = pen.paint(target.verdict, VERDICT_INKS[target.verdict])
    lines = [f"{name} ({printable(target.device)}): {verdict}"]
    name_width = max((columns(check.name) for check in target.checks), default=0)
    for check in target.checks:
        lines += _check(check, name_width, width, pen)
    for note in target.notes:
        lines += _labelled("note", note, Ink.NOTE, indentation=2, width=width, pen=pen)
    if target.findings:
        lines += ["", "  static findings:"]
        for finding in target.findings:
            lines += _finding(finding, width, pen)
    return lines


def _check(check: CheckVerdict, name_width: int, width: int, pen: Pen) -> Iterator[str]:
    name = printable(check.name)
    padding = " " * (name_width - columns(check.name) + 2)
    verdict = pen.paint(check.verdict, VERDICT_INKS[check.verdict])
    said = ", ".join(check.codes)
    if check.verdict is Verdict.EXACT:
        said = ": ".join(filter(None, (said, check.reason)))
    longest = max(map(len, Verdict))
    start = 2 + name_width + 2 + longest + 2
    first, *more = wrapped(said, room_after(start, width))
    gap = " " * (longest - len(check.verdict) + 2)
    yield f"  {name}{padding}{verdict}{gap}{first}".rstrip()
    yield from (" " * start + line for line in more)
    if check.verdict is not Verdict.EXACT:
        yield from _rows(_facts(check), width, pen)


def _facts(check: CheckVerdict) -> Iterator[tuple[str, str]]:
    """Give what is known about a check that is not exact, under short names."""
    if where := where_text(check):
        yield "where", where
    if stops := stops_text(check):
        yield "stops", stops
    if difference := difference_text(check):
        yield "differs", difference
    if check.blame is not None:
        yield "blame", check.blame
    if check.reason is not None:
        yield "reason", check.reason


def _finding(finding: FindingVerdict, width: int, pen: Pen) -> Iterator[str]:
    says = pen.paint(finding.confirmation, CONFIRMATION_INKS[finding.confirmation])
    padding = " " * (max(map(len, Confirmation)) - len(finding.confirmation) + 2)
    place = f"{printable(finding.path)}:{finding.line}:{finding.column}"
    yield f"    {says}{padding}{printable(finding.code)} {place}"
    facts = (("finding", finding.message), ("reason", finding.reason))
    yield from _rows(facts, width, pen, indentation=8)


def _passed_over(passed_over: Sequence[PassedOver], width: int, pen: Pen) -> list[str]:
    lines = ["passed over:"]
    for each in passed_over:
        lines.append(f"  {pen.paint(printable(each.name), Ink.TITLE)}")
        lines += _rows((("reason", each.reason),), width, pen)
    return lines


def _rows(
    facts: Iterable[tuple[str, str]], width: int, pen: Pen, indentation: int = 6
) -> Iterator[str]:
    """Write texts beside their names, the texts in one column."""
    for label, text in facts:
        yield from _labelled(label, text, Ink.SEPARATOR, indentation, width, pen, _LABEL_WIDTH)


def _labelled(
    label: str,
    text: str,
    ink: Ink,
    indentation: int,
    width: int,
    pen: Pen,
    label_width: int = 0,
) -> Iterator[str]:
    start = indentation + max(label_width, len(label)) + 2
    separator = " " if label_width else ":"
    first, *more = wrapped(text, room_after(start, width))
    padding = " " * (start - indentation - len(label) - 1)
    yield f"{' ' * indentation}{pen.paint(label, ink)}{separator}{padding}{first}".rstrip()
    for line in more:
        yield " " * start + line
