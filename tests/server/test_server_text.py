"""Positions and changes are counted as the protocol says, whatever the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from ckptlint.server.text import Text
from ckptlint.server.workspace import ExactWorkspace
from ckptlint.sources.document import read_document
from ckptlint.sources.lines import Lines
from ckptlint.sources.source import Edit, Position, Span

ENCODINGS = ("utf-8", "utf-16", "utf-32")
CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
UNITS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
# Line ends, what is none though str.splitlines takes it for one, and characters of all widths.
PIECES = ["\n", "\r\n", "\r", "\f", "\v", "\x1c", "\x85", "\u2028", "\t", "a", "é", "€", "😋", "x"]

texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
encodings = st.sampled_from(ENCODINGS)


def client_position(raw: str, offset: int, encoding: str) -> types.Position | None:
    """Count as an editor does, from the bytes; None within a line end."""
    if raw[offset - 1 : offset + 1] == "\r\n":
        return None
    before = re.split(r"\r\n|\n|\r", raw[:offset])
    units = len(before[-1].encode(CODECS[encoding])) // UNITS[encoding]
    return types.Position(len(before) - 1, units)


@given(texts, encodings, st.data())
def test_positions_there_and_back(raw: str, encoding: str, data: st.DataObject) -> None:
    text = Text(raw, encoding)
    offset = data.draw(st.integers(0, len(raw)))
    position = client_position(raw, offset, encoding)
    if position is not None:
        assert text.at(offset) == position
        assert text.offset(position) == offset


@given(texts, encodings, st.data())
def test_a_change_gives_the_text_that_the_editor_has(
    raw: str, encoding: str, data: st.DataObject
) -> None:
    ends = sorted(data.draw(st.tuples(st.integers(0, len(raw)), st.integers(0, len(raw)))))
    start, end = (client_position(raw, offset, encoding) for offset in ends)
    replacement = data.draw(texts)
    if start is None or end is None:
        return
    workspace = ExactWorkspace(None, position_encoding=encoding)
    workspace.put_text_document(types.TextDocumentItem("file:///a.py", "python", 1, raw))
    change = types.TextDocumentContentChangePartial(types.Range(start, end), replacement)
    named = types.VersionedTextDocumentIdentifier(2, "file:///a.py")
    workspace.update_text_document(named, change)
    changed = workspace.text_of("file:///a.py")
    assert changed is not None
    assert changed.raw == raw[: ends[0]] + replacement + raw[ends[1] :]
    assert workspace.text_documents["file:///a.py"].version == 2


@given(st.booleans(), texts, encodings, st.data())
def test_positions_of_findings_there_and_back(
    has_mark: bool, body: str, encoding: str, data: st.DataObject
) -> None:
    raw = "\ufeff" * has_mark + body
    document = read_document("a.py", raw.encode())
    text = Text(raw, encoding)
    line = data.draw(st.integers(1, len(document.lines())))
    column = data.draw(st.integers(1, len(document.lines()[line - 1]) + 1))
    before = document.lines()[line - 1][: column - 1]
    if has_mark and line == 1:
        before = "\ufeff" + before
    units = len(before.encode(CODECS[encoding])) // UNITS[encoding]
    assert text.position(Position(line, column)) == types.Position(line - 1, units)
    assert text.found_at(types.Position(line - 1, units)) == Position(line, column)


def test_a_position_beyond_the_text_is_at_its_end() -> None:
    text = Text("ab\ncd")
    assert text.offset(types.Position(0, 99)) == 2
    assert text.offset(types.Position(9, 0)) == 5
    assert text.position(Position(3, 1)) == types.Position(1, 2)
    assert text.found_at(types.Position(9, 9)) == Position(2, 3)


def test_a_position_within_a_character_is_before_it() -> None:
    assert Text("a😋b", "utf-16").offset(types.Position(0, 2)) == 1
    assert Text("a😋b", "utf-8").offset(types.Position(0, 3)) == 1


def test_half_of_a_surrogate_pair_counts_as_one_unit() -> None:
    assert Text("\ud83da", "utf-16").at(1) == types.Position(0, 1)
    assert Text("\ud83da", "utf-8").at(1) == types.Position(0, 3)


def applied(text: Text, edit: types.TextEdit) -> str:
    return text.replaced(edit.range, edit.new_text).raw


@given(
    st.lists(st.sampled_from(["", "a", "é😋"]), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.lists(st.sampled_from(["", "b", "cc"]), min_size=1, max_size=3),
    st.data(),
)
def test_an_edit_of_a_fix_gives_what_the_command_line_writes(
    lines: list[str], line_end: str, new: list[str], data: st.DataObject
) -> None:
    raw = line_end.join(lines)
    places = [
        Position(number, column)
        for number, line in enumerate([*lines, ""], start=1)
        for column in range(1, len(line) + 2)
    ]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(places), st.sampled_from(places))))
    edit = Edit(Span(start, end), "\n".join(new))
    text = Text(raw)
    expected = Lines.split(raw).replace([edit]).raw
    assert applied(text, text.text_edit(edit)) == expected


@pytest.mark.parametrize(
    ("raw", "edit", "expected"),
    [
        ("a\nb", Edit(Span(Position(2, 1), Position(3, 1)), ""), "a"),
        ("a\nb", Edit(Span(Position(3, 1), Position(3, 1)), "c\n"), "a\nb\nc"),
        ("a\r\nb", Edit(Span(Position(1, 2), Position(1, 2)), "\nc"), "a\r\nc\r\nb"),
        ("a\n", Edit(Span(Position(1, 1), Position(2, 1)), ""), ""),
        ("a", Edit(Span(Position(1, 1), Position(2, 1)), "b\n"), "b"),
    ],
)
def test_edits_at_the_end(raw: str, edit: Edit, expected: str) -> None:
    text = Text(raw)
    assert applied(text, text.text_edit(edit)) == expected
    assert Lines.split(raw).replace([edit]).raw == expected
