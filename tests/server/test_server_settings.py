"""Each file has the settings of its project, and what the editor says holds over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from editor import FLUSH, Editor, brief, capabilities, uri_of
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOUND = ["4:4-4:19 CKP301"]
BOTH = FLUSH + "x = 1  # noqa: CKP201\n"
BOTH_FOUND = ["4:4-4:19 CKP301", "5:7-5:21 CKP901"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Give two workspace folders, the second without settings of its own."""
    return [tmp_path_factory.mktemp("strict"), tmp_path_factory.mktemp("plain")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(folders: list[Path]) -> AsyncIterator[Editor]:
    strict, _ = folders
    strict.joinpath("ckptlint.toml").write_text(
        'ignore = ["CKP301"]\nextend-exclude = ["drafts"]\n\n'
        '[per-file-ignores]\n"tests/**" = ["CKP901"]\n'
    )
    client = Editor()
    await client.begin(folders, capabilities())
    yield client
    await client.shutdown_session()
    await client.stop()


def told(editor: Editor) -> list[str]:
    return [message.message for message in editor.messages]


def changed(editor: Editor, *paths: Path) -> None:
    """Tell the server that files have changed, as a client does that watches them."""
    changes = [types.FileEvent(uri_of(path), types.FileChangeType.Changed) for path in paths]
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))


@pytest.mark.parametrize(
    ("index", "name", "found"),
    [
        (0, "a.py", ["5:7-5:21 CKP901"]),
        (0, "drafts/a.py", []),
        (0, ".venv/lib/a.py", []),
        (0, "tests/a.py", []),
        (1, "a.py", BOTH_FOUND),
    ],
)
async def test_the_nearest_settings_hold(
    editor: Editor, folders: list[Path], index: int, name: str, found: list[str]
) -> None:
    uri = uri_of(folders[index] / name)
    editor.open(uri, BOTH)
    assert await editor.pushed(uri, 1) == found
    editor.close(uri)


async def test_broken_settings_are_shown_and_those_before_go_on(
    editor: Editor, folders: list[Path]
) -> None:
    nested = folders[1] / "nested"
    nested.mkdir()
    settings = nested / "ckptlint.toml"
    settings.write_text('ignore = ["CKP901"]\n')
    uri, sibling = uri_of(nested / "a.py"), uri_of(nested / "new" / "b.py")
    editor.open(uri, BOTH)
    assert await editor.pushed(uri, 1) == FOUND

    settings.write_text('# broken\nignore = ["CKP901"\n')
    changed(editor, settings)
    await editor.until(lambda: editor.last(uri_of(settings)))
    (problem,) = editor.last(uri_of(settings)).diagnostics  # type: ignore[union-attr]
    assert (str(problem.range), problem.severity) == ("2:0-3:0", types.DiagnosticSeverity.Error)
    assert problem.message == "invalid TOML: unclosed array"
    await editor.until(lambda: editor.messages)
    assert told(editor) == [f"ckptlint: {settings}:3:1: invalid TOML: unclosed array"]
    editor.change(uri, 2, "\n" + BOTH)
    assert await editor.pushed(uri, 2) == ["5:4-5:19 CKP301"]
    editor.open(sibling, BOTH)
    assert await editor.pushed(sibling, 1) == FOUND
    assert len(editor.messages) == 1

    settings.write_text('# unknown\nignore = ["CKP901"]\nselct = ["CKP3"]\n')
    changed(editor, settings)
    await editor.until(lambda: len(editor.messages) == 2)
    assert told(editor)[1] == (
        f"ckptlint: {settings}:3: unknown setting `selct` (did you mean `select`?)"
    )
    (problem,) = editor.last(uri_of(settings)).diagnostics  # type: ignore[union-attr]
    assert str(problem.range) == "2:0-3:0"

    settings.write_text('# no such rule\nignore = [\n  "CKP999"\n]\n')
    changed(editor, settings)
    await editor.until(lambda: len(editor.messages) == 3)
    (problem,) = editor.last(uri_of(settings)).diagnostics  # type: ignore[union-attr]
    assert str(problem.range) == "1:0-2:0"
    assert problem.message.startswith("ignore: unknown rule `CKP999`")

    settings.write_text('ignore = ["CKP301"]\n')
    changed(editor, settings)
    await editor.shows(uri, "6:7-6:21 CKP901")
    await editor.shows(uri_of(settings))
    assert len(editor.messages) == 3

    settings.unlink()
    changed(editor, settings)
    await editor.shows(uri, "5:4-5:19 CKP301", "6:7-6:21 CKP901")
    editor.close(uri)
    editor.close(sibling)
    editor.messages.clear()


async def test_folders_come_and_go(editor: Editor, tmp_path: Path) -> None:
    outside = uri_of(tmp_path / "a.py")
    editor.open(outside, BOTH)
    assert await editor.pushed(outside, 1) == BOTH_FOUND
    added = types.WorkspaceFolder(uri_of(tmp_path), "added")
    for event in (
        types.WorkspaceFoldersChangeEvent([added], []),
        types.WorkspaceFoldersChangeEvent([], [added]),
    ):
        count = len(editor.published)
        editor.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        await editor.until(lambda count=count: len(editor.published) > count)
        await editor.shows(outside, *BOTH_FOUND)
    editor.close(outside)


