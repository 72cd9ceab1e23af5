"""Diagnostics are sent to a client that does not ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import from_fs_path

from ckptlint.server.diagnostics import diagnostics_of, problem_diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ckptlint.server.inspection import Checked
    from ckptlint.server.language_server import CkptlintServer


def register(server: CkptlintServer) -> None:
    """Send diagnostics, unless the client asks for them."""
    if not server.client.pulls:
        publisher = _Publisher(server)
        server.checking.on_checked.append(publisher.publish)
        server.checking.on_closed.append(publisher.clear)


class _Publisher:
    """Sends the diagnostics of each document, and takes back those of what is closed."""

    def __init__(self, server: CkptlintServer) -> None:
        self._server = server
        # The cells, or the document itself, that have diagnostics, by the document.
        self._shown: dict[str, set[str]] = {}

    def publish(self, checked: Checked) -> None:
        document = checked.document
        found = diagnostics_of(checked, self._server.client)
        versions = {document.uri: document.version}
        versions.update((cell.uri, cell.version) for cell in document.cells or ())
        for uri in self._shown.get(document.uri, set()) - found.keys():
            self._send(uri, [], None)
        self._shown[document.uri] = set(found)
        for uri, diagnostics in found.items():
            self._send(uri, diagnostics, versions.get(uri))
        self._tell_of_settings(self._server.problems.note(checked))

    def clear(self, uri: str) -> None:
        for each in self._shown.pop(uri, ()):
            self._send(each, [], None)
        self._tell_of_settings(self._server.problems.forget(uri))

    def _tell_of_settings(self, paths: Iterable[str]) -> None:
        for path in paths:
            found = [problem_diagnostic(one) for one in self._server.problems.of(path)]
            self._send(from_fs_path(path) or "", found, None)

    def _send(self, uri: str, found: Sequence[types.Diagnostic], version: int | None) -> None:
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, found, version)
        )
