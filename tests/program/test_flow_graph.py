"""What holds for every flow graph, and for the large and the odd ones."""

from __future__ import annotations

import sys

import pytest
from astroid import nodes
from flow_trees import called, describe, graph_of, tree

from ckptlint.program.flow.builder import build_flow_graph
from ckptlint.program.flow.exceptions import MOST_COPIES
from ckptlint.program.flow.graph import Edge, EdgeKind, PointKind


def deep_tree(text: str) -> nodes.Module:
    """Parse a text that is nested too deep for the usual limit of recursion."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        return tree(text)
    finally:
        sys.setrecursionlimit(limit)


def test_ends_of_an_empty_function() -> None:
    graph = build_flow_graph(tree("def f():\n    '''Only a docstring.'''").body[0])
    assert [point.kind for point in graph.points] == ["entry", "exit", "raised"]
    assert graph.successors(graph.entry) == (Edge(0, 1, EdgeKind.NEXT),)
    assert graph.predecessors(graph.exit) == (Edge(0, 1, EdgeKind.NEXT),)
    assert graph.predecessors(graph.raised) == ()
    assert graph.scope is graph.entry.node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lambda x=a(): b(x) and (yield)", "entry: next call b(x)"),
        ("class C(a()):\n    b()", "entry: next call b()"),
        ("async def f(x=a()):\n    b()", "entry: next call b()"),
    ],
)
def test_scope_shows_its_own_body_only(text: str, expected: str) -> None:
    (scope,) = tree(text).body
    scope = scope.value if isinstance(scope, nodes.Expr) else scope
    assert describe(build_flow_graph(scope)).splitlines()[0] == expected


def test_asynchronous_statements() -> None:
    (scope,) = tree(
        "async def f():\n async with a:\n  async for b in c:\n   await d\n  [e async for e in f]"
    ).body
    assert describe(build_flow_graph(scope)).splitlines() == [
        "entry: next enter 2.0",
        "enter 2.0: next iterate 3",
        "iterate 3: item await d, exhausted iterate e",
        "await d: next iterate 3",
        "iterate e: item iterate e, exhausted statement 5",
        "statement 5: next leave 2.0",
        "leave 2.0: next exit",
    ]


def test_points_of_a_node() -> None:
    graph = graph_of("if f():\n    try:\n        g()\n    finally:\n        h()\nz = 0")
    test, (try_,) = graph.scope.body[0].test, graph.scope.body[0].body
    assert [point.kind for point in graph.points_of(test)] == [PointKind.CALL, PointKind.TEST]
    assert [called(point) for point in graph.points_of(try_.finalbody[0].value)] == ["h", "h"]
    assert graph.points_of(try_) == ()


def test_finally_copies_are_shared_in_the_end() -> None:
    text = "f()"
    for depth in range(7):
        text = f"try:\n    g{depth}()\n    if a: raise b\n    return\nfinally:\n" + "\n".join(
            f"    {line}" for line in text.splitlines()
        )
    graph = graph_of(text)
    calls = [point for point in graph.points if called(point) == "f"]
    assert len(calls) == MOST_COPIES + 1
    (shared,) = (point for point in graph.points if point.kind is PointKind.JOIN)
    assert len(graph.predecessors(shared)) > 1
    assert {edge.target for edge in graph.successors(calls[-1])} == {
        graph.exit.index,
        graph.raised.index,
    }


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("if a: pass\n" + "elif b: pass\n" * 3_000, 2 * 3_001),
        ("x = " + " + ".join(["f()"] * 3_000), 3_000 + 1),
        ("x = a" + ".f()" * 3_000, 3_000 + 1),
        ("x = " + "a if b else " * 3_000 + "c", 3_000 + 1),
        ("try:\n    x = " + "a if b else " * 3_000 + "c\nexcept: pass", 3_000 + 1),
        ("x = " + "not " * 3_000 + "f()", 2),
    ],
    ids=["elif", "operators", "calls", "conditionals", "guarded conditionals", "not"],
)
def test_deep_syntax(text: str, points: int) -> None:
    assert len(build_flow_graph(deep_tree(text)).points) == 3 + points
