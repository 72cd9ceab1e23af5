"""The rule is told that a comment or a setting names, or that found something, at a place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lsprotocol import types
from pygls.uris import to_fs_path

from ckptlint.reports.proof_page import verdict_line
from ckptlint.server.edits import read_open
from ckptlint.server.hover import named_at, pages_of, told_in_settings, told_of
from ckptlint.server.places import Places
from ckptlint.server.proofs import kept_confirmations, kept_proofs
from ckptlint.sources.document import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.engine.confirmations import KeptConfirmation
    from ckptlint.engine.proof_store import KeptProof
    from ckptlint.engine.registry import Registry
    from ckptlint.engine.result import LocatedFinding
    from ckptlint.server.inspection import Checked
    from ckptlint.server.language_server import CkptlintServer


def register(server: CkptlintServer) -> None:
    """Tell about places in documents that are checked, and in settings files."""
    server.feature(types.TEXT_DOCUMENT_HOVER)(partial(_Telling(server).tell))


class _Telling:
    def __init__(self, server: CkptlintServer) -> None:
        self._server = server

    async def tell(self, params: types.HoverParams) -> types.Hover | None:
        uri, position = params.text_document.uri, params.position
        checked = await self._server.checking.checked(uri)
        registry = await self._server.checking.run(lambda inspector: inspector.registry)
        if checked is None:
            return self._in_settings(uri, position, registry)
        return self._named(checked, uri, position, registry) or self._found(
            checked, uri, position, registry
        )

    def _in_settings(
        self, uri: str, position: types.Position, registry: Registry
    ) -> types.Hover | None:
        text = self._server.workspace.text_of(uri)
        if text is None:
            return None
        path = to_fs_path(uri) or uri
        told = told_in_settings(path, text.lines.texts, text.found_at(position), registry)
        return None if told is None else self._hover(told.text, text.range(told.span))

    def _named(
        self, checked: Checked, uri: str, position: types.Position, registry: Registry
    ) -> types.Hover | None:
        """Tell about the rule that a suppression names at a place."""
        document = checked.document
        cells = document.cells or ()
        cell = next((n for n, one in enumerate(cells, 1) if unquote(one.uri) == unquote(uri)), None)
        text = document.text if cell is None else document.cell(cell).text
        try:
            named = named_at(read_open(document), text.found_at(position), cell)
        except UnreadableFile:
            return None
        told = None if named is None else told_of(registry, named.text)
        if named is None or told is None:
            return None
        return self._hover(told, text.range(named.span))

    def _found(
        self, checked: Checked, uri: str, position: types.Position, registry: Registry
    ) -> types.Hover | None:
        """Tell about the rules that found something at a place, the narrowest finding first."""
        places = Places(checked)
        at = [(places.location(one.place), one) for one in checked.shown]
        here = [
            (location.range, finding)
            for location, finding in at
            if unquote(location.uri) == unquote(uri)
            and location.range.start <= position <= location.range.end
        ]
        if not here:
            return None
        here.sort(key=lambda pair: _size(pair[0]))
        text = pages_of(registry, [finding.code for _, finding in here])
        said = _said_by_runs(checked, [finding for _, finding in here])
        return self._hover(said + text, here[0][0])

    def _hover(self, text: str, where: types.Range) -> types.Hover:
        formatted = self._server.client.formats_hovers
        kind = types.MarkupKind.Markdown if formatted else types.MarkupKind.PlainText
        return types.Hover(types.MarkupContent(kind, text), where)


def _said_by_runs(checked: Checked, findings: Sequence[LocatedFinding]) -> str:
    """Say what running the program has shown of findings and their fixes, a paragraph for each."""

    def is_here(kept: KeptConfirmation | KeptProof) -> bool:
        return any(kept.is_about(finding) for finding in findings)

    seen = [
        f"{kept.code} **{kept.verdict}**: {kept.reason} ({kept.target} on {kept.device})"
        for kept in filter(is_here, kept_confirmations(checked))
    ]
    proofs = [
        f"The fix of {kept.finding.code} {verdict_line(kept.proof)}"
        for kept in filter(is_here, kept_proofs(checked))
    ]
    return "".join(f"{line}\n\n" for line in (*seen, *proofs))


def _size(where: types.Range) -> tuple[int, int]:
    return where.end.line - where.start.line, where.end.character - where.start.character
