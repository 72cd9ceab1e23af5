"""What the user is told in a window, each thing once, and what goes into the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

logger = logging.getLogger(__name__)


class Notices:
    """Tells the user things.

    Parameters
    ----------
    server : LanguageServer
        Where messages go out.
    """

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._told: set[str] = set()

    def error(self, message: str) -> None:
        """Show a message, unless it has been shown, and log it."""
        if message in self._told:
            return
        self._told.add(message)
        logger.error("%s", message)
        self._server.window_show_message(
            types.ShowMessageParams(types.MessageType.Error, f"ckptlint: {message}")
        )
        self.log(message, types.MessageType.Error)

    def log(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Write a message into the client's log."""
        self._server.window_log_message(types.LogMessageParams(kind, message))

    def allow_again(self, message: str) -> None:
        """Let a message be shown again, for what it was about has changed."""
        self._told.discard(message)
