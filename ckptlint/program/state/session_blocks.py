"""The calls that a workflow makes in one session, or for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import is_call_of
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module


def session_blocks(module: Module) -> Iterator[tuple[tuple[nodes.Call, nodes.NodeNG], ...]]:
    """Give, for each ``with`` of a Checkpoint that is seen to be made, the calls that run in it.

    Each comes with what is around it and runs once for each session.
    What stands between the making of the Checkpoint and the ``with``, in the same block, counts as
    well: what is bound there waits for the session.
    """
    for block in nodes_in(module.tree, nodes.With):
        opened = [expression for expression, _ in block.items]
        made = [_checkpoint_of(expression, module) for expression in opened]
        found = next((one for one in made if one is not None), None)
        if found is None:
            continue
        inside = [call for statement in block.body for call in _calls_in(statement, block)]
        before = [(call, block.parent) for call in _calls_between(found, block)]
        yield (*before, *((call, block) for call in inside))


def _checkpoint_of(expression: nodes.NodeNG, module: Module) -> nodes.Call | None:
    """Give the call that makes the Checkpoint whose session an expression opens."""
    if is_call_of(facts.CHECKPOINT, module, expression):
        return expression
    if isinstance(expression, nodes.Call) and isinstance(expression.func, nodes.Attribute):
        is_selected = expression.func.attrname == "select"
        return _checkpoint_of(expression.func.expr, module) if is_selected else None
    if isinstance(expression, nodes.Name):
        bindings = expression.frame().locals.get(expression.name, ())
        statement = bindings[0].parent if len(bindings) == 1 else None
        if isinstance(statement, nodes.Assign) and is_call_of(
            facts.CHECKPOINT, module, statement.value
        ):
            return statement.value
    return None


def _calls_in(statement: nodes.NodeNG, block: nodes.With) -> Iterator[nodes.Call]:
    """Give the calls of a statement that run in this session and in none inside it."""
    for call in nodes_in(statement, nodes.Call):
        above = call
        while above is not block and not isinstance(above, nodes.With):
            above = above.parent
        if above is block and call.frame() is block.frame():
            yield call


def _calls_between(made: nodes.Call, block: nodes.With) -> Iterator[nodes.Call]:
    """Give the calls between a Checkpoint and its session, where both stand in one block."""
    creation, scope = made.statement(), block.frame()
    sibling = creation.next_sibling() if creation is not block else None
    passed = []
    while sibling is not None and sibling is not block:
        passed.append(sibling)
        sibling = sibling.next_sibling()
    if sibling is not block or any(isinstance(one, nodes.With) for one in passed):
        return
    for statement in passed:
        for call in nodes_in(statement, nodes.Call):
            if call.frame() is scope:
                yield call
