"""What a rollout puts back from restored state once a parent's start has run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.bound_state import bound_attributes, is_metadata
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.classes import Class


def attributes_set(statement: nodes.NodeNG) -> frozenset[str]:
    """Name the attributes of ``self`` that a statement sets; nothing if it does more than that."""
    if not isinstance(statement, nodes.Assign):
        return frozenset()
    names = [_own_attribute(target) for target in statement.targets]
    return frozenset(name for name in names if name is not None) if all(names) else frozenset()


def put_back_after(call: nodes.Call, concrete: Class) -> frozenset[str]:
    """Name the attributes of ``self`` that are set from the bound state behind a parent's start.

    That start runs at the first ``next``, so what stands before one is overwritten by it.
    """
    scope = call.frame()
    bound = bound_attributes(concrete)
    aliases = {name for name, value in _assigned_names(scope) if _own_attribute(value) in bound}
    return frozenset(
        name
        for statement in nodes_in(scope, nodes.Assign)
        if _runs_after_a_draw(statement, call) and _reads_state(statement.value, bound, aliases)
        for name in attributes_set(statement)
    )


def _runs_after_a_draw(statement: nodes.Assign, call: nodes.Call) -> bool:
    """Tell whether `statement` stands behind a ``next`` that follows `call`, or in a loop there."""
    scope = call.frame()
    draws = (
        one.lineno
        for one in nodes_in(scope, nodes.Call)
        if isinstance(one.func, nodes.Name) and one.func.name == "next"
    )
    if any(call.lineno <= line < statement.lineno for line in draws):
        return True
    loops = (one for one in statement.node_ancestors() if isinstance(one, nodes.For))
    return any(loop.lineno >= call.lineno for loop in loops)


def _reads_state(value: nodes.NodeNG, bound: frozenset[str], aliases: set[str]) -> bool:
    for attribute in nodes_in(value, nodes.Attribute):
        holder = attribute.expr
        is_state = _own_attribute(holder) in bound or getattr(holder, "name", None) in aliases
        if is_state and not is_metadata(attribute.attrname):
            return True
    return False


def _assigned_names(scope: nodes.NodeNG) -> Iterator[tuple[str, nodes.NodeNG]]:
    for statement in nodes_in(scope, nodes.Assign):
        for target in statement.targets:
            if isinstance(target, nodes.AssignName):
                yield target.name, statement.value


def _own_attribute(node: nodes.NodeNG) -> str | None:
    """Name the attribute in ``self.name``; None for anything else."""
    if isinstance(node, nodes.Attribute | nodes.AssignAttr) and isinstance(node.expr, nodes.Name):
        return str(node.attrname) if node.expr.name == "self" else None
    return None
