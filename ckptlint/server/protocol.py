"""The protocol as pygls speaks it, with exact texts and an answer to every request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from ckptlint.server.workspace import ExactWorkspace

if TYPE_CHECKING:
    from concurrent.futures import Future


class Protocol(LanguageServerProtocol):
    """Fills gaps of pygls' protocol."""

    @property
    def workspace(self) -> ExactWorkspace:
        """What the client has opened."""
        workspace = super().workspace
        if not isinstance(workspace, ExactWorkspace):
            workspace = ExactWorkspace.like(workspace)
            self._workspace = workspace
        return workspace

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read one message; a request that cannot be read is answered with what is wrong."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def _send_handler_result(self, future: Future[Any], *, msg_id: str | int) -> None:
        """Answer a request; that a feature refuses one is an answer, and nothing went wrong."""
        error = None if future.cancelled() else future.exception()
        if not isinstance(error, JsonRpcException):
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        self._send_response(msg_id, error=error.to_response_error())
