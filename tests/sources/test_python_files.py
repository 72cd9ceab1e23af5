from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.sources.document import (
    Document,
    EditRefusedError,
    UnreadableFile,
    kind_of,
    read_document,
)
from ckptlint.sources.source import Edit, Place, Position, SourceKind, Span


def read(data: bytes, name: str = "a.py") -> Document:
    return read_document(Path(name), data)


def edit(start: tuple[int, int], end: tuple[int, int], replacement: str) -> Edit:
    return Edit(Span(Position(*start), Position(*end)), replacement)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.booleans())
def test_bytes_come_back(text: str, has_mark: bool) -> None:
    data = codecs.BOM_UTF8 * has_mark + text.replace("coding", "").encode()
    assert read(data).to_bytes() == data
    assert read(data).apply({}).to_bytes() == data


def test_text_has_plain_newlines_and_no_mark() -> None:
    document = read(codecs.BOM_UTF8 + b"a\r\nb\rc\x0c\xe2\x80\xa8\n")
    assert document.text == "a\nb\nc\x0c\u2028\n"
    assert document.sources[0].text == document.text
    assert document.lines() == ("a", "b", "c\x0c\u2028", "")


def test_edits_keep_mark_encoding_and_newlines() -> None:
    data = "# -*- coding: latin-1 -*-\r\né = 1\r\nb = 2\n".encode("latin-1")
    document = read(data)
    changed = document.apply({0: [edit((2, 1), (2, 1), "è = 0\n"), edit((3, 5), (3, 6), "3")]})
    expected = "# -*- coding: latin-1 -*-\r\nè = 0\r\né = 1\r\nb = 3\n".encode("latin-1")
    assert changed.to_bytes() == expected
    assert changed.sources[0].text == expected.decode("latin-1").replace("\r\n", "\n")
    assert document.to_bytes() == data


def test_the_mark_is_written_once() -> None:
    document = read(codecs.BOM_UTF8 + b"# coding: utf-8-sig\na\n")
    changed = document.apply({0: [edit((2, 1), (3, 1), "")]})
    assert changed.to_bytes() == codecs.BOM_UTF8 + b"# coding: utf-8-sig\n"


def test_map_edit_gives_the_same_place() -> None:
    one = edit((1, 1), (1, 2), "x")
    assert read(b"a\n").map_edit(0, one) == (Place("a.py", one.span), "x")


@pytest.mark.parametrize(
    ("data", "message", "position"),
    [
        (
            b"a = 1\n\nb = 'caf\xe9'\n",
            "byte 0xe9 is not valid utf-8, and no other encoding is declared",
            (3, 9),
        ),
        (b"a\r\xff", "byte 0xff is not valid utf-8, and no other encoding is declared", (2, 1)),
        (b"# coding: ascii\n\xc3\xa9", "byte 0xc3 is not valid ascii", (2, 1)),
        (b"#!/bin/x\n# coding: martian\n", "unknown encoding 'martian'", (2, 11)),
        (b"# vim: set fileencoding=rot13 :\n", "unknown encoding 'rot13'", (1, 25)),
        (
            codecs.BOM_UTF8 + b"# coding: latin-1\n",
            "the encoding is declared as 'latin-1', but a UTF-8 byte order mark is there",
            (1, 11),
        ),
        (b"a\nb\0\n", "a null character in the code", (2, 2)),
    ],
)
def test_unreadable_files_say_where(data: bytes, message: str, position: tuple[int, int]) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    assert (caught.value.message, caught.value.position) == (message, Position(*position))
    assert caught.value.cell is None


@pytest.mark.parametrize(
    "data",
    [
        b"\n\n# coding: martian\n",
        b"x = 1\n# coding: martian\n",
        b"'# coding: martian'\n",
        b"#coding:iso-8859-15 \xa4\n",
        b"\n#coding:iso-8859-15 \xa4\n",
        b"# a comment\r# coding: latin-1\r'\xe9'",
        b"# coding: utf8\n",
        b"",
    ],
)
def test_cookies_count_where_python_looks_for_them(data: bytes) -> None:
    assert read(data).to_bytes() == data


def test_an_edit_that_the_encoding_cannot_hold_is_refused() -> None:
    with pytest.raises(EditRefusedError, match="the file's encoding cannot hold the text"):
        read(b"# coding: latin-1\n").apply({0: [edit((2, 1), (2, 1), "'\u20ac'\n")]})


def test_an_edit_that_moves_the_cookie_out_of_reach_is_refused() -> None:
    document = read(b"#!x\n# coding: latin-1\n'\xe9'\n")
    with pytest.raises(EditRefusedError, match="the edit would make the file unreadable"):
        document.apply({0: [edit((1, 1), (1, 1), "import a\n")]})


def test_an_encoding_that_cannot_be_written_back_is_refused() -> None:
    data = b"# coding: utf-7\nx = '+AGE-'\n"
    document = read(data)
    assert document.sources[0].text == "# coding: utf-7\nx = 'a'\n"
    assert document.to_bytes() == data
    with pytest.raises(EditRefusedError, match="cannot be written back in its encoding, utf-7"):
        document.apply({0: [edit((3, 1), (3, 1), "y\n")]})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.py", SourceKind.PYTHON),
        ("a.PYI", SourceKind.STUB),
        ("a.ipynb", SourceKind.NOTEBOOK),
        ("a.md", SourceKind.MARKDOWN),
        ("a.Markdown", SourceKind.MARKDOWN),
        ("script", SourceKind.PYTHON),
        ("a.txt", SourceKind.PYTHON),
    ],
)
def test_the_suffix_tells_the_kind(name: str, kind: SourceKind) -> None:
    assert kind_of(name) is kind


def test_kind_and_name_can_be_given() -> None:
    document = read_document(Path("-"), b"x\n", shown_as="stdin.pyi", kind=SourceKind.STUB)
    assert (document.path, document.kind) == ("stdin.pyi", SourceKind.STUB)
    assert document.sources[0].kind is SourceKind.STUB
    assert not document.sources[0].is_fragment
    assert document.block_comments == {}


def test_a_python_file_has_no_cells() -> None:
    with pytest.raises(ValueError, match=r"^a\.py has no cells$"):
        read(b"x\n").lines(1)
