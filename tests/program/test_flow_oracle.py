"""The flow graph against CPython: saves before yields on the graph, and in every real execution.

CKPTLINT_ORACLE_SIZE is the size up to which all programs are tried (4), CKPTLINT_ORACLE_EXAMPLES
the number of larger random ones (200).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from flow_execution import Truth, execute
from flow_programs import BOUNDARY, framed_programs, programs, random_programs, render
from flow_trees import called, graph_of
from hypothesis import HealthCheck, given, settings

from ckptlint.program.flow.graph import PointKind
from ckptlint.program.flow.paths import shortest_path
from ckptlint.program.flow.solver import solve

if TYPE_CHECKING:
    from flow_programs import Program

    from ckptlint.program.flow.graph import Edge, FlowGraph, Point

SIZE = int(os.environ.get("CKPTLINT_ORACLE_SIZE", "4"))
EXAMPLES = int(os.environ.get("CKPTLINT_ORACLE_EXAMPLES", "200"))


class SavesSinceYield:
    """Whether there was a save since the last yield, or the start: each answer that is possible."""

    def entry(self) -> frozenset[bool]:
        return frozenset({False})

    def join(self, left: frozenset[bool], right: frozenset[bool]) -> frozenset[bool]:
        return left | right

    def transfer(self, point: Point, state: frozenset[bool]) -> frozenset[bool]:
        if point.kind is PointKind.YIELD:
            return frozenset({False})
        return frozenset({True}) if called(point) == "save" else state

    def follow(self, edge: Edge, point: Point, state: frozenset[bool]) -> frozenset[bool]:
        return state


def solved(graph: FlowGraph) -> Truth:
    solution = solve(graph, SavesSinceYield())
    truth = Truth()
    for point in graph.points:
        if point.kind is PointKind.YIELD:
            for saved in solution.before(point) or ():
                truth.add(point.node.lineno, saved)
    return truth


def witnessed(graph: FlowGraph) -> set[int]:
    """Return the lines of the yields to which a path leads that passes no save."""
    yields = [point for point in graph.points if point.kind is PointKind.YIELD]

    def blocked(point: Point) -> bool:
        return point.kind is PointKind.YIELD or called(point) == "save"

    return {
        goal.node.lineno
        for goal in yields
        if any(shortest_path(graph, start, [goal], blocked) for start in (graph.entry, *yields))
    }


def compare(program: Program) -> None:
    text = render(program)
    graph = graph_of(text)
    truth = execute(render(program, indent=4))
    assert solved(graph) == truth, text
    assert witnessed(graph) == truth.unsaved, text


def has_yield(program: Program) -> bool:
    return any(
        statement == BOUNDARY
        if isinstance(statement, str)
        else any(map(has_yield, statement.bodies))
        for statement in program
    )


@pytest.mark.parametrize("size", range(1, SIZE + 1))
def test_every_small_program(size: int) -> None:
    for program in programs(size):
        if has_yield(program):
            compare(program)


def test_every_statement_and_shape_in_every_frame() -> None:
    for program in framed_programs():
        compare(program)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random_programs())
def test_larger_programs(program: Program) -> None:
    compare((*program, BOUNDARY))


@pytest.mark.parametrize("size", [1, 2])
def test_known_states_hide_no_execution(size: int) -> None:
    # The executions are pruned where a state is met again; here they are not.
    for program in programs(size):
        if has_yield(program):
            text = render(program, indent=4)
            assert execute(text) == execute(text, most_decisions=8), text
