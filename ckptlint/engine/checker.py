"""Checks files one after another, and keeps what they share: needles, projects, selections."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ckptlint.engine.file_check import FileOutcome, FixMode, check_document, failed, unreadable
from ckptlint.engine.looking import Looker
from ckptlint.engine.needles import Needles
from ckptlint.engine.parsers import Parser, Parsers
from ckptlint.settings.errors import SettingsError
from ckptlint.sources.encoding import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.engine.cache import ResultCache
    from ckptlint.engine.fixing import FixPolicy
    from ckptlint.engine.registry import Registry
    from ckptlint.engine.selection import Selection
    from ckptlint.settings.settings import Settings


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
    """How files are checked, whatever the settings.

    Parameters
    ----------
    fix_mode : FixMode
        What becomes of the fixes.
    ignore_noqa : bool
        Whether suppression comments count for nothing.
    use_cache : bool
        Whether results are kept, and taken from, the cache; never while fixing.
    """

    fix_mode: FixMode = FixMode.NONE
    ignore_noqa: bool = False
    use_cache: bool = False


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
        self._parsers: dict[tuple[object, ...], Parsers] = {}
        self._uses_cache = ways.use_cache and ways.fix_mode is FixMode.NONE

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
        has_needle = bool(needles.codes_in(data)) or needles.may_suppress(data)
        if not (has_needle or target.is_explicit):
            return FileOutcome()
        try:
            if has_needle:
                return self._check_or_recall(target, profile, enabled, data)
            return self._check_data(target, profile, enabled, data)[0]
        except UnreadableFile as error:
            return unreadable(
                self._registry,
                enabled,
                target.name,
                f"Cannot be read: {error}",
                error.position,
                error.cell,
            )
        except SettingsError:
            raise
        except Exception as error:
            return failed(target.name, error)

    def _check_or_recall(
        self, target: Target, profile: Profile, enabled: frozenset[str], data: bytes
    ) -> FileOutcome:
        from ckptlint.engine.watching import environment_paths, naming_paths

        packages = [str(path) for path in self._parsers_of(profile.settings).site_packages]
        entry = self._cache.entry(target, enabled, packages, data) if self._uses_cache else None
        kept = None if entry is None else entry.load()
        if kept is not None:
            outcome, files = FileOutcome(kept[0]), [*kept[1]]
        else:
            outcome, found = self._check_data(target, profile, enabled, data)
            files = [str(path) for path in found]
            if entry is not None and not outcome.faults:
                entry.store(outcome.findings, found)
        outcome.rests_on = (
            *files,
            *naming_paths(target.path),
            *environment_paths(profile.settings, packages),
        )
        return outcome

    def _check_data(
        self, target: Target, profile: Profile, enabled: frozenset[str], data: bytes
    ) -> tuple[FileOutcome, Mapping[Path, bytes | None]]:
        from ckptlint.sources.document import read_document

        path = Path(target.path)
        document = read_document(path, data, target.name)
        with Parser(self._parsers_of(profile.settings), path) as parse:
            looker = Looker(
                self._registry,
                enabled,
                self._needles_of(enabled),
                parse,
                target.is_explicit,
                self._ways.ignore_noqa,
            )
            outcome, fixed = check_document(document, looker, target.name, self._policy(profile))
        if fixed is not document and self._ways.fix_mode is FixMode.WRITE:
            self._write(path, fixed.to_bytes(), outcome, target.name)
        return outcome, parse.files

    @cached_property
    def _cache(self) -> ResultCache:
        from ckptlint.engine.cache import ResultCache

        return ResultCache(self._registry, self._ways.ignore_noqa)

    def warnings(self) -> list[str]:
        """Tell what the user should know about the caches: those that cannot be written."""
        return self._cache.warnings() if self._uses_cache else []

    def _write(self, path: Path, data: bytes, outcome: FileOutcome, name: str) -> None:
        from ckptlint.sources.writing import write_whole

        try:
            write_whole(path, data)
        except OSError as error:
            reason = error.strerror or str(error)
            outcome.faults = (*outcome.faults, f"fixes of {name} cannot be written: {reason}")
            outcome.fixed.clear()
            outcome.diff = None
        self._parsers.clear()  # what was remembered of this file no longer holds

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

    def _parsers_of(self, settings: Settings) -> Parsers:
        key = settings.root, settings.src, settings.environment
        if key not in self._parsers:
            self._parsers[key] = Parsers(settings)
        return self._parsers[key]
