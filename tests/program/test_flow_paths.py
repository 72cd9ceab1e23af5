"""Witness paths, their decisions, and dominance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flow_programs import random_programs, render
from flow_trees import called, graph_of, label
from hypothesis import HealthCheck, given, settings

from ckptlint.program.flow.dominance import dominators
from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.flow.paths import decisions, shortest_path

if TYPE_CHECKING:
    from flow_programs import Program

    from ckptlint.program.flow.graph import Edge, FlowGraph, Point


def is_save(point: Point) -> bool:
    return called(point) == "save"


def nothing(_: Point) -> bool:
    return False


def yields(graph: FlowGraph) -> list[Point]:
    return [point for point in graph.points if point.kind is PointKind.YIELD]


def walked(graph: FlowGraph, path: tuple[Edge, ...] | None) -> list[str] | None:
    return None if path is None else [label(graph.points[edge.target]) for edge in path]


def turns(graph: FlowGraph, path: tuple[Edge, ...] | None) -> list[tuple[str, EdgeKind]]:
    assert path is not None
    return [(label(point), kind) for point, kind in decisions(graph, path)]


def test_the_shortest_of_the_paths_that_avoid_a_point() -> None:
    graph = graph_of("if a:\n    save()\nelif b:\n    c()\n    d()\nelif e:\n    save()\nyield")
    path = shortest_path(graph, graph.entry, yields(graph), is_save)
    assert walked(graph, path) == ["test a", "test b", "test e", "yield"]
    assert walked(graph, shortest_path(graph, graph.entry, yields(graph), nothing)) == [
        "test a",
        "call save()",
        "yield",
    ]


def test_no_path() -> None:
    graph = graph_of("save()\nyield")
    assert shortest_path(graph, graph.entry, yields(graph), is_save) is None


def test_from_a_yield_back_to_itself() -> None:
    graph = graph_of("while a:\n    yield\n    if b: save()")
    (goal,) = yields(graph)
    path = shortest_path(graph, goal, [goal], is_save)
    assert walked(graph, path) == ["test b", "join 1", "test a", "yield"]
    assert turns(graph, path) == [("test b", EdgeKind.FALSE), ("test a", EdgeKind.TRUE)]


def test_a_blocked_point_may_raise_before_its_effect() -> None:
    graph = graph_of("try:\n    save()\nexcept:\n    pass\nyield")
    path = shortest_path(graph, graph.entry, yields(graph), is_save)
    assert walked(graph, path) == ["call save()", "case 3", "statement 4", "yield"]
    assert turns(graph, path) == [("call save()", EdgeKind.RAISES)]


def test_a_blocked_raise_statement_is_not_passed() -> None:
    graph = graph_of("try:\n    raise a\nexcept:\n    pass\nyield")
    path = shortest_path(
        graph, graph.entry, yields(graph), lambda point: point.kind is PointKind.RAISE
    )
    assert path is None


def test_the_start_and_the_goal_may_be_blocked() -> None:
    graph = graph_of("save()\nf()\nsave()")
    first, second = (point for point in graph.points if is_save(point))
    assert walked(graph, shortest_path(graph, first, [second], is_save)) == [
        "call f()",
        "call save()",
    ]


def test_edges_that_are_not_allowed() -> None:
    graph = graph_of("for a in b:\n    pass\nyield")
    path = shortest_path(
        graph,
        graph.entry,
        yields(graph),
        nothing,
        lambda edge: edge.kind is not EdgeKind.EXHAUSTED,
    )
    assert path is None


def test_decisions_leave_out_what_could_not_be_otherwise() -> None:
    graph = graph_of(
        "while True:\n    try:\n        f()\n        if a: yield\n    finally:\n        g()"
    )
    path = shortest_path(graph, graph.entry, yields(graph), nothing)
    assert walked(graph, path) == ["join 1", "test True", "call f()", "test a", "yield"]
    assert turns(graph, path) == [("test a", EdgeKind.TRUE)]


@pytest.mark.parametrize(
    ("text", "immediate"),
    [
        ("a()\nb()", {"call a()": "entry", "call b()": "call a()", "exit": "call b()"}),
        (
            "if a:\n    b()\nelse:\n    c()\nd()",
            {
                "test a": "entry",
                "call b()": "test a",
                "call c()": "test a",
                "call d()": "test a",
                "exit": "call d()",
            },
        ),
        (
            "while a:\n    if b: break\n    c()\nd()",
            {
                "join 1": "entry",
                "test a": "join 1",
                "test b": "test a",
                "call c()": "test b",
                "call d()": "test a",
                "exit": "call d()",
            },
        ),
    ],
)
def test_immediate_dominators(text: str, immediate: dict[str, str]) -> None:
    found = dominators(graph_of(text)).immediate
    assert {label(point): label(above) for point, above in found.items()} == immediate


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random_programs(depth=2))
def test_a_point_dominates_what_cannot_be_reached_without_it(program: Program) -> None:
    graph = graph_of(render(program))
    tree = dominators(graph)
    reached = [graph.entry, *tree.immediate]
    for first in reached:

        def around(edge: Edge, avoided: int = first.index) -> bool:
            return avoided not in (edge.source, edge.target)

        for second in reached:
            avoidable = second is graph.entry or shortest_path(
                graph, graph.entry, [second], nothing, around
            )
            expected = first is second or first is graph.entry or not avoidable
            assert tree.dominates(first, second) == expected
