"""Lines that are not Python and yet must survive an edit: magics, output of a console, options."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ckptlint.sources.lines import EditRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.sources.source import Edit


class Guard(Enum):
    """What an edit may do with a line."""

    FREE = "anything"
    KEPT = "put whole lines before and after it"
    BOUND = "put whole lines after it; it belongs to what stands before it"


def refuse_damage(texts: Sequence[str], guards: Sequence[Guard], edit: Edit) -> None:
    """Refuse an edit that would change a line which stands for something else than its text.

    Parameters
    ----------
    texts : Sequence[str]
        The lines as the rules see them.
    guards : Sequence[Guard]
        What may be done with each of them.
    edit : Edit
        An edit in the coordinates of `texts`; the line after the last may be named.

    Raises
    ------
    EditRefusedError
        Where the edit does more than the guards allow.
    """

    def guard_of(line: int) -> Guard:
        return guards[line - 1] if line <= len(guards) else Guard.FREE

    (first, start), (last, stop) = edit.span
    new = edit.replacement
    keeps_line_start = new.endswith("\n") or (start == 1 and not new)
    puts_lines_after = first <= len(texts) and start > len(texts[first - 1]) and new[:1] == "\n"
    inner = [line for line in range(first + 1, last) if guard_of(line) is not Guard.FREE]
    if inner:
        _refuse(inner[0])
    if last > first and guard_of(last) is not Guard.FREE:
        stays_whole = stop == 1 and keeps_line_start
        if not stays_whole or guard_of(last) is Guard.BOUND:
            _refuse(last)
    if puts_lines_after:
        if guard_of(first + 1) is Guard.BOUND:
            _refuse(first + 1)
    elif guard_of(first) is not Guard.FREE:
        puts_lines_before = first == last and start == stop == 1 and new.endswith("\n")
        if not puts_lines_before or guard_of(first) is Guard.BOUND:
            _refuse(first)


def _refuse(line: int) -> None:
    message = f"line {line} of the code stands for something that is not Python"
    raise EditRefusedError(message)