async def test_a_client_that_sends_its_settings(editor: Editor, folders: list[Path]) -> None:
    uri = uri_of(folders[1] / "sent.py")
    editor.open(uri, BOTH)
    assert await editor.pushed(uri, 1) == BOTH_FOUND
    for settings, found in (
        ({"ckptlint": {"settings": {"ignore": ["CKP301"]}}}, BOTH_FOUND[1:]),
        ({"settings": {"ignore": ["CKP901"]}, "path": "ckptlint"}, FOUND),
        ({"ckptlint": None}, BOTH_FOUND),
    ):
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        await editor.shows(uri, *found)
    editor.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"ckptlint": {"settings": {"ignroe": []}}})
    )
    await editor.until(lambda: editor.messages)
    assert told(editor) == [
        "ckptlint: the editor's settings: unknown setting `ignroe` (did you mean `ignore`?)"
    ]
    editor.close(uri)
    editor.messages.clear()


@pytest.mark.parametrize(
    ("options", "found", "message"),
    [
        (
            {
                "configuration": "other.toml",
                "settings": {"ignore": ["CKP902"], "preview": None},
                "debounce": None,
            },
            BOTH_FOUND[1:],
            None,
        ),
        (
            {"setings": {}},
            BOTH_FOUND,
            "the editor's initialization options: unknown option `setings` "
            "(did you mean `settings`?)",
        ),
        (
            {"settings": {"ignore": ["CKP999"]}},
            BOTH_FOUND,
            "the editor's initialization options: ignore: unknown rule `CKP999` "
            "(did you mean `CKP905`?)",
        ),
    ],
)
async def test_initialization_options(
    folders: list[Path], options: dict[str, Any], found: list[str], message: str | None
) -> None:
    plain = folders[1]
    plain.joinpath("other.toml").write_text('ignore = ["CKP301"]\n')
    editor = Editor()
    await editor.begin(plain, capabilities(), options)
    uri = uri_of(plain / "options.py")
    editor.open(uri, BOTH)
    assert await editor.pushed(uri, 1) == found
    await editor.until(lambda: editor.messages or message is None)
    assert told(editor) == ([] if message is None else [f"ckptlint: {message}"])
    await editor.shutdown_session()
    await editor.stop()


async def test_a_client_that_is_asked_for_its_settings(folders: list[Path]) -> None:
    strict, _plain = folders
    editor = Editor(
        configuration={
            "": {"ckptlint": {"settings": {"ignore": ["CKP901"]}}},
            uri_of(strict): {
                "ckptlint": {"configuration": "named.toml", "trace": {"server": "off"}}
            },
        }
    )
    strict.joinpath("named.toml").write_text('ignore = ["CKP902"]\n')
    can = capabilities(
        pulls=True,
        configuration=True,
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(True),
    )
    await editor.begin(folders, can)
    uris = [uri_of(folder / "asked.py") for folder in folders]
    for uri in uris:
        editor.open(uri, BOTH)
    assert [brief((await editor.pull(uri)).items) for uri in uris] == [BOTH_FOUND, FOUND]
    await editor.until(lambda: editor.registered)
    assert [(one.method, one.register_options) for one in editor.registered] == [
        ("workspace/didChangeConfiguration", {"section": "ckptlint"})
    ]
    editor.set_configuration({"settings": {"ignore": ["CKP3"]}}, section="ckptlint")
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.until(lambda: editor.diagnostic_refresh_count)
    assert [brief((await editor.pull(uri)).items) for uri in uris] == [
        BOTH_FOUND,
        BOTH_FOUND[1:],
    ]
    await editor.shutdown_session()
    await editor.stop()


async def test_broken_settings_for_a_client_that_asks(tmp_path: Path) -> None:
    settings = tmp_path / "ckptlint.toml"
    settings.write_text("select = 1\n")
    editor = Editor()
    can = capabilities(pulls=True)
    assert can.text_document is not None
    assert can.text_document.diagnostic is not None
    can.text_document.diagnostic.related_document_support = True
    await editor.begin(tmp_path, can)
    uri = uri_of(tmp_path / "a.py")
    editor.open(uri, FLUSH)
    report = await editor.pull(uri)
    assert brief(report.items) == FOUND
    related = report.related_documents[uri_of(settings)]
    message = "`select` must be a list of rule codes, code prefixes or rule names, not the number 1"
    assert [(str(one.range), one.message) for one in related.items] == [("0:0-1:0", message)]
    editor.open(uri_of(settings), settings.read_text(), "toml")
    report = await editor.pull(uri_of(settings))
    assert [(str(one.range), one.message) for one in report.items] == [("0:0-1:0", message)]
    await editor.shutdown_session()
    await editor.stop()
