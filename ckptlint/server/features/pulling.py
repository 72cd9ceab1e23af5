"""Diagnostics are given to a client that asks for them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.uris import from_fs_path, to_fs_path

from ckptlint.server.diagnostics import SOURCE, diagnostics_of, problem_diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.server.inspection import Checked
    from ckptlint.server.language_server import CkptlintServer

_GATHERING: Final = 0.03
"""How long several reasons to ask again are gathered: seconds."""


def register(server: CkptlintServer) -> None:
    """Answer a client that asks for diagnostics, and tell it when to ask again."""
    if not server.client.pulls:
        return
    reporter = _Reporter(server)
    options = types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=False, identifier=SOURCE
    )

    async def report(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        return await reporter.report(params)

    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(report)
    server.checking.on_checked.append(reporter.notice)
    server.checking.on_closed.append(reporter.forget)


class _Reporter:
    """Gives the diagnostics of documents, and knows which the client has."""

    def __init__(self, server: CkptlintServer) -> None:
        self._server = server
        self._converter = get_converter()
        # The version and the result that the client has of each document or cell, by the document
        # around it.
        self._given: dict[str, dict[str, tuple[int | None, str]]] = {}
        self._refresh: asyncio.TimerHandle | None = None

    async def report(
        self, params: types.DocumentDiagnosticParams
    ) -> types.DocumentDiagnosticReport:
        uri = params.text_document.uri
        checked = await self._server.checking.checked(uri)
        if checked is None:
            items = self._problems(to_fs_path(uri))
        else:
            items = diagnostics_of(checked, self._server.client).get(uri, [])
        result = self._identity(items)
        related = None
        if checked is not None:
            given = self._given.setdefault(checked.document.uri, {})
            given[uri] = checked.document.version, result
            related = self._related(checked) or None
        if result == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result, related)
        return types.RelatedFullDocumentDiagnosticReport(items, related, result_id=result)

    def notice(self, checked: Checked) -> None:
        """Have the client ask again if it has another result, and may not know it."""
        document = checked.document
        found = diagnostics_of(checked, self._server.client)
        is_stale = any(
            version == document.version and result != self._identity(found.get(uri, []))
            for uri, (version, result) in self._given.get(document.uri, {}).items()
        )
        if self._server.problems.note(checked) or is_stale:
            self._ask_to_refresh()

    def forget(self, uri: str) -> None:
        self._given.pop(uri, None)
        if self._server.problems.forget(uri):
            self._ask_to_refresh()

    def _related(
        self, checked: Checked
    ) -> dict[str, types.FullDocumentDiagnosticReport | types.UnchangedDocumentDiagnosticReport]:
        """Give what is wrong with the settings of a document, if the client takes it this way."""
        path = None if checked.problem is None else checked.problem.path
        if path is None or not self._server.client.relates_documents:
            return {}
        return {from_fs_path(path) or "": types.FullDocumentDiagnosticReport(self._problems(path))}

    def _problems(self, path: str | None) -> list[types.Diagnostic]:
        if path is None:
            return []
        return [problem_diagnostic(one) for one in self._server.problems.of(os.path.abspath(path))]

    def _ask_to_refresh(self) -> None:
        if self._server.client.refreshes and self._refresh is None:
            loop = asyncio.get_running_loop()
            self._refresh = loop.call_later(_GATHERING, self._send_refresh)

    def _send_refresh(self) -> None:
        self._refresh = None
        self._server.workspace_diagnostic_refresh(None)

    def _identity(self, items: Sequence[types.Diagnostic]) -> str:
        """Give what two results have in common only if they say the same."""
        plain = json.dumps(self._converter.unstructure(items), sort_keys=True)
        return hashlib.blake2b(plain.encode(), digest_size=8).hexdigest()
