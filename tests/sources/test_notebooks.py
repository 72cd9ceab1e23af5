from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckptlint.sources.document import Document, EditRefusedError, UnreadableFile, read_document
from ckptlint.sources.source import Edit, LineOrigin, Place, Position, Span


def edit(start: tuple[int, int], end: tuple[int, int], replacement: str) -> Edit:
    return Edit(Span(Position(*start), Position(*end)), replacement)


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], **more}


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def read(content: dict[str, Any], indent: int | None = 1, escapes: bool = False) -> Document:
    data = json.dumps(content, indent=indent, ensure_ascii=escapes) + "\n"
    return read_document(Path("a.ipynb"), data.encode())


def sources_of(document: Document) -> list[Any]:
    return [cell["source"] for cell in json.loads(document.to_bytes())["cells"]]


def test_code_cells_are_one_source() -> None:
    document = read(
        notebook(
            {"cell_type": "markdown", "metadata": {}, "source": ["# title\n", "```python\n", "z"]},
            code(["import a\n", "%time a\n", "b"]),
            {"cell_type": "raw", "metadata": {}, "source": "raw"},
            code("c\n"),
            code([]),
        )
    )
    (source,) = document.sources
    assert source.text == "import a\npass\nb\nc\n\n\n"
    assert source.parts == ((1, 3), (4, 5), (6, 6))
    assert source.is_fragment
    assert source.origins == (
        LineOrigin(1, 0, 2),
        LineOrigin(2, 0, 2),
        LineOrigin(3, 0, 2),
        LineOrigin(1, 0, 4),
        LineOrigin(2, 0, 4),
        LineOrigin(1, 0, 5),
        LineOrigin(2, 0, 5),
    )
    assert source.place(Span(Position(4, 1), Position(4, 2))) == Place(
        "a.ipynb", Span(Position(1, 1), Position(1, 2)), 4
    )
    assert document.lines(1) == ("# title", "```python", "z")
    assert document.lines(2) == ("import a", "%time a", "b")
    assert document.lines()[:3] == ("{", ' "cells": [', "  {")


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "julia"}},
        {"kernelspec": {"name": "ir", "language": "R"}},
    ],
)
def test_other_languages_have_no_source(metadata: dict[str, Any]) -> None:
    assert read(notebook(code("x <- 1"), **metadata)).sources == ()


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "Python"}, "kernelspec": {"language": "scala"}},
        {"kernelspec": {"display_name": "mine"}},
        {"kernelspec": None},
    ],
)
def test_python_is_known_and_assumed(metadata: dict[str, Any]) -> None:
    assert read(notebook(code("x"), **metadata)).sources[0].text == "x\n"


def test_cells_of_another_language_are_left_out() -> None:
    other = {"vscode": {"languageId": "shellscript"}}
    document = read(notebook(code("ls -l", metadata=other), code("x")))
    assert document.sources[0].text == "x\n"
    assert document.sources[0].origins == (LineOrigin(1, 0, 2), LineOrigin(2, 0, 2))


def test_a_notebook_without_code_has_no_source() -> None:
    assert read(notebook()).sources == ()


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("escapes", [True, False])
def test_an_edit_changes_its_lines_and_no_other_byte(indent: int | None, escapes: bool) -> None:
    content = notebook(
        {"cell_type": "markdown", "source": ["é"], "metadata": {}},
        code(["x = 'é'\n", "y\n", "z"], outputs=[{"text": ["a/é\u2028"], "n": 1e3}]),
        code("p\nq"),
    )
    document = read(content, indent, escapes)
    changed = document.apply({0: [edit((2, 1), (3, 1), ""), edit((5, 1), (6, 1), "ü\n")]})
    content["cells"][1]["source"] = ["x = 'é'\n", "z"]
    content["cells"][2]["source"] = "p\nü"
    expected = json.dumps(content, indent=indent, ensure_ascii=escapes) + "\n"
    assert changed.to_bytes() == expected.encode()
    assert changed.sources[0].text == "x = 'é'\nz\np\nü\n"


def test_the_way_other_lines_are_written_stays() -> None:
    cell = r'{"cell_type": "code", "source":  ["\u0061\/\n",   "b\n" ,"c"] , "x": 1}'
    data = '{"nbformat": 4,\r\n"cells": [' + cell + "]}"
    document = read_document(Path("a.ipynb"), data.encode())
    assert document.sources[0].text == "a/\nb\nc\n"
    changed = document.apply({0: [edit((2, 1), (2, 2), "B")]})
    new_cell = cell.replace('"b\\n" ,"c"', '"B\\n",   "c"')
    assert changed.to_bytes() == data.replace(cell, new_cell).encode()


