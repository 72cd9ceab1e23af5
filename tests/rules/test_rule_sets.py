"""Rules, pages, fixtures and changelog name the same codes, and each rule has its fixtures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from expectations import FIXTURES, REGISTRY

ROOT = Path(__file__).parents[2]
CODES = {rule.code for rule in REGISTRY.rules}
CHECKED = {rule.code for rule in REGISTRY.rules if rule.check is not None}
FEWEST_BAD = 3
FEWEST_GOOD = 5


def codes_in(path: Path) -> set[str]:
    return set(re.findall(r"\bCKP\d{3}\b", path.read_text(encoding="utf-8")))


def test_each_rule_has_a_folder_of_fixtures_and_each_folder_a_rule() -> None:
    folders = {path.name.upper() for path in FIXTURES.iterdir() if path.name.startswith("ckp")}
    assert folders - {"CKPTLINT.TOML"} == CHECKED


@pytest.mark.parametrize("code", sorted(CHECKED))
def test_a_rule_has_enough_fixtures_of_both_kinds(code: str) -> None:
    folder = FIXTURES / code.lower()
    assert len([*folder.glob("bad_*.py")]) >= FEWEST_BAD
    assert len([*folder.glob("good_*.py")]) >= FEWEST_GOOD


def test_the_changelog_names_every_rule_and_no_other() -> None:
    assert codes_in(ROOT / "CHANGELOG.md") == CODES


def test_what_verify_blames_on_a_rule_is_blamed_on_one_that_there_is() -> None:
    modules = (ROOT / "ckptlint" / "verify").rglob("*.py")
    assert set().union(*map(codes_in, modules)) <= CODES
