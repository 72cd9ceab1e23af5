"""Checks open documents, each under its own settings; all of it runs in the worker."""

from __future__ import annotations

import logging
import os
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.engine.file_check import failed
from ckptlint.engine.live import FileOutcome, LiveChecker, Target
from ckptlint.server.folders import signatures
from ckptlint.server.pages import folder_of_pages, links_to_pages
from ckptlint.server.text import Text
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.settings import resolve
from ckptlint.sources.patterns import Patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ckptlint.engine.registry import Registry
    from ckptlint.engine.result import LocatedFinding
    from ckptlint.server.documents import OpenDocument
    from ckptlint.server.folders import FolderSettings, SettingsProblem
    from ckptlint.settings.settings import Settings

logger = logging.getLogger(__name__)


_SAMPLE: Final = b"""\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("sample") as session:
    session.flush()
"""


class Checked(NamedTuple):
    """What checking a document gave.

    Parameters
    ----------
    document : OpenDocument
        The document as it was checked.
    settings : Settings
        The settings that held.
    outcome : FileOutcome
        Its findings, with their fixes, and what went wrong inside ckptlint or a rule.
    problem : SettingsProblem or None
        What is wrong with the file's settings, so that others held.
    others : Mapping[str, Text]
        The texts of other files that findings point to, by the path that `Place` has.
    links : Mapping[str, str]
        The address of the page of each rule, by its code; empty if there are no pages.
    """

    document: OpenDocument
    settings: Settings
    outcome: FileOutcome
    problem: SettingsProblem | None = None
    others: Mapping[str, Text] = {}
    links: Mapping[str, str] = {}

    @property
    def shown(self) -> tuple[LocatedFinding, ...]:
        """The findings that count, and those that the baseline knows of."""
        return self.outcome.findings + self.outcome.known