@pytest.mark.parametrize(
    ("source", "change", "expected"),
    [
        (["a\n", "b"], edit((2, 1), (3, 1), ""), ["a"]),
        (["a\n", "b"], edit((3, 1), (3, 1), "c\n"), ["a\n", "b\n", "c"]),
        (["a\n", "b"], edit((2, 2), (2, 2), "\nc"), ["a\n", "b\n", "c"]),
        (["a\n", "b"], edit((1, 1), (1, 1), "c\n"), ["c\n", "a\n", "b"]),
        (["a\n", "a\n", "a"], edit((1, 1), (2, 1), ""), ["a\n", "a"]),
        (["a"], edit((1, 1), (2, 1), ""), []),
        (["a"], edit((1, 2), (1, 2), "\nb"), ["a\n", "b"]),
        ([], edit((1, 1), (1, 1), "a"), ["a"]),
        ("", edit((1, 1), (1, 1), "a\n"), "a\n"),
        (["a", "b\n", "c"], edit((2, 1), (2, 2), "d"), ["ab\n", "d"]),
        (["a\r\n", "b"], edit((2, 1), (2, 1), "c\n"), ["a\r\n", "c\r\n", "b"]),
        (["a\n", ""], edit((1, 1), (1, 2), "b"), ["b\n", ""]),
    ],
)
def test_sources_keep_their_form(
    source: str | list[str], change: Edit, expected: str | list[str]
) -> None:
    assert sources_of(read(notebook(code(source))).apply({0: [change]})) == [expected]


def test_the_end_of_a_cell_is_not_the_start_of_the_next() -> None:
    document = read(notebook(code("a\nb"), code("c\nd")))
    edits = [edit((2, 1), (3, 1), ""), edit((3, 1), (3, 1), "e\n"), edit((4, 1), (5, 1), "")]
    changed = document.apply({0: edits})
    assert sources_of(changed) == ["a", "e\nc"]
    place, replacement = document.map_edit(0, edits[0])
    assert place == Place("a.ipynb", Span(Position(2, 1), Position(3, 1)), 1)
    assert replacement == ""


def test_an_edit_across_cells_is_refused() -> None:
    document = read(notebook(code("a"), code("b\nc")))
    with pytest.raises(EditRefusedError, match=r"^an edit spans cell 1 and the one after it$"):
        document.apply({0: [edit((1, 1), (3, 1), "")]})


MAGIC = ["%%time\n", "a\n", "  !ls \\\n", "  -l\n", "b = !x\n", "c"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (edit((2, 1), (3, 1), ""), ["%%time\n", *MAGIC[2:]]),
        (edit((2, 2), (2, 2), "\nd"), ["%%time\n", "a\n", "d\n", *MAGIC[2:]]),
        (edit((3, 1), (3, 1), "d\n"), ["%%time\n", "a\n", "d\n", *MAGIC[2:]]),
        (edit((5, 5), (5, 5), "\nd"), [*MAGIC[:5], "d\n", "c"]),
        (edit((6, 1), (6, 2), "d"), [*MAGIC[:5], "d"]),
        (edit((1, 1), (2, 2), "\nd"), ["%%time\n", "d\n", *MAGIC[2:]]),
        (edit((1, 1), (1, 1), "d\n"), None),
        (edit((3, 3), (3, 7), "d"), None),
        (edit((3, 1), (4, 1), ""), None),
        (edit((2, 1), (6, 1), ""), None),
        (edit((3, 7), (3, 7), "\nd"), None),
        (edit((4, 1), (4, 1), "d\n"), None),
        (edit((5, 1), (6, 1), "d\n"), None),
        (edit((2, 2), (3, 1), ""), None),
        (edit((5, 5), (6, 1), ""), None),
    ],
)
def test_magics_survive_edits(change: Edit, expected: list[str] | None) -> None:
    document = read(notebook(code(MAGIC)))
    assert document.sources[0].text == "\na\n  pass\n\npass\nc\n"
    if expected is None:
        with pytest.raises(EditRefusedError, match="stands for something that is not Python"):
            document.apply({0: [change]})
    else:
        assert sources_of(document.apply({0: [change]})) == [expected]


def test_text_after_a_magic_is_placed_after_the_whole_of_it() -> None:
    document = read(notebook(code("b = !x | y")))
    place, _ = document.map_edit(0, edit((1, 5), (1, 5), "\nd"))
    assert place.span == Span(Position(1, 11), Position(1, 11))


