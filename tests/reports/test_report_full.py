from __future__ import annotations

from pathlib import Path

import pytest
from report_samples import SAMPLE, make_finding, make_options, make_place

from ckptlint.engine.result import CheckResult, FileEdit, LocatedFinding, ProposedFix, RelatedPlace
from ckptlint.reports.full import render
from ckptlint.rule import Applicability, Confidence

GOLDEN = Path(__file__).parent / "data" / "full.txt"


def paragraph(finding: LocatedFinding, width: int = 100) -> str:
    return render(CheckResult(findings=[finding]), make_options(width=width))


def lines_of(finding: LocatedFinding, width: int = 100) -> list[str]:
    """Give what stands below the headline and its arrow."""
    return paragraph(finding, width).splitlines()[2:-1]


def test_samples() -> None:
    assert render(SAMPLE, make_options()) == GOLDEN.read_text(encoding="utf-8")


def test_what_is_not_sure_says_so() -> None:
    place = make_place("a.py", 1, 1, 1, 2)
    finding = make_finding("CKP201", place, "x", confidence=Confidence.LOW)
    assert lines_of(finding)[-1] == "note: ckptlint is not sure of this finding"


def test_nothing_found() -> None:
    assert render(CheckResult(), make_options()) == ""


def test_tabs_take_four_columns() -> None:
    finding = make_finding("CKP201", make_place("a.py", 1, 4, 1, 7), "\ta\tbcd = 1")
    assert lines_of(finding) == [
        "  |",
        "1 |     a    bcd = 1",
        "  |          ^^^",
        "  |",
    ]


def test_wide_and_combining_characters() -> None:
    text = "天e\u0301 👩\u200d💻 x"
    finding = make_finding("CKP201", make_place("a.py", 1, 9, 1, 10), text)
    assert lines_of(finding) == ["  |", f"1 | {text}", "  |        ^", "  |"]


def test_carets_under_wide_characters_are_as_wide() -> None:
    finding = make_finding("CKP201", make_place("a.py", 1, 2, 1, 4), "(天気)")
    assert lines_of(finding)[2] == "  |  ^^^^"


def test_control_characters_are_made_visible() -> None:
    finding = make_finding(
        "CKP201",
        make_place("a\n\x1b.py", 1, 2, 1, 3),
        "\x1b[31m\r\x07\x9b\u202e\u2028\x7f",
        message="\x1b]0;title\x07",
    )
    assert paragraph(finding).splitlines() == [
        "CKP201 ␛]0;title␇",
        " --> a␊␛.py:1:2",
        "  |",
        "1 | ␛[31m␍␇���␡",
        "  |  ^",
        "  |",
        "",
    ]


def test_long_line_is_shown_around_the_span() -> None:
    text = "x = [" + "1, " * 100 + "bad, " + "2, " * 100 + "]"
    column = text.index("bad") + 1
    finding = make_finding("CKP201", make_place("a.py", 1, column, 1, column + 3), text)
    shown, carets = lines_of(finding, width=44)[1:3]
    assert shown == "1 | …, 1, 1, 1, 1, 1, bad, 2, 2, 2, 2, 2, 2…"
    assert carets == "  |                   ^^^"
    assert len(shown) == 44


def test_span_longer_than_the_window_starts_at_its_left() -> None:
    finding = make_finding("CKP201", make_place("a.py", 1, 11, 1, 101), "y" * 10 + "x" * 90)
    assert lines_of(finding, width=30)[1:3] == [
        "1 | …" + "x" * 24 + "…",
        "  |  " + "^" * 25,
    ]


def test_window_is_filled_at_the_end_of_a_long_line() -> None:
    finding = make_finding("CKP201", make_place("a.py", 1, 98, 1, 101), "x" * 97 + "end")
    assert lines_of(finding, width=34)[1:3] == [
        "1 | …" + "x" * 26 + "end",
        "  | " + " " * 27 + "^^^",
    ]


