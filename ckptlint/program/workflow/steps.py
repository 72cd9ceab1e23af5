"""Whether a workflow writes the steps of a rollout one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.interpretation.values import Function
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.turns import innermost_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.workflow.scopes import Workflows
    from ckptlint.program.workflow.turns import Loop


def steps_are_written(iterator: nodes.Call, workflows: Workflows) -> bool:
    """Tell whether a session is written in a loop that draws from what the call `iterator` makes.

    A write that waits for a condition is none, unless that is a period, as ``step % 4 == 0``: it
    may wait for the whole rollout.
    """
    loops = [*_loops_over(iterator)]
    return any(innermost_loop(write) in loops and not _waits(write) for write in _writes(workflows))


def _writes(workflows: Workflows) -> Iterator[nodes.Call]:
    """Give the calls that write a session, and those of functions of the module that do."""
    writes = [call for call, _ in workflows.session_calls("write")]
    yield from writes
    writing = {call.frame() for call in writes}
    for call, ways in workflows.calls.items():
        if any(isinstance(way.callee, Function) and way.callee.node in writing for way in ways):
            yield call


def _loops_over(iterator: nodes.Call) -> Iterator[Loop]:
    """Give the loops that draw from an iterator, at once or by the name that it is given."""
    statement = iterator.statement()
    if isinstance(statement, nodes.For):
        yield statement
    if not isinstance(statement, nodes.Assign):
        return
    names = {target.name for target in statement.targets if isinstance(target, nodes.AssignName)}
    for use in nodes_in(iterator.frame(), nodes.Name):
        if use.name in names:
            loop = use.statement()
            if not isinstance(loop, nodes.For) or loop.body[0].lineno <= use.lineno:
                loop = innermost_loop(use)
            if loop is not None:
                yield loop


def _waits(write: nodes.Call) -> bool:
    """Tell whether a write of a loop stands on a condition that is no period."""
    loop = innermost_loop(write)
    child = write
    while child is not loop:
        parent = child.parent
        if isinstance(parent, nodes.If) and child is not parent.test:
            operations = nodes_in(parent.test, nodes.BinOp)
            if not any(operation.op == "%" for operation in operations):
                return True
        child = parent
    return False
