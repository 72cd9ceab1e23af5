"""What is told about a place: the rule that a comment names, a setting, or a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from acting import ActingEditor, acting
from editor import FLUSH, uri_of
from lsprotocol import types

from ckptlint.engine.registry import load_registry
from ckptlint.reports.rule_page import page_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

RULES = load_registry().by_code
REDUNDANT = page_of(RULES["CKP301"])
SETTINGS = """\
[tool.ruff]
select = ["CKP301"]

[tool.ckptlint]
select = ["CKP3", 'redundant-flush']
preview = true

[tool.ckptlint.per-file-ignores]
"tests/CKP301" = ["CKP201"]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(folder: Path) -> AsyncIterator[ActingEditor]:
    client = ActingEditor()
    await client.begin(folder, acting())
    yield client
    await client.shutdown_session()
    assert client.messages == []
    await client.stop()


async def told(client: ActingEditor, uri: str, line: int, column: int) -> tuple[str, str] | None:
    """Give the text at a place and the range that it is about."""
    params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
    hover = await client.text_document_hover_async(params)
    if hover is None:
        return None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind is types.MarkupKind.Markdown
    return hover.contents.value, str(hover.range)


async def test_a_finding_tells_its_rule(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "found.py")
    editor.open(uri, FLUSH)
    assert await told(editor, uri, 4, 10) == (REDUNDANT, "4:4-4:19")
    assert await told(editor, uri, 4, 2) is None
    assert await told(editor, uri, 0, 2) is None


@pytest.mark.parametrize(
    ("comment", "word", "code"),
    [
        ("# noqa: CKP201", "CKP201", "CKP201"),
        ("# why  # NOQA: E501,ckp301  # more", "ckp301", "CKP301"),
        ("# ckptlint: ignore[yield-without-save] kept", "yield-without-save", "CKP201"),
        ("# ckptlint: ignore-file[CKP301]", "CKP301", "CKP301"),
        ("# noqa: E501", "E501", None),
        ("# noqa: CKP299", "CKP299", "CKP902"),
        ("# noqa: E501,W1", "noqa", None),
        ("'# noqa: CKP201'", "CKP201", None),
    ],
)
async def test_a_comment_tells_the_rule_that_it_names(
    editor: ActingEditor, folder: Path, comment: str, word: str, code: str | None
) -> None:
    text = f"x = '😀'  {comment}\n" if not comment.startswith("'") else f"x = {comment}\n"
    uri = uri_of(folder / "comment.py")
    editor.open(uri, text)
    start = text.index(word) + ("😀" in text)
    end = start + len(word)
    expected = code and (page_of(RULES[code]), f"0:{start}-0:{end}")
    for column in (start, start + 1, end):
        assert await told(editor, uri, 0, column) == expected
    editor.close(uri)


async def test_the_beginning_of_codes_tells_all_of_them(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "prefix.py")
    editor.open(uri, "x = 1  # ckptlint: ignore[CKP5] old\n")
    found = await told(editor, uri, 0, 28)
    assert found is not None
    assert found[0].startswith("# CKP5\n\n2 rules:\n\n- CKP501 (removed-name): ")


async def test_markdown_and_its_own_comments(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "guide.md")
    text = f"<!-- ckptlint: ignore[CKP201] -->\n```python\n{FLUSH[:-1]}  # noqa: CKP102\n```\n"
    editor.open(uri, text, "markdown")
    assert await told(editor, uri, 0, 24) == (page_of(RULES["CKP201"]), "0:22-0:28")
    assert await told(editor, uri, 6, 30) == (page_of(RULES["CKP102"]), "6:29-6:35")
    assert await told(editor, uri, 6, 10) == (REDUNDANT, "6:4-6:19")


async def test_cells(editor: ActingEditor, folder: Path) -> None:
    cells = [f"cell:{folder}/1", f"cell:{folder}/2"]
    notebook = types.NotebookDocument(
        uri_of(folder / "book.ipynb"),
        "jupyter-notebook",
        1,
        [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in cells],
    )
    texts = ["x = 1\n\n\n\nx = 1  # noqa: CKP201", FLUSH]
    items = [
        types.TextDocumentItem(uri, "python", 1, text)
        for uri, text in zip(cells, texts, strict=True)
    ]
    editor.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
    assert await told(editor, cells[0], 4, 16) == (page_of(RULES["CKP201"]), "4:15-4:21")
    assert await told(editor, cells[1], 4, 16) == (REDUNDANT, "4:4-4:19")


@pytest.mark.parametrize(
    ("line", "column", "start", "where"),
    [
        (1, 12, None, None),
        (4, 12, "# CKP3\n\n", "4:11-4:15"),
        (4, 20, "# redundant-flush (CKP301)\n", "4:19-4:34"),
        (4, 2, "# select\n\nThe rules to run", "4:0-4:6"),
        (5, 3, "# preview\n", "5:0-5:7"),
        (8, 8, None, None),
        (8, 20, "# yield-without-save (CKP201)\n", "8:19-8:25"),
    ],
)
async def test_settings(
    editor: ActingEditor,
    folder: Path,
    line: int,
    column: int,
    start: str | None,
    where: str | None,
) -> None:
    uri = uri_of(folder / "pyproject.toml")
    editor.open(uri, SETTINGS, "toml")
    found = await told(editor, uri, line, column)
    if start is None:
        assert found is None
    else:
        assert found is not None
        assert (found[0][: len(start)], found[1]) == (start, where)
    editor.close(uri)


async def test_settings_in_a_file_of_their_own(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "ckptlint.toml")
    editor.open(uri, 'ignore = ["CKP301"]\n', "toml")
    assert await told(editor, uri, 0, 12) == (REDUNDANT, "0:11-0:17")
    other = uri_of(folder / "other.toml")
    editor.open(other, 'ignore = ["CKP301"]\n', "toml")
    assert await told(editor, other, 0, 12) is None


async def test_diagnostics_link_to_a_page_on_this_computer(
    editor: ActingEditor, folder: Path, cache: Path
) -> None:
    uri = uri_of(folder / "linked.py")
    editor.open(uri, FLUSH)
    await editor.pushed(uri, 1)
    last = editor.last(uri)
    assert last is not None
    (description,) = [one.code_description for one in last.diagnostics]
    assert description is not None
    (page,) = cache.glob("ckptlint/*/rules/CKP301.md")
    assert description.href == page.as_uri()
    assert page.read_text(encoding="utf-8") == REDUNDANT
    assert (page.parent / "README.md").read_text(encoding="utf-8").startswith("# Rules\n")


async def test_plain_text_for_those_who_show_nothing_else(folder: Path) -> None:
    client = ActingEditor()
    can = acting(markdown=False, literals=False, resolves=False, applies=False)
    answer = await client.begin(folder, can)
    assert answer.capabilities.execute_command_provider == types.ExecuteCommandOptions(
        ("ckptlint.showProof", "ckptlint.proveFix")
    )
    uri = uri_of(folder / "plain.py")
    client.open(uri, FLUSH)
    params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(4, 8))
    hover = await client.text_document_hover_async(params)
    assert hover is not None
    assert hover.contents == types.MarkupContent(types.MarkupKind.PlainText, REDUNDANT)
    # Who takes neither actions nor edits is offered no fix.
    commands = await client.actions(uri, 4, 8)
    assert {one.command for one in commands} <= {"ckptlint.proveFix"}
    await client.shutdown_session()
    await client.stop()
