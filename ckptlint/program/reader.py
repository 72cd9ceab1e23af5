"""The files that other modules are read from: their content, their folders, and their trees."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.program.syntax import SyntaxProblem, build_tree
from ckptlint.sources.document import UnreadableFile, kind_of, read_document
from ckptlint.sources.source import Position, Source, Span

if TYPE_CHECKING:
    from astroid import nodes


class Parsed(NamedTuple):
    """The source of a file, its tree, and what of it could not be parsed."""

    source: Source
    tree: nodes.Module
    problems: tuple[SyntaxProblem, ...]


class Reader:
    """Reads what projects look up on the disk; several projects may share one.

    A tree is kept for as long as its file is read with the same content. Nothing may be written
    into it.
    """

    def __init__(self) -> None:
        self._parsed: dict[tuple[Path, str], tuple[bytes, Parsed]] = {}

    def content(self, file: Path) -> bytes:
        """Give the content of a file.

        Raises
        ------
        OSError
            Where it cannot be read.
        """
        return file.read_bytes()

    def names(self, folder: Path) -> frozenset[str]:
        """Give the names in a folder; none if it is no folder or cannot be read."""
        try:
            return frozenset(os.listdir(folder))
        except OSError:
            return frozenset()

    def parse(self, file: Path, data: bytes, dotted: str) -> Parsed:
        """Parse a file that was found for a dotted name; what cannot be read has an empty tree."""
        data_then, parsed = self._parsed.get((file, dotted), (None, None))
        if parsed is None or data_then != data:
            parsed = _parse(file, data, dotted)
            self._parsed[file, dotted] = data, parsed
        return parsed


def _parse(file: Path, data: bytes, dotted: str) -> Parsed:
    problems: tuple[SyntaxProblem, ...] = ()
    try:
        source = read_document(file, data, _shown(file)).sources[0]
    except UnreadableFile as error:
        source = Source(_shown(file), kind_of(file.name), "")
        start = error.position or Position(1, 1)
        problems = (SyntaxProblem(error.message, Span(start, start), False),)
    tree, found = build_tree(source, dotted, file.stem == "__init__")
    return Parsed(source, tree, problems + found)


def _shown(file: Path) -> str:
    """Name a file as a user in the working directory would."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)
