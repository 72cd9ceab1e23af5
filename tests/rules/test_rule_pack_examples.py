"""The example rule pack is tested as ours are: its examples say what is found in them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from expectations import FIXTURES, expected_in, found_in, settings_for

from ckptlint.engine.check import CheckRequest, Target, check_text
from ckptlint.engine.packs import PackEntry
from ckptlint.engine.registry import load_registry
from ckptlint.rule import Example

if TYPE_CHECKING:
    from pathlib import Path

sys.path.insert(0, str(FIXTURES / "rule_pack"))
REGISTRY = load_registry([PackEntry("house", "house_rules", "house-rules", "1.0")])


def test_the_pack_can_be_loaded() -> None:
    assert REGISTRY.faults == ()
    assert [rule.code for rule in REGISTRY.rules] == ["HSE101"]


@pytest.mark.parametrize(
    ("example", "is_bad"),
    [(example, True) for rule in REGISTRY.rules for example in rule.bad]
    + [(example, False) for rule in REGISTRY.rules for example in rule.good],
    ids=lambda value: value.title if isinstance(value, Example) else None,
)
def test_an_example_holds(example: Example, is_bad: bool, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "HSE101")
    target = Target(str(tmp_path / "example.py"), settings, is_explicit=True)
    result = check_text(example.code.encode(), target, CheckRequest([], registry=REGISTRY))
    expected = expected_in(example.code, code="HSE101")
    assert bool(expected) is is_bad
    assert found_in(result) == expected
