"""The workspace folders, and what the editor says about settings in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pygls.uris import to_fs_path

from ckptlint.engine.directives import Form
from ckptlint.server.checking import TIME_LIMIT
from ckptlint.server.folders import Folder
from ckptlint.server.options import SECTION, Options, read_options
from ckptlint.server.schedule import DEBOUNCE
from ckptlint.settings.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.server.language_server import CkptlintServer

_INITIAL: Final = "the editor's initialization options"
_CONFIGURED: Final = "the editor's settings"


class Configuration:
    """What the editor says; what is wrong in it is shown, and the rest holds.

    Parameters
    ----------
    server : CkptlintServer
        The server.
    initial : object
        The initialization options as they came.
    """

    def __init__(self, server: CkptlintServer, initial: object) -> None:
        self._server = server
        self._initial = self._read(initial, _INITIAL, Options(), refuses_unknown=True)
        self._everywhere = Options()
        self._by_folder: dict[str, Options] = {}

    @property
    def debounce(self) -> float:
        """How long a document is left alone after a change close upon another: seconds."""
        return _first(self._everywhere.debounce, self._initial.debounce, DEBOUNCE)

    @property
    def time_limit(self) -> float:
        """How long a check may take: seconds."""
        return _first(self._everywhere.time_limit, self._initial.time_limit, TIME_LIMIT)

    @property
    def suppress_with(self) -> Form:
        """Which comment hides a finding on its line."""
        return self._everywhere.suppress_with or self._initial.suppress_with or Form.NOQA

    @property
    def scopes(self) -> tuple[str, ...]:
        """The URIs of the workspace folders."""
        return tuple(folder.uri for folder in self._server.workspace.folders.values())

    def folders(self) -> list[Folder]:
        """Give the workspace folders with what the editor says about them."""
        paths = {uri: to_fs_path(uri) for uri in self.scopes}
        found = [
            self._folder(path, self._by_folder.get(uri, self._everywhere))
            for uri, path in paths.items()
            if path is not None
        ]
        return found or [self._folder(self._server.documents.base, self._everywhere)]

    def change(self, answers: Sequence[object]) -> None:
        """Take what the editor says now: everywhere, then in each of the workspace folders."""
        everywhere, *others = answers
        self._everywhere = self._read(everywhere, _CONFIGURED, self._everywhere)
        self._by_folder = {
            uri: self._read(given, _CONFIGURED, self._by_folder.get(uri, self._everywhere))
            for uri, given in zip(self.scopes, others, strict=False)
        }

    def change_everywhere(self, given: object) -> None:
        """Take what the editor says now, the same for all folders."""
        own = given.get(SECTION, given) if isinstance(given, dict) else given
        self._everywhere = self._read(own, _CONFIGURED, self._everywhere)
        self._by_folder = {}

    def _folder(self, path: str, options: Options) -> Folder:
        layers = [
            *self._initial.layers(_INITIAL, path),
            *options.layers(_CONFIGURED, path),
        ]
        return Folder(path, tuple(layers), options.configuration or self._initial.configuration)

    def _read(
        self, given: object, origin: str, before: Options, *, refuses_unknown: bool = False
    ) -> Options:
        try:
            return read_options(given, origin, refuses_unknown=refuses_unknown)
        except SettingsError as error:
            self._server.notices.error(str(error))
            return before


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)
