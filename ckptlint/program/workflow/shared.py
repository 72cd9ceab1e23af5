"""Two Checkpoints of one scope that keep their rows in one store, in different modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.flow.builder import build_flow_graph
from ckptlint.program.interpretation.values import Constant
from ckptlint.program.scopes import bindings_of
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.identity import is_plain, where_rows_are
from ckptlint.program.workflow.runs import runs_of

if TYPE_CHECKING:
    from ckptlint.program.interpretation.values import Checkpoint
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows


@dataclass(frozen=True, slots=True)
class SharedStore:
    """Two Checkpoints that write rows of different runs into one store.

    Parameters
    ----------
    first, second : Call
        The calls that make them; the second may be made after the first.
    drops : bool
        Whether the second is the one that overwrites.
    """

    first: nodes.Call
    second: nodes.Call
    drops: bool


def shared_stores(module: Module, workflows: Workflows) -> tuple[SharedStore, ...]:
    """Find the pairs of Checkpoints of one name and path that both serve runs, in other modes.

    A Checkpoint that only reads rows does no harm, whatever its mode.
    """
    runs = [run for run in runs_of(module, workflows) if run.may_take_any_row]
    serving = [*dict.fromkeys(run.checkpoint for run in runs)]
    found: list[SharedStore] = []
    for place, second in enumerate(serving):
        for first in serving[:place]:
            shared = _shared(*sorted((first, second), key=_position))
            if shared is not None and shared not in found:
                found.append(shared)
    return tuple(sorted(found, key=lambda one: (one.second.lineno, one.second.col_offset)))


def _position(checkpoint: Checkpoint) -> tuple[int, int]:
    made = checkpoint.made_by
    assert made is not None
    return made.lineno, made.col_offset


def _shared(first: Checkpoint, second: Checkpoint) -> SharedStore | None:
    one, other = first.made_by, second.made_by
    if (
        one is None
        or other is None
        or is_error_expected(other)
        or one.frame() is not other.frame()
        or one is other
    ):
        return None
    modes = (first.mode, second.mode)
    if not all(isinstance(mode, Constant) for mode in modes) or first.mode == second.mode:
        return None
    if _store(one) is None or _store(one) != _store(other) or not leads_to(one, other):
        return None
    if is_error_expected(other):
        return None
    return SharedStore(one, other, drops=second.mode == Constant("overwrite", str))


def _store(made: nodes.Call) -> tuple[tuple[str, str], ...] | None:
    """Give the text of what tells where the rows are, if it stands for the same everywhere."""
    given = where_rows_are(made)
    if given is None or not all(map(is_plain, given)):
        return None
    for expression in given:
        for name in nodes_in(expression, nodes.Name):
            scope, bindings = bindings_of(name.name, name)
            if scope is not None and len(bindings) != 1:
                return None
    named = dict(zip(facts.CHECKPOINT_PARAMETERS, made.args, strict=False))
    named.update((word.arg, word.value) for word in made.keywords)
    return tuple(sorted((name, one.as_string()) for name, one in named.items() if one in given))


def leads_to(first: nodes.Call, second: nodes.Call) -> bool:
    """Tell whether one pass through their scope may make both."""
    graph = build_flow_graph(first.frame())
    waiting = [*graph.points_of(first)]
    targets = {*graph.points_of(second)}
    seen = {*waiting}
    while waiting:
        for edge in graph.successors(waiting.pop()):
            point = graph.points[edge.target]
            if point not in seen:
                seen.add(point)
                waiting.append(point)
    return bool(seen & targets)
