"""Where in the module that is checked a finding about a bound dataclass is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.classes import Class
from ckptlint.program.state.instances import Setting, instance_made
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.module import Module
    from ckptlint.program.state.bound import BoundDataclass
    from ckptlint.sources.source import Span


def span_of_binding(bound: BoundDataclass, module: Module) -> Span | None:
    """Give the call that binds, or the class that says what an ancestor's call binds.

    None where all of that stands in other modules: then the finding is theirs.
    """
    if bound.owner.module is module:
        return module.span(bound.call)
    chosen = instance_made(bound.bound_object, Setting(bound.owner.module, bound.owner))
    if chosen is not None and chosen.cls is bound.made.cls:
        return None
    for ancestor in bound.concrete.mro:
        if ancestor is bound.owner:
            break
        if isinstance(ancestor, Class) and ancestor.module is not module:
            return None
    return module.name_span(bound.concrete.node)


def comes_before(first: nodes.NodeNG, second: nodes.NodeNG) -> bool:
    """Tell whether `first` has run whenever `second` runs, in one pass through a function.

    It is a statement of a block that also holds `second`, or what holds that, further on.
    """
    statement = first.statement()
    node = second.statement()
    while node is not None and not isinstance(node, nodes.FunctionDef):
        if node is statement:
            return False
        if node.parent is statement.parent and _same_block(statement, node):
            return bool(statement.lineno < node.lineno)
        node = node.parent
    return False


def asks_for_restored_state(function: nodes.FunctionDef) -> bool:
    """Tell whether a function asks for restored state, or calls what restores it."""
    return any(
        attribute.attrname in ("checkpoint_state_loaded", "checkpoint_selected")
        or "restore" in attribute.attrname
        for attribute in nodes_in(function, nodes.Attribute)
    )


def _same_block(one: nodes.NodeNG, other: nodes.NodeNG) -> bool:
    for name in ("body", "orelse", "finalbody", "handlers"):
        block = getattr(one.parent, name, None)
        if isinstance(block, list) and one in block:
            return other in block
    return False
