"""What a loop varies from turn to turn, and what an expression in it is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from astroid import nodes

from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

Varied: TypeAlias = nodes.For | nodes.ListComp | nodes.SetComp | nodes.DictComp | nodes.GeneratorExp

LOOPS = (nodes.For, nodes.ListComp, nodes.SetComp, nodes.DictComp, nodes.GeneratorExp)


def loops_around(node: nodes.NodeNG) -> Iterator[Varied]:
    """Give the loops over items in which `node` is evaluated each turn, the innermost first."""
    child = node
    while not isinstance(child, nodes.FunctionDef | nodes.Module | nodes.Lambda | nodes.ClassDef):
        parent = child.parent
        if isinstance(parent, nodes.For):
            if child in parent.body:
                yield parent
        elif isinstance(parent, LOOPS) and child is not parent.generators[0]:
            yield parent
        child = parent


def items_of(loop: Varied) -> tuple[str, ...]:
    """Name what a loop binds to its items, if there may be more than one of them."""
    parts = [loop] if isinstance(loop, nodes.For) else loop.generators
    targets = [part.target for part in parts if not _has_one_item(part.iter)]
    return tuple(name.name for target in targets for name in nodes_in(target, nodes.AssignName))


def _has_one_item(iterated: nodes.NodeNG) -> bool:
    return isinstance(iterated, nodes.List | nodes.Tuple) and len(iterated.elts) < 2


def names_in(*expressions: nodes.NodeNG | None) -> set[str]:
    """Give the names that expressions read."""
    return {
        name.name
        for expression in expressions
        if expression is not None
        for name in nodes_in(expression, nodes.Name)
    }


def made_from(names: set[str], region: nodes.NodeNG) -> set[str]:
    """Give `names`, and all names from which assignments inside `region` make them.

    An item that is assigned, and an attribute, belong to the name that holds the object.
    """
    sources: dict[str, set[str]] = {}
    for targets, value in _assignments(region):
        read = names_in(value)
        for name in set().union(*map(_names_bound, targets)):
            sources.setdefault(name, set()).update(read)
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += sources.get(name, ())
    return found


def _assignments(
    region: nodes.NodeNG,
) -> Iterator[tuple[list[nodes.NodeNG], nodes.NodeNG | None]]:
    scope = region.frame()
    kinds = (nodes.Assign, nodes.AnnAssign, nodes.AugAssign, nodes.NamedExpr, nodes.For, nodes.With)
    for node in nodes_in(region, kinds):
        if node.frame() is not scope:
            continue
        match node:
            case nodes.Assign():
                yield node.targets, node.value
            case nodes.For() if node is not region:
                yield [node.target], node.iter
            case nodes.With():
                for value, target in node.items:
                    if target is not None:
                        yield [target], value
            case nodes.AnnAssign() | nodes.AugAssign() | nodes.NamedExpr():
                yield [node.target], node.value


def _names_bound(target: nodes.NodeNG) -> set[str]:
    match target:
        case nodes.AssignName():
            return {target.name}
        case nodes.Subscript():
            return _holder(target.value)
        case nodes.AssignAttr():
            return _holder(target.expr)
        case nodes.Tuple() | nodes.List():
            return set().union(*map(_names_bound, target.elts))
        case nodes.Starred():
            return _names_bound(target.value)
    return set()


def _holder(node: nodes.NodeNG) -> set[str]:
    while isinstance(node, nodes.Attribute | nodes.Subscript):
        node = node.expr if isinstance(node, nodes.Attribute) else node.value
    return {node.name} if isinstance(node, nodes.Name) and node.name != "self" else set()
