"""Settings from the editor, and workspace folders that come and go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from ckptlint.server.options import SECTION

if TYPE_CHECKING:
    from ckptlint.server.language_server import CkptlintServer

_PATIENCE: Final = 3.0
"""How long a client may take to tell its settings: seconds."""


def register(server: CkptlintServer) -> None:
    """Follow the editor's settings and folders."""
    server.checking.schedule.debounce = server.configuration.debounce
    server.checking.time_limit = server.configuration.time_limit
    if server.client.configures:
        server.checking.hold()
        asyncio.get_running_loop().call_later(_PATIENCE, server.checking.release)
    server.on_ready.append(_begin)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(_configuration_changed)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(_folders_changed)


async def _begin(ls: CkptlintServer) -> None:
    try:
        if ls.client.configures:
            await _ask(ls)
    finally:
        ls.checking.release()
    if ls.client.registers_configuration:
        registration = types.Registration(
            "ckptlint-configuration",
            types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            types.DidChangeConfigurationRegistrationOptions(SECTION),
        )
        await ls.client_register_capability_async(types.RegistrationParams([registration]))


async def _configuration_changed(
    ls: CkptlintServer, params: types.DidChangeConfigurationParams
) -> None:
    if ls.client.configures:
        await _ask(ls)
    else:
        ls.configuration.change_everywhere(params.settings)
        _use(ls)


async def _folders_changed(
    ls: CkptlintServer, params: types.DidChangeWorkspaceFoldersParams
) -> None:
    if ls.client.configures:
        await _ask(ls)
    else:
        _use(ls)


async def _ask(ls: CkptlintServer) -> None:
    """Ask the client for its settings, everywhere and in each folder, and use them."""
    scopes = (None, *ls.configuration.scopes)
    items = [types.ConfigurationItem(scope, SECTION) for scope in scopes]
    try:
        answers = await asyncio.wait_for(
            ls.workspace_configuration_async(types.ConfigurationParams(items)), _PATIENCE
        )
    except Exception as error:
        ls.notices.log(f"the client did not tell its settings: {error!r}")
    else:
        ls.configuration.change(answers)
    _use(ls)


def _use(ls: CkptlintServer) -> None:
    folders = ls.configuration.folders()
    ls.checking.schedule.debounce = ls.configuration.debounce
    ls.checking.time_limit = ls.configuration.time_limit
    ls.checking.settings_changed(lambda settings: settings.change(folders))
