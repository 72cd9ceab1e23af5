"""Small rules and documents for the tests of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ckptlint.engine.looking import Looker
from ckptlint.engine.needles import Needles
from ckptlint.engine.packs import PackEntry
from ckptlint.engine.registry import Registry, load_registry
from ckptlint.rule import (
    Applicability,
    Edit,
    Evidence,
    Finding,
    Fix,
    FixAvailability,
    Position,
    Rule,
    Severity,
    Span,
)
from ckptlint.sources.document import Document, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ckptlint.sources.source import Source


def make_rule(
    code: str,
    name: str,
    check: Callable[..., Iterator[Finding]] | None = None,
    needles: tuple[tuple[bytes, ...], ...] = ((b"BAD",),),
    on_by_default: bool = True,
) -> Rule:
    return Rule(
        code=code,
        name=name,
        documentation=f"{name}.\n\n## What it does\n\nFor tests.\n",
        severity=Severity.ERROR,
        needles=needles,
        fix=FixAvailability.SOMETIMES,
        evidence=(Evidence.STATIC,),
        check=check,
        on_by_default=on_by_default,
    )


def word_rule(
    code: str,
    name: str,
    word: str,
    replacement: str | None = None,
    applicability: Applicability = Applicability.SAFE,
    on_by_default: bool = True,
) -> Rule:
    """A rule that finds every `word`, and replaces it where a replacement is given."""

    def check(program: Any) -> Iterator[Finding]:
        source: Source = program.module.source
        for number, line in enumerate(source.text.split("\n"), 1):
            column = line.find(word)
            while column >= 0:
                start, end = column + 1, column + len(word) + 1
                span = Span(Position(number, start), Position(number, end))
                fix = None
                if replacement is not None:
                    fix = Fix(f"Replace {word}", (Edit(span, replacement),), applicability)
                yield Finding(span, f"found {word}", fix=fix)
                column = line.find(word, end - 1)

    return make_rule(code, name, check, ((word.encode(),),), on_by_default)


HOUSEKEEPING = load_registry((PackEntry("own", "ckptlint_rules.housekeeping", "ckptlint", "0"),))


def registry_of(*rules: Rule) -> Registry:
    """A registry of `rules` and of the housekeeping rules."""
    everything = sorted((*rules, *HOUSEKEEPING.rules), key=lambda rule: rule.code)
    return Registry(rules=tuple(everything))


@dataclass
class ModuleDouble:
    source: Source
    syntax_problems: tuple[object, ...] = ()


@dataclass
class ProgramDouble:
    module: ModuleDouble
    gave_up: tuple[str, ...] = ()


def document_of(text: str, name: str = "code.py") -> Document:
    return read_document(Path(name), text.encode())


def looker_of(
    *rules: Rule, enabled: frozenset[str] | None = None, is_explicit: bool = False
) -> Looker:
    registry = registry_of(*rules)
    codes = frozenset(registry.by_code) if enabled is None else enabled
    return Looker(
        registry=registry,
        enabled=codes,
        needles=Needles([registry.by_code[code] for code in codes], registry.prefixes),
        parse=lambda source: ProgramDouble(ModuleDouble(source)),  # type: ignore[arg-type,return-value]
        is_explicit=is_explicit,
        ignore_noqa=False,
    )


def shown(looker: Looker, document: Document) -> list[str]:
    """The findings of a look, as ``LINE:COLUMN CODE MESSAGE``, in the document's own lines."""
    found = looker.look(document).found
    lines = []
    for one in found:
        place = one.place or document.sources[one.source].place(one.finding.span)
        line, column = place.span.start
        lines.append(f"{line}:{column} {one.rule.code} {one.finding.message}")
    return sorted(lines, key=lambda text: [int(part) for part in text.split(" ")[0].split(":")])
