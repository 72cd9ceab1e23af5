"""Keywords, call forms and attributes of checkpoint objects that are not there any more."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.api.changes import (
    CHECKPOINT_STATE_POLICY,
    KEYWORDS,
    LEVELS,
    POSITIONAL_METADATA,
    SELECTED_BY_ROW,
    STATE_POLICY,
)
from ckptlint.program.api.removed import RemovedUse, is_gone
from ckptlint.program.bound_state import is_call_of
from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.objects import ObjectKind, is_checkpoint, is_session, kinds_of
from ckptlint.sources.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.workflow.receivers import Receivers


def removed_keywords(module: Module) -> Iterator[RemovedUse]:
    """Find keywords that `Checkpoint` and the built-in workflows do not take any more."""
    known = {name for keywords in KEYWORDS.values() for name in keywords}
    for call in nodes_in(module.tree, nodes.Call):
        if not any(keyword.arg in known for keyword in call.keywords) or is_error_expected(call):
            continue
        for callee, changes in KEYWORDS.items():
            if not is_call_of(callee, module, call):
                continue
            for keyword in call.keywords:
                change = changes.get(keyword.arg or "")
                if change is not None and is_gone(change.since, module):
                    yield _keyword(keyword, change.use, change.renamed, call, module)


def _keyword(
    keyword: nodes.Keyword, use: str, renamed: str | None, call: nodes.Call, module: Module
) -> RemovedUse:
    taken = {one.arg for one in call.keywords}
    value = keyword.value
    text = None
    if renamed is not None:
        text = f"{renamed}={module.text(value)}"
    elif keyword.arg == "state_policy" and isinstance(value, nodes.Const) and value.value in LEVELS:
        text = f"level={LEVELS[value.value]}"
    is_free = text is not None and text.partition("=")[0] not in taken and None not in taken
    edits = (Edit(module.span(keyword), text or ""),) if is_free else ()
    is_renamed = renamed is not None and bool(edits)
    return RemovedUse(module.span(keyword), f"`{keyword.arg}=`", use, edits, is_renamed)


def removed_attributes(module: Module) -> Iterator[RemovedUse]:
    """Find attributes of Checkpoints and bound states that have another name now."""
    for node in nodes_in(module.tree, nodes.Attribute):
        if node.attrname == "checkpoint_state_policy":
            change, kind = CHECKPOINT_STATE_POLICY, ObjectKind.STATE
        elif node.attrname == "state_policy":
            change, kind = STATE_POLICY, ObjectKind.CHECKPOINT
        else:
            continue
        if not is_gone(change.since, module) or is_error_expected(node):
            continue
        if kinds_of(node.expr, module) != frozenset({kind}):
            continue
        edits = _of_policy(node, change.renamed or "", module)
        yield RemovedUse(module.span(node), f"`{node.attrname}`", change.use, edits)


def _of_policy(node: nodes.Attribute, renamed: str, module: Module) -> tuple[Edit, ...]:
    """Rename an attribute that is compared with policies, and give the levels for these."""
    compared = node.parent
    if not isinstance(compared, nodes.Compare) or compared.left is not node:
        return ()
    edits = [Edit(module.name_span(node), renamed)]
    for sign, right in compared.ops:
        policies = (
            right.elts if isinstance(right, nodes.Tuple | nodes.List | nodes.Set) else [right]
        )
        if sign not in ("==", "!=", "in", "not in") or not policies:
            return ()
        for policy in policies:
            if not isinstance(policy, nodes.Const) or policy.value not in LEVELS:
                return ()
            edits.append(Edit(module.span(policy), str(LEVELS[policy.value])))
    return tuple(edits)


def removed_call_forms(module: Module, receivers: Receivers) -> Iterator[RemovedUse]:
    """Find calls of `write`, `flush` and `select` in forms that they do not take any more."""
    if not is_gone(SELECTED_BY_ROW, module):
        return
    for call in nodes_in(module.tree, nodes.Call):
        function = call.func
        if not isinstance(function, nodes.Attribute) or is_error_expected(call):
            continue
        writes = function.attrname in ("write", "flush") and call.args
        if writes and is_session(receivers.kinds_of(call)):
            yield _positional(call, module)
        selects = function.attrname == "select" and _selects_by_more_than_row(call)
        if selects and is_checkpoint(receivers.kinds_of(call)):
            yield _without_row(call, module)


def _positional(call: nodes.Call, module: Module) -> RemovedUse:
    method = call.func.attrname
    what = f"`{method}` with arguments by position"
    first = module.text(call.args[0]) if len(call.args) == 1 else "..."
    use = f"`{method}(lead_time={first})`" if "\n" not in first else f"`{method}(lead_time=...)`"
    return RemovedUse(module.span(call), what, use, _as_keywords(call, module), True)


def _as_keywords(call: nodes.Call, module: Module) -> tuple[Edit, ...]:
    """Give the arguments of a call their names; a literal dict of artifacts gives its own."""
    if len(call.args) > len(POSITIONAL_METADATA):
        return ()
    if any(isinstance(one, nodes.Starred) for one in call.args):
        return ()
    taken = {keyword.arg for keyword in call.keywords}
    texts: dict[str, str] = {}
    lead_time = call.args[0]
    if not (isinstance(lead_time, nodes.Const) and lead_time.value is None):
        texts["lead_time"] = f"lead_time={module.text(lead_time)}"
    if len(call.args) > 1:
        entries = entries_of(call.args[1], module)
        if entries is None or entries.keys() & texts.keys():
            return ()
        texts |= entries
    if None in taken or taken & texts.keys() or not texts:
        return ()
    between = Span(module.span(call.args[0]).start, module.span(call.args[-1]).end)
    if "#" in module.text(between):
        return ()
    return (Edit(between, ", ".join(texts.values())),)


def entries_of(node: nodes.NodeNG, module: Module) -> dict[str, str] | None:
    """Give a literal dict's entries as keywords, by their names; None where they cannot be."""
    if isinstance(node, nodes.Const) and node.value is None:
        return {}
    if not isinstance(node, nodes.Dict):
        return None
    entries: dict[str, str] = {}
    for key, value in node.items:
        name = key.value if isinstance(key, nodes.Const) else None
        if not isinstance(name, str) or not name.isidentifier() or iskeyword(name):
            return None
        if name in entries:
            return None
        entries[name] = f"{name}={module.text(value)}"
    return entries


def _selects_by_more_than_row(call: nodes.Call) -> bool:
    """Tell whether a call of `select` gives no row, or labels besides."""
    names = [keyword.arg for keyword in call.keywords]
    if None in names or any(isinstance(one, nodes.Starred) for one in call.args):
        return False
    return (not call.args and not names) or any(name != "row" for name in names)


def _without_row(call: nodes.Call, module: Module) -> RemovedUse:
    checkpoint = module.text(call.func.expr)
    if call.keywords:
        labels = ", ".join(f"{one.arg}=..." for one in call.keywords if one.arg != "row")
        return RemovedUse(
            module.span(call), f"`select({labels})`", "`select(row)`, or a Checkpoint for each run"
        )
    is_opened = isinstance(call.parent, nodes.With) and any(
        call is context for context, _ in call.parent.items
    )
    edits = (Edit(module.span(call), checkpoint),) if is_opened else ()
    use = f"`with {checkpoint}`" if is_opened else "`select(-1)`, or `with` on the Checkpoint"
    return RemovedUse(module.span(call), "`select()` without a row", use, edits, is_opened)
