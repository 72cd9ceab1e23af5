"""Python, stubs, Markdown and notebooks, in files and in documents that were never saved."""

from __future__ import annotations

import json
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from editor import FLUSH, Editor, brief, capabilities, uri_of
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOUND = ["4:4-4:19 CKP301"]
IMPORT, *REST = FLUSH.splitlines(keepends=True)
USE = "".join(REST).lstrip()
MARKDOWN = "# Restart\n\n- in a list:\n\n" + indent(f"```python\n{FLUSH}```\n", "  ")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(folder: Path) -> AsyncIterator[Editor]:
    client = Editor()
    await client.begin(folder, capabilities())
    yield client
    await client.shutdown_session()
    assert client.messages == []
    await client.stop()


@pytest.mark.parametrize(
    ("name", "language", "text", "found"),
    [
        ("a.py", "python", FLUSH, FOUND),
        ("script", "python", FLUSH, FOUND),
        ("a.pyi", "python", FLUSH, FOUND),
        ("a.md", "markdown", MARKDOWN, ["9:6-9:21 CKP301"]),
        ("a.markdown", "", MARKDOWN, ["9:6-9:21 CKP301"]),
        ("notes.txt", "markdown", MARKDOWN, ["9:6-9:21 CKP301"]),
        ("broken.py", "python", "def f(:\n", ["0:6-0:7 CKP900"]),
        ("null.py", "python", "a = 1\0\n", ["0:5-0:5 CKP904"]),
        ("half.py", "python", "a = '\ud83d'\n", ["0:5-0:5 CKP904"]),
        ("latin.py", "python", "# coding: latin-1\ns = 'é'\n" + FLUSH, ["6:4-6:19 CKP301"]),
        ("cookie.py", "python", "# coding: ebc\n", ["0:10-0:10 CKP904"]),
        ("wide.py", "python", FLUSH.replace("session.f", "'😋'; session.f"), ["4:10-4:25 CKP301"]),
        ("feed.py", "python", "\f\n" + FLUSH, ["5:4-5:19 CKP301"]),
        ("mark.py", "python", "\ufeff" + FLUSH, FOUND),
        ("crlf.py", "python", FLUSH.replace("\n", "\r\n"), FOUND),
        ("cr.py", "python", FLUSH.replace("\n", "\r"), FOUND),
    ],
)
async def test_each_kind_of_document(
    editor: Editor, folder: Path, name: str, language: str, text: str, found: list[str]
) -> None:
    uri = uri_of(folder / name)
    editor.open(uri, text, language)
    assert await editor.pushed(uri, 1) == found
    editor.close(uri)


@pytest.mark.parametrize(
    ("uri", "language", "text", "found"),
    [
        ("untitled:Untitled-1", "python", FLUSH, FOUND),
        ("untitled:Untitled-2", "markdown", MARKDOWN, ["9:6-9:21 CKP301"]),
    ],
)
async def test_what_was_never_saved_is_checked_by_its_language(
    editor: Editor, uri: str, language: str, text: str, found: list[str]
) -> None:
    editor.open(uri, text, language)
    assert await editor.pushed(uri, 1) == found
    editor.close(uri)


async def test_what_is_no_python_is_left_alone(editor: Editor, folder: Path) -> None:
    editor.open(uri_of(folder / "a.toml"), FLUSH, "toml")
    editor.open(uri_of(folder / "after.py"), FLUSH)
    assert await editor.pushed(uri_of(folder / "after.py"), 1) == FOUND
    assert editor.last(uri_of(folder / "a.toml")) is None


def json_notebook(*cells: str | list[str]) -> str:
    entries = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells
    ]
    return json.dumps({"cells": entries, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


async def test_a_notebook_that_is_open_as_text(editor: Editor, folder: Path) -> None:
    text = json_notebook(
        [IMPORT], ["'😋\\u0041'\n", *USE.splitlines(keepends=True)], "%time session.flush()"
    )
    uri = uri_of(folder / "text.ipynb")
    editor.open(uri, text, "json")
    (found,) = await editor.pushed(uri, 1)
    where = text.index("session.flush()")
    assert found == f"0:{where}-0:{where + len('session.flush()')} CKP301"
    editor.change(uri, 2, text[:-1])
    assert await editor.pushed(uri, 2) == [f"0:{len(text) - 1}-0:{len(text) - 1} CKP904"]


class OpenNotebook:
    """A notebook in the editor."""

    def __init__(self, editor: Editor, uri: str, sources: Sequence[str]) -> None:
        self.editor = editor
        self.uri = uri
        self.cells = [f"{uri}#cell{index}" for index in range(len(sources))]
        editor.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                types.NotebookDocument(
                    uri,
                    "jupyter-notebook",
                    1,
                    [
                        types.NotebookCell(
                            types.NotebookCellKind.Markup
                            if source.startswith("# ")
                            else types.NotebookCellKind.Code,
                            cell,
                        )
                        for cell, source in zip(self.cells, sources, strict=True)
                    ],
                ),
                [
                    types.TextDocumentItem(
                        cell, "markdown" if source.startswith("# ") else "python", 1, source
                    )
                    for cell, source in zip(self.cells, sources, strict=True)
                ],
            )
        )

    def change(self, version: int, cells: types.NotebookDocumentCellChanges) -> None:
        self.editor.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(version, self.uri),
                types.NotebookDocumentChangeEvent(cells=cells),
            )
        )

    def type(self, version: int, cell: int, text: str) -> None:
        changed = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(version, self.cells[cell]),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
        self.change(version, types.NotebookDocumentCellChanges(text_content=[changed]))


