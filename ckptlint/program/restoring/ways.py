"""The calls by which a rollout comes to the place at which state is read back."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ckptlint.program.interpretation.frame import is_generator
from ckptlint.program.interpretation.values import Function

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.interpretation.interpreter import Interpreter


def calls_leading_to(read: nodes.NodeNG, interpreter: Interpreter) -> tuple[nodes.Call, ...]:
    """Give the calls that run, by themselves or through others, the function that reads back.

    They come in the order of the text.
    """
    callers: defaultdict[nodes.NodeNG, list[nodes.Call]] = defaultdict(list)
    for call, ways in interpreter.observations.calls.items():
        for way in ways:
            if isinstance(way.callee, Function):
                callers[way.callee.node].append(call)
    found: dict[nodes.Call, None] = {}
    waiting, seen = [read.frame()], {read.frame()}
    while waiting:
        for call in callers[waiting.pop()]:
            found[call] = None
            if call.frame() not in seen:
                seen.add(call.frame())
                waiting.append(call.frame())
    return tuple(sorted(found, key=lambda call: (call.lineno, call.col_offset)))


def place_of(read: nodes.NodeNG, interpreter: Interpreter) -> nodes.NodeNG | None:
    """Give the place in the module that is asked about at which state is read back.

    Where it is read back elsewhere, that is the call that leads there.
    """
    home = interpreter.home.tree
    if read.root() is home:
        return read
    for call in calls_leading_to(read, interpreter):
        if call.root() is home and not _makes_iterator(call, interpreter):
            return call
    return None


def _makes_iterator(call: nodes.Call, interpreter: Interpreter) -> bool:
    ways = interpreter.observations.calls[call]
    return any(isinstance(way.callee, Function) and is_generator(way.callee.node) for way in ways)
