"""Clients are told what they can show, and in the way that they take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from editor import FLUSH, Editor, brief, capabilities, uri_of
from lsprotocol import types
from pytest_lsp import client_capabilities

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning"),
]

FOUND = ["4:4-4:19 CKP301"]
RELATED = "line 3: this checkpoint commits at each `write`"
TAGGED = f"""\
{FLUSH}
from earth2studio.utils.checkpoint import NO_CHECKPOINT

NO_CHECKPOINT  # noqa: CKP202
"""


@pytest.mark.parametrize(
    ("name", "pulls", "relates", "tags"),
    [
        ("neovim@v0.11.0", True, True, True),
        ("emacs@v29.1", False, False, True),
        ("visual_studio_code@v1.65.2", False, True, True),
    ],
)
async def test_real_clients(
    name: str, pulls: bool, relates: bool, tags: bool, tmp_path: Path
) -> None:
    editor = Editor()
    answer = await editor.begin(tmp_path, client_capabilities(name))
    assert (answer.capabilities.diagnostic_provider is not None) is pulls
    uri = uri_of(tmp_path / "a.py")
    editor.open(uri, FLUSH)
    if pulls:
        (found,) = (await editor.pull(uri)).items
        assert editor.published == []
    else:
        await editor.until(lambda: editor.last(uri))
        (found,) = editor.last(uri).diagnostics  # type: ignore[union-attr]
    assert brief([found]) == FOUND
    assert bool(found.related_information) is relates
    assert found.message.endswith(RELATED) is not relates
    assert found.tags == ((types.DiagnosticTag.Unnecessary,) if tags else None)
    await editor.shutdown_session()
    assert editor.messages == []
    await editor.stop()


async def test_a_client_that_says_nothing_of_itself(tmp_path: Path) -> None:
    editor = Editor()
    await editor.begin(tmp_path, types.ClientCapabilities())
    uri = uri_of(tmp_path / "a.py")
    editor.open(uri, FLUSH)
    await editor.until(lambda: editor.last(uri))
    (found,) = editor.last(uri).diagnostics  # type: ignore[union-attr]
    assert found == types.Diagnostic(
        types.Range(types.Position(4, 4), types.Position(4, 19)),
        "`session.flush()` commits nothing: at `flush_interval=1` each `write` has committed "
        "already\nDelete `session.flush()`, or set a longer `flush_interval` if writes should be "
        f"gathered\n{RELATED}",
        types.DiagnosticSeverity.Warning,
        "CKP301",
        source="ckptlint",
    )
    await editor.shutdown_session()
    await editor.stop()


async def test_what_can_be_deleted_and_what_is_outdated_is_tagged(tmp_path: Path) -> None:
    editor = Editor()
    options = {"settings": {"earth2studio-version": "0.19.0"}}
    await editor.begin(tmp_path, capabilities(pulls=True), options)
    uri = uri_of(tmp_path / "a.py")
    editor.open(uri, TAGGED)
    found = (await editor.pull(uri)).items
    unnecessary, deprecated = types.DiagnosticTag.Unnecessary, types.DiagnosticTag.Deprecated
    assert {one.code: one.tags for one in found} == {
        "CKP301": (unnecessary,),
        "CKP501": (deprecated,),
        "CKP901": (unnecessary,),
    }
    await editor.shutdown_session()
    await editor.stop()