async def test_a_notebook_is_one_program(editor: Editor, folder: Path) -> None:
    uri = uri_of(folder / "whole.ipynb")
    notebook = OpenNotebook(editor, uri, ["# Restart", IMPORT, f"%matplotlib inline\n{USE}", "1"])
    prose, first, second, third = notebook.cells
    assert await editor.pushed(second, 1) == ["3:4-3:19 CKP301"]
    related = editor.last(second).diagnostics[0].related_information  # type: ignore[union-attr]
    assert [(one.location.uri, str(one.location.range)) for one in related or ()] == [
        (second, "1:5-1:27")
    ]
    assert [await editor.pushed(cell, 1) for cell in (prose, first, third)] == [[], [], []]
    notebook.type(2, 1, "from elsewhere import Checkpoint\n")
    await editor.shows(second)
    notebook.type(3, 1, IMPORT)
    await editor.shows(second, "3:4-3:19 CKP301")
    added = types.NotebookCell(types.NotebookCellKind.Code, f"{uri}#new")
    item = types.TextDocumentItem(added.document, "python", 1, USE)
    array = types.NotebookCellArrayChange(start=4, delete_count=0, cells=[added])
    notebook.change(
        4,
        types.NotebookDocumentCellChanges(
            structure=types.NotebookDocumentCellChangeStructure(array, did_open=[item])
        ),
    )
    assert await editor.pushed(added.document, 1) == ["2:4-2:19 CKP301"]
    array = types.NotebookCellArrayChange(start=2, delete_count=1)
    closed = [types.TextDocumentIdentifier(second)]
    notebook.change(
        5,
        types.NotebookDocumentCellChanges(
            structure=types.NotebookDocumentCellChangeStructure(array, did_close=closed)
        ),
    )
    assert await editor.pushed(second, None) == []
    editor.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(uri),
            [types.TextDocumentIdentifier(added.document)],
        )
    )
    assert await editor.pushed(added.document, None) == []


async def test_a_notebook_that_was_never_saved(editor: Editor) -> None:
    notebook = OpenNotebook(editor, "untitled:Untitled-1.ipynb", [FLUSH])
    assert await editor.pushed(notebook.cells[0], 1) == FOUND


async def test_the_cells_of_a_notebook_can_be_asked_for(folder: Path) -> None:
    editor = Editor()
    await editor.begin(folder, capabilities(pulls=True))
    notebook = OpenNotebook(editor, uri_of(folder / "asked.ipynb"), [IMPORT, USE])
    reports = [await editor.pull(cell) for cell in notebook.cells]
    assert [brief(report.items) for report in reports] == [[], ["2:4-2:19 CKP301"]]
    again = await editor.pull(notebook.cells[1], reports[1].result_id)
    assert again.kind == "unchanged"
    await editor.shutdown_session()
    await editor.stop()


@pytest.mark.parametrize(
    ("offered", "chosen", "column"),
    [
        (["utf-8", "utf-16"], "utf-8", 12),
        (["utf-32"], "utf-32", 9),
        (["utf-7"], "utf-16", 10),
    ],
)
async def test_columns_are_counted_as_agreed(
    folder: Path, offered: list[str], chosen: str, column: int
) -> None:
    editor = Editor()
    can = capabilities(pulls=True)
    can.general = types.GeneralClientCapabilities(position_encodings=offered)
    answer = await editor.begin(folder, can)
    assert answer.capabilities.position_encoding == chosen
    uri = uri_of(folder / "wide.py")
    text = FLUSH.replace("session.f", "'😋'; session.f")
    editor.open(uri, text)
    assert brief((await editor.pull(uri)).items) == [f"4:{column}-4:{column + 15} CKP301"]
    before_the_flush = types.Position(4, column)
    change = types.TextDocumentContentChangePartial(
        types.Range(before_the_flush, before_the_flush), "'€'; "
    )
    editor.change(uri, 2, change)
    column += {"utf-8": 7, "utf-16": 5, "utf-32": 5}[chosen]
    assert brief((await editor.pull(uri)).items) == [f"4:{column}-4:{column + 15} CKP301"]
    await editor.shutdown_session()
    await editor.stop()
