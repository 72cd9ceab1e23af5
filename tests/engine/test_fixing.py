from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from engine_doubles import document_of, looker_of, make_rule, word_rule
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.fixing import Fixed, FixPolicy, choose, fix_document
from ckptlint.engine.found import Found
from ckptlint.rule import Applicability, Edit, Finding, Fix, Position, Rule, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ckptlint.sources.document import Document

EVERYTHING = FixPolicy(frozenset({"CKP101", "CKP201", "CKP301"}), unsafe=True)


def fix(
    text: str, *rules: Rule, policy: FixPolicy = EVERYTHING, name: str = "code.py"
) -> tuple[str, Fixed]:
    looker = looker_of(*rules)

    def look(document: Document) -> Sequence[Found]:
        return looker.look(document).found

    outcome = fix_document(document_of(text, name), look, policy, name)
    return outcome.document.text, outcome


def test_fixes_are_applied_until_none_is_left() -> None:
    chain = [
        word_rule("CKP101", "first", "ONE", "TWO"),
        word_rule("CKP201", "second", "TWO", "THREE"),
    ]
    text, outcome = fix("x = ONE\ny = TWO\n", *chain)
    assert text == "x = THREE\ny = THREE\n"
    assert outcome.counts == {"CKP101": 1, "CKP201": 2}
    assert outcome.faults == ()


@pytest.mark.parametrize(
    ("applicability", "unsafe", "is_fixed"),
    [
        (Applicability.SAFE, False, True),
        (Applicability.UNSAFE, False, False),
        (Applicability.UNSAFE, True, True),
        (Applicability.DISPLAY, True, False),
    ],
)
def test_which_fixes_are_wanted(applicability: Applicability, unsafe: bool, is_fixed: bool) -> None:
    rule = word_rule("CKP101", "first", "BAD", "GOOD", applicability)
    policy = FixPolicy(frozenset({"CKP101"}), unsafe)
    text, outcome = fix("x = BAD\n", rule, policy=policy)
    assert text == ("x = GOOD\n" if is_fixed else "x = BAD\n")
    assert outcome.counts == ({"CKP101": 1} if is_fixed else {})


def test_a_rule_that_is_not_fixable_is_left_alone() -> None:
    rule = word_rule("CKP101", "first", "BAD", "GOOD")
    policy = FixPolicy(frozenset({"CKP201"}), unsafe=True)
    document = document_of("x = BAD\n")
    outcome = fix_document(document, lambda one: looker_of(rule).look(one).found, policy, "a.py")
    assert outcome.document is document


def test_a_fix_that_breaks_the_syntax_is_a_fault_and_the_others_are_applied() -> None:
    good = word_rule("CKP101", "good-fix", "BAD", "GOOD")
    broken = word_rule("CKP201", "broken-fix", "WORSE", "(")
    text, outcome = fix("x = BAD\ny = WORSE\nz = BAD\n", good, broken)
    assert text == "x = GOOD\ny = WORSE\nz = GOOD\n"
    assert outcome.counts == {"CKP101": 2}
    assert outcome.faults == ("fix of CKP201 left out in code.py: it would break the syntax",)


def test_a_fix_in_a_notebook_with_a_broken_cell_may_not_break_another() -> None:
    import json

    def cell(source: str) -> dict[str, object]:
        return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}

    cells = [cell("call("), cell("x = BAD"), cell("y = WORSE")]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    good = word_rule("CKP101", "good-fix", "BAD", "GOOD")
    broken = word_rule("CKP201", "broken-fix", "WORSE", "(")
    _, outcome = fix(text, good, broken, name="book.ipynb")
    assert [outcome.document.lines(number) for number in (1, 2, 3)] == [
        ("call(",),
        ("x = GOOD",),
        ("y = WORSE",),
    ]
    assert outcome.faults == ("fix of CKP201 left out in book.ipynb: it would break the syntax",)


@pytest.mark.parametrize("replacement", ["MOREX", "MORE_MORE"])
def test_a_fix_that_never_comes_to_rest_leaves_the_file_as_it_was(replacement: str) -> None:
    good = word_rule("CKP101", "good-fix", "BAD", "GOOD")
    endless = word_rule("CKP201", "endless-fix", "MORE", replacement)
    text, outcome = fix("x = BAD\ny = MORE\n", good, endless)
    assert text == "x = GOOD\ny = MORE\n"
    assert outcome.counts == {"CKP101": 1}
    assert outcome.faults == ("fix of CKP201 left out in code.py: it does not come to rest",)


