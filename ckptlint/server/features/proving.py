"""Proofs of fixes are shown where there are some, and made when the user asks for them.

A proof runs the user's code, which nothing else in the server does. That is a process of its own,
and it begins only when the command is given.
"""

from __future__ import annotations

import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ckptlint.reports.proof import reason_with_run
from ckptlint.server.actions import Change, What
from ckptlint.server.diagnostics import data_of, finding_of
from ckptlint.server.proofs import (
    ProofRun,
    can_be_proved,
    kept_proofs,
    page_of_proof,
    why_not_provable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from ckptlint.engine.proof_store import KeptProof
    from ckptlint.engine.result import LocatedFinding
    from ckptlint.server.client import Client
    from ckptlint.server.inspection import Checked
    from ckptlint.server.language_server import CkptlintServer

    Found = tuple[LocatedFinding, types.Diagnostic]

KIND: Final = "ckptlint.proof"
"""The kind of these actions, which no editor carries out by itself."""

SHOW: Final = "ckptlint.showProof"
PROVE: Final = "ckptlint.proveFix"


def register(server: CkptlintServer) -> None:
    """Take the commands that show and make proofs."""
    proving = _Proving(server)
    server.command(SHOW)(partial(proving.show))
    server.command(PROVE)(partial(proving.prove))


def proof_actions(
    checked: Checked, concerned: Sequence[Found], asked: types.Range, client: Client
) -> Iterator[types.CodeAction]:
    """Offer the proofs that there are at a range, and to prove the fixes that have none."""
    kept = kept_proofs(checked)
    for one in kept:
        first, last = one.lines
        if one.is_applied and first - 1 <= asked.end.line and asked.start.line <= last - 1:
            yield _showing(checked, one)
    for finding, diagnostic in concerned:
        known = next((one for one in kept if one.is_about(finding)), None)
        if known is not None:
            yield _showing(checked, known, diagnostic)
        elif can_be_proved(finding):
            refused = why_not_provable(checked)
            if refused is None or client.disables:
                yield _proposal(checked, finding, diagnostic, refused)


def _showing(
    checked: Checked, kept: KeptProof, diagnostic: types.Diagnostic | None = None
) -> types.CodeAction:
    title = f"Show the proof of {kept.finding.code} ({kept.proof.verdict})"
    argument = _argument(checked, What.SHOW_PROOF, kept.finding)
    return types.CodeAction(
        title,
        KIND,
        None if diagnostic is None else [diagnostic],
        command=types.Command(title, SHOW, arguments=[argument]),
    )


def _proposal(
    checked: Checked, finding: LocatedFinding, diagnostic: types.Diagnostic, refused: str | None
) -> types.CodeAction:
    title = f"Prove the fix of {finding.code} (runs the code of your model)"
    action = types.CodeAction(title, KIND, [diagnostic])
    if refused is None:
        argument = _argument(checked, What.PROVE, finding)
        action.command = types.Command(title, PROVE, arguments=[argument])
    else:
        action.disabled = types.CodeActionDisabled(refused)
    return action


def _argument(checked: Checked, what: What, finding: LocatedFinding) -> dict[str, Any]:
    document = checked.document
    return Change(what, document.uri, document.version, data_of(finding)).to_json()


class _Proving:
    """Shows proofs, and makes one at a time."""

    def __init__(self, server: CkptlintServer) -> None:
        self._server = server
        self._running: ProofRun | None = None

    async def show(self, *arguments: object) -> None:
        """Show the page of a proof that was kept."""
        change, checked = await self._meant(SHOW, arguments)
        for kept in kept_proofs(checked):
            if data_of(kept.finding) == change.finding:
                await self._show(checked, kept)
                return
        raise _modified()

    async def prove(self, *arguments: object) -> dict[str, str] | None:
        """Prove the fix of a finding, show what came of it, and give verdict and reason."""
        change, checked = await self._meant(PROVE, arguments)
        finding = finding_of(checked, change.finding)
        if finding is None or not can_be_proved(finding):
            raise _modified()
        refused = why_not_provable(checked)
        if refused is None and self._running is not None:
            refused = "another proof is being made"
        if refused is not None:
            raise JsonRpcException(refused, types.LSPErrorCodes.RequestFailed)
        run = self._running = ProofRun(checked, finding.code)
        try:
            said = await self._run(run, finding.code)
        finally:
            self._running = None
        kept = next((one for one in kept_proofs(checked) if one.is_about(finding)), None)
        if kept is not None:
            await self._show(checked, kept)
            return {"verdict": kept.proof.verdict.value, "reason": kept.proof.reason}
        if not run.is_stopped:
            self._server.notices.log(said, types.MessageType.Error)
            last = said.rpartition("\n")[2] or "it said nothing"
            raise JsonRpcException(f"nothing was proved: {last}", types.LSPErrorCodes.RequestFailed)
        return None

    async def _meant(self, command: str, arguments: Sequence[object]) -> tuple[Change, Checked]:
        change = Change.from_json(arguments[0] if arguments else None)
        if change is None:
            raise JsonRpcException(
                f"`{command}` takes what was offered", types.ErrorCodes.InvalidParams
            )
        checked = await self._server.checking.checked(change.uri)
        if checked is None or checked.document.version != change.version:
            raise _modified()
        return change, checked

    async def _run(self, run: ProofRun, code: str) -> str:
        """Run a proof, tell the client how far it has come, and let the user end it."""
        if not self._server.client.shows_progress:
            return await run.run(lambda line: None)
        progress, token = self._server.work_done_progress, uuid.uuid4().hex

        def cancelled(future: Future[object]) -> None:
            if future.cancelled():
                run.stop()

        await progress.create_async(token)
        progress.tokens[token].add_done_callback(cancelled)
        title = f"Proving the fix of {code}"
        progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True))

        def tell(line: str) -> None:
            progress.report(token, types.WorkDoneProgressReport(message=line, cancellable=True))

        try:
            return await run.run(tell)
        finally:
            progress.end(token, types.WorkDoneProgressEnd())

    async def _show(self, checked: Checked, kept: KeptProof) -> None:
        proof = kept.proof
        message = f"{kept.finding.code} {proof.verdict}: {reason_with_run(proof)}"
        try:
            page = page_of_proof(checked, kept)
        except OSError as error:
            self._server.notices.log(str(error), types.MessageType.Warning)
            page = None
        if page is not None and self._server.client.shows_documents:
            params = types.ShowDocumentParams(Path(page).as_uri(), take_focus=True)
            if (await self._server.window_show_document_async(params)).success:
                return
        if page is not None:
            message += f"\n{page}"
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))


def _modified() -> JsonRpcException:
    return JsonRpcException(
        "the document has changed since this was offered", types.LSPErrorCodes.ContentModified
    )
