"""Changes as the client applies them lead to the very text, and touch no more than they must."""

from __future__ import annotations

import json

import pytest
from acting import applied, edits_of
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.result import FileEdit
from ckptlint.rule import Edit, Place, Position, Span
from ckptlint.server.documents import OpenCell, OpenDocument
from ckptlint.server.edits import difference, read_open, rewriting_edit, workspace_edit
from ckptlint.server.text import Text
from ckptlint.sources.source import SourceKind


def span(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span(Position(line, column), Position(end_line, end_column))


@pytest.mark.parametrize(
    ("before", "after", "edits"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", [Edit(span(2, 1, 2, 2), "B")]),
        ("a\nb\nc\n", "a\nc\n", [Edit(span(2, 1, 3, 1), "")]),
        ("a\nc\n", "a\nb\nc\n", [Edit(span(2, 1, 2, 1), "b\n")]),
        ("x = 1  # y\n", "x = 12  # y\n", [Edit(span(1, 6, 1, 6), "2")]),
        (
            "a\nif b:\n    c\n",
            "A\nif b:\n    c\n    d\n",
            [Edit(span(1, 1, 1, 2), "A"), Edit(span(4, 1, 4, 1), "    d\n")],
        ),
        ("a\n", "a\n", []),
    ],
)
def test_no_more_than_what_changes(before: str, after: str, edits: list[Edit]) -> None:
    assert [*difference(before, after)] == edits


_TEXTS = st.lists(st.sampled_from(["", "a", "ab", "  ab", "é😀b", "#"]), max_size=7)


@given(_TEXTS, _TEXTS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-16"]))
def test_any_change(before: list[str], after: list[str], end: str, encoding: str) -> None:
    text = Text(end.join(before), encoding)
    edits = [text.text_edit(edit) for edit in difference("\n".join(before), "\n".join(after))]
    assert applied(text.raw, edits, encoding) == (end if len(before) > 1 else "\n").join(after)


def notebook(*sources: str) -> OpenDocument:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    opened = tuple(
        OpenCell(f"cell:{number}", number, Text(source)) for number, source in enumerate(sources, 1)
    )
    text = Text(json.dumps(content))
    return OpenDocument("file:///a.ipynb", 9, "/a.ipynb", SourceKind.NOTEBOOK, text, opened)


def test_edits_of_cells_go_to_their_documents() -> None:
    document = notebook("one\ntwo", "three", "four")
    edits = [
        FileEdit(Place("/a.ipynb", span(1, 4, 1, 4), 3), "\nfive"),
        FileEdit(Place("/a.ipynb", span(2, 1, 2, 4), 1), "2"),
    ]
    edit = workspace_edit(document, edits, is_versioned=True)
    assert edit.changes is None
    seen = edits_of(edit)
    assert {uri: version for uri, (version, _) in seen.items()} == {"cell:1": 1, "cell:3": 3}
    assert applied("one\ntwo", seen["cell:1"][1]) == "one\n2"
    assert applied("four", seen["cell:3"][1]) == "fou\nfiver"
    plain = workspace_edit(document, edits, is_versioned=False)
    assert plain.document_changes is None
    assert plain.changes == {uri: edits for uri, (_, edits) in seen.items()}


def test_a_notebook_that_is_open_as_json_is_changed_there() -> None:
    cells = notebook("one\ntwo", "three")
    document = OpenDocument(cells.uri, 9, cells.path, cells.kind, cells.text)
    edits = [FileEdit(Place("/a.ipynb", span(2, 1, 2, 4), 1), "2")]
    (change,) = edits_of(workspace_edit(document, edits, is_versioned=True)).items()
    assert change[0] == "file:///a.ipynb"
    assert change[1][0] == 9
    after = json.loads(applied(document.text.raw, change[1][1]))
    assert [cell["source"] for cell in after["cells"]] == ["one\n2", "three"]


def test_what_became_of_a_document_is_told_cell_by_cell() -> None:
    document = notebook("one\ntwo", "three", "four")
    fixed = read_open(document).rewrite(
        {1: [Edit(span(1, 1, 2, 1), "")], 2: [Edit(span(1, 1, 1, 1), "0\n")]}
    )
    seen = edits_of(rewriting_edit(document, fixed, is_versioned=True))
    assert {
        uri: applied(document.cell(int(uri[-1])).text.raw, edits)
        for uri, (_, edits) in seen.items()
    } == {
        "cell:1": "two",
        "cell:2": "0\nthree",
    }
