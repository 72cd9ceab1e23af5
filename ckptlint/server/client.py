"""What the client can do, as far as it matters for what is sent to it."""

from __future__ import annotations

from typing import NamedTuple

from lsprotocol import types


class Client(NamedTuple):
    """What the client can do.

    Parameters
    ----------
    pulls : bool
        Whether it asks for diagnostics; otherwise they are sent to it.
    refreshes : bool
        Whether it asks again when it is told to.
    relates_documents : bool
        Whether the answer to it may hold the diagnostics of other documents.
    shows_related : bool
        Whether a diagnostic may name other places.
    tags : frozenset[int]
        The tags of diagnostics that it knows.
    links : bool
        Whether a diagnostic may link to a page about its code.
    keeps_data : bool
        Whether it gives back the data of a diagnostic.
    configures : bool
        Whether it can be asked for settings.
    watches : bool
        Whether it can be asked to watch files.
    registers_configuration : bool
        Whether it is to be told that changes of settings matter.
    takes_actions : bool
        Whether it takes code actions; otherwise it takes commands alone.
    resolves_edits : bool
        Whether it asks for the edit of an action when that is chosen.
    prefers : bool
        Whether it tells preferred actions from others.
    disables : bool
        Whether it shows actions that cannot be done, with the reason.
    versions_edits : bool
        Whether an edit may say for which version of a document it is.
    applies_edits : bool
        Whether it applies edits that are sent to it.
    formats_hovers : bool
        Whether it shows Markdown at a place; otherwise it shows plain text.
    shows_documents : bool
        Whether it opens a file when it is asked to.
    shows_progress : bool
        Whether it shows how far some work has come, and lets the user end it.
    """

    pulls: bool = False
    refreshes: bool = False
    relates_documents: bool = False
    shows_related: bool = False
    tags: frozenset[int] = frozenset()
    links: bool = False
    keeps_data: bool = False
    configures: bool = False
    watches: bool = False
    registers_configuration: bool = False
    takes_actions: bool = False
    resolves_edits: bool = False
    prefers: bool = False
    disables: bool = False
    versions_edits: bool = False
    applies_edits: bool = False
    formats_hovers: bool = False
    shows_documents: bool = False
    shows_progress: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> Client:
        """Read what a client says of itself."""
        text, workspace = capabilities.text_document, capabilities.workspace
        pull = text.diagnostic if text else None
        push = text.publish_diagnostics if text else None
        # How a diagnostic may look is told for either way, and some clients tell it only once.
        shown = [one for one in (pull, push) if one is not None]
        watching = workspace.did_change_watched_files if workspace else None
        changing = workspace.did_change_configuration if workspace else None
        refreshing = workspace.diagnostics if workspace else None
        action = text.code_action if text else None
        resolving = action.resolve_support if action else None
        hovering = text.hover if text else None
        editing = workspace.workspace_edit if workspace else None
        window = capabilities.window
        return cls(
            pulls=pull is not None,
            refreshes=bool(refreshing and refreshing.refresh_support),
            relates_documents=bool(pull and pull.related_document_support),
            shows_related=any(one.related_information for one in shown),
            tags=frozenset(
                int(tag) for one in shown if one.tag_support for tag in one.tag_support.value_set
            ),
            links=any(one.code_description_support for one in shown),
            keeps_data=any(one.data_support for one in shown),
            configures=bool(workspace and workspace.configuration),
            watches=bool(watching and watching.dynamic_registration),
            registers_configuration=bool(changing and changing.dynamic_registration),
            takes_actions=bool(action and action.code_action_literal_support),
            resolves_edits=bool(
                action and action.data_support and resolving and "edit" in resolving.properties
            ),
            prefers=bool(action and action.is_preferred_support),
            disables=bool(action and action.disabled_support),
            versions_edits=bool(editing and editing.document_changes),
            applies_edits=bool(workspace and workspace.apply_edit),
            formats_hovers=types.MarkupKind.Markdown
            in ((hovering.content_format if hovering else None) or ()),
            shows_documents=bool(window and window.show_document and window.show_document.support),
            shows_progress=bool(window and window.work_done_progress),
        )
