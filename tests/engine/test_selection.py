from __future__ import annotations

import pytest
from engine_doubles import make_rule
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.registry import Registry
from ckptlint.engine.selection import (
    NothingSelectedError,
    Selection,
    UnknownRuleError,
    select_rules,
)
from ckptlint.settings.settings import PathPattern, PerFileIgnore, RuleSelection

REGISTRY = Registry(
    (
        make_rule("ABC101", "other-pack"),
        make_rule("CKP101", "early-restore"),
        make_rule("CKP102", "late-restore"),
        make_rule("CKP201", "late-save"),
        make_rule("CKP903", "off-by-default", on_by_default=False),
    )
)


def select(*places: RuleSelection) -> list[str]:
    return sorted(select_rules(REGISTRY, places).codes)


def place(**settings: tuple[str, ...]) -> RuleSelection:
    return RuleSelection("test.toml", **settings)


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ({}, ["ABC101", "CKP101", "CKP102", "CKP201"]),
        ({"select": ("ALL",)}, ["ABC101", "CKP101", "CKP102", "CKP201", "CKP903"]),
        ({"select": ("CKP1",)}, ["CKP101", "CKP102"]),
        ({"select": ("late-save", "ABC")}, ["ABC101", "CKP201"]),
        ({"extend_select": ("CKP903",)}, ["ABC101", "CKP101", "CKP102", "CKP201", "CKP903"]),
        ({"select": ("CKP201",), "extend_select": ("CKP9",)}, ["CKP201", "CKP903"]),
        ({"ignore": ("CKP1",)}, ["ABC101", "CKP201"]),
        ({"ignore": ("CKP1",), "extend_ignore": ("ABC101",)}, ["CKP201"]),
        ({"select": ("CKP",), "ignore": ("CKP101",)}, ["CKP102", "CKP201", "CKP903"]),
        ({"select": ("CKP101",), "ignore": ("CKP",)}, ["CKP101"]),
        ({"select": ("CKP1", "ALL"), "ignore": ("CKP",)}, ["ABC101", "CKP101", "CKP102"]),
        ({"select": ("CKP10",), "ignore": ("early-restore",)}, ["CKP102"]),
        ({"select": ("early-restore", "ABC"), "ignore": ("CKP101",)}, ["ABC101"]),
        ({"select": ("CKP1",), "ignore": ("CKP1", "ABC")}, None),
    ],
)
def test_the_more_exact_selector_wins_and_ignoring_wins_between_equals(
    settings: dict[str, tuple[str, ...]], codes: list[str] | None
) -> None:
    if codes is None:
        with pytest.raises(NothingSelectedError):
            select(place(**settings))
    else:
        assert select(place(**settings)) == codes


def test_a_later_place_adds_to_an_earlier_one_or_replaces_it() -> None:
    earlier = place(select=("CKP",), ignore=("CKP101",))
    assert select(earlier, place(ignore=("CKP1",))) == ["CKP201", "CKP903"]
    assert select(earlier, place(extend_select=("CKP101",))) == [
        "CKP101",
        "CKP102",
        "CKP201",
        "CKP903",
    ]
    assert select(earlier, place(select=("CKP1",))) == ["CKP101", "CKP102"]


def test_an_unknown_rule_names_the_place_and_what_was_meant() -> None:
    with pytest.raises(UnknownRuleError) as raised:
        select(place(extend_ignore=("late-sav",)))
    assert str(raised.value) == (
        "test.toml: extend-ignore: unknown rule `late-sav` (did you mean `late-save`?)"
    )
    assert (raised.value.selector, raised.value.suggestions) == ("late-sav", ("late-save",))


def test_an_unknown_rule_like_no_other_has_no_suggestion() -> None:
    with pytest.raises(UnknownRuleError) as raised:
        select(place(select=("E501",)))
    assert str(raised.value) == "test.toml: select: unknown rule `E501`"
    assert raised.value.suggestions == ()


def test_selecting_nothing_names_the_place() -> None:
    with pytest.raises(NothingSelectedError) as raised:
        select(place(select=("CKP1",)), RuleSelection("the command line", ignore=("CKP1",)))
    assert str(raised.value) == "the command line: the rule selection leaves no rule to run"
    with pytest.raises(NothingSelectedError):
        select(place(select=()))


