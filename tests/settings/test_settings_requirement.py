"""Conditions on ckptlint's own version, and the nearest name."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckptlint.settings.requirement import satisfies
from ckptlint.settings.suggestion import did_you_mean, nearest


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("1.2", True),
        ("1.2.0", True),
        ("==1.2.0.0", True),
        ("1.2.1", False),
        (">=1.2", True),
        (">= 1.2, < 2", True),
        (">1.2", False),
        ("<1.10", True),
        ("<=1.1", False),
        ("!=1.2", False),
        (">=1,!=1.2.0", False),
    ],
)
def test_satisfies(requirement: str, expected: bool) -> None:
    assert satisfies("1.2.0", requirement) is expected


@pytest.mark.parametrize("requirement", ["", "latest", "1.x", "=1", ">=1,", "1..2", "==", "1.²"])
def test_a_malformed_requirement_is_refused(requirement: str) -> None:
    with pytest.raises(ValueError, match="is not a version of numbers and dots"):
        satisfies("1.2.0", requirement)


versions = st.lists(st.integers(0, 30), min_size=1, max_size=4)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(versions, versions)
def test_the_comparisons_agree(left: list[int], right: list[int]) -> None:
    version, other = (".".join(map(str, numbers)) for numbers in (left, right))
    less, equal, greater = (satisfies(version, sign + other) for sign in ("<", "==", ">"))
    assert [less, equal, greater].count(True) == 1
    assert satisfies(version, "<=" + other) == (less or equal)
    assert satisfies(version, ">=" + other) == (greater or equal)
    assert satisfies(version, "!=" + other) == (not equal)


@pytest.mark.parametrize(
    ("word", "expected"), [("selct", "select"), ("SELECT", "select"), ("colour", None)]
)
def test_nearest(word: str, expected: str | None) -> None:
    assert nearest(word, ["select", "ignore"]) == expected


def test_did_you_mean() -> None:
    assert did_you_mean("ignor", ["select", "ignore"]) == " (did you mean `ignore`?)"
    assert did_you_mean("colour", ["select", "ignore"]) == ""
