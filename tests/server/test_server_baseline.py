"""What the baseline knows of is a hint, and the file is followed as it changes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from acting import acting
from editor import FLUSH, Editor, uri_of
from lsprotocol import types

from ckptlint.engine.baseline import Baseline, Entry
from ckptlint.engine.baseline_file import baseline_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGAIN = f"{FLUSH}    session.flush()\n"
FIRST, SECOND = "4:4-4:19 CKP301", "5:4-5:19 CKP301"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(folder: Path) -> AsyncIterator[Editor]:
    (folder / "ckptlint.toml").write_text('baseline = "baseline.json"\n')
    write(folder, 1)
    client = Editor()
    await client.begin([folder], acting())
    yield client
    await client.shutdown_session()
    await client.stop()


def write(folder: Path, count: int) -> None:
    entry = Entry("a.py", "CKP301", "session.flush()", "found")
    path = folder / "baseline.json"
    path.write_bytes(baseline_bytes(Baseline(str(path), Counter({entry: count}))))


def changed(editor: Editor, path: Path) -> None:
    event = types.FileEvent(uri_of(path), types.FileChangeType.Changed)
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


def severities(editor: Editor, uri: str) -> list[tuple[types.DiagnosticSeverity | None, bool]]:
    last = editor.last(uri)
    assert last is not None
    return [
        (one.severity, one.message.endswith("\nThe baseline knows of it"))
        for one in last.diagnostics
    ]


HINT = (types.DiagnosticSeverity.Hint, True)


async def test_known_findings_are_hints(editor: Editor, folder: Path) -> None:
    uri = uri_of(folder / "a.py")
    editor.open(uri, AGAIN)
    # What counts comes first.
    assert await editor.pushed(uri, 1) == [SECOND, FIRST]
    (counts, known) = severities(editor, uri)
    assert known == HINT
    assert counts[0] in (types.DiagnosticSeverity.Error, types.DiagnosticSeverity.Warning)
    assert not counts[1]


async def test_a_known_finding_can_be_mended_by_itself(editor: Editor, folder: Path) -> None:
    uri = uri_of(folder / "a.py")
    at = types.Range(types.Position(4, 6), types.Position(4, 6))
    actions = await editor.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(uri), at, types.CodeActionContext([]))
    )
    assert "Delete `session.flush()`" in [one.title for one in actions or ()]


async def test_the_file_is_followed(editor: Editor, folder: Path) -> None:
    uri, path = uri_of(folder / "a.py"), folder / "baseline.json"
    write(folder, 2)
    changed(editor, path)
    await editor.until(lambda: severities(editor, uri) == [HINT, HINT])

    path.write_text("[]")
    changed(editor, path)
    await editor.until(lambda: HINT not in severities(editor, uri))
    await editor.until(lambda: editor.messages)
    assert editor.messages[-1].message.endswith(
        "baseline.json:1: this is no baseline of ckptlint: it has no `ckptlint-baseline`"
    )

    write(folder, 2)
    changed(editor, path)
    await editor.until(lambda: severities(editor, uri) == [HINT, HINT])
