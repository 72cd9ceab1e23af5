"""In a fixture of each rule, findings can be suppressed on their lines and nothing else changes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from expectations import FIXTURES, REGISTRY, settings_for

from ckptlint.engine.checker import Checker
from ckptlint.engine.directives import Form
from ckptlint.engine.selection import select_rules
from ckptlint.engine.suppressing import suppress
from ckptlint.engine.target import Profile, Target, Ways
from ckptlint.sources.document import read_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ckptlint.engine.result import LocatedFinding

    Look = Callable[[bytes, Path], tuple[LocatedFinding, ...]]

_BAD = [
    FIXTURES / "guide.md",
    FIXTURES / "notebook.ipynb",
    *(min(folder.glob("bad_*.py")) for folder in sorted(FIXTURES.glob("ckp*")) if folder.is_dir()),
]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Every rule, asked about a text as if it were the content of a file."""
    settings = settings_for(tmp_path_factory.mktemp("root"), "ALL")
    profile = Profile(settings, select_rules(REGISTRY, settings.selections, (), preview=True))
    checker = Checker(REGISTRY, Ways())

    def findings_in(data: bytes, path: Path) -> tuple[LocatedFinding, ...]:
        outcome = checker.check_data(Target(str(path), settings, is_explicit=True), profile, data)
        assert outcome.faults == ()
        return outcome.findings

    return findings_in


def line_of(finding: LocatedFinding) -> tuple[object, ...]:
    return finding.code, finding.place.cell, finding.noqa_line


def shown(findings: tuple[LocatedFinding, ...]) -> list[tuple[object, ...]]:
    """Give what a reader sees of findings, apart from the text of the lines around them."""
    return [(one.code, one.message, one.place, one.related) for one in findings]


def code_of(data: bytes, path: Path) -> list[str]:
    sources = read_document(path, data).sources
    return [ast.dump(ast.parse(source.text)) for source in sources if path.suffix == ".py"]


@pytest.mark.parametrize("path", _BAD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_findings_of_a_fixture(path: Path, look: Look) -> None:
    data = path.read_bytes()
    findings = look(data, path)
    document = read_document(path, data)
    hidden = suppress(document, findings, reason="known")
    assert hidden.refused == ()
    assert look(hidden.document.to_bytes(), path) == ()
    assert code_of(hidden.document.to_bytes(), path) == code_of(data, path)
    first, *others = findings
    alone = suppress(document, [first], Form.IGNORE, "known").document.to_bytes()
    left = tuple(one for one in others if line_of(one) != line_of(first))
    assert shown(look(alone, path)) == shown(left)


def test_there_is_something_to_suppress(look: Look) -> None:
    codes = {one.code for path in _BAD for one in look(path.read_bytes(), path)}
    assert {rule.code for rule in REGISTRY.rules if rule.code < "CKP900"} <= codes
