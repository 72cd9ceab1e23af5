"""An editor that asks what can be done, and does it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from editor import Editor, capabilities
from lsprotocol import types

from ckptlint.server.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

PROOF = "ckptlint.proof"
FIXTURES = Path(__file__).parents[2] / "fixtures"
QUICK_FIX = types.CodeActionKind.QuickFix


def acting(
    *,
    literals: bool = True,
    resolves: bool = True,
    versions: bool = True,
    applies: bool = True,
    extras: bool = True,
    markdown: bool = True,
    window: types.WindowClientCapabilities | None = None,
) -> types.ClientCapabilities:
    """Give the capabilities of a client that takes code actions; `extras` are their marks."""
    can = capabilities(
        apply_edit=applies,
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=versions),
    )
    kinds = types.ClientCodeActionKindOptions([QUICK_FIX])
    assert can.text_document is not None
    can.text_document.code_action = types.CodeActionClientCapabilities(
        code_action_literal_support=types.ClientCodeActionLiteralOptions(kinds)
        if literals
        else None,
        is_preferred_support=extras,
        disabled_support=extras,
        data_support=resolves,
        resolve_support=types.ClientCodeActionResolveOptions(["edit"]) if resolves else None,
    )
    formats = [types.MarkupKind.Markdown] if markdown else [types.MarkupKind.PlainText]
    can.text_document.hover = types.HoverClientCapabilities(content_format=formats)
    can.window = window
    return can


class ActingEditor(Editor):
    """An editor that keeps the edits it was sent, and has them applied if `accepts`."""

    def __init__(self) -> None:
        super().__init__()
        self.accepts = True
        self.applied: list[types.ApplyWorkspaceEditParams] = []
        # The hook of lsprotocol takes an action that has a command for a command.
        converter = self.protocol._converter
        either = types.Command | types.CodeAction
        converter.register_structure_hook(either, partial(_action, converter))
        self.feature(types.WORKSPACE_APPLY_EDIT)(partial(self._apply))

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        self.applied.append(params)
        self.news()
        return types.ApplyWorkspaceEditResult(self.accepts, None if self.accepts else "read-only")

    async def actions(
        self,
        uri: str,
        line: int,
        character: int = 0,
        *,
        only: Sequence[types.CodeActionKind | str] | None = None,
        trigger: types.CodeActionTriggerKind | None = None,
        diagnostics: Sequence[types.Diagnostic] = (),
        proofs: bool = False,
    ) -> list[Any]:
        """Give what is offered at a place: about proofs, or all the rest."""
        at = types.Position(line, character)
        context = types.CodeActionContext(diagnostics, only, trigger)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), types.Range(at, at), context
        )
        found = await self.text_document_code_action_async(params) or ()
        return [one for one in found if (getattr(one, "kind", None) == PROOF) is proofs]

    async def chosen(self, actions: Sequence[Any], title: str) -> types.WorkspaceEdit:
        """Give the edit of the action with a title, asked for if it has to be."""
        (action,) = [one for one in actions if one.title == title]
        if action.edit is None:
            action = await self.code_action_resolve_async(action)
        assert action.edit is not None
        return action.edit


def _action(converter: Any, value: Any, _: object) -> types.Command | types.CodeAction:
    is_command = isinstance(value.get("command"), str)
    found: types.Command | types.CodeAction = converter.structure(
        value, types.Command if is_command else types.CodeAction
    )
    return found


def edits_of(edit: types.WorkspaceEdit) -> dict[str, tuple[int | None, Sequence[types.TextEdit]]]:
    """Give what an edit does to each document, with the version it is for, if that is told."""
    if edit.changes is not None:
        assert edit.document_changes is None
        return {uri: (None, edits) for uri, edits in edit.changes.items()}
    found: dict[str, tuple[int | None, Sequence[types.TextEdit]]] = {}
    for one in edit.document_changes or ():
        assert isinstance(one, types.TextDocumentEdit)
        version = one.text_document.version
        found[one.text_document.uri] = (
            version,
            [e for e in one.edits if isinstance(e, types.TextEdit)],
        )
    return found


def applied(raw: str, edits: Sequence[types.TextEdit], encoding: str = "utf-16") -> str:
    """Apply edits as a client does: all are of the text before any."""
    text = Text(raw, encoding)
    spans = [(text.offset(one.range.start), text.offset(one.range.end)) for one in edits]
    for (start, end), edit in sorted(zip(spans, edits, strict=True), key=lambda pair: pair[0])[
        ::-1
    ]:
        raw = raw[:start] + edit.new_text + raw[end:]
    return raw


def after(raw: str, edit: types.WorkspaceEdit, uri: str) -> str:
    """Give a text after an edit, which changes nothing else."""
    changes = edits_of(edit)
    assert [*changes] == [uri]
    return applied(raw, changes[uri][1])
