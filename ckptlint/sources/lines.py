"""Text divided into lines, each with the line end that it has on disk."""

from __future__ import annotations

import io
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from ckptlint.sources.source import Edit, Position

if TYPE_CHECKING:
    from collections.abc import Sequence


class EditRefusedError(ValueError):
    """An edit that cannot be written without damage; the message says why, in one line."""


class Lines:
    r"""Lines of a text and their ends.

    Only ``\r\n``, ``\n`` and ``\r`` end a line, as in Python's own reading of a file; a form feed
    or a Unicode line separator does not.

    Parameters
    ----------
    texts : tuple[str, ...]
        The lines without their ends; at least one. The last is empty where the text ends with a
        line end.
    ends : tuple[str, ...]
        The end of each line as it is on disk; that of the last line is empty.
    """

    def __init__(self, texts: tuple[str, ...], ends: tuple[str, ...]) -> None:
        self.texts = texts
        self.ends = ends

    @classmethod
    def split(cls, raw: str) -> Lines:
        r"""Divide `raw`, in which lines end as on disk."""
        if "\r" not in raw:
            texts = tuple(raw.split("\n"))
            return cls(texts, ("\n",) * (len(texts) - 1) + ("",))
        texts_list: list[str] = []
        ends: list[str] = []
        for line in io.StringIO(raw, newline=""):
            text = line.rstrip("\r\n")
            texts_list.append(text)
            ends.append(line[len(text) :])
        if ends[-1]:
            texts_list.append("")
            ends.append("")
        return cls(tuple(texts_list), tuple(ends))

    @cached_property
    def text(self) -> str:
        r"""The whole text with lines divided by ``\n``."""
        return "\n".join(self.texts)

    @cached_property
    def raw(self) -> str:
        """The whole text with the line ends of the disk."""
        return "".join(map(str.__add__, self.texts, self.ends))

    def replace(self, edits: Sequence[Edit]) -> Lines:
        """Apply `edits`, which must not overlap, and keep the ends of all other lines.

        Insertions at one place are made in the order given. The position at the start of the line
        after the last stands for the end of the text, as if that ended with one more line end.

        Raises
        ------
        EditRefusedError
            Where two edits overlap.
        ValueError
            Where a span does not lie in the text.
        """
        texts = [*self.texts, ""]
        ends = [*self.ends[:-1], self._end_near(len(self.ends) - 1, self.ends), ""]
        ordered = sorted(edits, key=lambda edit: edit.span)
        for before, after in pairwise(ordered):
            if before.span.end > after.span.start:
                message = f"two edits overlap at line {after.span.start.line}"
                raise EditRefusedError(message)
        for edit in reversed(ordered):
            _check(edit, texts)
            (first, start), (last, stop) = edit.span
            new = edit.replacement.split("\n")
            new[0] = texts[first - 1][: start - 1] + new[0]
            new[-1] += texts[last - 1][stop - 1 :]
            kept = ends[first - 1 : last - 1][: len(new) - 1]
            added = len(new) - 1 - len(kept)
            near = kept[-1] if kept else self._end_near(first - 1, ends)
            ends[first - 1 : last] = [*kept, *[near] * added, ends[last - 1]]
            texts[first - 1 : last] = new
        if len(texts) > 1 and not texts[-1]:
            texts.pop()
            ends.pop()
        ends[-1] = ""
        _keep_empty_lines(texts, ends)
        return Lines(tuple(texts), tuple(ends))

    @staticmethod
    def _end_near(index: int, ends: Sequence[str]) -> str:
        return ends[index] or (ends[index - 1] if index else "") or "\n"


def _check(edit: Edit, texts: list[str]) -> None:
    for line, column in edit.span:
        if not (1 <= line <= len(texts) and 1 <= column <= len(texts[line - 1]) + 1):
            message = f"line {line}, column {column} is not in the text"
            raise ValueError(message)
    if edit.span.start > edit.span.end:
        message = f"line {edit.span.start.line}: a span ends before it starts"
        raise ValueError(message)


def _keep_empty_lines(texts: list[str], ends: list[str]) -> None:
    r"""Give an empty line after a ``\r`` the same end: ``\r`` and ``\n`` would melt into one."""
    if "\r" not in ends:
        return
    for index in range(1, len(texts)):
        if ends[index - 1] == "\r" and not texts[index] and ends[index] == "\n":
            ends[index] = "\r"


def position_of(text: str, offset: int) -> Position:
    r"""Tell the position of the character at `offset` in `text`, whatever its line ends are."""
    before = Lines.split(text[:offset])
    return Position(len(before.texts), len(before.texts[-1]) + 1)


def advance(position: Position, text: str) -> Position:
    r"""Tell the position behind a text at `position`, in which ``\n`` ends lines."""
    ends = text.count("\n")
    if not ends:
        return Position(position.line, position.column + len(text))
    return Position(position.line + ends, len(text) - text.rfind("\n"))


def common_ends(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """Count how many items two sequences have in common at their beginning, and then at the end."""
    same = min(len(one), len(other))
    before = next((at for at in range(same) if one[at] != other[at]), same)
    rest = same - before
    after = next((at for at in range(rest) if one[-1 - at] != other[-1 - at]), rest)
    return before, after
