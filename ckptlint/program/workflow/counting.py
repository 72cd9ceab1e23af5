"""How often a call of a workflow is made, where its loops tell."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.interpretation.frame import bound_once
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAVES_A_LOOP = (nodes.Break, nodes.Continue, nodes.Return, nodes.Raise)


def common_branch(
    calls: Sequence[nodes.Call], outermost: nodes.NodeNG | None
) -> nodes.NodeNG | None:
    """Give the ``if`` of which one branch holds all calls and which is tested at most once.

    Otherwise `outermost`, the statement around them.
    """
    for branch in calls[0].node_ancestors() if calls else ():
        if branch is outermost:
            break
        blocks = (branch.body, branch.orelse) if isinstance(branch, nodes.If) else ()
        if any(all(_holds(block, call) for call in calls) for block in blocks):
            around = takewhile(lambda one: one is not outermost, branch.node_ancestors())
            loops = (nodes.For, nodes.While, nodes.FunctionDef)
            return outermost if any(isinstance(one, loops) for one in around) else branch
    return outermost


def _holds(block: list[nodes.NodeNG], call: nodes.Call) -> bool:
    return any(statement.parent_of(call) for statement in block)


def times_called(call: nodes.Call, around: nodes.NodeNG | None) -> int | None:
    """Give how often `call` is made inside the statement `around`, or None where that is open.

    Known are calls that depend on no condition, in loops over a ``range`` of known bounds. A range
    that begins at `write_count` has its first turns behind it, in an earlier run.
    """
    count = 1
    child, parent = call, call.parent
    while parent is not around:
        if isinstance(parent, nodes.For) and child in parent.body:
            turns = None if _is_left_early(parent) else _length(parent.iter)
            if turns is None:
                return None
            count *= turns
        elif isinstance(parent, nodes.While) and count == 1 and child in parent.body:
            total = None if _is_left_early(parent) else _counted_to(parent.test)
            if total is None:
                return None
            count = total
        elif not _always_runs(child, parent):
            return None
        child, parent = parent, parent.parent
    return count


def _always_runs(child: nodes.NodeNG, parent: nodes.NodeNG) -> bool:
    """Tell whether `child` is run once whenever `parent` is; a test is, what it decides is not."""
    if isinstance(parent, nodes.If | nodes.IfExp):
        return child is parent.test
    if isinstance(parent, nodes.BoolOp):
        return child is parent.values[0]
    if isinstance(parent, nodes.Compare):
        return child is parent.left or len(parent.ops) == 1
    return isinstance(
        parent,
        nodes.Expr
        | nodes.Assign
        | nodes.With
        | nodes.NamedExpr
        | nodes.UnaryOp
        | nodes.Call
        | nodes.Keyword,
    )


def _counted_to(test: nodes.NodeNG) -> int | None:
    """Give the number of writes at which ``while session.write_count < number`` ends."""
    if not isinstance(test, nodes.Compare) or getattr(test.left, "attrname", "") != "write_count":
        return None
    (sign, bound), *more = test.ops
    return known_integer(bound) if sign == "<" and not more else None


def _is_left_early(loop: nodes.For | nodes.While) -> bool:
    return next(nodes_in(loop, _LEAVES_A_LOOP), None) is not None


def _length(iterated: nodes.NodeNG) -> int | None:
    """Give how many items ``range(...)`` has, of which a restart may skip the first."""
    if not (
        isinstance(iterated, nodes.Call)
        and isinstance(iterated.func, nodes.Name)
        and iterated.func.name == "range"
        and 1 <= len(iterated.args) <= 3
    ):
        return None
    bounds = []
    for place, argument in enumerate(iterated.args):
        is_start = place == 0 and len(iterated.args) > 1
        if is_start and getattr(argument, "attrname", None) == "write_count":
            bounds.append(0)
            continue
        value = known_integer(argument)
        if value is None:
            return None
        bounds.append(value)
    return len(range(*bounds)) if bounds[2:] != [0] else None


def known_integer(node: nodes.NodeNG) -> int | None:
    """Give the integer that `node` is: a literal, or a name that is bound to one for good."""
    if isinstance(node, nodes.Name):
        scope = node.frame()
        if node.name not in scope.locals:
            node = bound_once(node.root()).get(node.name)
        elif len(scope.locals[node.name]) == 1:
            statement = scope.locals[node.name][0].parent
            node = statement.value if isinstance(statement, nodes.Assign) else None
    if isinstance(node, nodes.Const) and type(node.value) is int:
        return node.value
    return None
