"""Which settings hold for a folder: the nearest settings file above it, under the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ckptlint import __version__
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.reading import FILE_NAMES, read_file, shown_path
from ckptlint.settings.settings import Settings, absolute, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.settings.layer import Layer


class Discovery:
    """Finds the settings of folders, reading each settings file once.

    Parameters
    ----------
    folder : str
        The absolute current folder: the project root where no settings file is found.
    overrides : Sequence[Layer]
        What the command line says, over every settings file; the last one wins.
    config_file : str or None
        The absolute path of a settings file to use instead of any that could be found; its
        relative paths start at `folder`.
    isolated : bool
        Whether to read no settings file at all.
    config_origin : str
        Who names `config_file`, for messages.

    Attributes
    ----------
    looked_for : set[str]
        The absolute path of each settings file that was read, or would have been had it existed.
        A run whose inputs are otherwise the same differs only if one of these has changed.
    """

    def __init__(
        self,
        folder: str,
        overrides: Sequence[Layer] = (),
        config_file: str | None = None,
        isolated: bool = False,
        config_origin: str = "`--config`",
    ) -> None:
        self.looked_for: set[str] = set()
        self._folder = folder
        self._overrides = tuple(overrides)
        self._by_folder: dict[str, Settings] = {}
        for layer in self._overrides:
            _check_version(layer)
        self._fallback = resolve(self._overrides, folder)
        self._only: Settings | None = None
        if config_file is not None:
            self._only = self._named(config_file, config_origin)
        elif isolated:
            self._only = self._fallback

    def of_folder(self, folder: str) -> Settings:
        """Give the settings for the files that lie directly in `folder`, an absolute path.

        Raises
        ------
        SettingsError
            If a settings file that bears on the folder cannot be used.
        """
        if self._only is not None:
            return self._only
        known = self._by_folder.get(folder)
        if known is not None:
            return known
        climbed = [folder]
        while (found := self._in_folder(climbed[-1])) is None:
            parent = os.path.dirname(climbed[-1])
            if parent == climbed[-1]:
                found = self._fallback
                break
            if parent in self._by_folder:
                found = self._by_folder[parent]
                break
            climbed.append(parent)
        for each in climbed:
            self._by_folder[each] = found
        return found

    def of_file(self, path: str) -> Settings:
        """Give the settings for the file at `path`, which is absolute."""
        return self.of_folder(os.path.dirname(path))

    def _in_folder(self, folder: str) -> Settings | None:
        for name in FILE_NAMES:
            path = os.path.join(folder, name)
            self.looked_for.add(path)
            try:
                layer = read_file(path, folder)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                continue
            if layer is not None:
                return self._settings(layer, path, folder)
        return None

    def _named(self, path: str, origin: str) -> Settings:
        self.looked_for.add(path)
        layer = _read_named(path, self._folder, origin)
        return self._settings(layer, path, self._folder)

    def _settings(self, layer: Layer, path: str, root: str) -> Settings:
        layers, files = [layer], [path]
        while (target := layers[-1].values.get("extend")) is not None:
            assert isinstance(target, str)
            reference = f"{layers[-1].place('extend')}: `extend`"
            parent = absolute(target, os.path.dirname(files[-1]))
            if parent in files:
                raise SettingsError(f"{reference} leads back to {shown_path(parent)}")
            self.looked_for.add(parent)
            layers.append(_read_named(parent, os.path.dirname(parent), reference))
            files.append(parent)
        for each in layers:
            _check_version(each)
        return resolve([*reversed(layers), *self._overrides], root, tuple(reversed(files)))


def _read_named(path: str, base: str, reference: str) -> Layer:
    """Read a settings file that the user named, and so must be there; `reference` tells where."""
    try:
        layer = read_file(path, base)
    except IsADirectoryError:
        raise SettingsError(f"{reference} names a folder: {shown_path(path)}") from None
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsError(f"{reference} names a file that is not there: {path}") from None
    if layer is None:
        raise SettingsError(
            f"{reference} names {shown_path(path)}, which has no `[tool.ckptlint]` table"
        )
    return layer


def _check_version(layer: Layer) -> None:
    requirement = layer.values.get("required-version")
    if not isinstance(requirement, str):
        return
    from ckptlint.settings.requirement import satisfies

    try:
        satisfied = satisfies(__version__, requirement)
    except ValueError as error:
        raise SettingsError(
            f"{layer.place('required-version')}: `required-version`: {error}"
        ) from error
    if not satisfied:
        raise SettingsError(
            f"{layer.place('required-version')}: these settings are for ckptlint {requirement}, "
            f"and this is ckptlint {__version__}"
        )
