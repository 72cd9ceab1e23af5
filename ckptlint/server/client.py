"""What the client can do, as far as it matters for what is sent to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
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
        )
