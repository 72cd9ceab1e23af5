"""The rules there are: those of all installed packs, found by the entry point `ckptlint.rules`."""

from __future__ import annotations

import os
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Final

from ckptlint.engine.packs import PackEntry, installed_packs
from ckptlint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

EVERYTHING = "ALL"


class Registry:
    """All rules, and what went wrong while they were loaded.

    Parameters
    ----------
    rules : tuple[Rule, ...]
        Ordered by code; codes and names are unique.
    packs : tuple[PackEntry, ...]
        The packs that were looked for, whether or not they could be loaded.
    files : tuple[str, ...]
        The files of every module of every pack.
    faults : tuple[str, ...]
        One line for each pack, module or rule that had to be left out.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...],
        packs: tuple[PackEntry, ...] = (),
        files: tuple[str, ...] = (),
        faults: tuple[str, ...] = (),
    ) -> None:
        self.rules = rules
        self.packs = packs
        self.files = files
        self.faults = faults

    @cached_property
    def by_code(self) -> Mapping[str, Rule]:
        """Every rule under its code."""
        return {rule.code: rule for rule in self.rules}

    @cached_property
    def by_name(self) -> Mapping[str, Rule]:
        """Every rule under its name."""
        return {rule.name: rule for rule in self.rules}

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """The letters that codes begin with, as in ``CKP``."""
        return frozenset(rule.code[:3] for rule in self.rules)

    def find(self, selector: str) -> tuple[Rule, ...]:
        """Give the rules that a code, the beginning of codes, a name or ``ALL`` stands for.

        The beginning of a code is its three letters and any number of its digits. The result is
        empty if the selector stands for nothing.
        """
        if selector == EVERYTHING:
            return self.rules
        if selector in self.by_name:
            return (self.by_name[selector],)
        if len(selector) < 3:
            return ()
        return tuple(rule for rule in self.rules if rule.code.startswith(selector))

    def selectors(self) -> tuple[str, ...]:
        """Give every exact selector: codes, names, and the letters of codes."""
        return (*self.by_code, *self.by_name, *sorted(self.prefixes), EVERYTHING)


BUILT_IN: Final = "ckptlint_rules"
"""The package of the built-in rules."""


class _Loading:
    def __init__(self) -> None:
        self.rules: dict[str, tuple[Rule, str]] = {}
        self.names: dict[str, str] = {}
        self.files: list[str] = []
        self.faults: list[str] = []

    def add(self, declared: object, where: str) -> None:
        """Take up what a module calls ``RULE``, or say why not."""
        if not isinstance(declared, Rule):
            kind = type(declared).__name__
            self.faults.append(f"{where}: RULE is a {kind}, not a ckptlint.rule.Rule")
            return
        problem = _problem_of(declared)
        if problem is not None:
            self.faults.append(f"{where}: {problem}")
        elif declared.code in self.rules:
            other = self.rules[declared.code][1]
            self.faults.append(f"{where}: the code {declared.code} is taken by {other}")
        elif declared.name in self.names:
            other = self.names[declared.name]
            self.faults.append(f"{where}: the name {declared.name} is taken by {other}")
        else:
            self.rules[declared.code] = declared, where
            self.names[declared.name] = where


def load_registry(packs: Iterable[PackEntry] | None = None) -> Registry:
    """Import the rules of `packs`, by default of every installed pack.

    A pack, a module or a rule that cannot be used becomes a fault of the registry that names it;
    the others are loaded all the same. The built-in rules come first, so that no pack takes their
    codes.
    """
    entries = tuple(installed_packs() if packs is None else packs)
    loading = _Loading()
    for entry in sorted(entries, key=lambda entry: entry.package != BUILT_IN):
        before = len(loading.rules), len(loading.faults)
        for module in _modules_of(entry, loading):
            if hasattr(module, "RULE"):
                loading.add(module.RULE, f"rule pack {entry.name}: {module.__name__}")
        if before == (len(loading.rules), len(loading.faults)):
            loading.faults.append(f"rule pack {entry.name}: {entry.package} declares no RULE")
    return Registry(
        rules=tuple(rule for _, (rule, _) in sorted(loading.rules.items())),
        packs=entries,
        files=tuple(loading.files),
        faults=tuple(loading.faults),
    )


def _modules_of(entry: PackEntry, loading: _Loading) -> Iterator[ModuleType]:
    waiting = [entry.package]
    while waiting:
        name = waiting.pop(0)
        try:
            module = import_module(name)
        except (Exception, SystemExit) as error:
            loading.faults.append(
                f"rule pack {entry.name}: {name} cannot be imported: "
                f"{type(error).__name__}: {error}"
            )
            continue
        if module.__file__ is not None:
            loading.files.append(module.__file__)
        yield module
        below = getattr(module, "__path__", ())
        waiting += [f"{name}.{child}" for child in sorted(_names_below(below))]


def _names_below(folders: Iterable[str]) -> set[str]:
    """Give the names of the modules and packages that lie in the folders of a package."""
    names: set[str] = set()
    for folder in folders:
        if not os.path.isdir(folder):
            # An archive. To import what can read any takes 4 ms, which most runs can save.
            from pkgutil import iter_modules

            names.update(found.name for found in iter_modules([folder]))
            continue
        for entry in os.scandir(folder):
            name, dot, suffix = entry.name.rpartition(".")
            if dot and suffix == "py":
                names.add(name)
            elif os.path.isfile(os.path.join(entry.path, "__init__.py")):
                names.add(entry.name)
    return names - {"__init__", "__main__"}


def _problem_of(rule: Rule) -> str | None:
    code = rule.code
    letters, digits = code[:3], code[3:]
    if not (
        code.isascii()
        and len(code) == 6
        and letters.isalpha()
        and letters.isupper()
        and digits.isdecimal()
    ):
        return f"the code {code!r} is not three capital letters and three digits"
    words = rule.name.split("-")
    if not all(word.isascii() and word.isalnum() and word == word.lower() for word in words):
        return f"the name {rule.name!r} of {code} is not in kebab case"
    if rule.check is not None and not rule.needles:
        return f"{code} has a check but no needles, so no file would ever reach it"
    return None
