"""Open documents stand for their files, wherever the analysis of another file reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ckptlint.program.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Collection


class UnsavedReader(Reader):
    """Reads an open document as it stands in the editor, and everything else from the disk.

    A document is known by where its file really lies, so that a link to it is read alike.
    """

    def __init__(self) -> None:
        super().__init__()
        self._texts: dict[str, bytes] = {}
        self._asked_for: dict[str, set[Path]] = {}

    def holds(self, path: str) -> bool:
        """Tell whether a document stands for a file."""
        return os.path.realpath(path) in self._texts

    def stand_in(self, path: str, data: bytes) -> Collection[Path] | None:
        """Let `data` stand for a file from now on.

        Returns
        -------
        Collection[Path] or None
            Under which names the file was read before; None if nothing has changed.
        """
        real = os.path.realpath(path)
        before = self._texts.get(real)
        if before == data:
            return None
        self._texts[real] = data
        return self.names_of(path)

    def step_back(self, path: str) -> Collection[Path] | None:
        """Let a file stand for itself again; see `stand_in`."""
        real = os.path.realpath(path)
        if self._texts.pop(real, None) is None:
            return None
        return self.names_of(path)

    def names_of(self, path: str) -> Collection[Path]:
        """Give the names under which a file was, or may be, read."""
        real = os.path.realpath(path)
        return {Path(os.path.abspath(path)), Path(real)} | self._asked_for.get(real, set())

    def content(self, file: Path) -> bytes:
        """Give the content of a file, or of the document that stands for it."""
        real = os.path.realpath(file)
        self._asked_for.setdefault(real, set()).add(file)
        text = self._texts.get(real)
        return super().content(file) if text is None else text

    def names(self, folder: Path) -> frozenset[str]:
        """Give the names in a folder, those of documents that were never saved among them."""
        names = super().names(folder)
        real = os.path.realpath(folder)
        return names.union(
            os.path.basename(text) for text in self._texts if os.path.dirname(text) == real
        )
