"""Each rule's own examples and its page: what they say is what the rule finds and fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from expectations import (
    REGISTRY,
    expected_in,
    fix_data,
    found_in,
    settings_for,
    without_expectations,
)
from markdown_it import MarkdownIt

from ckptlint.engine.check import CheckRequest, Target, check_text
from ckptlint.rule import Example, FixAvailability, Rule

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.engine.result import CheckResult

SECTIONS = ("What it does", "Why is this bad?", "Example", "Use instead", "Fix safety", "Proof")
RULES = [rule for rule in REGISTRY.rules if rule.check is not None]
BAD = [(rule, example) for rule in RULES for example in rule.bad]
GOOD = [(rule, example) for rule in RULES for example in rule.good]


def name_of(value: object) -> str | None:
    match value:
        case Rule():
            return value.code
        case Example():
            return value.title
    return None


def checked(text: str, rule: Rule, root: Path, name: str = "example.py") -> CheckResult:
    target = Target(str(root / name), settings_for(root, rule.code), is_explicit=True)
    return check_text(text.encode(), target, CheckRequest([], registry=REGISTRY))


def fixed(text: str, rule: Rule, root: Path) -> str:
    settings = settings_for(root, rule.code, unsafe=True)
    result = fix_data(text.encode(), root / "example.py", settings)
    assert result.faults == []
    return result.diffs[0].after if result.diffs else text


def test_the_registry_is_whole() -> None:
    assert REGISTRY.faults == ()
    assert {"CKP101", "CKP201", "CKP301"} <= {rule.code for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_rule_has_examples_of_both_kinds(rule: Rule) -> None:
    assert rule.bad
    assert rule.good


@pytest.mark.parametrize(("rule", "example"), BAD, ids=name_of)
def test_a_bad_example_gives_what_its_comments_say(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    expected = expected_in(example.code, code=rule.code)
    assert expected
    assert found_in(checked(example.code, rule, tmp_path)) == expected


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=name_of)
def test_a_good_example_gives_nothing(rule: Rule, example: Example, tmp_path: Path) -> None:
    compile(example.code, example.title, "exec", dont_inherit=True)
    assert found_in(checked(example.code, rule, tmp_path)) == []


@pytest.mark.parametrize(("rule", "example"), BAD, ids=name_of)
def test_a_bad_example_is_fixed_as_it_says(rule: Rule, example: Example, tmp_path: Path) -> None:
    text = without_expectations(example.code)
    after = fixed(text, rule, tmp_path)
    compile(after, example.title, "exec", dont_inherit=True)
    if example.fixed is None:
        assert after == text
        return
    assert rule.fix is not FixAvailability.NEVER
    assert after == example.fixed
    assert fixed(after, rule, tmp_path) == after
    assert found_in(checked(after, rule, tmp_path)) == []


def sections_of(rule: Rule) -> dict[str, list[str]]:
    """Give the Python blocks below each heading of a rule's page."""
    sections: dict[str, list[str]] = {}
    heading = ""
    tokens = MarkdownIt().parse(rule.documentation)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and token.tag == "h2" and following is not None:
            heading = following.content
            sections[heading] = []
        elif token.type == "fence":
            assert token.info == "python"
            sections[heading].append(token.content)
    return sections


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_rules_page_has_every_section(rule: Rule) -> None:
    summary, _, rest = rule.documentation.partition("\n")
    assert summary.endswith(".")
    assert rest.startswith("\n## ")
    sections = sections_of(rule)
    assert tuple(sections) == SECTIONS
    assert sections["Example"]
    assert sections["Use instead"]


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_blocks_of_a_rules_page_hold_what_they_show(rule: Rule, tmp_path: Path) -> None:
    sections = sections_of(rule)
    for block in sections["Example"]:
        found = found_in(checked(f"```python\n{block}```\n", rule, tmp_path, "page.md"))
        assert found or not is_telling(block)
    for block in sections["Use instead"]:
        assert found_in(checked(f"```python\n{block}```\n", rule, tmp_path, "page.md")) == []


def is_telling(block: str) -> bool:
    """Whether a block shows the bound state or a Checkpoint, without which nothing is found."""
    return any(word in block for word in ("bind_checkpoint_state", ".checkpoint_", "Checkpoint("))


@pytest.mark.parametrize("rule", REGISTRY.rules, ids=name_of)
def test_every_rule_has_a_page(rule: Rule) -> None:
    assert rule.summary
    assert "## What it does" in rule.documentation
