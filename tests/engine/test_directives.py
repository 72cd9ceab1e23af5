from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.directives import Form, names_last_day, read_directives, without_items


def read(comment: str) -> list[tuple[str, list[str] | None, str]]:
    return [
        (
            one.form.value,
            None if one.items is None else [item.text for item in one.items],
            one.reason if one.problem is None else f"PROBLEM {one.problem}",
        )
        for one in read_directives(comment)
    ]


@pytest.mark.parametrize(
    ("comment", "directives"),
    [
        ("# noqa", [("noqa", None, "")]),
        ("#noqa", [("noqa", None, "")]),
        ("# NoQA", [("noqa", None, "")]),
        ("# noqa: CKP201", [("noqa", ["CKP201"], "")]),
        ("# noqa:CKP201,E501", [("noqa", ["CKP201", "E501"], "")]),
        ("# noqa: ckp201  E501 , W1", [("noqa", ["ckp201", "E501", "W1"], "")]),
        ("# noqa : CKP201", [("noqa", ["CKP201"], "")]),
        ("# noqa:E501CKP201", [("noqa", ["E501", "CKP201"], "")]),
        ("# noqa: CKP201 the caller saves", [("noqa", ["CKP201"], "the caller saves")]),
        ("# noqa: it is fine", [("noqa", None, "it is fine")]),
        ("# noqa - it is fine", [("noqa", None, "- it is fine")]),
        ("# noqaCKP201", []),
        ("# see noqa: CKP201", []),
        ("# ckptlint: ignore", [("ckptlint: ignore", None, "")]),
        ("#ckptlint:ignore[CKP201]", [("ckptlint: ignore", ["CKP201"], "")]),
        (
            "# ckptlint: ignore[CKP201, redundant-flush] kept, see #12",
            [("ckptlint: ignore", ["CKP201", "redundant-flush"], "kept, see #12")],
        ),
        ("# ckptlint: ignore [ CKP201 ,]", [("ckptlint: ignore", ["CKP201"], "")]),
        ("# ckptlint: ignore the tutorial", [("ckptlint: ignore", None, "the tutorial")]),
        ("# ckptlint: ignore-file", [("ckptlint: ignore-file", None, "")]),
        (
            "# ckptlint: ignore-file[CKP2] generated",
            [("ckptlint: ignore-file", ["CKP2"], "generated")],
        ),
        (
            "# type: ignore  # noqa: E501  # ckptlint: ignore[CKP301] why  # more",
            [("noqa", ["E501"], ""), ("ckptlint: ignore", ["CKP301"], "why")],
        ),
        (
            "<!-- ckptlint: ignore[CKP301] for\nreaders -->",
            [("ckptlint: ignore", ["CKP301"], "for\nreaders")],
        ),
        ("<!-- see ckptlint: ignore[CKP301] -->", []),
        (
            "# ckptlint: ignor[CKP301]",
            [
                (
                    "ckptlint: ignore",
                    None,
                    "PROBLEM unknown directive `ckptlint: ignor`, there are `ignore` and "
                    "`ignore-file`",
                )
            ],
        ),
        (
            "# ckptlint: ignore[CKP301 why",
            [
                (
                    "ckptlint: ignore",
                    None,
                    "PROBLEM the bracket of `ckptlint: ignore[` is never closed",
                )
            ],
        ),
        (
            "# ckptlint: ignore-file[ ]",
            [("ckptlint: ignore-file", None, "PROBLEM `ckptlint: ignore-file[]` names no rule")],
        ),
        (
            "# ckptlint: ignore=CKP301",
            [
                (
                    "ckptlint: ignore",
                    None,
                    "PROBLEM `=` after `ckptlint: ignore`, write `ckptlint: ignore[CODE] REASON`",
                )
            ],
        ),
    ],
)
def test_what_a_comment_says(
    comment: str, directives: list[tuple[str, list[str] | None, str]]
) -> None:
    assert read(comment) == directives


@pytest.mark.parametrize(
    ("comment", "dropped", "rest"),
    [
        ("# noqa: CKP201", ["CKP201"], ""),
        ("# noqa: CKP201,E501", ["CKP201"], "# noqa: E501"),
        ("# noqa: E501, CKP201, W1", ["CKP201"], "# noqa: E501, W1"),
        ("# noqa: E501 CKP201 because", ["CKP201"], "# noqa: E501 because"),
        ("# noqa: CKP201 because", ["CKP201"], "# because"),
        ("# noqa: CKP201  # type: ignore", ["CKP201"], "# type: ignore"),
        ("# type: ignore  # noqa: CKP201", ["CKP201"], "# type: ignore"),
        ("# a  # noqa: CKP201  # b", ["CKP201"], "# a  # b"),
        ("# ckptlint: ignore[CKP201] because", ["CKP201"], ""),
        (
            "# ckptlint: ignore[CKP201, CKP301] because",
            ["CKP201"],
            "# ckptlint: ignore[CKP301] because",
        ),
        ("# ckptlint: ignore[CKP201] because  # noqa: E501", ["CKP201"], "# noqa: E501"),
        ("# ckptlint: ignore because", [], ""),
        ("<!-- ckptlint: ignore[CKP201] because -->", ["CKP201"], ""),
        (
            "<!-- ckptlint: ignore[CKP201,CKP301] why -->",
            ["CKP301"],
            "<!-- ckptlint: ignore[CKP201] why -->",
        ),
    ],
)
def test_what_is_left_of_a_comment(comment: str, dropped: list[str], rest: str) -> None:
    directive = next(
        one
        for one in read_directives(comment)
        if one.items is None or any(item.text in dropped for item in one.items)
    )
    items = [item for item in directive.items or () if item.text in dropped]
    assert without_items(comment, directive, items) == rest


