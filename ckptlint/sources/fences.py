"""Where Markdown holds Python: fenced blocks, their language, and the comments before them."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.sources.source import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token


class Language(Enum):
    """What the code of a block is."""

    PYTHON = "python"
    CONSOLE = "a recorded session with prompts"


class Fence(NamedTuple):
    """A fenced block of Python.

    Parameters
    ----------
    line : int
        The 1-based line of the file with the opening fence.
    language : Language
        What its info string says of it.
    has_options : bool
        Whether it is a directive, which may begin with lines of options.
    texts : tuple[str, ...]
        Its lines as CommonMark gives them: without the marks and the indentation of what it is
        nested in.
    comments : tuple[tuple[Position, str], ...]
        The HTML comments with nothing but blank lines between them and the fence.
    """

    line: int
    language: Language
    has_options: bool
    texts: tuple[str, ...]
    comments: tuple[tuple[Position, str], ...]


_LANGUAGES = {
    **dict.fromkeys(("python", "py", "python3", "py3", "ipython3"), Language.PYTHON),
    **dict.fromkeys(("pycon", "python-console", "python-repl"), Language.CONSOLE),
}
_DIRECTIVES = frozenset(("code-block", "code", "code-cell", "sourcecode"))
# The first word of an info string, also as `{word}` and `{.word}`.
_WORD = re.compile(r"\s*(?P<brace>\{\s*\.?)?(?P<word>[\w-]+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def language_of(info: str) -> tuple[Language | None, bool]:
    """Tell the language that an info string names, and whether it names it in a directive."""
    match = _WORD.match(info)
    if match is None:
        return None, False
    word = match["word"].lower()
    if match["brace"] and word in _DIRECTIVES:
        argument = _WORD.match(info.partition("}")[2])
        return _LANGUAGES.get(argument["word"].lower() if argument else ""), True
    return _LANGUAGES.get(word), False


def may_hold_python(text: str) -> bool:
    """Tell, without parsing, whether a line of `text` could open a block of Python."""
    for marker in ("```", "~~~"):
        start = text.find(marker)
        while start >= 0:
            end = text.find("\n", start)
            line = text[start : end if end >= 0 else len(text)]
            if language_of(line.lstrip(marker[0]))[0]:
                return True
            start = text.find(marker, start + len(line))
    return False


def find_comments(lines: Sequence[str]) -> list[tuple[Position, str]]:
    """Find the HTML comments in the lines of a Markdown file that are blocks of their own."""
    return [
        comment
        for token in _leaves(lines)
        if token.type == "html_block" and token.map
        for comment in _comments_of(token.content, token.map[0], lines)
    ]


def _leaves(lines: Sequence[str]) -> list[Token]:
    """Give the blocks that hold no others; what stands inside a paragraph is not looked at."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").disable("inline")
    return [token for token in parser.parse("\n".join(lines)) if token.map and not token.nesting]


def find_fences(lines: Sequence[str]) -> list[Fence]:
    """Find the blocks of Python in the lines of a Markdown file."""
    leaves = _leaves(lines)
    fences: list[Fence] = []
    for index, token in enumerate(leaves):
        language, has_options = language_of(token.info)
        if token.type == "fence" and token.map and language is not None:
            texts = token.content.split("\n")
            if not texts[-1]:
                texts.pop()
            comments = _comments_before(leaves, index, lines)
            fences.append(Fence(token.map[0] + 1, language, has_options, tuple(texts), comments))
    return fences


def _comments_before(
    leaves: Sequence[Token], index: int, lines: Sequence[str]
) -> tuple[tuple[Position, str], ...]:
    comments: list[tuple[Position, str]] = []
    while index > 0:
        block, below = leaves[index - 1], leaves[index]
        assert block.map is not None
        assert below.map is not None
        between = lines[block.map[1] : below.map[0]]
        is_only_comments = not _COMMENT.sub("", block.content).strip()
        if (
            block.type != "html_block"
            or not is_only_comments
            or any(line.strip(" \t>") for line in between)
        ):
            break
        comments[:0] = _comments_of(block.content, block.map[0], lines)
        index -= 1
    return tuple(comments)


def _comments_of(content: str, first: int, lines: Sequence[str]) -> list[tuple[Position, str]]:
    comments: list[tuple[Position, str]] = []
    for match in _COMMENT.finditer(content):
        before = content[: match.start()]
        line = first + before.count("\n")
        text = content.split("\n")[line - first]
        column = len(lines[line]) - len(text) + len(before) - (before.rfind("\n") + 1)
        comments.append((Position(line + 1, column + 1), match[0]))
    return comments
