"""Rows that are written when a step more has been drawn than they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.flow.graph import PointKind
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.order import commits_of, graphs_of
from ckptlint.program.workflow.turns import (
    Turn,
    innermost_loop,
    names_bound,
    names_read,
    sources_of,
)

if TYPE_CHECKING:
    from ckptlint.program.flow.graph import Point
    from ckptlint.program.workflow.outputs import Effects

_HANDED_ON: Final = frozenset(
    {"aiter", "chain", "enumerate", "islice", "iter", "peekable", "takewhile", "tqdm", "zip"}
)
"""What gives the steps of an iterator one by one, when they are asked for."""

_COLLECTS: Final = frozenset({"list", "sorted", "tuple", "deque"})


@dataclass(frozen=True, slots=True)
class Lookahead:
    """A row that holds the state of a step whose output is not written yet.

    Parameters
    ----------
    commit : Call
        What commits the row.
    drawn : NodeNG
        Where the step is drawn that is ahead: a statement, or what a loop runs over.
    names : tuple[str, ...]
        The variables that hold it; none where all steps are drawn before the first is written.
    """

    commit: nodes.Call
    drawn: nodes.NodeNG
    names: tuple[str, ...]


def lookaheads(effects: Effects) -> tuple[Lookahead, ...]:
    """Find the rows that are committed while a step that was drawn waits for its output.

    Nothing is said where a scope binds state of its own: it may restart from that.
    """
    found: dict[nodes.Call, Lookahead] = {}
    for graph in graphs_of(effects):
        if _binds_state(graph.scope):
            continue
        for point, commit in commits_of(graph, effects):
            loop = innermost_loop(point.node)
            if loop is None or commit in found:
                continue
            ahead = _collected(loop, effects) or _paired(loop, effects)
            ahead = ahead or _drawn_before(Turn(graph, loop), point, effects)
            if ahead is not None:
                found[commit] = Lookahead(point.node, *ahead)
    return tuple(sorted(found.values(), key=lambda one: (one.commit.lineno, one.commit.col_offset)))


_Ahead = tuple[nodes.NodeNG, tuple[str, ...]]


def _binds_state(scope: nodes.NodeNG) -> bool:
    for call in nodes_in(scope, nodes.Call):
        name = getattr(call.func, "attrname", getattr(call.func, "name", None))
        if name in ("bind", "bind_checkpoint_state"):
            return True
    return False


def _collected(loop: nodes.NodeNG, effects: Effects) -> _Ahead | None:
    """Tell whether a loop that writes output runs over a list of steps that were all drawn."""
    if not isinstance(loop, nodes.For) or not _outputs(loop, effects):
        return None
    iterated = _unwrapped(loop.iter)
    return (iterated, ()) if _collects_steps(iterated) else None


def _collects_steps(node: nodes.NodeNG) -> bool:
    if isinstance(node, nodes.ListComp):
        return any(_gives_steps(one.iter) for one in node.generators)
    return _name_of_call(node) in _COLLECTS and any(map(_gives_steps, node.args))


def _paired(loop: nodes.NodeNG, effects: Effects) -> _Ahead | None:
    """Tell whether a loop runs over pairs of steps, and writes only the first of a pair."""
    if not isinstance(loop, nodes.For) or _name_of_call(loop.iter) != "pairwise":
        return None
    if not any(map(_gives_steps, loop.iter.args)) or len(getattr(loop.target, "elts", ())) != 2:
        return None
    ahead = names_bound(loop.target.elts[1])
    outputs = _outputs(loop, effects)
    if not outputs or any(_arguments(one) & ahead for one in outputs):
        return None
    return loop.iter, tuple(sorted(ahead))


def _drawn_before(turn: Turn, commit: Point, effects: Effects) -> _Ahead | None:
    """Give the last step drawn before a commit, if an older one is written between the two."""
    before = turn.before(commit)
    for drawn, ahead in _draws(turn, before):
        between = turn.between(drawn, commit)
        if any(point is not drawn and _draw_at(point) for point in between):
            continue
        outputs = [
            point
            for point in between
            if point.kind is PointKind.CALL and effects.outputs_in(point.node)
        ]
        if not outputs:
            continue
        written = [sources_of(_arguments(one.node), between - {drawn}) or set() for one in outputs]
        if any(names & ahead for names in written):
            continue
        if _goes_on_with(turn, commit, ahead, set().union(*written)):
            where = drawn.node.iter if turn.is_head(drawn) else drawn.node
            return where, tuple(sorted(ahead))
    return None


def _draws(turn: Turn, before: set[Point]) -> list[tuple[Point, set[str]]]:
    """Give the points of a turn that draw a step, with the names that take it."""
    found = [(point, names_bound(point.node)) for point in before if _draw_at(point)]
    if isinstance(turn.loop, nodes.For) and _gives_steps(turn.loop.iter):
        heads = [point for point in turn.graph.points_of(turn.loop) if turn.is_head(point)]
        found += [(head, names_bound(turn.loop.target)) for head in heads]
    return [(point, names) for point, names in found if names]


def _draw_at(point: Point) -> bool:
    """Tell whether a statement binds the next step of an iterator."""
    node = point.node
    if point.kind is not PointKind.STATEMENT or not isinstance(node, nodes.Assign):
        return False
    value = node.value
    return _name_of_call(value) == "next" and bool(value.args) and _gives_steps(value.args[0])


def _goes_on_with(turn: Turn, commit: Point, ahead: set[str], written: set[str]) -> bool:
    """Tell whether the step ahead takes the place of the one that was written, behind a commit."""
    for point in turn.after(commit):
        node = point.node
        if isinstance(node, nodes.Assign):
            taken = set().union(*map(names_bound, node.targets))
            if names_read(node.value) & ahead and taken & written:
                return True
    return False


def _gives_steps(node: nodes.NodeNG) -> bool:
    """Tell whether an expression gives the steps of a rollout, one when it is asked for one."""
    node = _unwrapped(node)
    return _name_of_call(node) == "create_iterator"


def _unwrapped(node: nodes.NodeNG) -> nodes.NodeNG:
    """Look through a variable that is bound once, and what hands on the steps of an iterator."""
    for _ in range(8):
        if isinstance(node, nodes.Name):
            bindings = node.frame().locals.get(node.name, ())
            statement = bindings[0].parent if len(bindings) == 1 else None
            if not isinstance(statement, nodes.Assign) or statement.value is node:
                return node
            node = statement.value
        elif _name_of_call(node) in _HANDED_ON and node.args:
            inner = [one for one in node.args if _may_give_steps(one)]
            if not inner:
                return node
            node = inner[0]
        else:
            break
    return node


def _may_give_steps(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Name | nodes.Call | nodes.ListComp) and (
        _name_of_call(node) not in ("range", "count")
    )


def _name_of_call(node: nodes.NodeNG) -> str | None:
    function = node.func if isinstance(node, nodes.Call) else None
    name: str | None = getattr(function, "attrname", getattr(function, "name", None))
    return name


def _outputs(loop: nodes.For, effects: Effects) -> list[nodes.Call]:
    return [call for call in nodes_in(loop, nodes.Call) if effects.outputs_in(call)]


def _arguments(call: nodes.NodeNG) -> set[str]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return set().union(*map(names_read, given))