def test_what_cannot_be_checked_is_reported_unless_it_is_ignored() -> None:
    registry = Registry(
        (
            make_rule("CKP101", "early-restore"),
            make_rule("CKP900", "syntax-error"),
            make_rule("CKP904", "unreadable-file"),
        )
    )

    def codes(**settings: tuple[str, ...]) -> list[str]:
        return sorted(select_rules(registry, [place(**settings)]).codes)

    assert codes(select=("CKP101",)) == ["CKP101", "CKP900", "CKP904"]
    assert codes(select=("CKP101",), ignore=("CKP900",)) == ["CKP101", "CKP904"]
    with pytest.raises(NothingSelectedError):
        codes(select=("CKP101",), ignore=("early-restore",))


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ({}, ["ABC101", "CKP101", "CKP102", "CKP201", "CKP903"]),
        ({"fixable": ("CKP1",)}, ["CKP101", "CKP102"]),
        ({"fixable": ("CKP1",), "extend_fixable": ("ABC",)}, ["ABC101", "CKP101", "CKP102"]),
        ({"unfixable": ("CKP",)}, ["ABC101"]),
        ({"fixable": ("CKP102",), "unfixable": ("CKP1",)}, ["CKP102"]),
        ({"fixable": (), "unfixable": ()}, []),
    ],
)
def test_what_may_be_fixed(settings: dict[str, tuple[str, ...]], codes: list[str]) -> None:
    assert sorted(select_rules(REGISTRY, [place(**settings)]).fixable) == codes


def ignoring(pattern: str, *selectors: str) -> Selection:
    ignore = PerFileIgnore(
        PathPattern(pattern, "/project"), selectors, "test.toml", "per-file-ignores"
    )
    return select_rules(REGISTRY, [], [ignore])


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("conftest.py", "/project/tests/conftest.py", True),
        ("conftest.py", "/elsewhere/conftest.py", True),
        ("tests/**", "/project/tests/unit/test_a.py", True),
        ("tests/*", "/project/tests/unit/test_a.py", True),
        ("tests/**", "/project/src/tests/test_a.py", False),
        ("**/tests/*", "/project/src/tests/test_a.py", True),
        ("**/tests/*", "/project/tests/test_a.py", True),
        ("src/**/tests/**/test_*.py", "/project/src/tests/test_a.py", True),
        ("src/**/tests/**/test_*.py", "/project/src/a/b/tests/c/test_a.py", True),
        ("src/**.py", "/project/src/a/b.py", True),
        ("./src/a.py", "/project/src/a.py", True),
        ("src/a.py", "/projects/src/a.py", False),
        ("src/?.py", "/project/src/a.py", True),
        ("src/[ab].py", "/project/src/c.py", False),
        ("a+b.py", "/project/a+b.py", True),
        ("!src/**", "/project/src/a.py", False),
        ("!src/**", "/project/docs/a.md", True),
    ],
)
def test_patterns_of_files(pattern: str, path: str, matches: bool) -> None:
    codes = ignoring(pattern, "CKP1").codes_for(path)
    left = {"ABC101", "CKP201"}
    assert codes == (left if matches else left | {"CKP101", "CKP102"})


def test_an_unknown_rule_in_per_file_ignores_names_the_pattern() -> None:
    with pytest.raises(UnknownRuleError) as raised:
        ignoring("tests/**", "CKP301")
    assert str(raised.value) == (
        'test.toml: per-file-ignores."tests/**": unknown rule `CKP301` (did you mean `CKP201`?)'
    )


SELECTORS = st.sampled_from(
    ["ALL", "CKP", "CKP1", "CKP10", "CKP101", "early-restore", "CKP2", "late-save", "ABC", "CKP903"]
)


@given(
    st.lists(SELECTORS, min_size=1).map(tuple),
    st.lists(SELECTORS).map(tuple),
)
def test_each_code_follows_its_most_exact_selector(
    selected: tuple[str, ...], ignored: tuple[str, ...]
) -> None:
    def exactness(selector: str, code: str) -> int:
        if code not in {rule.code for rule in REGISTRY.find(selector)}:
            return -1
        return {"ALL": 0}.get(selector, 6 if "-" in selector else len(selector))

    expected = [
        code
        for code in REGISTRY.by_code
        if max(exactness(one, code) for one in selected)
        > max((exactness(one, code) for one in ignored), default=-1)
    ]
    if expected:
        assert select(place(select=selected, ignore=ignored)) == expected
    else:
        with pytest.raises(NothingSelectedError):
            select(place(select=selected, ignore=ignored))
