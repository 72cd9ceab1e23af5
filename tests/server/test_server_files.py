"""What rests on another file is checked again when that changes: on the disk, or as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from editor import FLUSH, Editor, capabilities, uri_of
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHILD = "bad_every_other_step.py"
FOUND = "19:12-19:27 CKP201"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watching(folder: Path) -> AsyncIterator[Editor]:
    client = Editor()
    watches = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    await client.begin(folder, capabilities(did_change_watched_files=watches))
    yield client
    await client.shutdown_session()
    assert client.messages == []
    await client.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plain(folder: Path) -> AsyncIterator[Editor]:
    client = Editor()
    await client.begin(folder, capabilities())
    yield client
    await client.shutdown_session()
    assert client.messages == []
    assert client.registered == []
    await client.stop()


def changed(editor: Editor, path: Path, kind: types.FileChangeType) -> None:
    editor.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(uri_of(path), kind)])
    )


def without_base(grid: Path) -> str:
    text = grid.read_text()
    assert "class RestartModel" in text
    return text.replace("class RestartModel", "class Other")


async def test_files_are_watched(watching: Editor) -> None:
    await watching.until(lambda: watching.registered)
    (registration,) = watching.registered
    assert registration.method == "workspace/didChangeWatchedFiles"
    options = registration.register_options
    assert [watcher["globPattern"] for watcher in options["watchers"]] == [
        "**/*.{py,pyi,ipynb,md,markdown}",
        "**/*.toml",
        "**/{uv,poetry}.lock",
        "**/*baseline*.json",
    ]


async def test_a_base_class_that_changes_on_the_disk(watching: Editor, models: Path) -> None:
    grid, child = models / "grid.py", uri_of(models / CHILD)
    content = grid.read_text()
    watching.open(child, (models / CHILD).read_text())
    await watching.shows(child, FOUND)
    grid.write_text(without_base(grid))
    changed(watching, grid, types.FileChangeType.Changed)
    await watching.shows(child)
    grid.write_text(content)
    changed(watching, grid, types.FileChangeType.Changed)
    await watching.shows(child, FOUND)
    grid.rename(models / "mesh.py")
    changed(watching, grid, types.FileChangeType.Deleted)
    await watching.shows(child)
    (models / "mesh.py").rename(grid)
    changed(watching, grid, types.FileChangeType.Created)
    await watching.shows(child, FOUND)
    watching.close(child)


async def test_a_base_class_as_it_is_typed(watching: Editor, models: Path) -> None:
    grid, child = models / "grid.py", uri_of(models / CHILD)
    watching.open(child, (models / CHILD).read_text())
    await watching.shows(child, FOUND)
    watching.open(uri_of(grid), grid.read_text())
    watching.change(uri_of(grid), 2, without_base(grid))
    await watching.shows(child)
    # What is open counts, and not the file.
    changed(watching, grid, types.FileChangeType.Changed)
    marker = uri_of(models / "marker.py")
    watching.open(marker, FLUSH)
    await watching.pushed(marker, 1)
    await watching.shows(child)
    watching.change(uri_of(grid), 3, grid.read_text())
    await watching.shows(child, FOUND)
    watching.change(uri_of(grid), 4, without_base(grid))
    await watching.shows(child)
    watching.close(uri_of(grid))
    await watching.shows(child, FOUND)
    watching.close(child)


async def test_a_client_that_does_not_watch(plain: Editor, models: Path) -> None:
    grid, child = models / "grid.py", uri_of(models / CHILD)
    content = grid.read_text()
    plain.open(child, (models / CHILD).read_text())
    await plain.shows(child, FOUND)
    saved = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(child))
    plain.text_document_did_save(saved)
    grid.write_text(without_base(grid))
    plain.text_document_did_save(saved)
    await plain.shows(child)
    grid.write_text(content)
    plain.text_document_did_save(saved)
    await plain.shows(child, FOUND)
    (models / "ckptlint.toml").write_text('ignore = ["CKP201"]\n')
    plain.text_document_did_save(saved)
    await plain.shows(child)
    plain.close(child)


async def test_a_file_is_looked_at_while_another_is_typed(plain: Editor, models: Path) -> None:
    grid, child = models / "grid.py", uri_of(models / CHILD)
    text = (models / CHILD).read_text()
    plain.open(child, text)
    await plain.shows(child, FOUND)
    grid.write_text(without_base(grid))
    version = 1

    def type_on() -> bool:
        nonlocal version
        version += 1
        plain.change(child, version, text)
        last = plain.last(child)
        return last is not None and not last.diagnostics

    await plain.until(type_on)
    plain.close(child)
