"""Fixes and suppressions are offered at the findings they are for, and worked out when chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ckptlint.engine.live import Target
from ckptlint.server.actions import Change, Offer, What, can_fix_something, edit_of, offers_for
from ckptlint.server.diagnostics import diagnostics_of
from ckptlint.server.edits import rewriting_edit
from ckptlint.server.features.proving import KIND as PROOF
from ckptlint.server.features.proving import proof_actions
from ckptlint.server.places import Places
from ckptlint.sources.document import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ckptlint.engine.directives import Form
    from ckptlint.engine.outcome import FileOutcome
    from ckptlint.engine.result import LocatedFinding
    from ckptlint.server.inspection import Checked, Inspector
    from ckptlint.server.language_server import CkptlintServer

    Found = tuple[LocatedFinding, types.Diagnostic]

FIX_ALL: Final = f"{types.CodeActionKind.SourceFixAll.value}.ckptlint"

FIX_NOTEBOOK: Final = f"notebook.{FIX_ALL}"
"""An editor that saves a notebook asks for this once, and for the other kinds cell by cell."""

APPLY_AUTOFIX: Final = "ckptlint.applyAutofix"
"""Fixes all of the document that its argument names: `{"uri": ...}`."""

APPLY_CHANGE: Final = "ckptlint.applyChange"
"""Makes the one change that its argument tells, as the server offered it."""


def register(server: CkptlintServer) -> None:
    """Offer what can be done, as actions or, to an older client, as commands."""
    actions = CodeActions(server)
    client = server.client
    options = types.CodeActionOptions(
        [
            types.CodeActionKind.QuickFix,
            types.CodeActionKind.SourceFixAll,
            FIX_ALL,
            FIX_NOTEBOOK,
            PROOF,
        ],
        resolve_provider=client.resolves_edits,
    )
    # pygls marks what it registers, which a method cannot be.
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(partial(actions.offer))
    if client.resolves_edits:
        server.feature(types.CODE_ACTION_RESOLVE)(partial(actions.resolve))
    if client.applies_edits:
        server.command(APPLY_AUTOFIX)(partial(actions.apply_autofix))
        server.command(APPLY_CHANGE)(partial(actions.apply_change))


class CodeActions:
    """Offers changes of open documents, and makes them.

    Parameters
    ----------
    server : CkptlintServer
        The server of the client that asks.
    """

    def __init__(self, server: CkptlintServer) -> None:
        self._server = server

    async def offer(
        self, params: types.CodeActionParams
    ) -> list[types.CodeAction | types.Command] | None:
        """Give what can be done at a range; nothing if the document changes meanwhile."""
        uri = params.text_document.uri
        checked = await self._checked(uri)
        if checked is None:
            return None
        asks_itself = params.context.trigger_kind is types.CodeActionTriggerKind.Automatic
        client = self._server.client
        concerned = [*self._concerned(checked, params)]
        actions: list[types.CodeAction] = []
        if _is_wanted(types.CodeActionKind.QuickFix, params.context):
            for finding, diagnostic in concerned:
                for offer in offers_for(checked, finding, self._form):
                    if offer.refused is None or (client.disables and not asks_itself):
                        actions.append(self._quick_fix(checked, offer, diagnostic))
        kind = _fix_all_kind(checked, params.context)
        if asks_itself and params.context.only is None and not client.resolves_edits:
            kind = None  # to fix all at each move of the caret would be too much
        if kind is not None and can_fix_something(checked):
            action = await self._fix_all(checked, kind)
            if action is not None:
                actions.append(action)
        if _is_wanted(PROOF, params.context) and not asks_itself:
            actions += proof_actions(checked, concerned, params.range, client)
        if client.takes_actions:
            return [*actions]
        return [
            _as_command(action)
            for action in actions
            if action.disabled is None and (action.command is not None or client.applies_edits)
        ]

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Work out the edit of an action that was chosen."""
        change = Change.from_json(action.data)
        if change is not None and action.disabled is None:
            action.edit = await self._edit(change)
        return action

    async def apply_change(self, *arguments: object) -> None:
        """Make one change, as it was offered."""
        change = Change.from_json(arguments[0] if arguments else None)
        if change is None:
            raise JsonRpcException(
                f"`{APPLY_CHANGE}` takes what was offered", types.ErrorCodes.InvalidParams
            )
        await self._apply(change)

    async def apply_autofix(self, *arguments: object) -> None:
        """Fix all of one document that can be fixed without a look at it."""
        match arguments:
            case ({"uri": str() as uri}, *_) | (str() as uri, *_):
                checked = await self._checked(uri)
            case _:
                raise JsonRpcException(
                    f'`{APPLY_AUTOFIX}` takes a document, {{"uri": ...}}',
                    types.ErrorCodes.InvalidParams,
                )
        if checked is not None and can_fix_something(checked):
            await self._apply(Change(What.FIX_ALL, checked.document.uri, checked.document.version))

    @property
    def _form(self) -> Form:
        return self._server.configuration.suppress_with

    async def _checked(self, uri: str) -> Checked | None:
        """Check a document as it is now; None if it is another by the time that is done."""
        document = self._server.documents.get(self._server.documents.owner(uri) or uri)
        checked = await self._server.checking.checked(uri)
        if document is None or checked is None:
            return None
        return checked if checked.document.version == document.version else None

    def _concerned(self, checked: Checked, params: types.CodeActionParams) -> Iterator[Found]:
        """Give the findings that a range touches, or that the client asks about by itself."""
        uri = unquote(params.text_document.uri)
        places = Places(checked)
        given = diagnostics_of(checked, self._server.client)
        own = next((found for each, found in given.items() if unquote(each) == uri), [])
        findings = [
            finding
            for finding in checked.shown
            if unquote(places.location(finding.place).uri) == uri
        ]
        asked = {(one.code, _key(one.range)): one for one in params.context.diagnostics}
        for finding, diagnostic in zip(findings, own, strict=True):
            known = asked.get((diagnostic.code, _key(diagnostic.range)))
            if known is not None or _touches(diagnostic.range, params.range):
                yield finding, known or diagnostic

    def _quick_fix(
        self, checked: Checked, offer: Offer, diagnostic: types.Diagnostic
    ) -> types.CodeAction:
        action = types.CodeAction(
            offer.title,
            types.CodeActionKind.QuickFix,
            [diagnostic],
            is_preferred=True if offer.is_preferred and self._server.client.prefers else None,
        )
        client = self._server.client
        if offer.refused is not None:
            action.disabled = types.CodeActionDisabled(offer.refused)
        elif client.resolves_edits or not client.takes_actions:
            action.data = offer.change.to_json()
        else:
            action.edit = edit_of(
                checked, offer.change, self._form, is_versioned=client.versions_edits
            )
        return action

    async def _fix_all(
        self, checked: Checked, kind: types.CodeActionKind | str
    ) -> types.CodeAction | None:
        safely = "" if checked.settings.unsafe_fixes else " safely"
        action = types.CodeAction(f"Fix all that ckptlint can fix{safely}", kind)
        change = Change(What.FIX_ALL, checked.document.uri, checked.document.version)
        client = self._server.client
        if client.resolves_edits or not client.takes_actions:
            action.data = change.to_json()
        else:
            action.edit = await self._all_fixed(checked)
            if action.edit is None:
                return None
        return action

    async def _edit(self, change: Change) -> types.WorkspaceEdit:
        """Work out a change that was offered.

        Raises
        ------
        JsonRpcException
            If what it was offered for is there no more.
        """
        checked = await self._checked(change.uri)
        edit = None
        if checked is not None and checked.document.version == change.version:
            if change.what is What.FIX_ALL:
                edit = await self._all_fixed(checked)
            else:
                is_versioned = self._server.client.versions_edits
                edit = edit_of(checked, change, self._form, is_versioned=is_versioned)
        if edit is None:
            raise JsonRpcException(
                "the document has changed since this was offered",
                types.LSPErrorCodes.ContentModified,
            )
        return edit

    async def _all_fixed(self, checked: Checked) -> types.WorkspaceEdit | None:
        """Fix a document as ``ckptlint check --fix`` would; None if it changes meanwhile."""
        document, settings = checked.document, checked.settings

        def fix(inspector: Inspector) -> FileOutcome:
            target = Target(document.path, settings, is_explicit=True)
            return inspector.live.fix(target, document.data, unsafe=settings.unsafe_fixes)

        outcome = await self._server.checking.run(fix)
        for fault in outcome.faults:
            self._server.notices.error(fault)
        now = self._server.documents.get(document.uri)
        if now is None or now.version != document.version:
            return None
        if outcome.diff is None:
            return types.WorkspaceEdit()
        fixed = read_document(document.path, outcome.diff.data, kind=document.kind)
        return rewriting_edit(document, fixed, is_versioned=self._server.client.versions_edits)

    async def _apply(self, change: Change) -> None:
        edit = await self._edit(change)
        label = "ckptlint: ignore" if change.what is What.SUPPRESS else "ckptlint: fix"
        result = await self._server.workspace_apply_edit_async(
            types.ApplyWorkspaceEditParams(edit, label)
        )
        if not result.applied:
            reason = result.failure_reason or "no reason was given"
            self._server.notices.log(
                f"the client did not apply the edit: {reason}", types.MessageType.Warning
            )


