"""A client that cannot ask for diagnostics is sent them."""

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

RANGE = types.Range(types.Position(4, 4), types.Position(4, 19))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(folder: Path) -> AsyncIterator[Editor]:
    client = Editor()
    await client.begin(folder, capabilities())
    yield client
    await client.shutdown_session()
    assert client.messages == []
    await client.stop()


async def test_what_is_typed_is_checked_though_it_is_not_saved(
    editor: Editor, folder: Path
) -> None:
    uri = uri_of(folder / "typed.py")
    editor.open(uri, FLUSH)
    assert await editor.pushed(uri, 1) == ["4:4-4:19 CKP301"]
    insertion = types.TextDocumentContentChangePartial(
        types.Range(types.Position(0, 0), types.Position(0, 0)), "# a comment\n"
    )
    editor.change(uri, 2, insertion)
    assert await editor.pushed(uri, 2) == ["5:4-5:19 CKP301"]
    removal = types.TextDocumentContentChangePartial(
        types.Range(types.Position(5, 0), types.Position(6, 0)), ""
    )
    editor.change(uri, 3, removal)
    assert await editor.pushed(uri, 3) == []
    editor.change(uri, 4, FLUSH)
    assert await editor.pushed(uri, 4) == ["4:4-4:19 CKP301"]
    editor.close(uri)
    assert await editor.pushed(uri, None) == []


async def test_a_long_file(editor: Editor, folder: Path) -> None:
    uri = uri_of(folder / "long.py")
    ordinary = "".join(f"def f{number}(a, b):\n    return a + b\n\n\n" for number in range(1250))
    assert ordinary.count("\n") == 5000
    editor.open(uri, ordinary + FLUSH)
    assert await editor.pushed(uri, 1) == ["5004:4-5004:19 CKP301"]
    middle = types.Range(types.Position(2500, 0), types.Position(2500, 0))
    for version, text in enumerate(("g", "h", "\n", "i = 1"), start=2):
        editor.change(uri, version, types.TextDocumentContentChangePartial(middle, text))
    assert await editor.pushed(uri, 5) == ["2501:6-2501:10 CKP900"]
    editor.close(uri)


async def test_it_cannot_ask(editor: Editor, folder: Path) -> None:
    from pygls.exceptions import JsonRpcMethodNotFound

    assert editor.registered == []
    with pytest.raises((JsonRpcMethodNotFound, RuntimeError)):
        await editor.pull(uri_of(folder / "typed.py"))
