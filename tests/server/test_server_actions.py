"""What is offered at a finding, to clients that can do more or less with it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from acting import FIXTURES, QUICK_FIX, ActingEditor, acting, after, edits_of
from editor import FLUSH, uri_of
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ckptlint.cli.main import main

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

DELETE = "Delete `session.flush()`"
IGNORE = "Ignore CKP301 on this line (redundant-flush)"
FIX_ALL = "Fix all that ckptlint can fix safely"
FIXED = FLUSH.replace("    session.flush()\n", "")
IGNORED = FLUSH.replace("session.flush()", "session.flush()  # noqa: CKP301")
CONTINUE = "Continue a restored rollout with the model's own step"
UNSAFE = (
    f"{CONTINUE} (unsafe: it is right only if `self(x, coords)` takes the parent's step, and if "
    "what was saved is all that this step reads)"
)


def restarting_model(folder: Path, settings: str) -> tuple[str, str]:
    """Write a model whose fix is unsafe, and give its URI and text."""
    folder.mkdir()
    for name in ("ckp101/bad_in_place.py", "ckp101/good_noise_core.py", "rollouts/grid.py"):
        shutil.copy(FIXTURES / name, folder)
    (folder / "ckptlint.toml").write_text(f'select = ["CKP101"]\n{settings}\n', encoding="utf-8")
    path = folder / "bad_in_place.py"
    return uri_of(path), path.read_text(encoding="utf-8")


async def begun(
    folder: Path, can: types.ClientCapabilities, options: dict[str, str] | None = None
) -> ActingEditor:
    client = ActingEditor()
    await client.begin(folder, can, options)
    return client


async def ended(client: ActingEditor) -> None:
    await client.shutdown_session()
    assert client.messages == []
    await client.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(folder: Path) -> AsyncIterator[ActingEditor]:
    """An editor that can do all there is."""
    client = await begun(folder, acting())
    yield client
    await ended(client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plain(folder: Path) -> AsyncIterator[ActingEditor]:
    """An editor that wants all edits at once, and knows nothing of versions."""
    can = acting(resolves=False, versions=False, extras=False)
    client = await begun(folder, can, {"suppress-with": "ignore"})
    yield client
    await ended(client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def old(folder: Path) -> AsyncIterator[ActingEditor]:
    """An editor that takes commands alone."""
    client = await begun(folder, acting(literals=False, resolves=False))
    yield client
    await ended(client)


async def test_actions_are_worked_out_when_they_are_chosen(
    editor: ActingEditor, folder: Path
) -> None:
    uri = uri_of(folder / "lazy.py")
    editor.open(uri, FLUSH, version=7)
    actions = await editor.actions(uri, 4, 8)
    assert [(one.title, one.kind, one.is_preferred) for one in actions] == [
        (DELETE, QUICK_FIX, True),
        (IGNORE, QUICK_FIX, None),
        (FIX_ALL, "source.fixAll.ckptlint", None),
    ]
    assert all(one.edit is None and one.command is None for one in actions)
    # Neovim gives no null back, for a table of Lua holds none.
    assert all(None not in one.data.values() for one in actions)
    assert all(None not in one.data.get("finding", {}).values() for one in actions)
    last = editor.last(uri)
    assert last is not None
    assert [one.diagnostics for one in actions] == [last.diagnostics, last.diagnostics, None]
    for title, text in ((DELETE, FIXED), (IGNORE, IGNORED), (FIX_ALL, FIXED)):
        edit = await editor.chosen(actions, title)
        assert [(at, version) for at, (version, _) in edits_of(edit).items()] == [(uri, 7)]
        assert after(FLUSH, edit, uri) == text


async def test_all_edits_at_once_without_versions(plain: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "eager.py")
    plain.open(uri, FLUSH)
    assert [one.title for one in await plain.actions(uri, 0)] == [FIX_ALL]
    actions = await plain.actions(uri, 4, 4)
    assert [(one.title, one.is_preferred, one.data) for one in actions] == [
        (DELETE, None, None),
        (IGNORE, None, None),
        (FIX_ALL, None, None),
    ]
    named = IGNORED.replace("noqa: CKP301", "ckptlint: ignore[redundant-flush]")
    assert [after(FLUSH, one.edit, uri) for one in actions] == [FIXED, named, FIXED]
    assert all(one.edit.document_changes is None for one in actions)
    with pytest.raises(JsonRpcException, match="Method Not Found"):
        await plain.code_action_resolve_async(actions[0])


async def test_commands_for_those_who_know_no_actions(old: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "old.py")
    old.open(uri, FLUSH)
    commands = await old.actions(uri, 4, 8)
    assert all(isinstance(one, types.Command) for one in commands)
    assert [one.title for one in commands] == [DELETE, IGNORE, FIX_ALL]
    for command, text in zip(commands, (FIXED, IGNORED, FIXED), strict=True):
        old.applied.clear()
        await old.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )
        (sent,) = old.applied
        assert after(FLUSH, sent.edit, uri) == text


async def test_all_is_fixed_by_a_command(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "command.py")
    editor.open(uri, FLUSH)
    for argument in ({"uri": uri, "version": 1}, uri):
        editor.applied.clear()
        await editor.workspace_execute_command_async(
            types.ExecuteCommandParams("ckptlint.applyAutofix", [argument])
        )
        (sent,) = editor.applied
        assert (sent.label, after(FLUSH, sent.edit, uri)) == ("ckptlint: fix", FIXED)
    editor.change(uri, 2, FIXED)
    editor.applied.clear()
    await editor.workspace_execute_command_async(
        types.ExecuteCommandParams("ckptlint.applyAutofix", [uri])
    )
    assert editor.applied == []
    with pytest.raises(JsonRpcException, match="takes a document"):
        await editor.workspace_execute_command_async(
            types.ExecuteCommandParams("ckptlint.applyAutofix", [1])
        )


async def test_an_edit_that_is_not_applied_is_logged(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "refused.py")
    editor.open(uri, FLUSH)
    editor.accepts = False
    await editor.workspace_execute_command_async(
        types.ExecuteCommandParams("ckptlint.applyAutofix", [uri])
    )
    editor.accepts = True
    assert "the client did not apply the edit: read-only" in {
        one.message for one in editor.log_messages
    }


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ([QUICK_FIX], [(DELETE, QUICK_FIX), (IGNORE, QUICK_FIX)]),
        (["quickfix.other"], []),
        (["source"], [(FIX_ALL, "source.fixAll.ckptlint")]),
        (["source.fixAll"], [(FIX_ALL, types.CodeActionKind.SourceFixAll)]),
        (["source.fixAll.ckptlint"], [(FIX_ALL, "source.fixAll.ckptlint")]),
        (["source.fixAll.ruff"], []),
        (["source.organizeImports"], []),
        (["refactor"], []),
        ([], []),
    ],
)
async def test_only_what_is_asked_for(
    editor: ActingEditor,
    folder: Path,
    only: list[str],
    expected: list[tuple[str, types.CodeActionKind | str]],
) -> None:
    uri = uri_of(folder / "only.py")
    editor.open(uri, FLUSH)
    actions = await editor.actions(uri, 4, 8, only=only)
    assert [(one.title, one.kind) for one in actions] == expected


async def test_all_fixed_on_save(plain: ActingEditor, folder: Path) -> None:
    """As an editor asks before it saves: of no place, of one kind, by itself."""
    uri = uri_of(folder / "saved.py")
    plain.open(uri, FLUSH * 2)
    asked = {"only": ["source.fixAll.ckptlint"], "trigger": types.CodeActionTriggerKind.Automatic}
    (action,) = await plain.actions(uri, 0, **asked)
    assert after(FLUSH * 2, action.edit, uri) == FIXED * 2
    plain.change(uri, 2, FIXED)
    assert await plain.actions(uri, 0, **asked) == []


async def test_at_each_move_of_the_caret_not_all_is_fixed(
    plain: ActingEditor, folder: Path
) -> None:
    uri = uri_of(folder / "moved.py")
    plain.open(uri, FLUSH)
    automatic = types.CodeActionTriggerKind.Automatic
    actions = await plain.actions(uri, 4, 4, trigger=automatic)
    assert [one.title for one in actions] == [DELETE, IGNORE]


async def test_the_line_of_a_finding_does_where_its_diagnostic_is_named(
    editor: ActingEditor, folder: Path
) -> None:
    uri = uri_of(folder / "line.py")
    editor.open(uri, FLUSH)
    await editor.pushed(uri, 1)
    last = editor.last(uri)
    assert last is not None
    assert await editor.actions(uri, 4, 0, only=[QUICK_FIX]) == []
    asked = await editor.actions(uri, 4, 0, only=[QUICK_FIX], diagnostics=last.diagnostics)
    assert [one.title for one in asked] == [DELETE, IGNORE]


async def test_a_text_that_has_changed_is_left_alone(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "stale.py")
    editor.open(uri, FLUSH)
    actions = await editor.actions(uri, 4, 8)
    editor.change(uri, 2, "\n" + FLUSH)
    for action in actions:
        with pytest.raises(JsonRpcException, match="has changed") as raised:
            await editor.code_action_resolve_async(action)
        assert raised.value.code == types.LSPErrorCodes.ContentModified
    assert await editor.actions(uri_of(folder / "closed.py"), 0) == []


async def test_unsafe_fixes_say_so(editor: ActingEditor, folder: Path) -> None:
    uri, text = restarting_model(folder / "careful", "")
    editor.open(uri, text)
    actions = await editor.actions(uri, 12, 30)
    assert [(one.title, one.is_preferred) for one in actions] == [
        (UNSAFE, None),
        ("Ignore CKP101 on this line (super-iterator-with-restored-state)", None),
    ]
    fixed = after(text, await editor.chosen(actions, UNSAFE), uri)
    assert "        if restored:\n            while True:\n" in fixed
    editor.change(uri, 2, fixed)
    assert await editor.pushed(uri, 2) == []


async def test_all_is_fixed_as_the_settings_say(editor: ActingEditor, folder: Path) -> None:
    uri, text = restarting_model(folder / "trusting", "unsafe-fixes = true")
    editor.open(uri, text)
    actions = await editor.actions(uri, 0)
    assert [one.title for one in actions] == ["Fix all that ckptlint can fix"]
    edit = await editor.chosen(actions, "Fix all that ckptlint can fix")
    path = folder / "trusting" / "bad_in_place.py"
    assert main(["check", "--quiet", "--fix", str(path)]) == 0
    assert after(text, edit, uri) == path.read_text(encoding="utf-8")


async def test_what_cannot_be_checked_is_not_hidden(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "broken.py")
    editor.open(uri, "x = = 1\n")
    assert await editor.pushed(uri, 1) == ["0:4-0:5 CKP900"]
    assert await editor.actions(uri, 0, 4) == []


async def test_line_ends_and_columns_are_the_editors(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "crlf.py")
    text = FLUSH.replace("session.flush()", "'😀'; session.flush()").replace("\n", "\r\n")
    editor.open(uri, text)
    actions = await editor.actions(uri, 4, 12)
    edit = await editor.chosen(actions, IGNORE)
    assert after(text, edit, uri) == text.replace("flush()", "flush()  # noqa: CKP301")
    edit = await editor.chosen(actions, FIX_ALL)
    assert after(text, edit, uri) == text.replace("; session.flush()", "")


async def test_markdown_and_cells(editor: ActingEditor, folder: Path) -> None:
    uri = uri_of(folder / "guide.md")
    text = f"# Guide\n\n- so:\n\n  ```python\n{FLUSH}  ```\n".replace("\nfrom", "\n  from")
    text = text.replace("\nwith", "\n  with").replace("\n    session", "\n      session")
    editor.open(uri, text, "markdown")
    actions = await editor.actions(uri, 9, 8)
    edit = await editor.chosen(actions, IGNORE)
    assert after(text, edit, uri) == text.replace("flush()", "flush()  # noqa: CKP301")

    cells = {"one": "x = 1", "two": FLUSH, "three": "y = 2"}
    uris = {name: f"vscode-notebook-cell:{folder}/book.ipynb#{name}" for name in cells}
    editor.notebook_document_did_open(
        types.DidOpenNotebookDocumentParams(
            types.NotebookDocument(
                uri_of(folder / "book.ipynb"),
                "jupyter-notebook",
                1,
                [types.NotebookCell(types.NotebookCellKind.Code, uris[name]) for name in cells],
            ),
            [types.TextDocumentItem(uris[name], "python", 5, text) for name, text in cells.items()],
        )
    )
    assert await editor.actions(uris["one"], 0, only=[QUICK_FIX]) == []
    assert await editor.actions(uris["two"], 0, only=["source.fixAll"]) == []
    (fix,) = await editor.actions(uris["one"], 0, only=["notebook.source.fixAll"])
    assert (fix.title, fix.kind) == (FIX_ALL, "notebook.source.fixAll.ckptlint")
    actions = await editor.actions(uris["two"], 4, 8)
    assert [one.title for one in actions] == [DELETE, IGNORE, FIX_ALL]
    for title, changed in ((DELETE, FIXED), (IGNORE, IGNORED), (FIX_ALL, FIXED)):
        edit = await editor.chosen(actions, title)
        assert [(at, version) for at, (version, _) in edits_of(edit).items()] == [(uris["two"], 5)]
        assert after(FLUSH, edit, uris["two"]) == changed
