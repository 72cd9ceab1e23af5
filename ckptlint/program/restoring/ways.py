"""The calls by which a rollout comes to the place at which state is read back."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

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
