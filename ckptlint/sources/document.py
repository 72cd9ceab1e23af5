"""A document: one file that Python code stands in, whatever its kind, and how edits reach it."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ckptlint.sources.encoding import Encoding, UnreadableFile
from ckptlint.sources.lines import EditRefusedError, Lines, position_of
from ckptlint.sources.source import Edit, Place, Position, SourceKind, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ckptlint.sources.source import Source

__all__ = ["OUTSIDE", "Document", "EditRefusedError", "UnreadableFile", "kind_of", "read_document"]

OUTSIDE: Final = -1
"""Stands for the index of a source where edits are of the file's own lines, around all sources."""

_KINDS = {
    ".pyi": SourceKind.STUB,
    ".ipynb": SourceKind.NOTEBOOK,
    ".md": SourceKind.MARKDOWN,
    ".markdown": SourceKind.MARKDOWN,
}


class Document(ABC):
    """One file as it was read; it never changes, edits give a new one.

    Parameters
    ----------
    path : str
        The file's name as it is shown to the user.
    kind : SourceKind
        The kind of the file.
    data : bytes
        The file's content.
    encoding : Encoding
        How `data` holds the text.
    raw : str
        The text as decoded, without a byte order mark, line ends as on disk.
    """

    def __init__(
        self, path: str, kind: SourceKind, data: bytes, encoding: Encoding, raw: str
    ) -> None:
        self.path = path
        self.kind = kind
        self.data = data
        self.encoding = encoding
        self.raw = raw

    @property
    @abstractmethod
    def sources(self) -> tuple[Source, ...]:
        """The Python code of the document, in the order of the file."""

    @property
    def block_comments(self) -> Mapping[int, tuple[tuple[Position, str], ...]]:
        """For each source the HTML comments right before it: place in the file, and text.

        The text is the whole comment, from ``<!--`` to ``-->``. Empty outside Markdown.
        """
        return {}

    @property
    def other_comments(self) -> tuple[tuple[Position, str], ...]:
        """The HTML comments with a suppression that stand before no source, as `block_comments`."""
        return ()

    def place_edit(self, source_index: int, edit: Edit) -> tuple[Place, str]:
        """Give an edit of one source, or `OUTSIDE` of all, as an edit of the file's lines."""
        if source_index == OUTSIDE:
            return Place(self.path, edit.span), edit.replacement
        return self.map_edit(source_index, edit)

    @abstractmethod
    def map_edit(self, source_index: int, edit: Edit) -> tuple[Place, str]:
        """Give an edit of one source as an edit of the file's lines (of the cell's lines).

        The line after the last may be named: it stands for the end, as if the text ended with
        one more line end.
        """

    def span_in_file(self, place: Place) -> Span:
        """Give a place of the document in the lines of the file; of a notebook, of its JSON."""
        return place.span

    def rewritten_lines(
        self, source_index: int, edits: Sequence[Edit]
    ) -> tuple[int, list[str], list[str]] | None:
        """Give the lines of the file that edits of a source in a cell touch: first, before, after.

        None where the lines of `map_edit` are those of the file.

        Raises
        ------
        EditRefusedError
            Where an edit cannot be written, or would damage what stands around it.
        ValueError
            Where a span does not lie in its source.
        """
        return None

    @cached_property
    def text(self) -> str:
        r"""The file's text with lines divided by ``\n``; of a notebook, its JSON."""
        return self.raw.replace("\r\n", "\n").replace("\r", "\n")

    def lines(self, cell: int | None = None) -> tuple[str, ...]:
        """Give the lines of the file, or of a notebook's cell, without their ends."""
        if cell is not None:
            message = f"{self.path} has no cells"
            raise ValueError(message)
        return self._lines.texts

    def apply(self, edits: Mapping[int, Sequence[Edit]]) -> Document:
        """Give the document as it is after edits.

        Parameters
        ----------
        edits : Mapping[int, Sequence[Edit]]
            For the index of a source its edits, in its own coordinates, none overlapping another;
            for `OUTSIDE` edits of the file's lines that change no code.

        Raises
        ------
        EditRefusedError
            Where an edit cannot be written, or would damage what stands around it.
        ValueError
            Where a span does not lie in its source.
        """
        expected = {index: self._edited(index, edits[index]) for index in edits if index != OUTSIDE}
        if OUTSIDE in edits:
            expected |= {
                index: source.text
                for index, source in enumerate(self.sources)
                if index not in expected
            }
        placed: dict[int | None, list[Edit]] = {}
        for index in sorted(edits):
            for edit in edits[index]:
                place, replacement = self.place_edit(index, edit)
                placed.setdefault(place.cell, []).append(Edit(place.span, replacement))
        changed = self._read_again(self._rewritten(placed))
        for index, text in expected.items():
            found = changed.sources[index].text if index < len(changed.sources) else ""
            if _code_lines(found) != _code_lines(text):
                message = "the edit would not be read back as it was written"
                raise EditRefusedError(message)
        return changed

    def rewrite(self, edits: Mapping[int | None, Sequence[Edit]]) -> Document:
        """Give the document as it is after edits of the file's own lines.

        Parameters
        ----------
        edits : Mapping[int | None, Sequence[Edit]]
            For a cell of a notebook, or None, its edits, none overlapping another.

        Raises
        ------
        EditRefusedError
            Where an edit cannot be written.
        ValueError
            Where a span does not lie in the file, or in its cell.
        """
        return self._read_again(self._rewritten(edits))

    def to_bytes(self) -> bytes:
        """Give the file's content; for a document just read, exactly what was read."""
        return self.data

    @cached_property
    def _lines(self) -> Lines:
        return Lines.split(self.raw)

    def _edited(self, index: int, edits: Sequence[Edit]) -> str:
        """Check that the edits may be made, and give the text of the source after them."""
        return Lines.split(self.sources[index].text).replace(edits).text

    def _rewritten(self, edits: Mapping[int | None, Sequence[Edit]]) -> str:
        """Give the raw text after edits of the file's own lines; the key is the cell."""
        return self._lines.replace([edit for group in edits.values() for edit in group]).raw

    def _read_again(self, raw: str) -> Document:
        if self.encoding.encode(self.raw) != self.data:
            message = f"the file cannot be written back in its encoding, {self.encoding.name}"
            raise EditRefusedError(message)
        try:
            changed = _read(self.path, self.kind, self.encoding.encode(raw))
        except UnreadableFile as error:
            raise EditRefusedError(f"the edit would make the file unreadable: {error}") from error
        if changed.raw != raw:
            message = "the edit would change how the file is decoded"
            raise EditRefusedError(message)
        return changed


