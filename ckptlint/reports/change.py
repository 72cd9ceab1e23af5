"""A fix as one change of whole lines of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.result import ChangedLines
from ckptlint.sources.source import Position, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.engine.result import ProposedFix


class Change(NamedTuple):
    """What is replaced, by what, and the text of lines that are known, by number."""

    span: Span
    replacement: str
    known: Mapping[int, str]


def change_of_lines(fix: ProposedFix, lines: Mapping[int, str]) -> Change | None:
    """Give all edits of a fix as one change; None where not enough of the file is known.

    Edits that go together would be alternatives to each other if they were offered one by one.

    Parameters
    ----------
    fix : ProposedFix
        The fix.
    lines : Mapping[int, str]
        The lines of the file that are known besides those that change.
    """
    changed = fix.file_lines or ChangedLines(fix.first_line, fix.before, fix.after)
    first, last = changed.first, changed.first + len(changed.before) - 1
    known = {**lines, **dict(enumerate(changed.before, first))}
    if changed.before and changed.after:
        span = Span(Position(first, 1), _end_of(last, known))
        return Change(span, "\n".join(changed.after), known)
    if _is_there(last + 1, fix, known):
        span = Span(Position(first, 1), Position(last + 1, 1))
        return Change(span, "".join(f"{line}\n" for line in changed.after), known)
    if first - 1 in known:  # at the end of the file
        span = Span(_end_of(first - 1, known), _end_of(last, known))
        return Change(span, "".join(f"\n{line}" for line in changed.after), known)
    return None


def _is_there(line: int, fix: ProposedFix, known: Mapping[int, str]) -> bool:
    """Whether the file is seen to have a line: its edits end no later than the file does.

    A notebook's cells stand within its JSON, so that something always follows them.
    """
    is_within = fix.file_lines is not None
    return is_within or line in known or any(e.place.span.end.line >= line for e in fix.edits)


def _end_of(line: int, lines: Mapping[int, str]) -> Position:
    return Position(line, len(lines[line]) + 1)
