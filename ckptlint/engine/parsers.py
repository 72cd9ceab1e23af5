"""From sources to programs: the projects that names are looked up in, shared by their files."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.settings.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from ckptlint.program.api.version import Earth2StudioVersion
    from ckptlint.program.program import Program
    from ckptlint.program.project import Project
    from ckptlint.program.reader import Reader
    from ckptlint.settings.settings import Settings
    from ckptlint.sources.source import Source


class Parsers:
    """The parsers of the files below one settings file.

    Names are looked up in the source roots of the settings, and in the folder in which Python
    would look for a file's neighbours; files with the same such folder share a project.

    Parameters
    ----------
    settings : Settings
        What the user asked for.
    reader : Reader or None
        Reads what the projects look up; by default the disk.
    revises : bool
        Whether files are parsed again and again, each time a little changed.
    """

    def __init__(
        self, settings: Settings, reader: Reader | None = None, *, revises: bool = False
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._revises = revises
        self._projects: dict[Path, Project] = {}

    def project(self, root: Path) -> Project:
        """Give the project of the files whose neighbours are looked up in `root`.

        Raises
        ------
        SettingsError
            If the settings name an environment that is none.
        """
        if root not in self._projects:
            from pathlib import Path

            from ckptlint.program.project import Project
            from ckptlint.program.reader import Reader

            self._reader = self._reader or Reader()
            roots = [root, *(Path(folder) for folder in self._settings.src)]
            self._projects[root] = Project(
                roots,
                self.site_packages,
                self.earth2studio,
                self._reader,
                revises=self._revises,
            )
        return self._projects[root]

    def has_read(self, names: Collection[Path]) -> bool:
        """Tell whether a file of some names was read as a module."""
        return any(
            project.files_read.get(name) is not None
            for project in self._projects.values()
            for name in names
        )

    def forget(self, files: Collection[Path]) -> None:
        """Forget what rests on the content of `files`, which has changed."""
        for root, project in [*self._projects.items()]:
            if not project.forget(files):
                del self._projects[root]

    @cached_property
    def site_packages(self) -> tuple[Path, ...]:
        """The folders of the environment's packages.

        Raises
        ------
        SettingsError
            If the settings name an environment that is none.
        """
        from pathlib import Path

        from ckptlint.program.environment import EnvironmentNotFound, site_packages_of

        named = self._settings.environment
        root = Path(self._settings.root)
        try:
            return site_packages_of(None if named is None else Path(named), root)
        except EnvironmentNotFound as error:
            origin = self._settings.environment_origin
            raise SettingsError(f"{origin}: {error}" if origin else str(error)) from error

    @property
    def earth2studio(self) -> Earth2StudioVersion:
        """The version of Earth2Studio that the code is checked against."""
        version, _ = self._chosen
        return version

    @property
    def conditions(self) -> tuple[str, ...]:
        """What every result of this project rests on: its packages' folders, its Earth2Studio."""
        return (*map(str, self.site_packages), str(self.earth2studio))

    @property
    def version_paths(self) -> tuple[str, ...]:
        """The paths in the project that were looked at for its version of Earth2Studio."""
        _, looked_at = self._chosen
        return looked_at

    @cached_property
    def _chosen(self) -> tuple[Earth2StudioVersion, tuple[str, ...]]:
        from pathlib import Path

        from ckptlint.program.api.choosing import choose_version

        named = self._settings.earth2studio_version
        return choose_version(named, self.site_packages, Path(self._settings.root))


class Parser:
    """Makes the programs of the sources of one file; used as a context.

    Calling it imports the program model, so it is called only for what has to be parsed.

    Attributes
    ----------
    files : Mapping[Path, bytes or None]
        The files that the answers of these programs rest on, with the digest of their content, or
        None for a path where nothing was. They are complete when the context ends.
    """

    def __init__(self, parsers: Parsers, path: str) -> None:
        self.files: Mapping[Path, bytes | None] = {}
        self._parsers = parsers
        self._path = path
        self._recording = ExitStack()
        self._project: Project | None = None
        self._name: str | None = None

    def __enter__(self) -> Parser:
        return self

    def __exit__(self, *exception: object) -> None:
        self._recording.close()

    def __call__(self, source: Source) -> Program:
        """Parse a source; what is wrong with its syntax is told by the program's module."""
        from ckptlint.program.module import parse_module
        from ckptlint.program.program import Program

        project = self._open()
        return Program(parse_module(source, project, None if source.is_fragment else self._name))

    def _open(self) -> Project:
        if self._project is None:
            from pathlib import Path

            from ckptlint.program.project import module_name_of

            self._name, root = module_name_of(Path(self._path))
            self._project = self._parsers.project(root)
            self.files = self._recording.enter_context(self._project.recording())
        return self._project
