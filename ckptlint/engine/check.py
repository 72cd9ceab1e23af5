"""The whole run: every file checked, the results joined and ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ckptlint.engine.checker import Checker, Profile, Target, Ways
from ckptlint.engine.file_check import FixMode
from ckptlint.engine.locating import sort_findings
from ckptlint.engine.registry import load_registry
from ckptlint.engine.result import CheckResult
from ckptlint.engine.selection import select_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ckptlint.engine.file_check import FileOutcome
    from ckptlint.engine.registry import Registry
    from ckptlint.settings.settings import Settings

__all__ = ["CheckRequest", "FixMode", "Target", "check", "check_text"]


@dataclass(frozen=True, slots=True)
class CheckRequest:
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
    """

    targets: Sequence[Target]
    fix_mode: FixMode = FixMode.NONE
    ignore_noqa: bool = False
    registry: Registry | None = None
    on_progress: Callable[[int, int], None] | None = None
    use_cache: bool = False

    @property
    def ways(self) -> Ways:
        """How each file is checked."""
        return Ways(self.fix_mode, self.ignore_noqa, self.use_cache)


def check(request: CheckRequest) -> CheckResult:
    """Check every file of a request.

    Raises
    ------
    SettingsError
        If the settings of a file name an unknown rule, or leave none to run.
    """
    registry = load_registry() if request.registry is None else request.registry
    profiles = _Profiles(registry)
    jobs = [(target, profiles.of(target.settings)) for target in request.targets]
    checker = Checker(registry, request.ways)
    result = CheckResult(faults=[*registry.faults], files=len(jobs))
    for done, (target, profile) in enumerate(jobs, 1):
        _add(result, target.name, checker.check_file(target, profile))
        if request.on_progress is not None:
            request.on_progress(done, len(jobs))
    result.warnings += checker.warnings()
    return _ordered(result)


def check_text(data: bytes, target: Target, request: CheckRequest) -> CheckResult:
    """Check what came from standard input as if it were the content of `target`.

    Nothing is written, whatever the request says; `CheckResult.diffs` holds the fixed text. Of the
    request, the targets do not count.

    Raises
    ------
    SettingsError
        If the settings name an unknown rule, or leave none to run.
    """
    registry = load_registry() if request.registry is None else request.registry
    profile = _Profiles(registry).of(target.settings)
    diff_only = FixMode.NONE if request.fix_mode is FixMode.NONE else FixMode.DIFF
    checker = Checker(registry, Ways(diff_only, request.ignore_noqa))
    result = CheckResult(faults=[*registry.faults], files=1)
    _add(result, target.name, checker.check_data(target, profile, data))
    return _ordered(result)


class _Profiles:
    """The rule selection of each settings object, made once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._made: dict[int, Profile] = {}

    def of(self, settings: Settings) -> Profile:
        profile = self._made.get(id(settings))
        if profile is None:
            selection = select_rules(self._registry, settings.selections, settings.per_file_ignores)
            profile = self._made[id(settings)] = Profile(settings, selection)
        return profile


def _add(result: CheckResult, name: str, outcome: FileOutcome) -> None:
    result.findings += outcome.findings
    result.faults += outcome.faults
    result.rests_on.update(outcome.rests_on)
    if outcome.fixed:
        result.fixed[name] = outcome.fixed
    if outcome.diff is not None:
        result.diffs.append(outcome.diff)


def _ordered(result: CheckResult) -> CheckResult:
    result.findings = sort_findings(result.findings)
    result.diffs.sort(key=lambda diff: diff.path)
    result.fixed = dict(sorted(result.fixed.items()))
    return result