@pytest.mark.parametrize(
    ("data", "message", "position"),
    [
        (b'{"cells": [\n1 2]}', "not valid JSON: expecting ',' delimiter", (2, 3)),
        (b"", "not valid JSON: expecting value", (1, 1)),
        (b"\n []", "not a notebook: the JSON is no object", (2, 2)),
        (b'{"nbformat": 4}', "not a notebook: it has no list of cells", (1, 1)),
        (
            b'{"worksheets": [],\n "nbformat": 3}',
            "notebook format 3 is too old; convert the notebook with "
            "`jupyter nbconvert --to notebook`",
            (2, 14),
        ),
        (
            b'{"cells": [{"source": ""},\n {"source": 1}]}',
            "not a notebook: cell 2 has no text as its source",
            (2, 2),
        ),
        (b'{"cells": ["x"]}', "not a notebook: cell 1 has no text as its source", (1, 12)),
        (
            b'{"cells": "\xff"}',
            "byte 0xff is not valid utf-8, and no other encoding is declared",
            (1, 12),
        ),
    ],
)
def test_unreadable_notebooks_say_where(
    data: bytes, message: str, position: tuple[int, int]
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_document(Path("a.ipynb"), data)
    assert (caught.value.message, caught.value.position) == (message, Position(*position))
    assert caught.value.cell is None


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"])
def test_json_beyond_the_limits_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_document(Path("a.ipynb"), data)


@pytest.mark.parametrize(
    ("character", "what"),
    [("\0", "a null character in the code"), ("\ud800", "half of a surrogate pair in the code")],
)
def test_characters_that_no_parser_takes_are_placed(character: str, what: str) -> None:
    content = notebook(code("a"), code(f"b\ncd{character}"))
    with pytest.raises(UnreadableFile) as caught:
        read(content, escapes=True)
    error = caught.value
    assert (error.message, error.position, error.cell) == (what, Position(2, 3), 2)


LINE = st.text("ab =é\\\"'#\x0c\u2028", max_size=6)
CELL = st.lists(LINE, min_size=1, max_size=5)


@given(
    st.lists(CELL, min_size=1, max_size=4),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
    st.booleans(),
    st.data(),
)
def test_edits_of_cells_do_what_they_do_on_text(
    cells: list[list[str]], indent: int | None, escapes: bool, as_list: bool, data: st.DataObject
) -> None:
    texts = ["\n".join(lines) for lines in cells]
    divided = [text.split("\n") for text in texts]
    lists = [
        [f"{line}\n" for line in lines[:-1]] + [lines[-1]] * bool(lines[-1]) for lines in divided
    ]
    document = read(notebook(*map(code, lists if as_list else texts)), indent, escapes)
    assert document.to_bytes() == document.apply({}).to_bytes()
    edits: list[Edit] = []
    expected: list[str] = []
    first = 1
    for text, lines in zip(texts, cells, strict=True):
        line = data.draw(st.integers(1, len(lines)))
        column = data.draw(st.integers(1, len(lines[line - 1]) + 1))
        new = data.draw(st.sampled_from(["x", "x\ny", "\n", "é\n\n"]))
        end = data.draw(st.integers(column, len(lines[line - 1]) + 1))
        edits.append(edit((first + line - 1, column), (first + line - 1, end), new))
        before = sum(len(one) + 1 for one in lines[: line - 1])
        expected.append(text[: before + column - 1] + new + text[before + end - 1 :])
        first += len(lines)
    changed = document.apply({0: edits})
    assert ["".join(source) for source in sources_of(changed)] == expected


LINES_OF_CELLS = st.lists(
    st.text(
        st.sampled_from('x \\"\t\r天𐐀é\x0b\u2028/')
        | st.characters(codec="utf-8", exclude_characters="\0"),
        max_size=5,
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None)
@given(
    st.lists(LINES_OF_CELLS, min_size=1, max_size=3),
    st.data(),
    st.sampled_from((None, 1, 4)),
    st.booleans(),
    st.booleans(),
    st.sampled_from(("\n", "\r\n", "\r")),
)
def test_a_place_in_a_cell_is_found_in_the_file(
    cells: list[list[str]],
    data: st.DataObject,
    indent: int | None,
    escapes: bool,
    is_one_string: bool,
    line_end: str,
) -> None:
    mark = "MARK"
    cells = [["".join(line.splitlines()).replace(mark, "") for line in cell] for cell in cells]
    number = data.draw(st.integers(1, len(cells)))
    line = data.draw(st.integers(1, len(cells[number - 1])))
    text = cells[number - 1][line - 1]
    column = data.draw(st.integers(1, len(text) + 1))
    cells[number - 1][line - 1] = text[: column - 1] + mark + text[column - 1 :]
    written = ["\n".join(cell) for cell in cells]
    content = {
        "cells": [
            {
                "cell_type": "code",
                "source": source if is_one_string else source.splitlines(keepends=True),
            }
            for source in written
        ],
        "nbformat": 4,
    }
    raw = json.dumps(content, indent=indent, ensure_ascii=escapes).replace("\n", line_end)
    notebook = read_document("a.ipynb", raw.encode())
    start, end = Position(line, column), Position(line, column + len(mark))
    span = notebook.span_in_file(Place("a.ipynb", Span(start, end), number))
    before = raw[: raw.index(mark)].split(line_end)
    expected = Position(len(before), len(before[-1]) + 1)
    assert span == Span(expected, Position(expected.line, expected.column + len(mark)))
