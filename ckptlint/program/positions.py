"""Where nodes stand: moved by lines, or taken over from a tree of the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.syntax import everything_below

if TYPE_CHECKING:
    from collections.abc import Iterator

_COUNTED: Final = ("fromlineno", "tolineno", "blockstart_tolineno")
"""What astroid works out from positions, and remembers."""


def move(root: nodes.NodeNG, lines: int) -> None:
    """Move a statement and all below it down by some lines."""
    for node in _with_docstrings(root):
        if node.lineno is not None:
            node.lineno += lines
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


def _with_docstrings(root: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    for node in everything_below(root):
        yield node
        if isinstance(node, nodes.ClassDef | nodes.FunctionDef) and node.doc_node is not None:
            yield node.doc_node


def _count_again(node: nodes.NodeNG) -> None:
    for name in _COUNTED:
        node.__dict__.pop(name, None)
