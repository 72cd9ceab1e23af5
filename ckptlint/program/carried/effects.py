"""What the statements of one activation read and write, and the calls whose bodies are not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.carried.activation import Reads
from ckptlint.program.carried.event import Event, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.carried.activation import Activation

MODEL: Final = Location(None)


def assign(
    target: nodes.NodeNG, value: nodes.NodeNG | None, reads: Reads, run: Activation
) -> Iterator[Event]:
    """Give the events of storing `value`, or what `reads` tells of it, in `target`."""
    match target:
        case nodes.Tuple() | nodes.List():
            yield from _unpack(target, value, reads, run)
        case nodes.Starred():
            yield from assign(target.value, None, reads, run)
        case nodes.AssignName() | nodes.AssignAttr() | nodes.Subscript():
            location = run.locate(target)
            if location is None or run.is_bound_state(location):
                return
            if isinstance(target, nodes.AssignName) and target.name in run.aliases:
                return
            location, is_whole = _whole(target, location, run)
            index = run.read(target.slice) if isinstance(target, nodes.Subscript) else Reads()
            yield Event(
                target,
                run.module,
                frozenset(reads.locations | index.locations),
                location,
                hides=is_whole or isinstance(target, nodes.Subscript),
                overwrites=is_whole,
                updates=location in reads.locations,
                changes=not _keeps_what_is_there(value, location, run),
                restores=reads.restores,
            )


def _keeps_what_is_there(value: nodes.NodeNG | None, location: Location, run: Activation) -> bool:
    """Tell whether a value is the location's own, or another only where that is missing."""
    if isinstance(value, nodes.BoolOp) and value.op == "or":
        return run.locate(value.values[0]) == location
    if isinstance(value, nodes.IfExp):
        return location in (run.locate(value.body), run.locate(value.orelse))
    return False


def _whole(target: nodes.NodeNG, location: Location, run: Activation) -> tuple[Location, bool]:
    """Tell what an assignment changes, and whether as a whole.

    The state of a generator is all of it: ``rng.bit_generator.state = saved``.
    """
    if isinstance(target, nodes.AssignAttr):
        holder = target.expr
        while isinstance(holder, nodes.Attribute):
            place = run.locate(holder)
            if place is not None and run.is_generator(place):
                return place, True
            holder = holder.expr
        place = run.locate(holder)
        if place is not None and run.is_generator(place):
            return place, True
        return location, location.root is None
    return location, isinstance(target, nodes.AssignName)


def _unpack(
    target: nodes.Tuple | nodes.List, value: nodes.NodeNG | None, reads: Reads, run: Activation
) -> Iterator[Event]:
    items = target.elts
    if any(isinstance(item, nodes.Starred) for item in items):
        parts = [reads] * len(items)
    elif isinstance(value, nodes.Tuple) and len(value.elts) == len(items):
        parts = []
        for number, element in enumerate(value.elts):
            part, place = run.read(element), run.result(target, number)
            yield Event(
                element, run.module, frozenset(part.locations), place, restores=part.restores
            )
            parts.append(Reads({place}))
    elif run.arity(value) == len(items):
        parts = [Reads({run.result(value, number)}) for number in range(len(items))]
    else:
        parts = [reads] * len(items)
    values = value.elts if isinstance(value, nodes.Tuple) else [None] * len(items)
    for item, part, inner in zip(items, parts, values, strict=False):
        yield from assign(item, inner if isinstance(item, nodes.Tuple) else None, part, run)


def statement(node: nodes.NodeNG, run: Activation) -> Iterator[Event]:
    """Give the events of a simple statement."""
    match node:
        case nodes.Assign():
            reads = run.read(node.value)
            for target in node.targets:
                yield from assign(target, node.value, reads, run)
        case nodes.AnnAssign() if node.value is not None:
            yield from assign(node.target, node.value, run.read(node.value), run)
        case nodes.NamedExpr():
            yield from assign(node.target, node.value, run.read(node.value), run)
        case nodes.AugAssign():
            location = run.locate(node.target)
            if location is None or run.is_bound_state(location):
                return
            reads = run.read(node.value)
            if isinstance(node.target, nodes.Subscript):
                reads.add(run.read(node.target.slice))
            yield Event(
                node.target,
                run.module,
                frozenset(reads.locations | {location}),
                location,
                hides=False,
                overwrites=not isinstance(node.target, nodes.Subscript),
                updates=True,
                restores=reads.restores,
            )


def use(node: nodes.NodeNG, run: Activation, *expressions: nodes.NodeNG | None) -> Event:
    """Give the event of the rollout depending on expressions."""
    reads = run.read(*expressions)
    return Event(node, run.module, frozenset(reads.locations), restores=reads.restores)
