"""Where nodes stand: moved by lines, or taken over from a tree of the same shape."""

from __future__ import annotations

from typing import Final

from astroid import nodes

from ckptlint.program.syntax import everything_below, kept, nodes_in

_COUNTED: Final = frozenset({"fromlineno", "tolineno", "blockstart_tolineno"})
"""What astroid works out from positions, and remembers."""


def move(root: nodes.NodeNG, lines: int) -> None:
    """Move a statement and all below it down by some lines."""
    for node in _with_docstrings(root):
        line = node.lineno
        if line is not None:
            node.lineno = line + lines
            if node.end_lineno is not None:
                node.end_lineno += lines
        place = node.position
        if place is not None:
            node.position = place._replace(
                lineno=place.lineno + lines, end_lineno=place.end_lineno + lines
            )
        _count_again(node)


def are_alike(one: nodes.NodeNG, other: nodes.NodeNG) -> bool:
    """Tell whether two trees have nodes of the same kinds in the same order."""
    return [*map(type, _with_docstrings(one))] == [*map(type, _with_docstrings(other))]


def take_positions(root: nodes.NodeNG, other: nodes.NodeNG) -> None:
    """Put each node where the same node of a tree alike stands."""
    pairs = zip(_with_docstrings(root), _with_docstrings(other), strict=True)
    for node, now in pairs:
        node.lineno, node.col_offset = now.lineno, now.col_offset
        node.end_lineno, node.end_col_offset = now.end_lineno, now.end_col_offset
        node.position = now.position
        _count_again(node)


@kept
def _with_docstrings(root: nodes.NodeNG) -> list[nodes.NodeNG]:
    definitions = nodes_in(root, (nodes.ClassDef, nodes.FunctionDef))
    docstrings = [one.doc_node for one in definitions if one.doc_node is not None]
    return [*everything_below(root), *docstrings]


def _count_again(node: nodes.NodeNG) -> None:
    if not _COUNTED.isdisjoint(node.__dict__):
        for name in _COUNTED:
            node.__dict__.pop(name, None)
