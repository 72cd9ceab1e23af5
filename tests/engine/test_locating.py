from __future__ import annotations

import json

import pytest
from engine_doubles import document_of, looker_of, make_rule, registry_of, word_rule

from ckptlint.engine.found import Found
from ckptlint.engine.locating import locate_all
from ckptlint.engine.result import FileEdit, ProposedFix
from ckptlint.rule import Applicability, Edit, Finding, Fix, Place, Position, Related, Span

TEXT = "one = 1\ntwo = 2\nthree = 3\n"


def span(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span(Position(line, column), Position(end_line, end_column))


def propose(*edits: Edit, text: str = TEXT, name: str = "code.py") -> ProposedFix:
    fix = Fix("Mend", edits, Applicability.UNSAFE, "it may matter")
    found = Found(make_rule("CKP101", "a-rule"), 0, Finding(edits[0].span, "found", fix=fix))
    (located,) = locate_all(document_of(text, name), [found])
    assert located.fix is not None
    assert located.fix.message == "Mend"
    assert (located.fix.applicability, located.fix.reason) == (
        Applicability.UNSAFE,
        "it may matter",
    )
    return located.fix


@pytest.mark.parametrize(
    ("edit", "first_line", "before", "after"),
    [
        (Edit(span(2, 7, 2, 8), "4"), 2, ("two = 2",), ("two = 4",)),
        (Edit(span(2, 1, 3, 1), ""), 2, ("two = 2",), ()),
        (Edit(span(2, 1, 2, 1), "new = 0\n"), 2, (), ("new = 0",)),
        (Edit(span(1, 8, 2, 8), ""), 2, ("two = 2",), ()),
        (Edit(span(1, 8, 1, 8), "\nnew = 0"), 2, (), ("new = 0",)),
        (Edit(span(3, 1, 4, 1), ""), 3, ("three = 3",), ()),
        (Edit(span(4, 1, 4, 1), "four = 4\n"), 4, (), ("four = 4",)),
        (Edit(span(1, 5, 2, 5), "=\\\n"), 1, ("one = 1", "two = 2"), ("one =\\", "= 2")),
    ],
)
def test_a_fix_shows_the_whole_lines_that_it_changes(
    edit: Edit, first_line: int, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    fix = propose(edit)
    assert (fix.first_line, fix.before, fix.after) == (first_line, before, after)


def test_edits_are_given_in_the_order_of_the_file() -> None:
    fix = propose(Edit(span(3, 9, 3, 10), "30"), Edit(span(1, 7, 1, 8), "10"))
    assert fix.edits == (
        FileEdit(Place("code.py", span(1, 7, 1, 8)), "10"),
        FileEdit(Place("code.py", span(3, 9, 3, 10)), "30"),
    )
    assert (fix.first_line, fix.before, fix.after) == (
        1,
        ("one = 1", "two = 2", "three = 3"),
        ("one = 10", "two = 2", "three = 30"),
    )


def test_an_edit_ends_with_its_file() -> None:
    text = "one = 1\ntwo = 2"
    fix = propose(Edit(span(2, 1, 3, 1), ""), text=text)
    assert fix.edits == (FileEdit(Place("code.py", span(2, 1, 2, 8)), ""),)
    assert (fix.first_line, fix.before, fix.after) == (2, ("two = 2",), ("",))
    fix = propose(Edit(span(3, 1, 3, 1), "three = 3\n"), text=text)
    assert fix.edits == (FileEdit(Place("code.py", span(2, 8, 2, 8)), "\nthree = 3"),)
    assert (fix.first_line, fix.before, fix.after) == (3, (), ("three = 3",))


def test_of_a_fix_in_two_cells_the_first_is_shown() -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
        for source in ("one = 1", "two = 2")
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (source,) = document_of(text, "book.ipynb").sources
    first, second = (line for line, _ in source.parts)
    fix = propose(
        Edit(span(second, 7, second, 8), "20"),
        Edit(span(first, 7, first, 8), "10"),
        text=text,
        name="book.ipynb",
    )
    assert [edit.place.cell for edit in fix.edits] == [1, 2]
    assert (fix.first_line, fix.before, fix.after) == (1, ("one = 1",), ("one = 10",))


def test_a_comment_of_markdown_is_placed_in_the_file() -> None:
    text = "# Guide\n\n<!-- ckptlint: ignore[CKP201] -->\n```python\nx = 1\n```\n"
    document = document_of(text, "guide.md")
    rule = word_rule("CKP201", "bad-word", "BAD")
    enabled = frozenset(registry_of(rule).by_code) - {"CKP903"}
    (finding,) = locate_all(document, looker_of(rule, enabled=enabled).look(document).found)
    assert finding.place == Place("guide.md", span(3, 1, 3, 34))
    assert (finding.code, finding.noqa_line) == ("CKP901", 3)
    assert finding.fix is not None
    assert finding.fix.edits == (FileEdit(Place("guide.md", span(3, 1, 4, 1)), ""),)
    assert (finding.context_start, finding.context) == (1, tuple(text.split("\n")[:5]))


def context_of(text: str, line: int, *related: Place | Span) -> tuple[int, int]:
    """Locate a finding on `line`, and give the first and the last line of its context."""
    explained = tuple(Related(place, "because") for place in related)
    finding = Finding(span(line, 1, line, 2), "found", related=explained)
    found = Found(make_rule("CKP101", "a-rule"), 0, finding)
    (located,) = locate_all(document_of(text), [found])
    lines = text.split("\n")
    first, last = located.context_start, located.context_start + len(located.context) - 1
    assert located.context == tuple(lines[first - 1 : last])
    return first, last


@pytest.mark.parametrize(
    ("line", "related", "expected"),
    [
        (1, (), (1, 3)),
        (100, (), (98, 102)),
        (200, (), (198, 200)),
        (100, (span(90, 1, 90, 2),), (88, 102)),
        (100, (span(90, 1, 90, 2), span(120, 1, 120, 2), span(50, 1, 50, 2)), (48, 122)),
        (100, (span(49, 1, 49, 2), span(151, 1, 151, 2)), (98, 102)),
        (100, (span(150, 1, 150, 2),), (98, 152)),
        (100, (Place("other.py", span(90, 1, 90, 2)),), (98, 102)),
        (100, (Place("code.py", span(90, 1, 90, 2)),), (88, 102)),
        (190, (span(200, 1, 200, 2),), (188, 200)),
    ],
)
def test_the_context_reaches_to_what_explains_a_finding_nearby(
    line: int, related: tuple[Place | Span, ...], expected: tuple[int, int]
) -> None:
    text = "".join(f"line_{number}\n" for number in range(1, 201))
    assert context_of(text, line, *related) == expected