def test_window_does_not_start_with_a_combining_mark() -> None:
    finding = make_finding("CKP201", make_place("a.py", 1, 101, 1, 102), "e\u0301" * 50 + "!")
    assert lines_of(finding, width=30)[1] == "1 | …" + "e\u0301" * 24 + "!"


def test_narrow_terminal_still_shows_some_code() -> None:
    finding = make_finding("CKP201", make_place("a.py", 1, 1, 1, 2), "x" * 21)
    assert lines_of(finding, width=5)[1] == "1 | " + "x" * 19 + "…"


def test_span_that_ends_below_the_lines_is_drawn_to_the_last() -> None:
    finding = make_finding("CKP201", make_place("a.py", 1, 1, 9, 3), "if a:\n    b")
    assert lines_of(finding)[1:4] == ["1 | / if a:", "2 | |     b", "  | |_____^"]


def test_span_at_the_end_of_a_line_and_of_the_file() -> None:
    at_line_end = make_finding("CKP201", make_place("a.py", 1, 4, 1, 4), "abc\ndef")
    assert lines_of(at_line_end)[1:3] == ["1 | abc", "  |    ^"]
    line_end_itself = make_finding("CKP201", make_place("a.py", 1, 4, 2, 1), "abc\ndef")
    assert lines_of(line_end_itself)[1:3] == ["1 | abc", "  |    ^"]
    at_file_end = make_finding("CKP201", make_place("a.py", 3, 1, 3, 1), "abc\ndef")
    assert lines_of(at_file_end)[1:5] == ["1 | abc", "2 | def", "3 |", "  | ^"]


def test_no_frame_without_lines_or_away_from_them() -> None:
    empty = make_finding("CKP201", make_place("a.py", 1, 1, 1, 1))
    assert lines_of(empty) == []
    away = make_finding("CKP201", make_place("a.py", 9, 1, 9, 2), "abc")
    assert lines_of(away) == []


def test_span_that_starts_after_its_line_begins() -> None:
    code = "x = call(\n    1,\n)\ny = 2"
    finding = make_finding("CKP201", make_place("a.py", 1, 5, 3, 2), code)
    assert lines_of(finding) == [
        "  |",
        "1 |   x = call(",
        "  |  _____^",
        "2 | |     1,",
        "3 | | )",
        "  | |_^",
        "4 |   y = 2",
        "  |",
    ]


def test_span_that_starts_its_line_and_is_folded() -> None:
    code = "\n".join(["", "  with a:", *(f"    b{i}" for i in range(20)), "", ""])
    finding = make_finding("CKP201", make_place("a.py", 2, 3, 22, 8), code)
    assert lines_of(finding) == [
        "   |",
        " 2 | /   with a:",
        " 3 | |     b0",
        " 4 | |     b1",
        "...  |",
        "20 | |     b17",
        "21 | |     b18",
        "22 | |     b19",
        "   | |_______^",
        "   |",
    ]


def test_second_places_within_a_span_of_several_lines() -> None:
    code = "if a:\n    b\nelse:\n    c"
    finding = make_finding(
        "CKP201",
        make_place("a.py", 1, 1, 4, 6),
        code,
        related=(
            RelatedPlace(make_place("a.py", 2, 5, 2, 6), "this branch saves"),
            RelatedPlace(make_place("a.py", 1, 4, 1, 5), "the condition"),
            RelatedPlace(make_place("a.py", 4, 5, 4, 6), "this one does not"),
        ),
    )
    assert lines_of(finding) == [
        "  |",
        "1 | / if a:",
        "  | |    - the condition",
        "2 | |     b",
        "  | |     - this branch saves",
        "3 | | else:",
        "4 | |     c",
        "  | |_____^",
        "  |       - this one does not",
        "  |",
    ]


