"""A client that can ask for diagnostics is never sent any; it is told when to ask again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from editor import FLUSH, Editor, brief, capabilities, uri_of
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(folder: Path) -> AsyncIterator[Editor]:
    client = Editor()
    answer = await client.begin(folder, capabilities(pulls=True))
    assert answer.capabilities.diagnostic_provider == types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=False, identifier="ckptlint"
    )
    yield client
    await client.shutdown_session()
    assert client.messages == []
    assert client.published == []
    await client.stop()


async def test_a_diagnostic_says_all_that_a_finding_says(
    editor: Editor, folder: Path, cache: Path
) -> None:
    uri = uri_of(folder / "whole.py")
    editor.open(uri, FLUSH)
    report = await editor.pull(uri)
    (page,) = cache.glob("ckptlint/*/rules/CKP301.md")
    assert report.kind == "full"
    assert report.items == (
        types.Diagnostic(
            types.Range(types.Position(4, 4), types.Position(4, 19)),
            "`session.flush()` commits nothing: at `flush_interval=1` each `write` has committed "
            "already\nDelete `session.flush()`, or set a longer `flush_interval` if writes should "
            "be gathered",
            types.DiagnosticSeverity.Warning,
            "CKP301",
            types.CodeDescription(page.as_uri()),
            source="ckptlint",
            tags=(types.DiagnosticTag.Unnecessary,),
            related_information=(
                types.DiagnosticRelatedInformation(
                    types.Location(uri, types.Range(types.Position(2, 5), types.Position(2, 27))),
                    "this checkpoint commits at each `write`",
                ),
            ),
            data={"code": "CKP301", "span": [5, 5, 5, 20]},
        ),
    )


async def test_what_has_not_changed_is_not_sent_again(editor: Editor, folder: Path) -> None:
    uri = uri_of(folder / "unchanged.py")
    editor.open(uri, FLUSH)
    first = await editor.pull(uri)
    again = await editor.pull(uri, first.result_id)
    assert (again.kind, again.result_id) == ("unchanged", first.result_id)
    editor.change(uri, 2, FLUSH + "# the same findings\n")
    assert (await editor.pull(uri, first.result_id)).kind == "unchanged"
    editor.change(uri, 3, "\n" + FLUSH)
    changed = await editor.pull(uri, first.result_id)
    assert (changed.kind, brief(changed.items)) == ("full", ["5:4-5:19 CKP301"])
    assert changed.result_id != first.result_id


async def test_each_question_is_answered_for_the_newest_text(editor: Editor, folder: Path) -> None:
    uri = uri_of(folder / "quick.py")
    editor.open(uri, FLUSH)
    answers = []
    for version in range(2, 22):
        editor.change(uri, version, "\n" * version + FLUSH)
        answers.append(asyncio.ensure_future(editor.pull(uri)))
    assert brief((await answers[-1]).items) == ["25:4-25:19 CKP301"]
    for answer in answers:
        line = (await answer).items[0].range.start.line
        assert line <= 25


async def test_what_is_not_open_has_no_diagnostics(editor: Editor, folder: Path) -> None:
    report = await editor.pull(uri_of(folder / "nowhere.py"))
    assert (report.kind, report.items) == ("full", ())


async def test_the_base_class_in_another_document(editor: Editor, models: Path) -> None:
    base, child = models / "grid.py", models / "bad_every_other_step.py"
    editor.open(uri_of(child), child.read_text())
    report = await editor.pull(uri_of(child))
    assert brief(report.items) == ["19:12-19:27 CKP201"]
    editor.open(uri_of(base), base.read_text())
    before = editor.diagnostic_refresh_count
    renamed = base.read_text().replace("class RestartModel", "class Other")
    editor.change(uri_of(base), 2, renamed)
    await editor.until(lambda: editor.diagnostic_refresh_count > before)
    assert (await editor.pull(uri_of(child), report.result_id)).items == ()
    before = editor.diagnostic_refresh_count
    editor.close(uri_of(base))
    await editor.until(lambda: editor.diagnostic_refresh_count > before)
    assert brief((await editor.pull(uri_of(child))).items) == ["19:12-19:27 CKP201"]
