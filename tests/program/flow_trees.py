"""Syntax trees and flow graphs of texts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from astroid.manager import AstroidManager
from astroid.rebuilder import TreeRebuilder

from ckptlint.program.flow.builder import build_flow_graph

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.flow.graph import FlowGraph, Point


def tree(text: str) -> nodes.Module:
    """Return the tree of a text, with nothing inferred."""
    return TreeRebuilder(AstroidManager(), text).visit_module(
        ast.parse(text), "module", "module.py", False
    )


def graph_of(text: str) -> FlowGraph:
    """Return the flow graph of a text as a fragment."""
    return build_flow_graph(tree(text))


def called(point: Point) -> str | None:
    """Return the name of the function that is called at a point."""
    return point.node.func.name if point.kind == "call" else None


def describe(graph: FlowGraph) -> str:
    """Write a graph as text: one line for each point, with the edges that leave it."""
    return "\n".join(
        f"{label(point)}: "
        + ", ".join(f"{edge.kind} {label(graph.points[edge.target])}" for edge in edges)
        for point in graph.points
        if (edges := graph.successors(point))
    )


def label(point: Point) -> str:
    """Return a point's kind with its line, or with its text where it is an expression."""
    if point.kind in ("entry", "exit", "raised"):
        return point.kind.value
    node = point.node
    if point.kind in ("yield", "delegate", "await"):
        return node.as_string()
    if point.kind in ("call", "test"):
        return f"{point.kind} {node.as_string()}"
    if point.kind in ("enter", "leave"):
        return f"{point.kind} {node.lineno}.{point.item}"
    if point.kind == "case" and node.lineno is None:
        return f"case {node.pattern.as_string()}"
    if point.kind == "iterate" and node.lineno is None:
        return f"iterate {node.target.as_string()}"
    return f"{point.kind} {node.lineno}"