def _as_command(action: types.CodeAction) -> types.Command:
    return action.command or types.Command(action.title, APPLY_CHANGE, arguments=[action.data])


def _is_wanted(kind: types.CodeActionKind | str, context: types.CodeActionContext) -> bool:
    """Tell whether actions of a kind are asked for; a kind stands for all below it."""
    return context.only is None or any(_is_below(kind, asked) for asked in context.only)


def _fix_all_kind(
    checked: Checked, context: types.CodeActionContext
) -> types.CodeActionKind | str | None:
    """Give the kind of the action that fixes all; None if it is not asked for.

    A client that asks for `source.fixAll` gets that very kind, for some look for nothing else.
    """
    kind = FIX_ALL if checked.document.cells is None else FIX_NOTEBOOK
    if not _is_wanted(kind, context):
        return None
    general = types.CodeActionKind.SourceFixAll
    return general if context.only is not None and general in context.only else kind


def _is_below(kind: types.CodeActionKind | str, asked: types.CodeActionKind | str) -> bool:
    name, wanted = _name(kind), _name(asked)
    return not wanted or name == wanted or name.startswith(f"{wanted}.")


def _name(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _key(where: types.Range) -> Sequence[int]:
    return where.start.line, where.start.character, where.end.line, where.end.character


def _touches(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end
