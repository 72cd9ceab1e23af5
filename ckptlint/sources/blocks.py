"""One block of Python in Markdown: its code, and what stands before each line in the file."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.sources.fences import Fence, Language
from ckptlint.sources.guards import Guard
from ckptlint.sources.magics import mask_magics
from ckptlint.sources.source import Edit, Position, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPTION = re.compile(r"\s*:[\w-]+:")
_CONTINUES_STATEMENT = re.compile(r"[ \t)\]}]|(?:else|elif|except|finally)\b")
_PROMPT, _CONTINUATION = ">>>", "..."


class Block(NamedTuple):
    """The code of one fenced block.

    Parameters
    ----------
    first : int
        The 1-based line in the file of the first line of code.
    texts : tuple[str, ...]
        The lines of code.
    removed : tuple[int, ...]
        How many characters of the file stand before each of them.
    guards : tuple[Guard, ...]
        What an edit may do with each of them.
    prefix : str
        What stands before a line of code in this block, prompts apart.
    has_prompts : bool
        Whether the code stands behind ``>>> `` and ``... ``.
    """

    first: int
    texts: tuple[str, ...]
    removed: tuple[int, ...]
    guards: tuple[Guard, ...]
    prefix: str
    has_prompts: bool

    @classmethod
    def of(cls, fence: Fence, lines: Sequence[str]) -> Block:
        """Make the block of a fence in the lines of a file."""
        count = len(fence.texts)
        guards = [Guard.FREE] * count
        options = _count_options(fence.texts) if fence.has_options else 0
        guards[:options] = [Guard.BOUND] * options
        code = textwrap.dedent("\n".join(("",) * options + fence.texts[options:]))
        dedented = code.split("\n")[:count]
        has_prompts = fence.language is Language.CONSOLE or _begins_with_prompt(dedented)
        texts, code_guards = (_without_prompts if has_prompts else mask_magics)(dedented)
        in_file = lines[fence.line : fence.line + count]
        removed = tuple(len(line) - len(text) for line, text in zip(in_file, texts, strict=True))
        for index, (line, text) in enumerate(zip(in_file, texts, strict=True)):
            if guards[index] is Guard.FREE:
                # A tab that belongs half to the list around it is not the code's own text.
                is_own_text = line.endswith(text)
                guards[index] = code_guards[index] if is_own_text else Guard.KEPT
        return cls(
            fence.line + 1,
            texts,
            removed,
            tuple(guards),
            _prefix(fence, lines, texts, has_prompts),
            has_prompts,
        )

    def map_edit(self, edit: Edit) -> Edit:
        """Give an edit of the code as an edit of the file, in which new lines get their prefix."""
        (first, start), (last, stop) = edit.span
        new = edit.replacement
        if last > len(self.texts) and (new or start > 1) and not new.endswith("\n"):
            # The closing fence has to stay on a line of its own.
            new += "\n"
        pieces = new.split("\n")
        ends_whole = stop == 1 and not pieces[-1]
        if start == 1 and ends_whole:
            text = "".join(f"{self._before(piece)}{piece}\n" for piece in pieces[:-1])
            return Edit(Span(self._line_start(first), self._line_start(last)), text)
        # The new lines as they will read, to tell what has to stand before them.
        *whole, last_piece = pieces
        rest = self._text(last)[stop - 1 :]
        new_lines = [*whole, last_piece + rest]
        opening, closing = self._position(edit.span.start), self._position(edit.span.end)
        if start == 1 and not self._text(first) and new_lines[0]:
            opening = self._line_start(first)
            pieces[0] = self._before(new_lines[0]) + pieces[0]
        if ends_whole and whole:
            closing = self._line_start(last)
            new_lines.pop()
        for index, text in enumerate(new_lines[1:], start=1):
            pieces[index] = self._before(text) + pieces[index]
        return Edit(Span(opening, closing), "\n".join(pieces))

    def _text(self, line: int) -> str:
        return self.texts[line - 1] if line <= len(self.texts) else ""

    def _line_start(self, line: int) -> Position:
        return Position(self.first + line - 1, 1)

    def _position(self, position: Position) -> Position:
        line, column = position
        if line > len(self.texts):
            return self._line_start(line)
        return Position(self.first + line - 1, max(1, column + self.removed[line - 1]))

    def _before(self, text: str) -> str:
        """Give what has to stand before a new line of code."""
        prefix = self.prefix
        if self.has_prompts:
            is_new_statement = text and not _CONTINUES_STATEMENT.match(text)
            prefix += f"{_PROMPT if is_new_statement else _CONTINUATION} "
        return prefix if text else prefix.rstrip()


def _count_options(texts: Sequence[str]) -> int:
    """Count the lines at a directive's start that are its options, in either of MyST's forms."""
    if texts and texts[0].strip() == "---":
        for index, text in enumerate(texts[1:], start=1):
            if text.strip() == "---":
                return index + 1
        return 0
    count = 0
    while count < len(texts) and _OPTION.match(texts[count]):
        count += 1
    return count


def _begins_with_prompt(texts: Sequence[str]) -> bool:
    code = (text.lstrip() for text in texts)
    first = next((text for text in code if text and not text.startswith("#")), "")
    return first.startswith(_PROMPT)


def _without_prompts(texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[Guard, ...]]:
    """Give the code behind the prompts; the output between becomes empty lines."""
    code: list[str] = []
    guards: list[Guard] = []
    in_statement = False
    for text in texts:
        prompt, rest = text.lstrip()[:3], text.lstrip()[3:]
        in_statement = (prompt == _PROMPT or (in_statement and prompt == _CONTINUATION)) and (
            not rest or rest[0] == " "
        )
        code.append(rest[1:] if in_statement else "")
        guards.append(Guard.FREE if in_statement or not text else Guard.BOUND)
    return tuple(code), tuple(guards)


def _prefix(fence: Fence, lines: Sequence[str], texts: Sequence[str], has_prompts: bool) -> str:
    """Give what stands before the first line of code, or would, if there were one."""
    for index, text in enumerate(texts):
        line = lines[fence.line + index]
        if text and line.endswith(text):
            prefix = line[: len(line) - len(text)]
            return prefix[: -len(f"{_PROMPT} ")] if has_prompts else prefix
    before = re.split("```|~~~", lines[fence.line - 1], maxsplit=1)[0]
    return "".join(character if character in "> \t" else " " for character in before)
