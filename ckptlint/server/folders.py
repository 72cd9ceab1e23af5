"""Which settings hold for an open file, and which went before where they are broken."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.settings.discovery import Discovery
from ckptlint.settings.reading import shown_path
from ckptlint.settings.settings import absolute, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ckptlint.settings.errors import SettingsError
    from ckptlint.settings.layer import Layer
    from ckptlint.settings.settings import Settings


class Folder(NamedTuple):
    """One workspace folder.

    Parameters
    ----------
    path : str
        The absolute folder.
    layers : tuple[Layer, ...]
        What the editor says, over the settings files; the last one wins.
    configuration : str or None
        The settings file to use instead of any that could be found.
    """

    path: str
    layers: tuple[Layer, ...] = ()
    configuration: str | None = None


class SettingsProblem(NamedTuple):
    """What is wrong with the settings.

    Parameters
    ----------
    message : str
        The whole message for the user.
    path : str or None
        The absolute path of the settings file that is wrong.
    line : int
        The line in it, from 1.
    column : int
        The column in it, from 1.
    text : str
        The message without the place.
    """

    message: str
    path: str | None
    line: int
    column: int
    text: str


class FolderSettings:
    """The settings of the files below the workspace folders.

    Parameters
    ----------
    folders : Sequence[Folder]
        The folders, at least one; a file belongs to the innermost around it, and one outside of
        all of them to the first.
    """

    def __init__(self, folders: Sequence[Folder]) -> None:
        self._folders = tuple(folders)
        self._discoveries: dict[str, Discovery] = {}
        self._good: dict[str, Settings] = {}

    def change(self, folders: Sequence[Folder]) -> None:
        """Go on with other folders."""
        self._folders = tuple(folders)
        self.forget()

    def copy(self) -> FolderSettings:
        """Give an object with the same folders that shares nothing with this one."""
        other = FolderSettings(self._folders)
        other._good.update(self._good)
        return other

    def forget(self) -> None:
        """Read the settings files anew, but remember which settings could be used."""
        self._discoveries.clear()

    @property
    def base(self) -> str:
        """The first folder."""
        return self._folders[0].path

    @property
    def looked_for(self) -> set[str]:
        """The settings files that were read, or would have been had they existed."""
        return {path for each in self._discoveries.values() for path in each.looked_for}

    def of_file(self, path: str) -> Settings:
        """Give the settings for the file at `path`, which is absolute.

        Raises
        ------
        SettingsError
            If they cannot be used.
        """
        folder = self.around(path)
        discovery = self._discoveries.get(folder.path)
        if discovery is None:
            named = folder.configuration
            discovery = Discovery(
                folder.path,
                folder.layers,
                None if named is None else absolute(named, folder.path),
                config_origin="the editor's setting `configuration`",
            )
            self._discoveries[folder.path] = discovery
        return discovery.of_file(path)

    def instead(self, path: str) -> Iterator[Settings]:
        """Give what can be used for a file instead of settings that cannot, the best first.

        These are the settings that were used last, for it or in a folder around it, and the
        defaults.
        """
        folder = os.path.dirname(path)
        while folder not in self._good and os.path.dirname(folder) != folder:
            folder = os.path.dirname(folder)
        if folder in self._good:
            yield self._good[folder]
        yield resolve((), self.around(path).path)

    def succeeded(self, path: str, settings: Settings) -> None:
        """Remember that these settings could be used for a file."""
        self._good[os.path.dirname(path)] = settings

    def around(self, path: str) -> Folder:
        """Give the workspace folder of a file."""
        inside = [each for each in self._folders if _is_inside(path, each.path)]
        return max(inside or self._folders[:1], key=lambda each: len(each.path))

    def problem(self, error: SettingsError) -> SettingsProblem:
        """Tell which file, and where in it, an error is about."""
        message = str(error)
        for path in sorted(self.looked_for, key=len, reverse=True):
            shown = shown_path(path)
            found = re.match(rf"{re.escape(shown)}(?::(\d+))?(?::(\d+))?: ", message)
            if found is not None:
                text = message[found.end() :]
                line, column = int(found[1] or 0), int(found[2] or 1)
                return SettingsProblem(message, path, line or _line_about(path, text), column, text)
        return SettingsProblem(message, None, 1, 1, message)


def _line_about(path: str, text: str) -> int:
    """Find the line of a settings file that a message quotes something from."""
    quoted = re.findall(r"`([^`]+)`", text)
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return 1
    for word in quoted:
        for number, line in enumerate(lines, start=1):
            if re.search(rf"""["']?{re.escape(word)}["']?""", line):
                return number
    return 1


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def signatures(paths: Iterable[str]) -> dict[str, tuple[int, int] | None]:
    """Give what tells whether a file has changed, for each of some paths; None if it is away."""
    found: dict[str, tuple[int, int] | None] = {}
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            found[path] = None
        else:
            found[path] = status.st_mtime_ns, status.st_size
    return found
