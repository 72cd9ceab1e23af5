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
