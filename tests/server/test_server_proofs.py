"""Proofs are shown where there are some, and nothing runs before the user asks for it."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from acting import FIXTURES, ActingEditor, acting
from editor import uri_of
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ckptlint.cli.main import main
from ckptlint.engine.check import CheckRequest, FixMode, Target, check_text
from ckptlint.engine.confirmations import ConfirmationStore, KeptConfirmation
from ckptlint.engine.proof import FixProof, ProofVerdict, why_nothing_runs
from ckptlint.engine.proof_store import ProofStore
from ckptlint.settings.settings import resolve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHOWS = types.WindowClientCapabilities(
    show_document=types.ShowDocumentClientCapabilities(support=True), work_done_progress=True
)
PROVE = "Prove the fix of CKP201 (runs the code of your model)"
NAME = "bad_late_save.py"
PROVED = FixProof(ProofVerdict.PROVED, "it is exact", "src/model.py::build", "cpu")
needs_rollouts = pytest.mark.skipif(
    why_nothing_runs() is not None, reason="the rollouts need the extra `verify`"
)


class ShowingEditor(ActingEditor):
    """An editor that carries out what it was offered."""

    async def run(self, action: Any) -> Any:
        """Carry out the command of an action."""
        command = action.command
        return await self.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )


@pytest.fixture(scope="module")
def project(folder: Path) -> Path:
    """A project with a model that does not restart exactly, and never runs while it is checked."""
    shutil.copy(FIXTURES / "ckp201" / "good_grid.py", folder)
    shutil.copy(FIXTURES / "rollouts" / "grid.py", folder)
    shutil.copy(FIXTURES / "ckp201" / NAME, folder)
    settings = 'select = ["CKP201"]\nbaseline = "known.json"\n'
    (folder / "ckptlint.toml").write_text(settings, encoding="utf-8")
    # What is known already can be proved like anything else.
    assert main(["check", "--quiet", "--write-baseline", str(folder / NAME)]) == 0
    assert (folder / "known.json").is_file()
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(project: Path) -> AsyncIterator[ShowingEditor]:
    client = ShowingEditor()
    await client.begin(project, acting(window=SHOWS))
    yield client
    await client.shutdown_session()
    assert client.messages == []
    await client.stop()


def keep_proof(path: Path) -> bytes:
    """Keep a proof of the first finding of a file, and give its text with the fix."""
    data, settings = path.read_bytes(), resolve((), str(path.parent))
    request = CheckRequest([], FixMode.DIFF)
    target = Target(str(path), settings._replace(unsafe_fixes=True), is_explicit=True)
    (diff,) = check_text(data, target, request).diffs
    findings = check_text(data, target, request._replace(fix_mode=FixMode.NONE)).findings
    judged = [one._replace(proof=PROVED) for one in findings if one.code == "CKP201"]
    ProofStore(settings.cache_dir).keep(str(path), data, diff.data, judged)
    return diff.data


async def test_a_proof_that_was_kept_is_shown(editor: ShowingEditor, project: Path) -> None:
    path = project / "kept.py"
    shutil.copy(project / NAME, path)
    after = keep_proof(path).decode()
    before = path.read_text(encoding="utf-8")
    uri = uri_of(path)
    editor.open(uri, before)
    actions = await editor.actions(uri, 13, 14, proofs=True)
    assert [one.title for one in actions] == ["Show the proof of CKP201 (proved)"]
    await editor.run(actions[0])
    shown = editor.shown_documents.pop()
    assert shown.take_focus is True
    (page,) = (project / ".ckptlint_cache").rglob("*-CKP201-14-13.md")
    assert shown.uri == page.as_uri()
    assert page.read_text(encoding="utf-8").startswith("# Proof of CKP201 (yield-without-save): ")
    params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(13, 14))
    hover = await editor.text_document_hover_async(params)
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value.startswith(
        "The fix of CKP201 **proved**: it is exact (src/model.py::build on cpu)\n\n# yield-"
    )

    editor.change(uri, 2, before + "\n")
    with pytest.raises(JsonRpcException, match="has changed"):
        await editor.run(actions[0])
    titles = [one.title for one in await editor.actions(uri, 13, 14, proofs=True)]
    assert titles == [PROVE]

    editor.change(uri, 3, after)
    actions = await editor.actions(uri, 15, 0, proofs=True)
    assert [one.title for one in actions] == ["Show the proof of CKP201 (proved)"]
    await editor.run(actions[0])
    assert editor.shown_documents.pop().uri.endswith("-CKP201-14-13-applied.md")
    assert await editor.actions(uri, 0, 0, proofs=True) == []


async def test_what_a_run_said_of_a_finding_is_told(editor: ShowingEditor, project: Path) -> None:
    path = project / "seen.py"
    shutil.copy(project / NAME, path)
    message = "this boundary is yielded before it is saved: the save comes after, on line 15"
    seen = ("confirmed", "a restart from it is wrong", "seen.py::build", "cpu")
    store = ConfirmationStore(str(project / ".ckptlint_cache"))
    store.keep(str(path), path.read_bytes(), [KeptConfirmation("CKP201", message, 14, 13, *seen)])
    uri = uri_of(path)
    editor.open(uri, path.read_text(encoding="utf-8"))
    params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(13, 14))
    hover = await editor.text_document_hover_async(params)
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value.startswith(
        "CKP201 **confirmed**: a restart from it is wrong (seen.py::build on cpu)\n\n# yield-"
    )


async def test_what_cannot_be_proved_says_why(editor: ShowingEditor, project: Path) -> None:
    uri = uri_of(project / NAME)
    text = (project / NAME).read_text(encoding="utf-8")
    editor.open(uri, text + "\n")
    (action,) = await editor.actions(uri, 13, 14, proofs=True)
    assert action.title == PROVE
    assert action.command is None
    assert action.disabled.reason == "the saved file is run: save this one first"
    itself = {"only": ["quickfix", "ckptlint"]}
    automatic = types.CodeActionTriggerKind.Automatic
    assert await editor.actions(uri, 13, 14, proofs=True, trigger=automatic, **itself) == []
    assert len(await editor.actions(uri, 13, 14, proofs=True, **itself)) == 1
    assert await editor.actions(uri, 13, 14, proofs=True, only=["quickfix"]) == []
    editor.close(uri)
    guide = uri_of(project / "guide.md")
    editor.open(guide, f"```python\n{text}```\n", "markdown")
    (action,) = await editor.actions(guide, 14, 14, proofs=True)
    assert action.disabled.reason.startswith("only the fixes of Python files are proved")


async def test_a_command_that_was_not_offered_is_refused(editor: ShowingEditor) -> None:
    for command in ("ckptlint.proveFix", "ckptlint.showProof"):
        with pytest.raises(JsonRpcException, match="takes what was offered"):
            await editor.workspace_execute_command_async(types.ExecuteCommandParams(command, [{}]))


@needs_rollouts
async def test_a_fix_is_proved_on_request(editor: ShowingEditor, project: Path) -> None:
    path = project / NAME
    text = path.read_text(encoding="utf-8")
    uri = uri_of(path)
    editor.open(uri, text)
    (action,) = await editor.actions(uri, 13, 14, proofs=True)
    assert (action.title, action.disabled) == (PROVE, None)
    answer = await editor.run(action)
    assert answer == {
        "verdict": "proved",
        "reason": "a restart diverged before, is exact after 12 stops with the fix, and the "
        "uninterrupted rollout is the same bit for bit",
    }
    assert path.read_text(encoding="utf-8") == text
    assert "-CKP201-14-13.md" in editor.shown_documents.pop().uri
    ((begin, *reports, end),) = editor.progress_reports.values()
    assert begin == types.WorkDoneProgressBegin("Proving the fix of CKP201", cancellable=True)
    assert any("Proving 1 fixes of" in one.message for one in reports)
    assert end == types.WorkDoneProgressEnd()
    actions = await editor.actions(uri, 13, 14, proofs=True)
    assert [one.title for one in actions] == ["Show the proof of CKP201 (proved)"]


@needs_rollouts
async def test_a_proof_can_be_stopped(editor: ShowingEditor, project: Path) -> None:
    path = project / "endless.py"
    text = (project / NAME).read_text(encoding="utf-8")
    path.write_text(f"import time\n\ntime.sleep(600)\n{text}", encoding="utf-8")
    uri = uri_of(path)
    editor.open(uri, path.read_text(encoding="utf-8"))
    (action,) = await editor.actions(uri, 16, 14, proofs=True)
    editor.progress_reports.clear()
    running = asyncio.ensure_future(editor.run(action))
    async with asyncio.timeout(60):
        while not any(len(reports) > 1 for reports in editor.progress_reports.values()):
            await asyncio.sleep(0.05)
    with pytest.raises(JsonRpcException, match="another proof is being made"):
        await editor.run(action)
    (token,) = editor.progress_reports
    editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    assert await running is None


async def test_a_message_for_those_who_open_no_files(project: Path) -> None:
    client = ActingEditor()
    await client.begin(project, acting(extras=False))
    path = project / "told.py"
    shutil.copy(project / NAME, path)
    keep_proof(path)
    uri = uri_of(path)
    client.open(uri, path.read_text(encoding="utf-8"))
    (action,) = await client.actions(uri, 13, 14, proofs=True)
    await client.workspace_execute_command_async(
        types.ExecuteCommandParams(action.command.command, action.command.arguments)
    )
    await client.until(lambda: client.messages)
    (message,) = client.messages
    assert message.type is types.MessageType.Info
    assert message.message.startswith("CKP201 proved: it is exact (src/model.py::build on cpu)\n")
    client.change(uri, 2, path.read_text(encoding="utf-8") + "\n")
    assert await client.actions(uri, 13, 14, proofs=True) == []
    await client.shutdown_session()
    await client.stop()
