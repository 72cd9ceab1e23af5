"""Checks files while somebody types in them: the open documents of an editor, again and again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ckptlint.engine.checker import Checker
from ckptlint.engine.outcome import FileOutcome, FixMode
from ckptlint.engine.profiles import make_profile
from ckptlint.engine.registry import load_registry
from ckptlint.engine.target import Target, Ways
from ckptlint.engine.unsaved import UnsavedReader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from ckptlint.engine.registry import Registry
    from ckptlint.engine.target import Profile
    from ckptlint.settings.settings import Settings

__all__ = ["Cancelled", "FileOutcome", "LiveChecker", "Target"]

_MOST_SETTINGS = 64


class Cancelled(BaseException):
    """A check was given up, because nobody wants its result any more.

    It is no `Exception`, so that no rule can take it for a mistake of its own.
    """


class LiveChecker:
    """Checks open documents, and keeps between checks what does not change with a keystroke.

    What it gives is what a fresh check gives of the same files and documents. It may be made in
    one thread and used in another, but never in two at a time.

    Parameters
    ----------
    registry : Registry or None
        The rules; those of every installed pack by default.
    """

    def __init__(self, registry: Registry | None = None) -> None:
        self.registry = load_registry() if registry is None else registry
        self._reader = UnsavedReader()
        self._is_cancelled: Callable[[], bool] = _never
        self._checker = self._make_checker(FixMode.NONE)
        self._profiles: dict[Settings, Profile] = {}
        self._rests_on: dict[str, frozenset[str]] = {}

    def open(self, path: str, data: bytes) -> None:
        """Let the text of an open document stand for its file wherever that is read.

        Parameters
        ----------
        path : str
            The file, absolute or from the current folder; it need not be there.
        data : bytes
            The text as it would be saved.
        """
        self._stand_in(path, data)

    def changed(self, path: str, data: bytes) -> None:
        """Let another text stand for the file of a document; see `open`."""
        self._stand_in(path, data)

    def close(self, path: str) -> None:
        """Let the file stand for itself again, as it is on the disk."""
        self._rests_on.pop(os.path.abspath(path), None)
        self._step_back(path)

    def forget(self, paths: Iterable[str] = ()) -> None:
        """Look anew at what lies on the disk, since `paths` changed there, came or went.

        An open document stands for its file all the same. Without paths everything is looked at.
        """
        paths = [*paths]
        files = [path for path in paths if not self._reader.holds(path)]
        if paths and not files:
            return
        names = [self._reader.names_of(file) for file in files]
        if files and all(map(self._has_only_changed, files, names)):
            self._checker.forget({name for known in names for name in known})
        else:
            self._checker.forget()

    def check(
        self, target: Target, data: bytes, is_cancelled: Callable[[], bool] | None = None
    ) -> FileOutcome:
        """Check what an editor holds as the content of a file; nothing is written.

        The text stands for its file from then on if the document is open, else for this check.

        Parameters
        ----------
        target : Target
            The file, its settings and how it is shown. Its `is_explicit` should be True, or its
            syntax is checked only where a rule wants to look.
        data : bytes
            The text as it would be saved.
        is_cancelled : callable or None
            Asked every now and then whether to give up.

        Returns
        -------
        FileOutcome
            Its findings have their fixes; it has no `diff`.

        Raises
        ------
        Cancelled
            If it was told to give up.
        SettingsError
            If the settings name an unknown rule, leave none to run, or name an environment that
            is none.
        """
        profile = self._profile_of(target.settings)
        self._is_cancelled = is_cancelled or _never
        was_open = self._reader.holds(target.path)
        self._stand_in(target.path, data)
        try:
            outcome = self._checker.check_data(target, profile, data)
        finally:
            if not was_open:
                self._step_back(target.path)
        self._rests_on[os.path.abspath(target.path)] = frozenset(
            map(os.path.abspath, outcome.rests_on)
        )
        return outcome

    def fix(
        self,
        target: Target,
        data: bytes,
        *,
        unsafe: bool = False,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> FileOutcome:
        """Fix all that can be fixed, as ``ckptlint check --fix`` would; nothing is written.

        Parameters
        ----------
        target, data, is_cancelled
            As for `check`.
        unsafe : bool
            Whether unsafe fixes are wanted as well, whatever the settings say.

        Returns
        -------
        FileOutcome
            Its `diff` holds the fixed text and is None where nothing was fixed; its findings are
            those that remain.

        Raises
        ------
        Cancelled, SettingsError
            As `check`.
        """
        self._is_cancelled = is_cancelled or _never
        profile = self._profile_of(target.settings._replace(unsafe_fixes=unsafe))
        return self._make_checker(FixMode.DIFF).check_data(target, profile, data)

    def resting_on(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Tell which documents, as last checked, rest on one of `paths`; absolute paths, sorted.

        Each document rests on itself. It may rest on a path where nothing was.
        """
        wanted = set(map(os.path.abspath, paths))
        return tuple(
            sorted(
                path
                for path, files in self._rests_on.items()
                if path in wanted or not files.isdisjoint(wanted)
            )
        )

    def _stand_in(self, path: str, data: bytes) -> None:
        was_there = self._reader.holds(path) or os.path.exists(path)
        self._forget_what_rests_on(self._reader.stand_in(path, data), was_there)

    def _step_back(self, path: str) -> None:
        self._forget_what_rests_on(self._reader.step_back(path), os.path.exists(path))

    def _has_only_changed(self, path: str, names: Collection[Path]) -> bool:
        """Tell whether a module was there before, and still is."""
        return os.path.isfile(path) and self._checker.has_read(names)

    def _forget_what_rests_on(self, names: Collection[Path] | None, is_there: bool) -> None:
        """Forget what rests on a file; everything, where it has come or gone."""
        if names is not None:
            self._checker.forget(names if is_there else None)

    def _make_checker(self, fix_mode: FixMode) -> Checker:
        return Checker(self.registry, Ways(fix_mode), self._reader, self._go_on)

    def _go_on(self) -> None:
        if self._is_cancelled():
            raise Cancelled

    def _profile_of(self, settings: Settings) -> Profile:
        profile = self._profiles.get(settings)
        if profile is None:
            made = make_profile(self.registry, settings)
            if len(self._profiles) >= _MOST_SETTINGS:
                self._profiles.clear()
            profile = self._profiles[settings] = made
        return profile


def _never() -> bool:
    return False
