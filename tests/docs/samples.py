"""The code blocks of the documentation, with what a comment before a block says of it.

``<!-- sample: ... -->`` stands before a block, one comment for each remark:

- ``file PATH``: the block is this file, and is written to the page's folder for later commands.
- ``as PATH``: the block stands, word for word, in this file of the repository.
- ``setup COMMAND``: run this first, in the page's folder; the reader need not see it.
- ``shown: REASON``: the block cannot be run, or not here, and why.
- ``slow: REASON``: its commands are run only where CKPTLINT_SAMPLES is ``all``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
_FOLDERS: Final = ("docs", "benchmarks", "editors", "fixtures/rule_pack")
_NOT_OURS: Final = frozenset({"node_modules"})
_COMMENT: Final = re.compile(r"<!--\s*sample:\s*(.*?)\s*-->", re.DOTALL)
_KINDS: Final = re.compile(r"(file|as|setup) (\S.*)|(shown|slow): (\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Sample:
    """One fenced block of code.

    Attributes
    ----------
    page : str
        The page, as a path from the repository's root.
    line : int
        The line of the opening fence.
    language : str
        The word behind the fence, or "".
    text : str
        What is shown.
    files, sources, setups, reasons, slow : tuple of str
        What the comments before the block say, by their kind.
    """

    page: str
    line: int
    language: str
    text: str
    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    setups: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """Name all pages, as paths from the repository's root."""
    found = {*ROOT.glob("*.md")}.union(*(ROOT.glob(f"{name}/**/*.md") for name in _FOLDERS))
    return sorted(
        path.relative_to(ROOT).as_posix() for path in found if not _NOT_OURS & set(path.parts)
    )


def samples_of(page: str, root: Path = ROOT) -> list[Sample]:
    """Read the samples of a page.

    Raises
    ------
    ValueError
        If a comment for a sample is of no known kind, or stands before no block.
    """
    text = (root / page).read_text(encoding="utf-8")
    return list(_read(page, text))


def _read(page: str, text: str) -> Iterator[Sample]:
    remarks: dict[str, list[str]] = {}
    for token in MarkdownIt().enable("table").parse(text):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "html_block":
            for remark in _COMMENT.findall(token.content):
                match = _KINDS.fullmatch(remark)
                if match is None:
                    raise ValueError(f"{page}:{line}: what does `sample: {remark}` mean?")
                kind, words = match[1] or match[3], match[2] or match[4]
                remarks.setdefault(kind, []).append(re.sub(r"\s*\n\s*", " ", words))
        elif token.type == "fence":
            language = token.info.split()[0] if token.info.strip() else ""
            told = {kind: tuple(words) for kind, words in remarks.items()}
            remarks = {}
            yield Sample(
                page,
                line,
                language,
                token.content,
                told.get("file", ()),
                told.get("as", ()),
                told.get("setup", ()),
                told.get("shown", ()),
                told.get("slow", ()),
            )
        elif remarks:
            raise ValueError(f"{page}:{line}: a comment for a sample stands before no block")
