"""Rows that are committed before the output of their step is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.flow.builder import build_flow_graph
from ckptlint.program.flow.graph import PointKind
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.turns import Turn, innermost_loop, names_read, sources_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.flow.graph import FlowGraph, Point
    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.outputs import Effects
    from ckptlint.program.workflow.scopes import Workflows
    from ckptlint.sources.source import Edit


@dataclass(frozen=True, slots=True)
class EarlyCommit:
    """A row that is committed before the output of its step is written.

    Parameters
    ----------
    commit : Call
        What commits, in the loop over the steps.
    output : Call
        What writes the output afterwards.
    """

    commit: nodes.Call
    output: nodes.Call


def early_commits(effects: Effects) -> tuple[EarlyCommit, ...]:
    """Find the loops over steps in which a row is committed before the step's output is written.

    Nothing is said where other output of the turn comes first, where the output belongs to the next
    step, where a restart writes the output again, or where it chooses its row by `select`.
    """
    chosen = {*_checkpoints_with_chosen_rows(effects.workflows)}
    found: dict[nodes.Call, EarlyCommit] = {}
    for graph in graphs_of(effects):
        for point, commit in commits_of(graph, effects):
            loop = innermost_loop(point.node)
            if loop is None or effects.commits[commit].checkpoint in chosen:
                continue
            output = _output_after(Turn(graph, loop), point, commit, effects)
            if output is not None:
                found[commit] = EarlyCommit(point.node, output)
    return tuple(sorted(found.values(), key=lambda one: (one.commit.lineno, one.commit.col_offset)))


def output_first(module: Module, found: EarlyCommit) -> tuple[Edit, ...] | None:
    """Move the commit behind the output, where both are statements of one block."""
    commit, output = found.commit.parent, found.output.statement()
    if not isinstance(commit, nodes.Expr) or commit.parent is not output.parent:
        return None
    text = module.text(commit)
    if "#" in text or "\n" in text or not isinstance(output, nodes.Expr):
        return None
    edit = editing.insert_after(module, output, [text])
    return None if edit is None else (*editing.delete(module, commit), edit)


def graphs_of(effects: Effects) -> Iterator[FlowGraph]:
    """Give the graph of each scope of the module in which a call may commit."""
    scopes: dict[nodes.NodeNG, None] = {}
    for call in effects.workflows.calls:
        if call.root() is effects.module.tree and effects.commits and effects.commits_in(call):
            scopes[call.frame()] = None
    for scope in scopes:
        if isinstance(scope, nodes.FunctionDef | nodes.Module):
            yield build_flow_graph(scope)


def commits_of(graph: FlowGraph, effects: Effects) -> Iterator[tuple[Point, nodes.Call]]:
    """Give the points of a scope at which a row is committed, with the call that does it."""
    for point in graph.points:
        if point.kind is PointKind.CALL:
            for commit in effects.commits_in(point.node)[:1]:
                yield point, commit


def _checkpoints_with_chosen_rows(workflows: Workflows) -> Iterator[Value]:
    """Give the Checkpoints of which a row other than the newest is selected."""
    for call, ways in workflows.calls.items():
        rows = [one.as_string() for one in call.args]
        if getattr(call.func, "attrname", None) == "select" and rows != ["-1"]:
            yield from (way.receiver for way in ways)


def _output_after(
    turn: Turn, point: Point, commit: nodes.Call, effects: Effects
) -> nodes.Call | None:
    """Give the output of a step that follows its commit, if none comes before it."""
    if any(_outputs_at(one, effects) for one in turn.before(point)):
        return None
    session = names_read(commit.func)
    if _is_written_again(turn, session, effects):
        return None
    after = sorted(turn.after(point), key=lambda one: one.index)
    if _is_flushed_later(effects.commits[commit].checkpoint.interval, after):
        return None
    for later in after:
        if _outputs_at(later, effects):
            read = set().union(*map(names_read, [*later.node.args, *later.node.keywords]))
            if sources_of(read, turn.between(point, later)) is not None:
                assert isinstance(later.node, nodes.Call)
                return later.node
    return None


def _outputs_at(point: Point, effects: Effects) -> bool:
    return point.kind is PointKind.CALL and bool(effects.outputs_in(point.node))


def _is_flushed_later(interval: object, after: list[Point]) -> bool:
    """Tell whether the row may be committed by a `flush` of the same turn, not by the `write`."""
    return interval == "unknown" and any(
        isinstance(point.node, nodes.Call) and getattr(point.node.func, "attrname", None) == "flush"
        for point in after
    )


def _is_written_again(turn: Turn, session: set[str], effects: Effects) -> bool:
    """Tell whether a restart writes output before the loop, on a condition about its session."""
    for call in nodes_in(turn.loop.frame(), nodes.Call):
        if call.lineno >= turn.loop.lineno or not effects.outputs_in(call):
            continue
        for ancestor in call.node_ancestors():
            if isinstance(ancestor, nodes.If) and names_read(ancestor.test) & session:
                return True
    return False