def kind_of(path: str) -> SourceKind:
    """Tell a file's kind by its suffix; what has no known one is read as Python."""
    dot = path.rfind(".")
    return _KINDS.get(path[dot:].lower(), SourceKind.PYTHON) if dot >= 0 else SourceKind.PYTHON


def read_document(
    path: str | os.PathLike[str],
    data: bytes,
    shown_as: str | None = None,
    kind: SourceKind | None = None,
) -> Document:
    """Read a file's content.

    Parameters
    ----------
    path : str or os.PathLike[str]
        The file; its suffix tells the kind. It is not opened.
    data : bytes
        The file's content.
    shown_as : str or None
        The name to show; `path` itself by default.
    kind : SourceKind or None
        The kind, where the suffix does not tell it.

    Raises
    ------
    UnreadableFile
        Where the text, or the code in it, cannot be had.
    """
    name = os.fspath(path)
    shown = name if shown_as is None else shown_as
    return _read(shown, kind or kind_of(os.path.basename(name)), data)


def _read(shown: str, kind: SourceKind, data: bytes) -> Document:
    is_python = kind in (SourceKind.PYTHON, SourceKind.STUB)
    encoding = Encoding.of_python(data) if is_python else Encoding.of_utf8(data)
    raw = encoding.decode(data)
    document = _class_of(kind)(shown, kind, data, encoding, raw)
    for source in document.sources:
        _refuse_what_no_parser_takes(source)
    return document


def _class_of(kind: SourceKind) -> type[Document]:
    # Each kind is imported when its first file is met.
    if kind is SourceKind.NOTEBOOK:
        from ckptlint.sources.notebook import Notebook

        return Notebook
    if kind is SourceKind.MARKDOWN:
        from ckptlint.sources.markdown import Markdown

        return Markdown
    from ckptlint.sources.python import PythonFile

    return PythonFile


def _refuse_what_no_parser_takes(source: Source) -> None:
    text = source.text
    offset = text.find("\0")
    what = "a null character"
    if offset < 0 and not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            offset, what = error.start, "half of a surrogate pair"
    if offset >= 0:
        start = position_of(text, offset)
        place = source.place(Span(start, Position(start.line, start.column + 1)))
        raise UnreadableFile(f"{what} in the code", place.span.start, place.cell)


def _code_lines(text: str) -> list[str]:
    # A block may be indented anew, and a cell keeps an empty line when it loses all others.
    return [line.strip() for line in text.split("\n") if line.strip()]