FLAKE8 = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
CODE = st.from_regex(r"[A-Za-z]{1,4}[0-9]{1,4}", fullmatch=True)


@given(
    st.sampled_from(["# noqa:", "# NOQA: ", "# NoQa:"]),
    st.lists(st.tuples(CODE, st.sampled_from([",", ", ", " ", " , ", ",,"])), min_size=1),
    st.sampled_from(["", "-- why", "(why)"]),
)
def test_noqa_has_the_grammar_of_flake8(
    start: str, codes: list[tuple[str, str]], text: str
) -> None:
    comment = start + "".join(code + separator for code, separator in codes) + text
    match = FLAKE8.match(comment)
    assert match is not None
    expected = re.findall(r"[A-Za-z]+[0-9]+", match["codes"])
    (directive,) = read_directives(comment)
    assert [item.text for item in directive.items or ()] == expected
    assert directive.reason == text


@given(st.text(alphabet="#noqackptlint: []-,CKP201\n\t!<>", max_size=60))
def test_any_comment_is_read_and_offsets_point_at_what_they_name(text: str) -> None:
    comment = "#" + text.replace("\n", "")
    end = 0
    for directive in read_directives(comment):
        assert end <= directive.start < directive.end <= len(comment)
        assert comment[directive.start] == "#"
        end = directive.end
        for item in directive.items or ():
            assert comment[item.start : item.end] == item.text
            assert directive.start < item.start < item.end <= directive.end


REASON = st.text(alphabet="abc #!", max_size=12).map(str.strip)
NAME = st.sampled_from(["CKP201", "CKP301", "E501", "redundant-flush"])


@given(st.lists(NAME, min_size=1, unique=True), st.data(), REASON)
def test_dropping_items_leaves_the_others_and_the_reason(
    names: list[str], data: st.DataObject, reason: str
) -> None:
    comment = f"# ckptlint: ignore[{', '.join(names)}] {reason}".rstrip()
    directive, *_ = read_directives(comment)
    dropped = data.draw(st.lists(st.sampled_from(directive.items or ()), unique=True))
    kept = [item.text for item in directive.items or () if item not in dropped]
    rest = without_items(comment, directive, dropped)
    if kept:
        expected = f"# ckptlint: ignore[{', '.join(kept)}] {reason}".rstrip()
        assert rest == expected
    else:
        assert not any(one.form is Form.IGNORE for one in read_directives(rest))


@pytest.mark.parametrize(
    ("comment", "until", "reason"),
    [
        ("# noqa: CKP301 until=2027-01-31", "2027-01-31", ""),
        ("# noqa: CKP301 until=2027-01-31 the store", "2027-01-31", "the store"),
        ("# noqa: CKP301, until=2027-01-31, the store", "2027-01-31", "the store"),
        ("# noqa until=2027-01-31", "2027-01-31", ""),
        ("# noqa: until=2027-01-31 it", "2027-01-31", "it"),
        ("# ckptlint: ignore[CKP301] until=2027-01-31 why", "2027-01-31", "why"),
        ("# ckptlint: ignore[CKP301] why (until=2027-01-31).", "2027-01-31", "why ()."),
        ("# ckptlint: ignore[CKP301] why, Until = 2027-01-31.", "2027-01-31", "why,"),
        ("# ckptlint: ignore until=2028-02-29", "2028-02-29", ""),
        ("# ckptlint: ignore-file[CKP301] until=2027-01-31", "2027-01-31", ""),
        ("<!-- ckptlint: ignore[CKP301] until=2027-01-31-->", "2027-01-31", ""),
        ("<!-- ckptlint: ignore[CKP301]\n  until=2027-01-31\n  why -->", "2027-01-31", "why"),
        ("# ckptlint: ignore[CKP301] until 2027-01-31", None, "until 2027-01-31"),
        ("# ckptlint: ignore[CKP301] wait-until=now", None, "wait-until=now"),
    ],
)
def test_a_last_day(comment: str, until: str | None, reason: str) -> None:
    (directive,) = read_directives(comment)
    assert (directive.until, directive.reason, directive.problem) == (until, reason, None)
    assert names_last_day(comment) == (until is not None)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("until=2027-02-29", "`until=2027-02-29` names no day, write `until=YYYY-MM-DD`"),
        ("until=20270131", "`until=20270131` names no day, write `until=YYYY-MM-DD`"),
        ("until=2027-1-31", "`until=2027-1-31` names no day, write `until=YYYY-MM-DD`"),
        ("until=2027-W04-1", "`until=2027-W04-1` names no day, write `until=YYYY-MM-DD`"),
        ("until=31.01.2027 why", "`until=31.01.2027` names no day, write `until=YYYY-MM-DD`"),
        ("until= soon", "`until=soon` names no day, write `until=YYYY-MM-DD`"),
        ("until=", "`until=` names no day, write `until=YYYY-MM-DD`"),
        ("until=2027-01-31 until=2028-01-31", "`until=` stands twice"),
    ],
)
def test_a_last_day_that_is_none(said: str, problem: str) -> None:
    for head in ("# noqa: CKP301", "# ckptlint: ignore[CKP301]", "# ckptlint: ignore"):
        (directive,) = read_directives(f"{head} {said}")
        assert (directive.until, directive.problem) == (None, problem)
