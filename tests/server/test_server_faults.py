"""What fails, hangs or makes no sense is told once, and everything else goes on."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from editor import FLUSH, Editor, brief, capabilities, uri_of
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOUND = ["4:4-4:19 CKP301"]
RULE = '''\
"""A rule that fails, hangs, is slow, prints or reads when a text says so."""

import time

from ckptlint.rule import Evidence, Finding, FixAvailability, Position, Rule, Severity, Span


def check(program):
    text = program.module.source.text
    if "# raise" in text:
        raise RuntimeError("broken")
    if "# leave" in text:
        raise SystemExit(3)
    if "# hang" in text:
        while True:
            pass
    if "# slow" in text:
        time.sleep(0.4)
    if "# talk" in text:
        print("Content-Length: 7", flush=True)
        __import__("os").write(1, b"Content-Length: 9")
        try:
            input()
        except EOFError:
            print("nothing to read")
    yield Finding(Span(Position(1, 1), Position(1, 2)), "seen")


RULE = Rule(
    "TST101", "tested", "Tested.", Severity.WARNING, ((b"# ",),), FixAvailability.NEVER,
    (Evidence.STATIC,), check,
)
'''
SEEN = "0:0-0:1 TST101"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give an environment in which a rule pack is installed."""
    folder = tmp_path_factory.mktemp("pack")
    information = folder / "tested_rules-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: tested-rules\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[ckptlint.rules]\ntested = tested_rules\n")
    (folder / "tested_rules").mkdir()
    (folder / "tested_rules" / "__init__.py").write_text("")
    (folder / "tested_rules" / "tested.py").write_text(RULE)
    (folder / "tested_rules" / "missing.py").write_text("import nothing_of_this_name\n")
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(folder: Path, environment: dict[str, str]) -> AsyncIterator[Editor]:
    client = Editor()
    options = {"time-limit": 1.5}
    await client.begin(folder, capabilities(), options, env=environment)
    yield client
    await client.shutdown_session()
    await client.stop()


def write(editor: Editor, body: bytes) -> None:
    """Send the server anything at all."""
    assert editor._server is not None
    assert editor._server.stdin is not None
    message = b"Nonsense: 1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    editor._server.stdin.write(message)


def told(editor: Editor) -> list[str]:
    return [message.message for message in editor.messages]


async def test_a_module_of_a_pack_that_cannot_be_imported_is_told(
    editor: Editor, folder: Path
) -> None:
    await editor.until(lambda: editor.messages)
    assert told(editor) == [
        "ckptlint: rule pack tested: tested_rules.missing cannot be imported: "
        "ModuleNotFoundError: No module named 'nothing_of_this_name'"
    ]


@pytest.mark.parametrize("word", ["raise", "leave"])
async def test_a_rule_that_fails_is_told_once(editor: Editor, folder: Path, word: str) -> None:
    editor.messages.clear()
    uri = uri_of(folder / f"{word}.py")
    editor.open(uri, f"{FLUSH}# {word}\n")
    assert await editor.pushed(uri, 1) == FOUND
    editor.change(uri, 2, f"\n{FLUSH}# {word}\n")
    assert await editor.pushed(uri, 2) == ["5:4-5:19 CKP301"]
    await editor.until(lambda: editor.messages)
    error = {"raise": "RuntimeError: broken", "leave": "SystemExit: 3"}[word]
    line = {"raise": 11, "leave": 13}[word]
    assert told(editor) == [
        f"ckptlint: rule TST101 failed on {folder / f'{word}.py'}: {error} (tested.py:{line})"
    ]
    editor.change(uri, 3, FLUSH + "# well\n")
    assert await editor.pushed(uri, 3) == [SEEN, *FOUND]


