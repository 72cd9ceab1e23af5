"""``ckptlint check --write-baseline``: what is found now becomes known."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from ckptlint.cli.errors import CallError
from ckptlint.engine.baseline import DEFAULT_BASELINE, Baseline
from ckptlint.engine.baseline_file import baseline_bytes, read_baseline
from ckptlint.engine.check import FixMode, check
from ckptlint.engine.known import entries_of
from ckptlint.engine.selection import ALWAYS_ON
from ckptlint.reports.summary import count
from ckptlint.settings.reading import shown_path
from ckptlint.sources.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.cli.console import Console
    from ckptlint.engine.baseline import Entry
    from ckptlint.engine.check import CheckRequest, Target
    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.settings.settings import Settings


def write_baselines(request: CheckRequest, console: Console) -> CheckResult:
    """Check files, and write what is found into the baselines of their settings.

    Where the settings name none, it is `DEFAULT_BASELINE` in the project root. What a file holds
    of other files and other rules stays there.

    Returns
    -------
    CheckResult
        What remains to be reported: that a file could not be checked is never known.

    Raises
    ------
    CallError
        If a baseline cannot be written.
    SettingsError
        If one that is there cannot be read.
    """
    places = _Places()
    targets = [places.place(target) for target in request.targets]
    result = check(request._replace(targets=targets, fix_mode=FixMode.NONE))
    by_path: dict[str, list[LocatedFinding]] = {}
    for finding in (*result.findings, *result.known):
        by_path.setdefault(finding.place.path, []).append(finding)
    for path, settings in places.settings.items():
        old = read_baseline(path) if os.path.exists(path) else Baseline(path, Counter())
        found = [
            entry
            for target in places.targets[path]
            for entry in entries_of(by_path.get(target.name, ()), old.path_of(target.path))
        ]
        mended = result.mended.get(path, Counter())
        _write(old, old.updated(found, mended), mended, settings, console)
    every = (*result.findings, *result.known)
    result.known = [finding for finding in every if finding.code not in ALWAYS_ON]
    result.findings = [finding for finding in every if finding.code in ALWAYS_ON]
    result.mended = {}
    return result


class _Places:
    """Where the findings of each file are written."""

    def __init__(self) -> None:
        self.targets: dict[str, list[Target]] = {}
        self.settings: dict[str, Settings] = {}
        self._without: dict[int, Settings] = {}

    def place(self, target: Target) -> Target:
        """Note the baseline of a file; the file is checked without one that is not there yet."""
        settings = target.settings
        path = settings.baseline or os.path.join(settings.root, DEFAULT_BASELINE)
        self.targets.setdefault(path, []).append(target)
        self.settings.setdefault(path, settings)
        read = path if os.path.lexists(path) else None
        if id(settings) not in self._without:
            self._without[id(settings)] = settings._replace(baseline=read)
        return target._replace(settings=self._without[id(settings)])


def _write(
    old: Baseline,
    new: Baseline,
    mended: Counter[Entry],
    settings: Settings,
    console: Console,
) -> None:
    shown = shown_path(new.path)
    total = count(new.entries.total(), "known error")
    if os.path.exists(new.path) and baseline_bytes(new) == baseline_bytes(old):
        console.note(f"{shown} holds {total}, as before.")
        return
    try:
        write_whole(new.path, baseline_bytes(new))
    except OSError as error:
        raise CallError(f"cannot write the baseline {shown}: {error.strerror or error}") from error
    added = new.entries.total() - old.entries.total() + mended.total()
    changes = [f"{added} new"] * bool(added) + [f"{mended.total()} mended"] * bool(mended)
    aside = f" ({', '.join(changes)})" if changes and old.entries else ""
    console.note(f"Wrote {total} to {shown}{aside}.")
    if settings.baseline is None:
        name = os.path.relpath(new.path, settings.root)
        console.note(f'To use it, set `baseline = "{name}"`, or give `--baseline {shown}`.')


def mended_lines(result: CheckResult) -> Iterable[str]:
    """Tell of each baseline how many of its entries are found no more."""
    for path, entries in result.mended.items():
        number = entries.total()
        what, them = ("entry", "it") if number == 1 else ("entries", "them")
        are = "is" if number == 1 else "are"
        yield (
            f"{number} {what} of {shown_path(path)} {are} mended; `--write-baseline` drops {them}"
        )
