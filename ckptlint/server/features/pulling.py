"""Diagnostics are given to a client that asks for them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING

from lsprotocol import types
from lsprotocol.converters import get_converter

from ckptlint.server.diagnostics import SOURCE, diagnostics_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.server.inspection import Checked
    from ckptlint.server.language_server import CkptlintServer


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
        # The result that the client has of each document or cell, by the document around it.
        self._given: dict[str, dict[str, str]] = {}
        self._refresh: asyncio.TimerHandle | None = None

    async def report(
        self, params: types.DocumentDiagnosticParams
    ) -> types.DocumentDiagnosticReport:
        uri = params.text_document.uri
        checked = await self._server.checking.checked(uri)
        items: Sequence[types.Diagnostic] = ()
        if checked is not None:
            items = diagnostics_of(checked, self._server.client).get(uri, ())
        result = self._identity(items)
        if checked is not None:
            self._given.setdefault(checked.document.uri, {})[uri] = result
        if result == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result)
        return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=result)

    def notice(self, checked: Checked) -> None:
        """Have the client ask again if it has another result, and may not know it."""
        given = self._given.get(checked.document.uri, {})
        found = diagnostics_of(checked, self._server.client)
        stale = any(self._identity(found.get(uri, ())) != had for uri, had in given.items())
        if stale and self._server.client.refreshes and self._refresh is None:
            loop = asyncio.get_running_loop()
            self._refresh = loop.call_later(self._server.checking.debounce, self._ask_to_refresh)

    def forget(self, uri: str) -> None:
        self._given.pop(uri, None)

    def _ask_to_refresh(self) -> None:
        self._refresh = None
        self._server.workspace_diagnostic_refresh(None)

    def _identity(self, items: Sequence[types.Diagnostic]) -> str:
        """Give what two results have in common only if they say the same."""
        plain = json.dumps(self._converter.unstructure(items), sort_keys=True)
        return hashlib.blake2b(plain.encode(), digest_size=8).hexdigest()
