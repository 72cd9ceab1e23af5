"""The language server: what all its features share."""

from __future__ import annotations

import asyncio
import logging
from threading import Event
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer

from ckptlint import __version__
from ckptlint.server.checking import Checking
from ckptlint.server.client import Client
from ckptlint.server.configuration import Configuration
from ckptlint.server.documents import Documents
from ckptlint.server.features import FEATURES
from ckptlint.server.folders import FolderSettings
from ckptlint.server.notices import Notices
from ckptlint.server.parent import end_with
from ckptlint.server.problems import Problems
from ckptlint.server.protocol import Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pygls.server import ServerErrors

    from ckptlint.server.workspace import ExactWorkspace

logger = logging.getLogger(__name__)

_NOTEBOOKS: Final = types.NotebookDocumentSyncOptions(
    [
        types.NotebookDocumentFilterWithNotebook(
            types.NotebookDocumentFilterNotebookType("jupyter-notebook")
        )
    ],
    save=True,
)


class CkptlintServer(LanguageServer):
    """The server of one client; most of what it holds is made when the client introduces itself.

    Attributes
    ----------
    client : Client
        What the client can do.
    documents : Documents
        What is open.
    configuration : Configuration
        The workspace folders, and what the editor says about settings.
    checking : Checking
        Checks what is open, and keeps the results.
    problems : Problems
        What is wrong with settings files.
    notices : Notices
        What the user is told, once.
    on_ready : list[Callable[[CkptlintServer], Awaitable[None]]]
        Called when the client is ready for requests.
    ends_with_parent : bool
        Whether the process ends when the editor's does; one that connects may be elsewhere.
    stopped : threading.Event
        Set when no more messages are to be read.
    """

    protocol: Protocol
    client: Client
    documents: Documents
    configuration: Configuration
    checking: Checking
    notices: Notices

    def __init__(self) -> None:
        super().__init__(
            "ckptlint",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            _NOTEBOOKS,
            protocol_cls=Protocol,
        )
        self.stopped = Event()
        self.notices = Notices(self)
        self.problems = Problems()
        self.ends_with_parent = False
        self.on_ready: list[Callable[[CkptlintServer], Awaitable[None]]] = []
        self.feature(types.INITIALIZE)(_initialize)
        self.feature(types.INITIALIZED)(_initialized)

    @property
    def workspace(self) -> ExactWorkspace:
        """What the client has opened."""
        return self.protocol.workspace

    def report_server_error(self, error: Exception, source: ServerErrors) -> None:
        """Tell the user what failed that nobody waits for an answer to."""
        if source is not FeatureRequestError:
            self.notices.error(f"the server failed: {error!r}")

    def begin(self, params: types.InitializeParams) -> None:
        """Make what the features share, and register those that suit the client.

        It comes before the server answers what itself can do.
        """
        if params.process_id is not None and self.ends_with_parent:
            end_with(params.process_id)
        self.client = Client.of(params.capabilities)
        self.documents = Documents(self.workspace)
        self.configuration = Configuration(self, params.initialization_options)
        self.checking = Checking(self.documents, FolderSettings(self.configuration.folders()))
        for register in FEATURES:
            register(self)
        self.checking.prepare(self.notices.error)


def _initialize(ls: CkptlintServer, params: types.InitializeParams) -> None:
    ls.begin(params)


async def _initialized(ls: CkptlintServer, params: types.InitializedParams) -> None:
    answers = await asyncio.gather(*(ready(ls) for ready in ls.on_ready), return_exceptions=True)
    for error in answers:
        if isinstance(error, Exception):
            ls.notices.log(f"the client refused a request: {error}", types.MessageType.Warning)
