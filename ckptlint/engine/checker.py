"""Checks files one after another, and keeps what they share: needles, projects, selections."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ckptlint.engine.file_check import FileOutcome, FixMode, check_document, failed, unreadable
from ckptlint.engine.looking import Looker
from ckptlint.engine.needles import Needles
from ckptlint.sources.encoding import UnreadableFile

if TYPE_CHECKING:
    from ckptlint.engine.fixing import FixPolicy
    from ckptlint.engine.registry import Registry
    from ckptlint.engine.selection import Selection
    from ckptlint.program.module import Module
    from ckptlint.program.project import Project
    from ckptlint.settings.settings import Settings
    from ckptlint.sources.source import Source


@dataclass(frozen=True, slots=True)
class Profile:
    """What holds for all files below one settings file."""

    settings: Settings
    selection: Selection


@dataclass(frozen=True, slots=True)
class Target:
    """One file to check.

    Parameters
    ----------
    path : str
        The file, absolute or from the current folder.
    settings : Settings
        What the user asked for in its folder.
    is_explicit : bool
        Whether the user named it.
    shown_as : str or None
        Its name in reports; `path` itself by default.
    """

    path: str
    settings: Settings
    is_explicit: bool = False
    shown_as: str | None = None

    @property
    def name(self) -> str:
        """Its name in reports."""
        return self.path if self.shown_as is None else self.shown_as


@dataclass(frozen=True, slots=True)
class Ways:
    """How files are checked, whatever the settings: with which fixes, with suppression or not."""

    fix_mode: FixMode = FixMode.NONE
    ignore_noqa: bool = False


class Checker:
    """Checks the files of one process.

    Parameters
    ----------
    registry : Registry
        The rules there are.
    ways : Ways
        How files are checked.
    """

    def __init__(self, registry: Registry, ways: Ways) -> None:
        self._registry = registry
        self._ways = ways
        self._needles: dict[frozenset[str], Needles] = {}
        self._programs: dict[tuple[object, ...], Program] = {}

    def check_file(self, target: Target, profile: Profile) -> FileOutcome:
        """Read and check one file; write it if its fixes are wanted."""
        try:
            with open(target.path, "rb") as file:
                data = file.read()
        except OSError as error:
            enabled = profile.selection.codes_for(os.path.abspath(target.path))
            message = f"Cannot be read: {error.strerror or error}"
            return unreadable(self._registry, enabled, target.name, message)
        return self.check_data(target, profile, data)

    def check_data(self, target: Target, profile: Profile, data: bytes) -> FileOutcome:
        """Check the content of one file."""
        enabled = profile.selection.codes_for(os.path.abspath(target.path))
        needles = self._needles_of(enabled)
        if not (target.is_explicit or needles.codes_in(data) or needles.may_suppress(data)):
            return FileOutcome()
        try:
            return self._check_data(target, profile, enabled, needles, data)
        except UnreadableFile as error:
            return unreadable(
                self._registry,
                enabled,
                target.name,
                f"Cannot be read: {error}",
                error.position,
                error.cell,
            )
        except Exception as error:
            return failed(target.name, error)

    def _check_data(
        self,
        target: Target,
        profile: Profile,
        enabled: frozenset[str],
        needles: Needles,
        data: bytes,
    ) -> FileOutcome:
        from ckptlint.sources.document import read_document

        path = Path(target.path)
        document = read_document(path, data, target.name)
        program = self._program_of(profile.settings)
        looker = Looker(
            self._registry,
            enabled,
            needles,
            lambda source: program.parse(source, path),
            target.is_explicit,
            self._ways.ignore_noqa,
        )
        outcome, fixed = check_document(document, looker, target.name, self._policy(profile))
        if fixed is not document and self._ways.fix_mode is FixMode.WRITE:
            self._write(path, fixed.to_bytes(), outcome, target.name)
        return outcome

    def _write(self, path: Path, data: bytes, outcome: FileOutcome, name: str) -> None:
        from ckptlint.sources.writing import write_whole

        try:
            write_whole(path, data)
        except OSError as error:
            reason = error.strerror or str(error)
            outcome.faults = (*outcome.faults, f"fixes of {name} cannot be written: {reason}")
            outcome.fixed.clear()
            outcome.diff = None

    def _policy(self, profile: Profile) -> FixPolicy | None:
        if self._ways.fix_mode is FixMode.NONE:
            return None
        from ckptlint.engine.fixing import FixPolicy

        return FixPolicy(profile.selection.fixable, profile.settings.unsafe_fixes)

    def _needles_of(self, enabled: frozenset[str]) -> Needles:
        if enabled not in self._needles:
            rules = [self._registry.by_code[code] for code in sorted(enabled)]
            self._needles[enabled] = Needles(rules, self._registry.prefixes)
        return self._needles[enabled]

    def _program_of(self, settings: Settings) -> Program:
        key = settings.root, settings.src, settings.environment
        if key not in self._programs:
            self._programs[key] = Program(settings)
        return self._programs[key]


class Program:
    """The modules of one project and of its environment; nothing is read before it is needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._project: Project | None = None

    def parse(self, source: Source, path: Path) -> Module:
        """Make the module of a source that stands in the file at `path`."""
        from ckptlint.program.module import parse_module
        from ckptlint.program.project import module_name_of

        name = None if source.is_fragment else module_name_of(path.absolute(), self._roots())
        return parse_module(source, self.project(), name)

    def project(self) -> Project:
        """Give the project, which all its files share."""
        if self._project is None:
            from ckptlint.program.environment import site_packages_of
            from ckptlint.program.project import Project

            self._project = Project(self._roots(), site_packages_of(self._settings.environment))
        return self._project

    def _roots(self) -> tuple[Path, ...]:
        return tuple(Path(folder) for folder in self._settings.src)
