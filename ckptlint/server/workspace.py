"""What the client has opened, with every change applied exactly as the protocol says."""

from __future__ import annotations

from urllib.parse import unquote

from lsprotocol import types
from pygls.workspace import Workspace

from ckptlint.server.text import Text


class ExactWorkspace(Workspace):
    """A workspace that counts lines as editors do.

    That of pygls also ends a line at a form feed and at every Unicode line end, and so would apply
    a change at the wrong place.
    """

    @classmethod
    def like(cls, other: Workspace) -> ExactWorkspace:
        """Give one with the folders of another, in which nothing has been opened yet."""
        return cls(
            other.root_uri,
            types.TextDocumentSyncKind.Incremental,
            [*other.folders.values()],
            other.position_encoding,
        )

    @property
    def encoding(self) -> str:
        """The unit of columns that was agreed on."""
        chosen = self.position_encoding or types.PositionEncodingKind.Utf16
        return str(getattr(chosen, "value", chosen))

    def text_of(self, uri: str) -> Text | None:
        """Give the text of an open document or cell; None if it is not open."""
        document = self.text_documents.get(unquote(uri))
        return None if document is None else Text(document.source, self.encoding)

    def update_text_document(
        self,
        text_doc: types.VersionedTextDocumentIdentifier,
        change: types.TextDocumentContentChangeEvent,
    ) -> None:
        """Apply one change of an open document or cell."""
        document = self.text_documents[unquote(text_doc.uri)]
        text = change.text
        if isinstance(change, types.TextDocumentContentChangePartial):
            text = Text(document.source, self.encoding).replaced(change.range, text).raw
        self.put_text_document(
            types.TextDocumentItem(document.uri, document.language_id or "", text_doc.version, text)
        )
