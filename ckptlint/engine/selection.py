"""Which rules run on a file and which of them may fix it, from what the settings say."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.engine.registry import EVERYTHING
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.suggestion import nearest

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

    from ckptlint.engine.registry import Registry
    from ckptlint.settings.settings import PerFileIgnore, RuleSelection

ALWAYS_ON = frozenset({"CKP900", "CKP904"})
"""These say that a file could not be checked: only ``ignore`` turns them off, never ``select``."""


EXACT: Final = 6
"""How exact a whole code or a name is: a beginning counts its characters."""


class UnknownRuleError(SettingsError):
    """A selector stands for no rule. `suggestions` are the selectors that may have been meant."""

    def __init__(self, selector: str, where: str, suggestions: tuple[str, ...]) -> None:
        hint = f" (did you mean `{suggestions[0]}`?)" if suggestions else ""
        super().__init__(f"{where}: unknown rule `{selector}`{hint}")
        self.selector = selector
        self.suggestions = suggestions


class NothingSelectedError(SettingsError):
    """The settings leave no rule to run."""


class PathIgnore(NamedTuple):
    """Codes that are not reported in the files that a pattern matches."""

    pattern: str
    base: str
    codes: frozenset[str]

    def holds_for(self, path: str) -> bool:
        """Tell whether `path`, which is absolute, is one of the files that are meant."""
        negated = self.pattern.startswith("!")
        return _matches(self.pattern[negated:], self.base, path) != negated


class Selection(NamedTuple):
    """The codes of the rules that run, and of those that may fix what they find.

    `unsure` are the codes of those that are reported even where they are not sure.
    """

    codes: frozenset[str]
    fixable: frozenset[str]
    path_ignores: tuple[PathIgnore, ...] = ()
    unsure: frozenset[str] = frozenset()

    def codes_for(self, path: str) -> frozenset[str]:
        """Give the codes that are reported in the file at `path`, which is absolute."""
        ignored = [ignore.codes for ignore in self.path_ignores if ignore.holds_for(path)]
        return self.codes.difference(*ignored)


def select_rules(
    registry: Registry,
    selections: Sequence[RuleSelection],
    per_file_ignores: Sequence[PerFileIgnore] = (),
    *,
    preview: bool = False,
) -> Selection:
    """Work out which rules run.

    Within one place a selector that is more exact wins over a broader one, and ignoring wins over
    selecting between equals. A place with a ``select`` of its own replaces what earlier places
    selected; one without adds to it and takes from it. The same holds for what may be fixed.

    Parameters
    ----------
    registry : Registry
        The rules there are.
    selections : sequence of RuleSelection
        What each place says, the one that yields to all others first.
    per_file_ignores : sequence of PerFileIgnore
        Rules that are not reported in some files.
    preview : bool
        Whether every rule reports what it is not sure of, not only one that is selected by its
        own code or name.

    Raises
    ------
    UnknownRuleError
        If a selector stands for no rule.
    NothingSelectedError
        If no rule is left.
    """
    find = _Finder(registry)
    running = _Layered({rule.code for rule in registry.rules if rule.on_by_default})
    fixing = _Layered({rule.code for rule in registry.rules})
    ignored: set[str] = set()
    named: set[str] = set()
    origin = "the default settings"
    for place in selections:
        wanted = find.each(place.select, place, "select")
        wanted += find.each(place.extend_select, place, "extend-select")
        unwanted = find.each(place.ignore, place, "ignore")
        unwanted += find.each(place.extend_ignore, place, "extend-ignore")
        running.apply(wanted, unwanted, replaces=place.select is not None)
        ignored.update(*(codes for _, codes in unwanted))
        named.update(*(codes for exactness, codes in wanted if exactness == EXACT))
        if wanted or unwanted or place.select is not None:
            origin = place.place("select")
        mended = find.each(place.fixable, place, "fixable")
        mended += find.each(place.extend_fixable, place, "extend-fixable")
        kept = find.each(place.unfixable, place, "unfixable")
        fixing.apply(mended, kept, replaces=place.fixable is not None)
    if not running.codes:
        raise NothingSelectedError(f"{origin}: the rule selection leaves no rule to run")
    return Selection(
        codes=frozenset(running.codes) | ((ALWAYS_ON & registry.by_code.keys()) - ignored),
        fixable=frozenset(fixing.codes),
        path_ignores=tuple(_path_ignores(find, per_file_ignores)),
        unsure=frozenset(running.codes if preview else running.codes & named),
    )


_Choice = tuple[int, frozenset[str]]


class _Finder:
    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def each(
        self, selectors: Iterable[str] | None, place: RuleSelection, key: str
    ) -> list[_Choice]:
        return [self.one(selector, f"{place.place(key)}: {key}") for selector in selectors or ()]

    def one(self, selector: str, where: str) -> _Choice:
        rules = self.registry.find(selector)
        if not rules:
            near = nearest(selector, self.registry.selectors())
            raise UnknownRuleError(selector, where, () if near is None else (near,))
        return self._exactness(selector), frozenset(rule.code for rule in rules)

    def _exactness(self, selector: str) -> int:
        if selector == EVERYTHING:
            return 0
        return EXACT if selector in self.registry.by_name else len(selector)


class _Layered:
    def __init__(self, codes: set[str]) -> None:
        self.codes = codes

    def apply(self, wanted: list[_Choice], unwanted: list[_Choice], *, replaces: bool) -> None:
        steps = [(exactness, False, codes) for exactness, codes in wanted]
        steps += [(exactness, True, codes) for exactness, codes in unwanted]
        if replaces:
            self.codes = set()
        for _, is_ignored, codes in sorted(steps, key=lambda step: step[:2]):
            self.codes = self.codes - codes if is_ignored else self.codes | codes


def _path_ignores(find: _Finder, ignores: Sequence[PerFileIgnore]) -> Iterator[PathIgnore]:
    for ignore in ignores:
        where = f'{ignore.origin}: {ignore.key}."{ignore.pattern.pattern}"'
        codes = [find.one(selector, where)[1] for selector in ignore.selectors]
        yield PathIgnore(
            ignore.pattern.pattern, ignore.pattern.base, frozenset[str]().union(*codes)
        )


def _matches(pattern: str, base: str, path: str) -> bool:
    """Compare `pattern` with a file's name, and with its path from `base`."""
    if _compiled(pattern).match(os.path.basename(path)):
        return True
    folder = base.rstrip(os.sep) + os.sep
    if not path.startswith(folder):
        return False
    relative = path.removeprefix(folder).replace(os.sep, "/")
    return _compiled(pattern.removeprefix("./")).match(relative) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a glob in which ``*`` crosses slashes and ``**/`` may stand for no folder at all."""
    import re
    from fnmatch import translate

    pieces = [translate(piece) for piece in pattern.split("**/")]
    bodies = [piece[len("(?s:") : piece.rindex(")")] for piece in pieces]
    return re.compile("(?s:" + "(?:.*/)?".join(bodies) + r")\Z")
