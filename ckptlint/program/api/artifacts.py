"""Metadata that is handed over as a dict of artifacts, as a draft of the API took it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.api.changes import METADATA_BY_KEYWORD
from ckptlint.program.api.removed import is_gone
from ckptlint.program.api.removed_calls import entries_of
from ckptlint.program.scopes import bindings_of
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.objects import is_session
from ckptlint.sources.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.workflow.receivers import Receivers

_KEY = "artifacts"


@dataclass(frozen=True, slots=True)
class ArtifactsKeyword:
    """A call of `write` or `flush` with ``artifacts={...}``.

    Parameters
    ----------
    call : Call
        The call.
    keyword : Keyword
        The keyword, whose value is a dict.
    keys : tuple[str, ...]
        The keys of the dict, where it is written out.
    edits : tuple[Edit, ...]
        Each key as a keyword of its own; none where that is not possible.
    """

    call: nodes.Call
    keyword: nodes.Keyword
    keys: tuple[str, ...]
    edits: tuple[Edit, ...]


def artifacts_keywords(module: Module, receivers: Receivers) -> tuple[ArtifactsKeyword, ...]:
    """Find the writes of a session whose metadata is a dict under the one key ``artifacts``.

    A module that reads that key means it.
    """
    if not is_gone(METADATA_BY_KEYWORD, module):
        return ()
    found = tuple(_keywords(module, receivers))
    return () if found and _is_read(module) else found


def _keywords(module: Module, receivers: Receivers) -> Iterator[ArtifactsKeyword]:
    for call in nodes_in(module.tree, nodes.Call):
        function = call.func
        if not isinstance(function, nodes.Attribute) or function.attrname not in ("write", "flush"):
            continue
        keyword = next((one for one in call.keywords if one.arg == _KEY), None)
        if keyword is None or not is_session(receivers.kinds_of(call)):
            continue
        entries = _entries(keyword.value, module)
        if entries is not None:
            taken = {one.arg for one in call.keywords}
            edits = _as_keywords(keyword, entries, taken, module)
            yield ArtifactsKeyword(call, keyword, tuple(entries), edits)


def _entries(value: nodes.NodeNG, module: Module) -> dict[str, str] | None:
    """Give what a dict holds, as keywords by their names; None for what is no dict, or empty."""
    match value:
        case nodes.Dict():
            if not value.items or not all(_is_text(key) for key, _ in value.items):
                return None
            return entries_of(value, module) or {"**": f"**{module.text(value)}"}
        case nodes.Call(func=nodes.Name(name="dict"), args=[]) if value.keywords:
            return {one.arg or "**": module.text(one) for one in value.keywords}
        case nodes.Name():
            _, bindings = bindings_of(value.name, value)
            if bindings and all(_is_dict(getattr(one.parent, "value", None)) for one in bindings):
                return {"**": f"**{value.name}"}
    return None


def _is_text(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)


def _is_dict(value: nodes.NodeNG | None) -> bool:
    if isinstance(value, nodes.Call):
        return isinstance(value.func, nodes.Name) and value.func.name == "dict"
    return isinstance(value, nodes.Dict)


def _as_keywords(
    keyword: nodes.Keyword, entries: dict[str, str], taken: set[str | None], module: Module
) -> tuple[Edit, ...]:
    span = module.span(keyword)
    if entries.keys() & taken or None in taken or "#" in module.text(span):
        return ()
    return (Edit(span, ", ".join(entries.values())),)


def _is_read(module: Module) -> bool:
    """Tell whether the module looks the key up, as an item or by a call that takes its name."""
    return any(
        text.value == _KEY and isinstance(text.parent, nodes.Subscript | nodes.Call | nodes.Compare)
        for text in nodes_in(module.tree, nodes.Const)
    )
