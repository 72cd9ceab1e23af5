"""Files that change on the disk: what rests on them is checked again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.uris import to_fs_path

if TYPE_CHECKING:
    from ckptlint.server.language_server import CkptlintServer

_PATTERNS: Final = (
    "**/*.{py,pyi,ipynb,md,markdown}",
    "**/*.toml",
    "**/{uv,poetry}.lock",
    "**/*baseline*.json",
)
"""What may bear on findings: other modules, settings, the version of Earth2Studio, baselines."""


def register(server: CkptlintServer) -> None:
    """Have the client watch files, and follow what it saves."""
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(_files_changed)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(_saved)
    server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)(_saved)
    if server.client.watches:
        server.on_ready.append(_watch)
    else:
        server.checking.glances = True


async def _watch(ls: CkptlintServer) -> None:
    watchers = [types.FileSystemWatcher(pattern) for pattern in _PATTERNS]
    registration = types.Registration(
        "ckptlint-files",
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        types.DidChangeWatchedFilesRegistrationOptions(watchers),
    )
    await ls.client_register_capability_async(types.RegistrationParams([registration]))


def _files_changed(ls: CkptlintServer, params: types.DidChangeWatchedFilesParams) -> None:
    paths = [to_fs_path(change.uri) for change in params.changes]
    ls.checking.files_changed(os.path.abspath(path) for path in paths if path is not None)


def _saved(
    ls: CkptlintServer,
    params: types.DidSaveTextDocumentParams | types.DidSaveNotebookDocumentParams,
) -> None:
    ls.checking.glance()
