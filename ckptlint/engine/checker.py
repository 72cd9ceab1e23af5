"""Checks files one after another, and keeps what they share: needles, projects, selections."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.engine import day
from ckptlint.engine.needles import Needles
from ckptlint.engine.outcome import FileOutcome, FixMode
from ckptlint.settings.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from ckptlint.engine.baseline import Baseline
    from ckptlint.engine.cache import Entry, ResultCache
    from ckptlint.engine.fixing import FixPolicy
    from ckptlint.engine.layouts import LayoutReader
    from ckptlint.engine.parsers import Parsers
    from ckptlint.engine.registry import Registry
    from ckptlint.engine.target import Profile, Target, Ways
    from ckptlint.program.reader import Reader
    from ckptlint.settings.settings import Settings


class Checker:
    """Checks the files of one process.

    Parameters
    ----------
    registry : Registry
        The rules there are.
    ways : Ways
        How files are checked.
    reader : Reader or None
        Reads the files of other modules; by default the disk. Where one is given, the same files
        are checked again and again, each time a little changed.
    go_on : callable or None
        Called before each rule; what it raises ends the check, if it is no `Exception`.
    """

    def __init__(
        self,
        registry: Registry,
        ways: Ways,
        reader: Reader | None = None,
        go_on: Callable[[], None] | None = None,
    ) -> None:
        self._registry = registry
        self._ways = ways
        self._reader = reader
        self._go_on = go_on
        self._needles: dict[frozenset[str], Needles] = {}
        self._parsers: dict[tuple[object, ...], Parsers] = {}
        self._baselines: dict[str, tuple[object, Baseline]] = {}
        self._uses_cache = ways.use_cache and ways.fix_mode is FixMode.NONE

    def recall(self, target: Target, profile: Profile) -> FileOutcome | None:
        """Give what is known of a file without parsing it; None if it has to be checked.

        Nothing can be wrong in a file that was found by walking and holds no needle; and the
        cache may hold the result of another one.
        """
        self.baseline_of(profile)  # if it cannot be used, nothing has been checked or written yet
        outcome = self._recall(target, profile)
        return None if outcome is None else self._settled(outcome, target, profile)

    def _recall(self, target: Target, profile: Profile) -> FileOutcome | None:
        data = self._read(target, profile)
        if isinstance(data, FileOutcome):
            return data
        enabled = self._enabled(target, profile)
        if not self._has_needle(enabled, data):
            return None if target.is_explicit else FileOutcome()
        if not self._uses_cache:
            return None
        parsers = self._parsers_of(profile.settings)
        kept = self._entry(target, profile, enabled, data).load()
        if kept is None:
            return None
        outcome = FileOutcome(
            kept.findings, warnings=kept.warnings, last_days=frozenset(kept.last_days)
        )
        self._note_what_it_rests_on(outcome, kept.files, target, parsers)
        return outcome

    def check_file(self, target: Target, profile: Profile) -> FileOutcome:
        """Read and check one file; write it if its fixes are wanted."""
        data = self._read(target, profile)
        if isinstance(data, FileOutcome):
            return self._settled(data, target, profile)
        return self.check_data(target, profile, data)

    def check_data(self, target: Target, profile: Profile, data: bytes) -> FileOutcome:
        """Check the content of one file."""
        return self._settled(self._checked(target, profile, data), target, profile)

    def _checked(self, target: Target, profile: Profile, data: bytes) -> FileOutcome:
        enabled = self._enabled(target, profile)
        has_needle = self._has_needle(enabled, data)
        if not (has_needle or target.is_explicit):
            return FileOutcome()
        from ckptlint.engine.file_check import failed, unreadable
        from ckptlint.sources.encoding import UnreadableFile

        try:
            outcome, files = self._check_data(target, profile, enabled, data)
        except UnreadableFile as error:
            message = f"Cannot be read: {error}"
            return unreadable(
                self._registry, enabled, target.name, message, error.position, error.cell
            )
        except SettingsError:
            raise
        except Exception as error:
            return failed(target.name, error)
        if has_needle:
            parsers = self._parsers_of(profile.settings)
            self._note_what_it_rests_on(outcome, files, target, parsers)
            if self._uses_cache and not outcome.faults:
                entry = self._entry(target, profile, enabled, data)
                problem = entry.store(outcome.findings, outcome.warnings, files, outcome.last_days)
                if problem is not None:
                    outcome.warnings = (*outcome.warnings, problem)
        return outcome

    def _settled(self, outcome: FileOutcome, target: Target, profile: Profile) -> FileOutcome:
        """Judge what was found, perhaps long ago, by what no cache keeps: fixable, and known."""
        _offer_fixes_of(profile.selection.fixable, outcome)
        baseline = self.baseline_of(profile)
        if baseline is not None:
            from ckptlint.engine.known import hide_known

            enabled = self._enabled(target, profile)
            hide_known(outcome, baseline, target.path, enabled, profile.selection.unsure)
        return outcome

    def baseline_of(self, profile: Profile) -> Baseline | None:
        """Give the baseline of the settings, read anew if it has changed.

        Raises
        ------
        SettingsError
            If it cannot be used.
        """
        path = profile.settings.baseline
        if path is None:
            return None
        from ckptlint.engine.baseline_file import read_baseline, state_of

        state = state_of(path)
        if path not in self._baselines or self._baselines[path][0] != state:
            self._baselines[path] = state, read_baseline(path)
        return self._baselines[path][1]

    def forget(self, files: Collection[Path] | None = None) -> None:
        """Forget what rests on the content of some files; by default, all that was looked up."""
        if files is None:
            self._parsers.clear()
        for parsers in self._parsers.values():
            parsers.forget(files or ())

    def has_read(self, names: Collection[Path]) -> bool:
        """Tell whether a file of some names was read as a module."""
        return any(parsers.has_read(names) for parsers in self._parsers.values())

    def _read(self, target: Target, profile: Profile) -> bytes | FileOutcome:
        try:
            with open(target.path, "rb") as file:
                return file.read()
        except OSError as error:
            from ckptlint.engine.file_check import unreadable

            message = f"Cannot be read: {error.strerror or error}"
            enabled = self._enabled(target, profile)
            return unreadable(self._registry, enabled, target.name, message)

    def _enabled(self, target: Target, profile: Profile) -> frozenset[str]:
        return profile.selection.codes_for(os.path.abspath(target.path))

    def _has_needle(self, enabled: frozenset[str], data: bytes) -> bool:
        needles = self._needles_of(enabled)
        return bool(needles.codes_in(data)) or needles.may_suppress(data)

    def _note_what_it_rests_on(
        self,
        outcome: FileOutcome,
        files: Iterable[Path | str],
        target: Target,
        parsers: Parsers,
    ) -> None:
        from ckptlint.engine.watching import environment_paths, naming_paths

        outcome.rests_on = (
            *map(str, files),
            *naming_paths(target.path),
            *environment_paths(target.settings, map(str, parsers.site_packages)),
            *parsers.version_paths,
        )

    def _check_data(
        self, target: Target, profile: Profile, enabled: frozenset[str], data: bytes
    ) -> tuple[FileOutcome, Mapping[Path, bytes | None]]:
        from ckptlint.engine.file_check import check_document
        from ckptlint.engine.looking import Looker
        from ckptlint.engine.parsers import Parser
        from ckptlint.sources.document import read_document

        document = read_document(target.path, data, target.name)
        with Parser(self._parsers_of(profile.settings), target.path) as parse:
            looker = Looker(
                self._registry,
                enabled,
                self._needles_of(enabled),
                parse,
                target.is_explicit,
                self._ways.ignore_noqa,
                profile.selection.unsure,
                self._go_on,
                self._ways.today,
                self._layout_of,
            )
            policy = self._policy(target, profile)
            outcome, fixed = check_document(document, looker, target.name, policy)
        if fixed is not document and self._ways.fix_mode is FixMode.WRITE:
            self._write(target, fixed.to_bytes(), outcome)
        return outcome, parse.files

    def _entry(
        self, target: Target, profile: Profile, enabled: frozenset[str], data: bytes
    ) -> Entry:
        """Give the place of a file's result in the cache."""
        unsure, conditions = profile.selection.unsure, self._parsers_of(profile.settings).conditions
        today = self._ways.today or day.today()
        return self._cache.entry(target, enabled, unsure, conditions, data, today)

    @cached_property
    def _layout_of(self) -> LayoutReader | None:
        if self._reader is None:
            return None
        from ckptlint.engine.layouts import LayoutReader

        return LayoutReader()

    @cached_property
    def _cache(self) -> ResultCache:
        from ckptlint.engine.cache import ResultCache

        return ResultCache(self._registry, self._ways.ignore_noqa)

    def _write(self, target: Target, data: bytes, outcome: FileOutcome) -> None:
        from ckptlint.sources.writing import write_whole

        try:
            write_whole(target.path, data)
        except OSError as error:
            reason = error.strerror or str(error)
            outcome.faults = (
                *outcome.faults,
                f"fixes of {target.name} cannot be written: {reason}",
            )
            outcome.fixed = None
            outcome.diff = None
        self.forget()  # what was remembered of this file no longer holds

    def _policy(self, target: Target, profile: Profile) -> FixPolicy | None:
        if self._ways.fix_mode is FixMode.NONE:
            return None
        from ckptlint.engine.fixing import FixPolicy

        policy = FixPolicy(profile.selection.fixable, profile.settings.unsafe_fixes)
        baseline = self.baseline_of(profile)
        if baseline is None:
            return policy
        from ckptlint.engine.known import without_known

        return policy._replace(
            reported=lambda document, found: without_known(document, found, baseline, target.path)
        )

    def _needles_of(self, enabled: frozenset[str]) -> Needles:
        if enabled not in self._needles:
            rules = [self._registry.by_code[code] for code in sorted(enabled)]
            self._needles[enabled] = Needles(rules, self._registry.prefixes)
        return self._needles[enabled]

    def _parsers_of(self, settings: Settings) -> Parsers:
        from ckptlint.engine.parsers import Parsers

        key = settings.root, settings.src, settings.environment, settings.earth2studio_version
        if key not in self._parsers:
            self._parsers[key] = Parsers(settings, self._reader, revises=self._reader is not None)
        return self._parsers[key]


def _offer_fixes_of(fixable: frozenset[str], outcome: FileOutcome) -> None:
    """Show no fix of a rule whose findings ``--fix`` would leave alone."""
    outcome.findings = tuple(
        finding if finding.code in fixable else finding._replace(fix=None)
        for finding in outcome.findings
    )
