"""Open documents as a check takes them: what the client holds at one moment."""

from __future__ import annotations

import json
import os
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.uris import to_fs_path

from ckptlint.server.text import MARK, Text
from ckptlint.sources.document import kind_of
from ckptlint.sources.encoding import Encoding, UnreadableFile
from ckptlint.sources.lines import EditRefusedError
from ckptlint.sources.source import SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pygls.workspace import TextDocument

    from ckptlint.server.workspace import ExactWorkspace

_LANGUAGES: Final = {
    "python": SourceKind.PYTHON,
    "markdown": SourceKind.MARKDOWN,
    "ipynb": SourceKind.NOTEBOOK,
    "jupyter": SourceKind.NOTEBOOK,
}
_SUFFIXES: Final = {
    SourceKind.PYTHON: (".py",),
    SourceKind.STUB: (".pyi",),
    SourceKind.MARKDOWN: (".md", ".markdown"),
    SourceKind.NOTEBOOK: (".ipynb",),
}


class OpenCell(NamedTuple):
    """A cell of a notebook that is open as one: where the client has it, and its text."""

    uri: str
    version: int | None
    text: Text


class OpenDocument:
    """A text document, or a whole notebook, as it was at one moment.

    Parameters
    ----------
    uri : str
        The document, as the client names it.
    version : int or None
        The client's count of its changes.
    path : str
        Its file, absolute. A document that has none gets a name in the folder it would be saved in.
    kind : SourceKind
        What it is checked as.
    text : Text
        Its text; of a notebook, its JSON.
    cells : tuple[OpenCell, ...] or None
        The cells of a notebook that is open as one, in the order of `Place.cell`; None of a text
        document.
    """

    def __init__(
        self,
        uri: str,
        version: int | None,
        path: str,
        kind: SourceKind,
        text: Text,
        cells: tuple[OpenCell, ...] | None = None,
    ) -> None:
        self.uri = uri
        self.version = version
        self.path = path
        self.kind = kind
        self.text = text
        self.cells = cells

    @cached_property
    def data(self) -> bytes:
        """The text as it would be saved."""
        raw = self.text.raw
        data = raw.encode("utf-8", "surrogatepass")
        if self.kind in (SourceKind.PYTHON, SourceKind.STUB):
            try:
                return Encoding.of_python(data).encode(raw.removeprefix(MARK))
            except (UnreadableFile, EditRefusedError):
                pass  # reading it back tells what is wrong
        return data

    def cell(self, number: int) -> OpenCell:
        """Give a cell by its number, as `Place.cell` has it."""
        assert self.cells is not None
        return self.cells[number - 1]


class Documents:
    """The open documents, by their own URI or that of one of their cells.

    Parameters
    ----------
    workspace : ExactWorkspace
        What the client has opened.
    """

    def __init__(self, workspace: ExactWorkspace) -> None:
        self._workspace = workspace

    def owner(self, uri: str) -> str | None:
        """Give the URI of the document, or of the notebook around a cell; None if it is not open.

        It is spelled as the client spelled it when it opened the document.
        """
        notebook = self._workspace.get_notebook_document(
            notebook_uri=uri
        ) or self._workspace.get_notebook_document(cell_uri=uri)
        if notebook is not None:
            return notebook.uri
        document = self._workspace.text_documents.get(unquote(uri))
        return None if document is None else document.uri

    def get(self, uri: str) -> OpenDocument | None:
        """Take a document as it is now; None if it is not open, or nothing that is checked."""
        notebook = self._workspace.get_notebook_document(notebook_uri=uri)
        if notebook is not None:
            return self._notebook(notebook)
        document = self._workspace.text_documents.get(unquote(uri))
        if document is None:
            return None
        path = self._path(document.uri)
        kind = _kind(document.language_id, path)
        if kind is None:
            return None
        text = Text(document.source, self._workspace.encoding)
        return OpenDocument(document.uri, document.version, _named_as(path, kind), kind, text)

    def __iter__(self) -> Iterator[str]:
        """Give the URI of each open document and notebook, not those of cells."""
        for notebook in self._workspace.notebook_documents.values():
            yield notebook.uri
        for document in self._workspace.text_documents.values():
            if self._workspace.get_notebook_document(cell_uri=document.uri) is None:
                yield document.uri

    def _path(self, uri: str) -> str:
        path = to_fs_path(uri)
        if path is not None:
            return os.path.abspath(path)
        name = os.path.basename(unquote(urlsplit(uri).path)) or "untitled"
        return os.path.join(self.base, name)

    @property
    def base(self) -> str:
        """The folder that a document without a file would be saved in."""
        for folder in self._workspace.folders.values():
            path = to_fs_path(folder.uri)
            if path is not None:
                return os.path.abspath(path)
        return os.path.abspath(self._workspace.root_path or os.curdir)

    def _notebook(self, notebook: types.NotebookDocument) -> OpenDocument:
        texts = self._workspace.text_documents
        documents = [texts.get(unquote(cell.document)) for cell in notebook.cells]
        entries = [
            _cell_entry(cell, document)
            for cell, document in zip(notebook.cells, documents, strict=True)
        ]
        cells = tuple(
            OpenCell(
                cell.document,
                None if document is None else document.version,
                Text("" if document is None else document.source, self._workspace.encoding),
            )
            for cell, document in zip(notebook.cells, documents, strict=True)
        )
        content = {"cells": entries, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        text = Text(json.dumps(content), self._workspace.encoding)
        kind = SourceKind.NOTEBOOK
        path = _named_as(self._path(notebook.uri), kind)
        return OpenDocument(notebook.uri, notebook.version, path, kind, text, cells)


def _cell_entry(cell: types.NotebookCell, document: TextDocument | None) -> dict[str, object]:
    is_code = cell.kind == types.NotebookCellKind.Code and document is not None
    language = None if document is None else document.language_id
    metadata = {} if language in (None, "", "python") else {"vscode": {"languageId": language}}
    return {
        "cell_type": "code" if is_code else "markdown",
        "metadata": metadata,
        "source": "" if document is None else document.source,
    }


def _kind(language: str | None, path: str) -> SourceKind | None:
    suffix = os.path.splitext(path)[1].lower()
    by_suffix = next((kind for kind, names in _SUFFIXES.items() if suffix in names), None)
    by_language = _LANGUAGES.get(language or "")
    if by_language is SourceKind.PYTHON and by_suffix is SourceKind.STUB:
        return by_suffix
    return by_language or by_suffix


def _named_as(path: str, kind: SourceKind) -> str:
    """Give the path, with another suffix after it if its own stands for another kind."""
    return path if kind_of(os.path.basename(path)) is kind else path + _SUFFIXES[kind][0]