def test_second_place_on_the_same_line_and_far_away() -> None:
    code = "\n".join(f"line{i}" for i in range(1, 31))
    finding = make_finding(
        "CKP201",
        make_place("a.py", 30, 5, 30, 7),
        code,
        related=(
            RelatedPlace(make_place("a.py", 2, 1, 2, 6), "first"),
            RelatedPlace(make_place("a.py", 30, 1, 30, 5), "here"),
            RelatedPlace(make_place("a.py", 31, 1, 31, 5), "not in the context"),
        ),
    )
    assert lines_of(finding) == [
        "   |",
        " 1 | line1",
        " 2 | line2",
        "   | ----- first",
        " 3 | line3",
        " 4 | line4",
        "...",
        "28 | line28",
        "29 | line29",
        "30 | line30",
        "   |     ^^",
        "   | ---- here",
        "   |",
        "note: a.py:31:1: not in the context",
    ]


def test_second_place_on_a_line_that_is_cut_becomes_a_note() -> None:
    finding = make_finding(
        "CKP201",
        make_place("a.py", 1, 1, 1, 2),
        "x = '" + "y" * 100 + "'",
        related=(RelatedPlace(make_place("a.py", 1, 80, 1, 82), "far to the right"),),
    )
    assert lines_of(finding, width=40)[-1] == "note: a.py:1:80: far to the right"


def fixed(before: tuple[str, ...], after: tuple[str, ...], first_line: int) -> ProposedFix:
    return ProposedFix("Mend it", Applicability.SAFE, None, (), first_line, before, after)


def test_fix_with_two_distant_edits() -> None:
    before = ("a", "b", "c", "d", "e", "f")
    fix = fixed(before, ("A", "b", "c", "d", "e", "g", "h"), 5)
    finding = make_finding(
        "CKP201", make_place("a.py", 5, 1, 5, 2), "z\na\nb\nc", context_start=4, fix=fix
    )
    assert lines_of(finding)[7:] == [
        "fix: Mend it",
        "   |",
        " 4 | z",
        "   - a",
        " 5 + A",
        " 6 | b",
        "...",
        " 9 | e",
        "   - f",
        "10 + g",
        "11 + h",
        "   |",
        "note: this fix is safe",
    ]


def test_fix_that_only_inserts_or_only_deletes() -> None:
    context = "one\ntwo\nthree"
    place = make_place("a.py", 2, 1, 2, 4)
    inserts = make_finding("CKP201", place, context, fix=fixed((), ("new",), 2))
    assert lines_of(inserts)[8:-2] == ["1 | one", "2 + new", "3 | two"]
    deletes = make_finding("CKP201", place, context, fix=fixed(("two",), (), 2))
    assert lines_of(deletes)[8:-2] == ["1 | one", "  - two", "2 | three"]


def test_fix_in_another_cell_has_no_lines_of_this_one() -> None:
    edit = FileEdit(make_place("n.ipynb", 2, 1, 2, 4, cell=1), "new")
    fix = ProposedFix("Mend it", Applicability.SAFE, None, (edit,), 2, ("old",), ("new",))
    place = make_place("n.ipynb", 2, 1, 2, 2, cell=7)
    finding = make_finding("CKP201", place, "one\ntwo\nthree", fix=fix)
    assert lines_of(finding)[6:] == [
        "fix: Mend it",
        " ::: cell 1",
        "  |",
        "  - old",
        "2 + new",
        "  |",
        "note: this fix is safe",
    ]


def test_fix_on_a_long_line_shows_what_changes() -> None:
    before, after = "x" * 200 + "old" + "y" * 50, "x" * 200 + "newer" + "y" * 50
    finding = make_finding(
        "CKP201", make_place("a.py", 1, 201, 1, 204), before, fix=fixed((before,), (after,), 1)
    )
    removed, added = lines_of(finding, width=40)[6:8]
    assert (removed[:4], added[:4]) == ("  - ", "1 + ")
    assert "xoldy" in removed
    assert "xnewery" in added
    assert max(len(removed), len(added)) <= 40


