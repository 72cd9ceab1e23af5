"""The solver: what it hands to a lattice, and that it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from flow_trees import called, graph_of, label

from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.flow.solver import FlowTooLarge, solve

if TYPE_CHECKING:
    from ckptlint.program.flow.graph import Edge, FlowGraph, Point


@dataclass(frozen=True)
class Done:
    """What has been done on some way; without the edges of one kind."""

    closed: EdgeKind | None = None

    def entry(self) -> frozenset[str]:
        return frozenset()

    def join(self, left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
        return left | right

    def transfer(self, point: Point, state: frozenset[str]) -> frozenset[str]:
        if point.kind is PointKind.RAISE:
            return state | {"raise"}
        name = called(point)
        return state if name is None else state | {name}

    def follow(self, edge: Edge, point: Point, state: frozenset[str]) -> frozenset[str] | None:
        assert edge.source == point.index
        return None if edge.kind is self.closed else state


def call(graph: FlowGraph, name: str) -> Point:
    (point,) = (point for point in graph.points if called(point) == name)
    return point


def test_states_meet() -> None:
    graph = graph_of("if a:\n    b()\nelse:\n    c()\nd()")
    solution = solve(graph, Done())
    assert solution.before(call(graph, "d")) == {"b", "c"}
    assert solution.after(call(graph, "d")) == {"b", "c", "d"}
    assert solution.before(graph.entry) == frozenset()


def test_states_go_round_a_loop() -> None:
    graph = graph_of("while a:\n    b()\n    while c:\n        d()\ne()")
    assert solve(graph, Done()).before(call(graph, "b")) == {"b", "d"}


def test_a_point_that_raises_has_no_effect() -> None:
    graph = graph_of("try:\n    f()\n    g()\nexcept:\n    h()")
    assert solve(graph, Done()).before(call(graph, "h")) == {"f"}


def test_a_raise_statement_has_its_effect() -> None:
    graph = graph_of("raise f()")
    assert solve(graph, Done()).before(graph.raised) == {"f", "raise"}


def test_an_edge_that_cannot_be_taken() -> None:
    graph = graph_of("if a:\n    b()\nelse:\n    c()\n    d()\ne()")
    solution = solve(graph, Done(closed=EdgeKind.FALSE))
    assert solution.before(call(graph, "e")) == {"b"}
    assert solution.before(call(graph, "c")) is None
    assert solution.after(call(graph, "d")) is None


def test_no_way_to_the_end() -> None:
    graph = graph_of("while True:\n    f()")
    assert solve(graph, Done()).before(graph.exit) is None


class Counting:
    """A lattice of no finite height."""

    def entry(self) -> int:
        return 0

    def join(self, left: int, right: int) -> int:
        return max(left, right)

    def transfer(self, point: Point, state: int) -> int:
        return state + 1

    def follow(self, edge: Edge, point: Point, state: int) -> int:
        return state


def test_states_that_never_settle() -> None:
    with pytest.raises(FlowTooLarge):
        solve(graph_of("while a:\n    b()"), Counting())


def test_states_that_settle_are_counted_once_without_a_loop() -> None:
    graph = graph_of("a()\nb()")
    assert solve(graph, Counting()).before(graph.exit) == 3


def test_order_puts_points_before_those_behind_them() -> None:
    graph = graph_of("if a:\n    b()\nelse:\n    c()\nd()")
    order = [label(point) for point in graph.order]
    assert order[:2] == ["entry", "test a"]
    assert sorted(order[2:4]) == ["call b()", "call c()"]
    assert order[4:] == ["call d()", "exit"]
