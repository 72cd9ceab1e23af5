"""The end of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from ckptlint.server.language_server import CkptlintServer


def register(server: CkptlintServer) -> None:
    """Register what ends a session."""
    server.feature(types.SHUTDOWN)(_shut_down)


def _shut_down(ls: CkptlintServer, params: None) -> None:
    ls.checking.stop()