def test_colour_adds_only_colour() -> None:
    import re

    colored = render(SAMPLE, make_options(color=True))
    assert "\x1b[1;91mCKP201\x1b[0m" in colored
    assert "\x1b[1;93mCKP301\x1b[0m" in colored
    plain = re.sub("\x1b\\[[0-9;]*m", "", colored)
    expected = render(SAMPLE, make_options())
    assert [line.rstrip() for line in plain.splitlines()] == expected.splitlines()


def test_places_become_links_when_asked() -> None:
    text = render(SAMPLE, make_options(hyperlinks=True))
    shown = "notes/run.ipynb:cell 4:3:5"
    assert f"\x1b]8;;file:///project/notes/run.ipynb\x1b\\{shown}\x1b]8;;\x1b\\" in text
    assert "\x1b]8;;file:///project/caf%E9.py\x1b\\" in text


def test_standard_input_is_no_link() -> None:
    result = CheckResult(findings=[make_finding("CKP201", make_place("-", 1, 1, 1, 2))])
    assert " --> -:1:1\n" in render(result, make_options(hyperlinks=True))


def test_second_places_of_one_line_that_say_the_same_share_a_row() -> None:
    finding = make_finding(
        "CKP101",
        make_place("a.py", 2, 1, 2, 2),
        "f(first, second, third)\nx",
        related=(
            RelatedPlace(make_place("a.py", 1, 10, 1, 16), "restored here"),
            RelatedPlace(make_place("a.py", 1, 3, 1, 8), "restored here"),
            RelatedPlace(make_place("a.py", 1, 18, 1, 23), "not restored"),
            RelatedPlace(make_place("a.py", 1, 3, 1, 8), "restored here"),
            RelatedPlace(make_place("b.py", 1, 3, 1, 8), "elsewhere"),
            RelatedPlace(make_place("b.py", 1, 3, 1, 8), "elsewhere"),
        ),
    )
    assert lines_of(finding) == [
        "  |",
        "1 | f(first, second, third)",
        "  |   -----  ------ restored here",
        "  |                  ----- not restored",
        "2 | x",
        "  | ^",
        "  |",
        "note: b.py:1:3: elsewhere",
    ]


@pytest.mark.parametrize(
    ("label", "rows"),
    [
        ("just as long as room", ["  |       -------------- just as long as room"]),
        ("longer than that room", ["  |       --------------", "  |       longer than that room"]),
        (
            "with too many words to stand at its start",
            ["  |       --------------", "  | with too many words to stand at its start"],
        ),
        (
            "with so many words that they fit in no line",
            ["  |       -------------- with so many words that they fit in no line"],
        ),
    ],
)
def test_a_label_without_room_beside_its_place_stands_below(label: str, rows: list[str]) -> None:
    finding = make_finding(
        "CKP101",
        make_place("a.py", 2, 1, 2, 2),
        "abcdef + second_place_\nx",
        related=(RelatedPlace(make_place("a.py", 1, 7, 1, 21), label),),
    )
    assert lines_of(finding, width=45)[2:-3] == rows


def test_second_place_in_the_part_of_a_cut_line_that_is_shown() -> None:
    finding = make_finding(
        "CKP101",
        make_place("a.py", 2, 1, 2, 2),
        "f(one, two)" + "y" * 100 + "\nx",
        related=(
            RelatedPlace(make_place("a.py", 1, 3, 1, 6), "seen"),
            RelatedPlace(make_place("a.py", 1, 8, 1, 34), "seen to its end"),
            RelatedPlace(make_place("a.py", 1, 8, 1, 35), "cut"),
        ),
    )
    assert lines_of(finding, width=40) == [
        "  |",
        "1 | f(one, two)" + "y" * 24 + "…",
        "  |   --- seen",
        "  |        --------------------------",
        "  |        seen to its end",
        "2 | x",
        "  | ^",
        "  |",
        "note: a.py:1:8: cut",
    ]
