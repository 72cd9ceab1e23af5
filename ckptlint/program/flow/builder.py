"""From a scope's syntax to its flow graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.flow.statements import StatementLowering
from ckptlint.program.syntax import kept

if TYPE_CHECKING:
    from ckptlint.program.flow.graph import FlowGraph, Scope


@kept
def build_flow_graph(scope: Scope) -> FlowGraph:
    """Build the flow graph of a scope's own body, once; scopes inside it are single points.

    A module may be a fragment: the body of a function or of a loop that stands alone.

    Exceptions are followed from ``raise`` and ``assert``, and inside a ``try`` or a suppressing
    ``with`` from whatever may raise there. Elsewhere an exception that no statement names leaves
    the scope, and is left out.

    Parameters
    ----------
    scope : FunctionDef, AsyncFunctionDef, Lambda, Module or ClassDef
        Read as syntax only: its names need not be resolved.

    Returns
    -------
    FlowGraph
        Of what control can reach in it.
    """
    lowering = StatementLowering(scope)
    if isinstance(scope.body, nodes.NodeNG):
        lowering.evaluate(scope.body)
    else:
        lowering.body(scope.body)
    return lowering.finish()
