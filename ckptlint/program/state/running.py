"""Whether two places of a function can run in one pass through it, and whether one runs again."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCKS: Final = ("body", "orelse", "finalbody", "handlers", "cases")
_LEAVING: Final = (nodes.Return, nodes.Raise, nodes.Continue, nodes.Break)
_LOOPS: Final = (nodes.For, nodes.While)


class Repetition(Enum):
    """How often a place runs in one pass through its function."""

    ONCE = "once"
    MAYBE_MORE = "maybe more than once"
    TWICE_OR_MORE = "twice or more"


def can_both_run(one: nodes.NodeNG, other: nodes.NodeNG) -> bool:
    """Tell whether no branch of their function excludes one of two nodes when the other runs.

    Alternatives are the branches of ``if``, ``match`` and conditional expressions, what a ``try``
    does and what its handlers do, and a branch that leaves and what comes after it.
    """
    first, second = (one, other) if one.fromlineno <= other.fromlineno else (other, one)
    ways = [list(_way_up(first)), list(_way_up(second))]
    common = next((node for node in ways[0] if node in ways[1]), None)
    if common is None:
        return False
    below = [_below(common, way) for way in ways]
    if _are_alternatives(common, *below):
        return False
    return not _leaves(first, common)


def is_certain(node: nodes.NodeNG) -> bool:
    """Tell whether every pass through a function comes to a node: nothing decides about it."""
    deciding = (nodes.If, nodes.IfExp, nodes.Match, nodes.Try, nodes.BoolOp, nodes.Lambda, *_LOOPS)
    if any(isinstance(above, (*deciding, nodes.ComprehensionScope)) for above in _way_up(node)):
        return False
    statement, function = node.statement(), node.frame()
    if statement.parent is not function and not isinstance(statement.parent, nodes.With):
        return False
    return not any(
        isinstance(leaving, nodes.Return | nodes.Raise) and leaving.fromlineno < node.fromlineno
        for leaving in nodes_in(function, (nodes.Return, nodes.Raise))
        if leaving.frame() is function
    )


def repetition_of(node: nodes.NodeNG, within: nodes.NodeNG | None = None) -> Repetition:
    """Tell whether loops and comprehensions around a node, inside `within`, make it run again."""
    found = Repetition.ONCE
    child = node
    for above in _way_up(node):
        if above is within:
            break
        if isinstance(above, nodes.ComprehensionScope) and not isinstance(
            above, nodes.GeneratorExp
        ):
            sources = [generator.iter for generator in above.generators]
            is_filtered = any(generator.ifs for generator in above.generators)
            if child not in above.generators:
                found = _more(found, sources, is_filtered)
        elif isinstance(above, nodes.For) and child in above.body:
            is_left = any(True for _ in nodes_in(above, (nodes.Break, nodes.Return)))
            is_decided = child is not node.statement()
            found = _more(found, [above.iter], is_left or is_decided)
        elif isinstance(above, nodes.While) and child in above.body:
            found = Repetition.MAYBE_MORE
        child = above
    return found


def _more(found: Repetition, sources: list[nodes.NodeNG], is_open: bool) -> Repetition:
    counts = [_count(source) for source in sources]
    if any(count in (0, 1) for count in counts) and all(c is None or c < 2 for c in counts):
        return found if None not in counts else Repetition.MAYBE_MORE
    if is_open or None in counts:
        return Repetition.MAYBE_MORE
    return Repetition.TWICE_OR_MORE


def _count(source: nodes.NodeNG) -> int | None:
    """Give how many items a loop goes over, where the text tells."""
    if isinstance(source, nodes.Tuple | nodes.List | nodes.Set):
        is_plain = not any(isinstance(item, nodes.Starred) for item in source.elts)
        return len(source.elts) if is_plain else None
    is_range = isinstance(source, nodes.Call) and getattr(source.func, "name", None) == "range"
    if is_range and len(source.args) == 1 and isinstance(source.args[0], nodes.Const):
        value = source.args[0].value
        return value if isinstance(value, int) else None
    return None


def _way_up(node: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """Give what is around a node, up to its function or module."""
    frame = node.frame()
    while node is not frame:
        node = node.parent
        yield node


def _below(common: nodes.NodeNG, way: list[nodes.NodeNG]) -> nodes.NodeNG | None:
    """Give the child of `common` on a way up; None where the node itself is that child."""
    index = way.index(common)
    return way[index - 1] if index else None


def _are_alternatives(
    common: nodes.NodeNG, one: nodes.NodeNG | None, other: nodes.NodeNG | None
) -> bool:
    if isinstance(common, nodes.IfExp):
        return True
    if isinstance(common, nodes.BoolOp):
        return True
    if isinstance(common, nodes.Match):
        return True
    if isinstance(common, nodes.If | nodes.Try) and one is not None and other is not None:
        blocks = [_block_of(common, one), _block_of(common, other)]
        return blocks[0] != blocks[1] and "finalbody" not in blocks
    return isinstance(common, nodes.Try)


def _block_of(statement: nodes.NodeNG, child: nodes.NodeNG) -> str | None:
    for name in _BLOCKS:
        if child in getattr(statement, name, ()):
            return name
    return None


def _leaves(node: nodes.NodeNG, common: nodes.NodeNG) -> bool:
    """Tell whether the branch below `common` in which a node stands ends by leaving."""
    if isinstance(node.statement(), nodes.Return):
        return True
    for above in _way_up(node):
        if above is common:
            return False
        for name in _BLOCKS:
            block = getattr(above, name, None)
            if not isinstance(block, list) or not block or not isinstance(block[-1], _LEAVING):
                continue
            if any(one is node or one.parent_of(node) for one in block):
                return True
    return False