async def test_a_check_that_does_not_end_is_given_up(editor: Editor, folder: Path) -> None:
    editor.messages.clear()
    hanging, other = uri_of(folder / "hang.py"), uri_of(folder / "other.py")
    editor.open(other, FLUSH)
    assert await editor.pushed(other, 1) == FOUND
    editor.open(hanging, f"{FLUSH}# hang\n")
    editor.change(other, 2, "\n" + FLUSH)
    assert await editor.pushed(hanging, 1) == []
    await editor.until(lambda: editor.messages)
    assert told(editor) == [f"ckptlint: checking {folder / 'hang.py'} took more than 1.5 s"]
    assert await editor.pushed(other, 2) == ["5:4-5:19 CKP301"]
    editor.change(hanging, 2, FLUSH)
    assert await editor.pushed(hanging, 2) == FOUND
    editor.change(hanging, 3, f"{FLUSH}# hang\n")
    editor.change(hanging, 4, f"\n{FLUSH}")
    assert await editor.pushed(hanging, 4) == ["5:4-5:19 CKP301"]


async def test_what_a_rule_prints_and_reads_is_not_the_protocols(
    editor: Editor, folder: Path
) -> None:
    uri = uri_of(folder / "talk.py")
    editor.open(uri, f"{FLUSH}# talk\n")
    assert await editor.pushed(uri, 1) == [SEEN, *FOUND]


async def test_only_the_newest_of_many_texts_is_checked(editor: Editor, folder: Path) -> None:
    uri = uri_of(folder / "burst.py")
    editor.open(uri, f"{FLUSH}# slow\n")
    for version in range(2, 42):
        editor.change(uri, version, "\n" * version + f"{FLUSH}# slow\n")
    assert await editor.pushed(uri, 41) == ["0:0-0:0 TST101", "45:4-45:19 CKP301"]
    versions = [each.version for each in editor.published if each.uri == uri]
    assert versions[-1] == 41
    assert len(versions) <= 3


async def test_the_loop_answers_while_it_checks(editor: Editor, folder: Path) -> None:
    slow, quick = uri_of(folder / "slow.py"), uri_of(folder / "quick.py")
    editor.open(slow, f"{FLUSH}# slow\n")
    params = types.ExecuteCommandParams("no.such.command")
    with pytest.raises(Exception, match=r"no\.such\.command"):
        await editor.workspace_execute_command_async(params)
    assert editor.last(slow) is None
    editor.open(quick, FLUSH)
    assert await editor.pushed(slow, 1) == [SEEN, *FOUND]
    assert await editor.pushed(quick, 1) == FOUND


async def test_garbage_is_survived(editor: Editor, folder: Path) -> None:
    editor.messages.clear()
    never_opened = uri_of(folder / "never_opened.py")
    editor.change(never_opened, 7, "text")
    editor.close(never_opened)
    await editor.until(lambda: editor.messages)
    assert len(told(editor)) == 1
    for body in (
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"jsonrpc": "1.0", "method": "x"}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": 1}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange"}',
        b'{"jsonrpc": "2.0", "id": 77, "result": null}',
    ):
        write(editor, body)
    after = uri_of(folder / "after.py")
    editor.open(after, FLUSH)
    assert await editor.pushed(after, 1) == FOUND


async def test_a_request_that_cannot_be_read_is_answered(editor: Editor, folder: Path) -> None:
    answer: Future[object] = Future()
    editor.protocol._request_futures["unreadable"] = answer
    write(editor, b'{"jsonrpc": "2.0", "id": "unreadable", "method": "workspace/executeCommand"}')
    with pytest.raises(Exception, match="Invalid Params"):
        await asyncio.wait_for(asyncio.wrap_future(answer), 30)


async def test_a_question_can_be_withdrawn(folder: Path, environment: dict[str, str]) -> None:
    editor = Editor()
    await editor.begin(folder, capabilities(pulls=True), env=environment)
    uri = uri_of(folder / "withdrawn.py")
    editor.open(uri, f"{FLUSH}# slow\n")
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    asked = editor.protocol.send_request("textDocument/diagnostic", params, msg_id="asked")
    editor.cancel_request(types.CancelParams("asked"))
    with pytest.raises(Exception, match="cancel"):
        await asyncio.wrap_future(asked)
    assert brief((await editor.pull(uri)).items) == [SEEN, *FOUND]
    await editor.shutdown_session()
    await editor.stop()
