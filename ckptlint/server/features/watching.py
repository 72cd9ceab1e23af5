"""Files that change on the disk: what rests on them is checked again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.uris import to_fs_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.server.language_server import CkptlintServer

_PATTERNS: Final = ("**/*.{py,pyi,ipynb,md,markdown}", "**/*.toml", "**/{uv,poetry}.lock")
"""What may bear on findings: other modules, settings, and the version of Earth2Studio."""


def register(server: CkptlintServer) -> None:
    """Have the client watch files, and follow what it saves."""
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(_files_changed)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(_saved)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)(_notebook_saved)

    if server.client.watches:
        server.on_ready.append(_watch)


async def _watch(ls: CkptlintServer) -> None:
    watchers = [types.FileSystemWatcher(pattern) for pattern in _PATTERNS]
    registration = types.Registration(
        "ckptlint-files",
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        types.DidChangeWatchedFilesRegistrationOptions(watchers),
    )
    await ls.client_register_capability_async(types.RegistrationParams([registration]))


def _files_changed(ls: CkptlintServer, params: types.DidChangeWatchedFilesParams) -> None:
    _follow(ls, [change.uri for change in params.changes])


def _saved(ls: CkptlintServer, params: types.DidSaveTextDocumentParams) -> None:
    _follow(ls, [params.text_document.uri])


def _notebook_saved(ls: CkptlintServer, params: types.DidSaveNotebookDocumentParams) -> None:
    _follow(ls, [params.notebook_document.uri])


def _follow(ls: CkptlintServer, uris: Iterable[str]) -> None:
    paths = [os.path.abspath(path) for path in map(to_fs_path, uris) if path is not None]
    ls.checking.files_changed(paths)
    if any(path.endswith(".toml") for path in paths):
        ls.checking.settings_changed(lambda settings: settings.forget())
