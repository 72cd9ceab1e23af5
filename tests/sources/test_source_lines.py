from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.sources.lines import EditRefusedError, Lines, position_of
from ckptlint.sources.source import Edit, Position, Span

PIECES = ["a", "b", " ", "\n", "\r", "\r\n", "\x0c", "\x1c", "\u2028", "é"]
TEXT = st.lists(st.sampled_from(PIECES)).map("".join)


def edit(start: tuple[int, int], end: tuple[int, int], replacement: str) -> Edit:
    return Edit(Span(Position(*start), Position(*end)), replacement)


def plain_replace(text: str, edits: list[Edit]) -> str:
    """Apply edits on a text whose lines end with a newline alone, in the plainest way."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(position: Position) -> int:
        return starts[position.line - 1] + position.column - 1

    pieces: list[str] = []
    done = 0
    for one in sorted(edits, key=lambda one: one.span):
        pieces += [text[done : offset(one.span.start)], one.replacement]
        done = offset(one.span.end)
    return "".join(pieces) + text[done:]


@st.composite
def text_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    raw = draw(TEXT)
    texts = Lines.split(raw).texts
    offsets = [
        Position(line, column)
        for line, text in enumerate(texts, start=1)
        for column in range(1, len(text) + 2)
    ]
    points = sorted(draw(st.lists(st.sampled_from(offsets), max_size=6)))
    pairs = zip(points[::2], points[1::2], strict=False)
    replacement = st.text(st.sampled_from(["x", "\n", " "]), max_size=5)
    return raw, [Edit(Span(start, end), draw(replacement)) for start, end in pairs]


@given(TEXT)
def test_splitting_keeps_everything(raw: str) -> None:
    lines = Lines.split(raw)
    assert lines.raw == raw
    assert lines.text == raw.replace("\r\n", "\n").replace("\r", "\n")
    assert lines.texts == tuple(lines.text.split("\n"))


@given(text_and_edits())
def test_edits_do_what_they_do_on_plain_text(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    changed = Lines.split(raw).replace(edits)
    # The line end that the text is taken to have beyond its last line.
    expected = plain_replace(Lines.split(raw).text + "\n", edits).removesuffix("\n")
    assert changed.text == expected
    again = Lines.split(changed.raw)
    assert (again.texts, again.ends) == (changed.texts, changed.ends)


@given(text_and_edits())
def test_untouched_lines_keep_their_ends(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    lines = Lines.split(raw)
    changed = lines.replace(edits)
    touched = [line for one in edits for line in (one.span.start.line, one.span.end.line)]
    first, last = min(touched, default=len(lines.texts)), max(touched, default=0)
    assert changed.ends[: first - 1] == lines.ends[: first - 1]
    after = len(lines.texts) - last
    if after > 1:
        assert changed.ends[-after + 1 :] == lines.ends[-after + 1 :]


@pytest.mark.parametrize(
    ("raw", "change", "expected"),
    [
        ("a\r\nb\n", edit((1, 1), (1, 1), "x\n"), "x\r\na\r\nb\n"),
        ("a\r\nb\n", edit((2, 1), (2, 1), "x\n"), "a\r\nx\nb\n"),
        ("a\r\nb", edit((2, 2), (2, 2), "\nx"), "a\r\nb\r\nx"),
        ("a\r\nb", edit((3, 1), (3, 1), "x\n"), "a\r\nb\r\nx"),
        ("a\nb", edit((2, 1), (3, 1), ""), "a"),
        ("a\r\nb\nc\rd", edit((1, 2), (3, 1), "\nx\ny\n"), "a\r\nx\ny\nc\rd"),
        ("a\rb\nc", edit((2, 1), (2, 2), ""), "a\r\rc"),
        ("", edit((1, 1), (1, 1), "x\n"), "x\n"),
        ("a", edit((1, 1), (2, 1), ""), ""),
    ],
)
def test_new_lines_take_the_end_of_their_neighbour(raw: str, change: Edit, expected: str) -> None:
    assert Lines.split(raw).replace([change]).raw == expected


def test_insertions_at_one_place_keep_their_order() -> None:
    edits = [edit((1, 1), (1, 1), "x"), edit((1, 1), (1, 1), "y"), edit((1, 1), (1, 2), "")]
    assert Lines.split("ab").replace(edits).raw == "xyb"


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(EditRefusedError, match=r"^two edits overlap at line 1$"):
        Lines.split("abc").replace([edit((1, 1), (1, 3), ""), edit((1, 2), (1, 4), "")])


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ((1, 5), (1, 5), "line 1, column 5 is not in the text"),
        ((0, 1), (1, 1), "line 0, column 1 is not in the text"),
        ((1, 1), (4, 1), "line 4, column 1 is not in the text"),
        ((1, 2), (1, 1), "line 1: a span ends before it starts"),
    ],
)
def test_spans_outside_the_text_are_errors(
    start: tuple[int, int], end: tuple[int, int], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        Lines.split("abc\nd").replace([edit(start, end, "")])


def test_position_of_counts_every_kind_of_line_end() -> None:
    assert position_of("a\r\nb\rc\nde", 8) == Position(4, 2)
