"""A registry of small rules that find words, so that the command line is tested on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ckptlint.engine.registry import Registry
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

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ckptlint.program.program import Program


def word_rule(code: str, name: str, word: str, applicability: Applicability | None) -> Rule:
    """Make a rule that finds a word, and replaces it by the same in capitals if it can fix."""

    def check(program: Program) -> Iterator[Finding]:
        for number, line in enumerate(program.module.source.text.split("\n"), start=1):
            column = line.find(word) + 1
            if column:
                span = Span(Position(number, column), Position(number, column + len(word)))
                edit = Edit(span, word.upper())
                fix = None if applicability is None else Fix("Shout", (edit,), applicability)
                yield Finding(span, f"Found `{word}`", fix=fix)

    fixable = FixAvailability.NEVER if applicability is None else FixAvailability.ALWAYS
    return Rule(
        code, name, f"Find {word}.", Severity.ERROR, ((word.encode(),),), fixable,
        (Evidence.STATIC,), check,
    )  # fmt: skip


def broken_check(program: Program) -> Iterator[Finding]:
    """Fail on every program."""
    raise RuntimeError("broken")


def engine_rule(code: str, name: str) -> Rule:
    """Declare a rule that the engine itself reports."""
    return Rule(code, name, f"{name}.", Severity.ERROR, (), FixAvailability.NEVER, (), None)


REGISTRY = Registry(
    (
        word_rule("CKP801", "safe-word", "safe_word", Applicability.SAFE),
        word_rule("CKP802", "unsafe-word", "risky_word", Applicability.UNSAFE),
        word_rule("CKP803", "plain-word", "plain_word", None),
        word_rule("CKP804", "broken-rule", "broken_word", None)._replace(check=broken_check),
        engine_rule("CKP900", "syntax-error"),
        engine_rule("CKP904", "unreadable-file"),
    )
)


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Let ``check`` run the rules that find words."""
    monkeypatch.setattr("ckptlint.cli.check.load_registry", lambda: REGISTRY)
    return REGISTRY


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with no variable set that ckptlint heeds."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "NO_COLOR", "FORCE_COLOR", "CKPTLINT_BACKTRACE", "CKPTLINT_OUTPUT_FORMAT",
        "CKPTLINT_CACHE_DIR", "VIRTUAL_ENV", "COLUMNS",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    return tmp_path
