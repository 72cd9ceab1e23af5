"""Method resolution order: Python's C3 linearisation, and the nearest thing where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

Type = TypeVar("Type", bound="Hashable")


def linearise(
    start: Type,
    bases_of: Callable[[Type], Sequence[Type]],
    known: Callable[[Type], tuple[Type, ...] | None],
    remember: Callable[[Type, tuple[Type, ...]], None],
) -> tuple[Type, ...]:
    """Order a class and all its ancestors as Python does, `start` first.

    Where Python would refuse the hierarchy the order is a guess that holds every ancestor once: a
    base that leads back to its own heir is left out, and a contradiction is cut at the first class
    in the way.

    Parameters
    ----------
    start : Type
        The class; any hashable thing, compared as it compares itself.
    bases_of : callable
        The direct bases of a class, in the order of its definition.
    known : callable
        The order of a class where it was remembered, else None.
    remember : callable
        Takes the order of each class on the way; not called where the hierarchy has a cycle, since
        the order then depends on where one starts.
    """
    orders: dict[Type, tuple[Type, ...]] = {}
    path: set[Type] = set()
    cyclic = False
    pending = [(start, False)]
    while pending:
        current, ancestors_done = pending.pop()
        if ancestors_done:
            path.discard(current)
            bases = tuple(base for base in bases_of(current) if base in orders)
            orders[current] = (current, *_merge([*(orders[base] for base in bases), bases]))
        elif current in path:
            cyclic = True
        elif current not in orders:
            order = known(current)
            if order is not None:
                orders[current] = order
                continue
            path.add(current)
            pending.append((current, True))
            pending.extend((base, False) for base in reversed(bases_of(current)))
    if not cyclic:
        for visited, order in orders.items():
            remember(visited, order)
    return orders[start]


def _merge(orders: Sequence[tuple[Type, ...]]) -> list[Type]:
    if len(orders) == 2:
        return list(orders[0])
    behind: dict[Type, int] = {}
    for order in orders:
        for item in order[1:]:
            behind[item] = behind.get(item, 0) + 1
    positions = [0] * len(orders)
    merged: dict[Type, None] = {}
    while True:
        heads = [
            (index, order[positions[index]])
            for index, order in enumerate(orders)
            if positions[index] < len(order)
        ]
        if not heads:
            return list(merged)
        chosen = next((head for _, head in heads if not behind.get(head)), heads[0][1])
        merged[chosen] = None
        for index, head in heads:
            if head == chosen:
                _advance(orders[index], positions, index, merged, behind)


def _advance(
    order: tuple[Type, ...],
    positions: list[int],
    index: int,
    merged: dict[Type, None],
    behind: dict[Type, int],
) -> None:
    """Move past the head of one order, and past what was already merged out of turn."""
    while True:
        positions[index] += 1
        if positions[index] == len(order):
            return
        head = order[positions[index]]
        behind[head] -= 1
        if head not in merged:
            return
