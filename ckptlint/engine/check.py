"""The whole run: every file checked, the results joined and ordered."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.checker import Checker
from ckptlint.engine.day import today
from ckptlint.engine.outcome import FixMode
from ckptlint.engine.profiles import Profiles
from ckptlint.engine.registry import load_registry
from ckptlint.engine.result import CheckResult, sort_findings
from ckptlint.engine.target import Target, Ways

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ckptlint.engine.baseline import Baseline
    from ckptlint.engine.outcome import FileOutcome
    from ckptlint.engine.registry import Registry

__all__ = ["CheckRequest", "FixMode", "Target", "check", "check_text"]


class CheckRequest(NamedTuple):
    """What a run is to do.

    Parameters
    ----------
    targets : sequence of Target
        The files, in any order.
    fix_mode : FixMode
        What becomes of the fixes. Unsafe ones count where the settings say so.
    ignore_noqa : bool
        Whether suppression comments count for nothing.
    registry : Registry or None
        The rules; those of every installed pack by default.
    on_progress : callable or None
        Called after each file with the number of files done and that of all files.
    use_cache : bool
        Whether results are kept in, and taken from, the cache folders of the settings.
    processes : int or None
        The most processes to check files in; by default one for each processor. While files are
        written there is only one, for a fix may bear on another file.
    today : str or None
        The day by which suppressions have expired; by default the local day when the run begins.
    """

    targets: Sequence[Target]
    fix_mode: FixMode = FixMode.NONE
    ignore_noqa: bool = False
    registry: Registry | None = None
    on_progress: Callable[[int, int], None] | None = None
    use_cache: bool = False
    processes: int | None = None
    today: str | None = None

    @property
    def ways(self) -> Ways:
        """How each file is checked."""
        return Ways(self.fix_mode, self.ignore_noqa, self.use_cache, self.today or today())


def check(request: CheckRequest) -> CheckResult:
    """Check every file of a request.

    Raises
    ------
    SettingsError
        If the settings of a file name an unknown rule, leave none to run, or name a baseline
        that cannot be used.
    """
    registry = load_registry() if request.registry is None else request.registry
    profiles = Profiles(registry)
    ways = request.ways
    checker = Checker(registry, ways)
    progress = _Progress(request.on_progress, len(request.targets))
    outcomes: list[FileOutcome | None] = []
    for target in request.targets:
        outcome = checker.recall(target, profiles.of(target.settings))
        outcomes.append(outcome)
        if outcome is not None:
            progress.step()
    pending = [index for index, outcome in enumerate(outcomes) if outcome is None]
    targets = [request.targets[index] for index in pending]
    checked = _check_all(targets, request, ways, checker, profiles, registry, progress.step)
    for index, outcome in zip(pending, checked, strict=True):
        outcomes[index] = outcome
    result = CheckResult(faults=[*registry.faults], files=len(outcomes))
    for target, outcome in zip(request.targets, outcomes, strict=True):
        assert outcome is not None
        _add(result, target, outcome)
    baselines = filter(None, map(checker.baseline_of, profiles.all))
    for baseline in {one.path: one for one in baselines}.values():
        _note_what_is_gone(result, baseline)
    return _ordered(result)


def _check_all(
    targets: Sequence[Target],
    request: CheckRequest,
    ways: Ways,
    checker: Checker,
    profiles: Profiles,
    registry: Registry,
    on_done: Callable[[], None],
) -> list[FileOutcome]:
    """Check the files that have to be parsed, in several processes if there are many."""
    if not targets:
        return []
    from ckptlint.engine.workers import Crew, Task, check_in_processes, worker_count

    count = worker_count(len(targets), request.processes)
    if count > 1 and registry.packs and request.fix_mode is not FixMode.WRITE:
        tasks: list[Task] = [
            (target.path, target.is_explicit, target.shown_as, profiles.index(target.settings))
            for target in targets
        ]
        crew = Crew(registry.packs, ways, profiles.all)
        return check_in_processes(tasks, crew, count, on_done)
    outcomes: list[FileOutcome] = []
    for target in targets:
        outcomes.append(checker.check_file(target, profiles.of(target.settings)))
        on_done()
    return outcomes


def check_text(data: bytes, target: Target, request: CheckRequest) -> CheckResult:
    """Check what came from standard input as if it were the content of `target`.

    Nothing is written, whatever the request says; `CheckResult.diffs` holds the fixed text. Of the
    request, the targets do not count.

    Raises
    ------
    SettingsError
        If the settings name an unknown rule, leave none to run, or name a baseline that cannot
        be used.
    """
    registry = load_registry() if request.registry is None else request.registry
    profile = Profiles(registry).of(target.settings)
    diff_only = FixMode.NONE if request.fix_mode is FixMode.NONE else FixMode.DIFF
    ways = request._replace(fix_mode=diff_only, use_cache=False).ways
    checker = Checker(registry, ways)
    result = CheckResult(faults=[*registry.faults], files=1)
    _add(result, target, checker.check_data(target, profile, data))
    return _ordered(result)


class _Progress:
    """Counts files, and tells how far the run has come."""

    def __init__(self, tell: Callable[[int, int], None] | None, total: int) -> None:
        self._tell = tell
        self._total = total
        self._done = 0

    def step(self) -> None:
        self._done += 1
        if self._tell is not None:
            self._tell(self._done, self._total)


def _add(result: CheckResult, target: Target, outcome: FileOutcome) -> None:
    result.findings += outcome.findings
    result.faults += outcome.faults
    result.rests_on.update(outcome.rests_on)
    result.last_days.update(outcome.last_days)
    result.warnings += [one for one in outcome.warnings if one not in result.warnings]
    if outcome.fixed:
        result.fixed[target.name] = outcome.fixed
    if outcome.diff is not None:
        result.diffs.append(outcome.diff)
    result.known += outcome.known
    if outcome.mended and target.settings.baseline is not None:
        result.mended.setdefault(target.settings.baseline, Counter()).update(outcome.mended)


def _note_what_is_gone(result: CheckResult, baseline: Baseline) -> None:
    """Count as mended the entries of a baseline whose file is not there any more."""
    mended = result.mended.setdefault(baseline.path, Counter())
    for path in baseline.files():
        file = baseline.file_of(path)
        result.rests_on.add(file)
        if not os.path.lexists(file):
            mended |= baseline.of_file(path)


def _ordered(result: CheckResult) -> CheckResult:
    result.findings = sort_findings(result.findings)
    result.known = sort_findings(result.known)
    result.diffs.sort(key=lambda diff: diff.path)
    result.fixed = dict(sorted(result.fixed.items()))
    result.mended = {path: entries for path, entries in result.mended.items() if entries}
    return result