def test_two_fixes_that_undo_each_other_are_both_named() -> None:
    one = word_rule("CKP101", "one-way", "BLACK", "WHITE")
    other = word_rule("CKP201", "other-way", "WHITE", "BLACK")
    text, outcome = fix("x = BLACK\n", one, other)
    assert text == "x = BLACK\n"
    assert outcome.faults == (
        "fix of CKP101, CKP201 left out in code.py: it does not come to rest",
    )


def test_a_fix_that_writes_what_is_there_counts_for_nothing() -> None:
    rule = word_rule("CKP101", "idle-fix", "BAD", "BAD")
    text, outcome = fix("x = BAD\n", rule)
    assert (text, outcome.counts, outcome.faults) == ("x = BAD\n", {}, ())


def editing_rule(code: str, *edits: Edit) -> Rule:
    """A rule with one finding, while the word BAD stands in the text, that asks for `edits`."""

    def check(program: object) -> Iterator[Finding]:
        yield Finding(edits[0].span, "found", fix=Fix("Edit", edits, Applicability.SAFE))

    return make_rule(code, f"rule-{code.lower()}", check)


def edit(start: int, end: int, replacement: str) -> Edit:
    return Edit(Span(Position(1, start), Position(1, end)), replacement)


def test_the_same_edits_asked_for_twice_are_made_once() -> None:
    rules = [editing_rule("CKP101", edit(1, 4, "GOOD")), editing_rule("CKP201", edit(1, 4, "GOOD"))]
    text, outcome = fix("BAD = 1\n", *rules)
    assert text == "GOOD = 1\n"
    assert outcome.counts == {"CKP101": 1, "CKP201": 1}


def test_of_two_insertions_at_one_point_the_second_waits_for_another_round() -> None:
    def inserting_rule(code: str, line: str) -> Rule:
        def check(program: Any) -> Iterator[Finding]:
            if line not in program.module.source.text:
                (made,) = edits = (edit(1, 1, line),)
                yield Finding(made.span, "missing", fix=Fix("Add", edits, Applicability.SAFE))

        return make_rule(code, f"rule-{code.lower()}", check)

    rules = [inserting_rule("CKP101", "one = 1\n"), inserting_rule("CKP201", "two = 2\n")]
    text, outcome = fix("BAD = 1\n", *rules)
    assert text == "two = 2\none = 1\nBAD = 1\n"
    assert outcome.counts == {"CKP101": 1, "CKP201": 1}


EDITS = st.builds(
    lambda start, length, text: edit(start, start + length, text),
    st.integers(1, 12),
    st.integers(0, 4),
    st.sampled_from(["", "x", "yy"]),
)


@given(st.lists(st.lists(EDITS, min_size=1, max_size=3, unique=True), max_size=8))
def test_chosen_fixes_never_overlap_and_every_other_one_overlaps_a_chosen(
    groups: list[list[Edit]],
) -> None:
    def apart(group: list[Edit]) -> bool:
        return not any(meets(one, other) for one in group for other in group if one is not other)

    def meets(one: Edit, other: Edit) -> bool:
        if one.span.start == other.span.start:
            return True
        return one.span.start < other.span.end and other.span.start < one.span.end

    rule = make_rule("CKP101", "any-rule")
    wanted = [
        Found(
            rule,
            0,
            Finding(group[0].span, "found", fix=Fix("Edit", tuple(group), Applicability.SAFE)),
        )
        for group in groups
        if apart(group)
    ]
    chosen = choose(wanted)
    sets = {frozenset(one.finding.fix.edits) for one in chosen if one.finding.fix}
    edits = [one for group in sets for one in group]
    assert not any(
        meets(one, other) for number, one in enumerate(edits) for other in edits[number + 1 :]
    )
    for one in wanted:
        assert one.finding.fix is not None
        is_chosen = frozenset(one.finding.fix.edits) in sets
        assert is_chosen or any(
            meets(mine, other) for mine in one.finding.fix.edits for other in edits
        )
    if wanted:
        assert chosen
