"""The layout of an edited text is that of a text read from its beginning."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from ckptlint.engine import layouts
from ckptlint.engine.comments import Comment, Layout, read_layout
from ckptlint.engine.layouts import LayoutReader
from ckptlint.sources.source import Position, Source, SourceKind

if TYPE_CHECKING:
    import pytest

LINES = (
    *("x = 1", "y = (", ")", "    z = 2  # inside", "# alone", "    # alone, indented", ""),
    *("def f():", "@cached", "class A:  # a class", "    def g(self): return 1", "pass"),
    *('"""', 'text = """one', 'two"""', "if x:", "else:", "  odd", "a = \\", "  b", "[1,", "]"),
    *("\x0cw = 3", "é = 'ü'  # ö", "    '''", "\tt = 1", "f'{x!r:>{y}}'"),
)
TEXTS = st.lists(st.sampled_from(LINES), max_size=14)


def source_of(lines: list[str]) -> Source:
    return Source("code.py", SourceKind.PYTHON, "\n".join(lines))


def test_only_what_is_around_an_edit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Layout] = []
    real = layouts.read_part

    def noting(*arguments: object) -> object:
        part = real(*arguments)  # type: ignore[arg-type]
        read.append(part.layout)
        return part

    monkeypatch.setattr(layouts, "read_part", noting)
    reader = LayoutReader()
    lines = [f"x{number} = 1  # {number}" for number in range(1000)]
    reader(source_of(lines))
    assert [len(layout.lines) for layout in read] == [1000]
    lines.insert(500, "y = 1")
    assert reader(source_of(lines)) == read_layout(source_of(lines))
    assert [line.first for line in read[1].lines] == [500, 501]
    reader(source_of(lines))
    assert len(read) == 2
    lines.insert(0, "# at the top")
    assert reader(source_of(lines)) == read_layout(source_of(lines))
    assert read[2] == Layout((Comment(Position(1, 1), "# at the top", True),), ())


@given(TEXTS, st.lists(st.tuples(st.integers(0, 14), st.integers(0, 3), TEXTS), max_size=5))
@settings(max_examples=300)
def test_edited_texts_are_read_as_new_ones(
    lines: list[str], edits: list[tuple[int, int, list[str]]]
) -> None:
    reader = LayoutReader()
    assert reader(source_of(lines)) == read_layout(source_of(lines))
    for at, removed, added in edits:
        lines = [*lines[:at], *added[:3], *lines[at + removed :]]
        assert reader(source_of(lines)) == read_layout(source_of(lines))


def test_the_lines_of_this_file_are_read_as_they_were_with_one_left_out() -> None:
    lines = Path(__file__).read_text(encoding="utf-8").split("\n")
    reader = LayoutReader()
    for at in range(len(lines)):
        rest = [*lines[:at], *lines[at + 1 :]]
        assert reader(source_of(rest)) == read_layout(source_of(rest))
