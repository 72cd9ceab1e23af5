"""What the client opens, changes and closes is checked; pygls has applied the change before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from ckptlint.server.language_server import CkptlintServer


def register(server: CkptlintServer) -> None:
    """Register what follows text documents and notebooks."""
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(_opened)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(_changed)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(_closed)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)(_notebook_opened)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)(_notebook_changed)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)(_notebook_closed)


def _opened(ls: CkptlintServer, params: types.DidOpenTextDocumentParams) -> None:
    ls.checking.changed(params.text_document.uri)


def _changed(ls: CkptlintServer, params: types.DidChangeTextDocumentParams) -> None:
    owner = ls.documents.owner(params.text_document.uri)
    if owner is not None:
        ls.checking.changed(owner)


def _closed(ls: CkptlintServer, params: types.DidCloseTextDocumentParams) -> None:
    ls.checking.closed(params.text_document.uri)


def _notebook_opened(ls: CkptlintServer, params: types.DidOpenNotebookDocumentParams) -> None:
    ls.checking.changed(params.notebook_document.uri)


def _notebook_changed(ls: CkptlintServer, params: types.DidChangeNotebookDocumentParams) -> None:
    owner = ls.documents.owner(params.notebook_document.uri)
    if owner is not None:
        ls.checking.changed(owner)


def _notebook_closed(ls: CkptlintServer, params: types.DidCloseNotebookDocumentParams) -> None:
    ls.checking.closed(params.notebook_document.uri)