class Inspector:
    """Checks open documents; it is used in one thread.

    Parameters
    ----------
    folders : FolderSettings
        Which settings hold where.
    """

    def __init__(self, folders: FolderSettings) -> None:
        self.folders = folders
        self._live: LiveChecker | None = None
        self._open: dict[str, OpenDocument] = {}
        self._excluded: dict[Settings, Patterns] = {}
        # By document the files that its findings rest on, and how these looked last.
        self._rests_on: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, tuple[int, int] | None] = {}
        self._baselines: set[str] = set()

    @property
    def live(self) -> LiveChecker:
        """What checks text that is not saved; the rules are loaded when it is first asked for."""
        if self._live is None:
            self._live = LiveChecker()
            for document in self._open.values():
                self._live.open(document.path, document.data)
        return self._live

    @property
    def registry(self) -> Registry:
        """The rules there are."""
        return self.live.registry

    @cached_property
    def _links(self) -> Mapping[str, str]:
        folder = folder_of_pages()
        try:
            return links_to_pages(self.registry, folder)
        except OSError as error:
            logger.warning("the pages of the rules cannot be written to %s: %s", folder, error)
            return {}

    def take(self, changed: Iterable[OpenDocument], closed: Iterable[str]) -> tuple[str, ...]:
        """Let documents stand for their files, and closed files for themselves again.

        Returns
        -------
        tuple[str, ...]
            The paths of the other documents that rested on them when they were last checked.
        """
        touched: list[str] = []
        for path in closed:
            self._rests_on.pop(path, None)
            if self._open.pop(path, None) is not None:
                touched.append(path)
                self.live.close(path)
        for document in changed:
            before = self._open.get(document.path)
            self._open[document.path] = document
            if before is None:
                self.live.open(document.path, document.data)
            elif before.data != document.data:
                self.live.changed(document.path, document.data)
            else:
                continue
            touched.append(document.path)
        resting = self.live.resting_on(touched) if touched else ()
        return tuple(path for path in resting if path not in touched)

    def forget(self, paths: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Look at the disk anew, where `paths` have changed.

        Returns
        -------
        tuple[tuple[str, ...], tuple[str, ...]]
            What has changed, and the paths of the documents that rested on it.
        """
        changed = tuple(paths)
        if not changed:
            return (), ()
        resting: Iterable[str] = self.live.resting_on(changed)
        self.live.forget(changed)
        if any(path.endswith(".toml") or path in self.folders.looked_for for path in changed):
            self.folders.forget()
            resting = self._open
        elif not self._baselines.isdisjoint(changed):
            resting = self._open
        return changed, tuple(resting)

    def glance(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Find out which files have changed that results rest on; see `forget`."""
        now = signatures(self._seen)
        changed = [path for path in now if now[path] != self._seen[path]]
        wanted = self.folders.looked_for.union(self._baselines, *self._rests_on.values())
        self._seen = {path: now[path] for path in now if path in wanted}
        return self.forget(path for path in changed if path not in self._open)

    def _see(self, paths: Iterable[str]) -> None:
        """Note how files look that were not noted yet, settings files and baselines among them."""
        known = self._seen
        self._seen.update(signatures(path for path in paths if path not in known))
        self._seen.update(signatures((self.folders.looked_for | self._baselines) - known.keys()))

    def prepare(self) -> tuple[str, ...]:
        """Load the rules, and what takes long to import; tell what is wrong with the rules."""
        faults = self.registry.faults
        path = os.path.join(self.folders.base, "ckptlint_warms_up.py")
        target = Target(path, resolve((), self.folders.base), is_explicit=True)
        self.live.check(target, _SAMPLE)
        self.live.close(path)
        return faults

    def successor(self) -> Inspector:
        """Give one that shares nothing with this one, which is stuck, and knows no document yet."""
        return Inspector(self.folders.copy())

    def inspect(self, document: OpenDocument, is_cancelled: Callable[[], bool]) -> Checked:
        """Check a document under its settings; where these are broken, under those before.

        Raises
        ------
        Cancelled
            If nobody wants the result any more.
        """
        problem: SettingsProblem | None = None
        for settings in self._candidates(document.path):
            if isinstance(settings, SettingsError):
                problem = problem or self.folders.problem(settings)
                continue
            try:
                outcome = self._check(document, settings, is_cancelled)
            except SettingsError as error:
                problem = problem or self.folders.problem(error)
                continue
            self._rests_on[document.path] = outcome.rests_on
            self._see(outcome.rests_on)
            if problem is None:
                self.folders.succeeded(document.path, settings)
            others = self._others(document, outcome)
            return Checked(document, settings, outcome, problem, others, self._links)
        raise AssertionError("the default settings can always be used")

    def _candidates(self, path: str) -> Iterator[Settings | SettingsError]:
        try:
            settings = self.folders.of_file(path)
        except SettingsError as error:
            yield error
        else:
            if settings.baseline is not None:
                self._baselines.add(settings.baseline)
            yield settings
            if settings.baseline is not None:
                yield settings._replace(baseline=None)
        yield from self.folders.instead(path)

    def _check(
        self, document: OpenDocument, settings: Settings, is_cancelled: Callable[[], bool]
    ) -> FileOutcome:
        if self._is_excluded(document.path, settings):
            return FileOutcome()
        target = Target(document.path, settings, is_explicit=True)
        try:
            return self.live.check(target, document.data, is_cancelled)
        except SettingsError:
            raise
        except Exception as error:
            self._live = None  # what it has kept may be half made
            return failed(document.path, error)

    def _is_excluded(self, path: str, settings: Settings) -> bool:
        if settings not in self._excluded:
            self._excluded[settings] = Patterns(settings.exclude)
        return self._excluded[settings].match_within(path)

    def _others(self, document: OpenDocument, outcome: FileOutcome) -> dict[str, Text]:
        """Read what is needed to tell places in other files."""
        texts: dict[str, Text] = {}
        for finding in (*outcome.findings, *outcome.known):
            for related in finding.related:
                path = related.place.path
                if path != document.path and path not in texts:
                    texts[path] = self._text_of(os.path.abspath(path), document.text.encoding)
        return texts

    def _text_of(self, path: str, encoding: str) -> Text:
        if path in self._open:
            return self._open[path].text
        try:
            with open(path, encoding="utf-8", errors="replace", newline="") as file:
                return Text(file.read(), encoding)
        except OSError:
            return Text("", encoding)
