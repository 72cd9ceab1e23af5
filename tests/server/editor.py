"""An editor that a test types in: a client of the language server in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COMMAND = (sys.executable, "-m", "ckptlint", "server")
PATIENCE = 30.0
"""How long a test waits for what must come: seconds, on a loaded machine."""

FLUSH = """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(step=1)
    session.flush()
"""


def capabilities(*, pulls: bool = False, **others: Any) -> types.ClientCapabilities:
    """Give the capabilities of a client that shows all there is to a diagnostic."""
    shown: dict[str, Any] = {
        "related_information": True,
        "tag_support": types.ClientDiagnosticsTagOptions(
            [types.DiagnosticTag.Unnecessary, types.DiagnosticTag.Deprecated]
        ),
        "code_description_support": True,
        "data_support": True,
    }
    pull = types.DiagnosticClientCapabilities(**shown) if pulls else None
    push = types.PublishDiagnosticsClientCapabilities(**shown, version_support=True)
    text = types.TextDocumentClientCapabilities(diagnostic=pull, publish_diagnostics=push)
    refresh = types.DiagnosticWorkspaceClientCapabilities(refresh_support=pulls)
    workspace = types.WorkspaceClientCapabilities(
        diagnostics=refresh, workspace_folders=True, **others
    )
    return types.ClientCapabilities(
        text_document=text,
        workspace=workspace,
        notebook_document=types.NotebookDocumentClientCapabilities(
            types.NotebookDocumentSyncClientCapabilities()
        ),
    )


def uri_of(path: Path) -> str:
    return path.as_uri()


class Editor(LanguageClient):
    """A client that keeps what it was told, and in which a test opens and changes documents."""

    def __init__(self, **others: Any) -> None:
        super().__init__(converter_factory=default_converter, **others)
        self.published: list[types.PublishDiagnosticsParams] = []
        self.registered: list[types.Registration] = []
        self._news = asyncio.Event()
        features: dict[str, Callable[..., object]] = {
            **DEFAULT_CLIENT_FEATURES,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: _published,
            types.CLIENT_REGISTER_CAPABILITY: _registered,
            types.WORKSPACE_DIAGNOSTIC_REFRESH: _refreshed,
            types.WINDOW_SHOW_MESSAGE: _shown,
        }
        register_lsp_features(self, features)

    def news(self) -> None:
        self._news.set()

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something holds, looking each time the server has told something."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def begin(
        self,
        root: Path | Sequence[Path],
        can: types.ClientCapabilities,
        options: Mapping[str, Any] | None = None,
        command: Sequence[str] = COMMAND,
        env: Mapping[str, str] | None = None,
    ) -> types.InitializeResult:
        """Start the server and introduce the client."""
        folders = [root] if isinstance(root, Path) else root
        await self.start_io(*command, cwd=folders[0], env=env)
        return await self.introduce(folders, can, options)

    async def introduce(
        self,
        folders: Sequence[Path],
        can: types.ClientCapabilities,
        options: Mapping[str, Any] | None = None,
    ) -> types.InitializeResult:
        named = [types.WorkspaceFolder(uri_of(folder), folder.name) for folder in folders]
        return await self.initialize_session(
            types.InitializeParams(
                capabilities=can, workspace_folders=named, initialization_options=options
            )
        )

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        item = types.TextDocumentItem(uri, language, version, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(
        self, uri: str, version: int, *changes: types.TextDocumentContentChangeEvent | str
    ) -> None:
        whole = [
            types.TextDocumentContentChangeWholeDocument(one) if isinstance(one, str) else one
            for one in changes
        ]
        named = types.VersionedTextDocumentIdentifier(version, uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(named, whole))

    def close(self, uri: str) -> None:
        self.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )

    async def pushed(self, uri: str, version: int | None) -> list[str]:
        """Wait for the diagnostics of a version, and tell them in short."""
        await self.until(lambda: (last := self.last(uri)) is not None and last.version == version)
        last = self.last(uri)
        assert last is not None
        return brief(last.diagnostics)

    async def shows(self, uri: str, *expected: str) -> None:
        """Wait until the diagnostics of a document are these, in short."""
        await self.until(
            lambda: (last := self.last(uri)) is not None and brief(last.diagnostics) == [*expected]
        )

    def last(self, uri: str) -> types.PublishDiagnosticsParams | None:
        return next((each for each in reversed(self.published) if each.uri == uri), None)

    async def pull(self, uri: str, previous: str | None = None) -> Any:
        params = types.DocumentDiagnosticParams(
            types.TextDocumentIdentifier(uri), previous_result_id=previous
        )
        return await self.text_document_diagnostic_async(params)


def brief(diagnostics: Sequence[types.Diagnostic]) -> list[str]:
    """Tell diagnostics in short: ``LINE:COLUMN-LINE:COLUMN CODE``, counted as the protocol does."""
    return [f"{one.range} {one.code}" for one in diagnostics]


def _published(client: Editor, params: types.PublishDiagnosticsParams) -> None:
    client.published.append(params)
    client.news()


def _registered(client: Editor, params: types.RegistrationParams) -> None:
    client.registered += params.registrations
    client.news()


def _refreshed(client: Editor, params: None) -> None:
    client.diagnostic_refresh_count += 1
    client.news()


def _shown(client: Editor, params: types.ShowMessageParams) -> None:
    client.messages.append(params)
    client.news()
