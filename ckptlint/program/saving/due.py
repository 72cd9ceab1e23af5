"""Saves that are made only where the next write of the session is expected to commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.carried.records import Where
from ckptlint.program.interpretation.frame import is_generator
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.situation import Situation
from ckptlint.program.interpretation.world import Unsaved
from ckptlint.program.rollouts import run_rollout
from ckptlint.program.saving.conditions import without_condition
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.interpretation.observations import Observations
    from ckptlint.program.module import Module
    from ckptlint.program.rollouts import Rollout
    from ckptlint.sources.source import Edit

_IS_DUE: Final = "checkpoint_is_flush_due"


@dataclass(frozen=True, slots=True)
class SaveWhenDue:
    """A read of ``checkpoint_is_flush_due`` without which a boundary is saved, and with it is not.

    Parameters
    ----------
    condition : Attribute
        The read.
    save : Where
        What is not saved where no flush is due.
    boundary : Where
        The yield that then hands out an unsaved boundary.
    edits : tuple[Edit, ...] or None
        What takes the condition out; None where it decides over more than saves.
    """

    condition: nodes.Attribute
    save: Where
    boundary: Where
    edits: tuple[Edit, ...] | None


def saves_when_due(module: Module, rollouts: tuple[Rollout, ...]) -> tuple[SaveWhenDue, ...]:
    """Find the reads of ``checkpoint_is_flush_due`` in `module` that decide whether one saves.

    A rollout is followed with no flush due. Where a yield is then unsaved that was saved, the read
    to blame is one that alone does this, and that skips a save: one that another condition still
    leads to tells of a rule that the author has for it.
    """
    reads = [
        attribute
        for attribute in nodes_in(module.tree, nodes.Attribute)
        if attribute.attrname == _IS_DUE
    ]
    found: dict[nodes.Attribute, SaveWhenDue] = {}
    for rollout in rollouts if reads else ():
        if not rollout.takes_part:
            continue
        unsaved = _unsaved_if_none_is_due(module, rollout)
        for condition in reads if unsaved else ():
            one = _judge(condition, module, rollout, unsaved)
            if one is not None:
                found.setdefault(condition, one)
    return tuple(found[condition] for condition in reads if condition in found)


def _unsaved_if_none_is_due(module: Module, rollout: Rollout) -> set[nodes.NodeNG]:
    seen = _observed(Situation(flush_is_due=False), module, rollout)
    return set() if seen is None else _unsaved(seen) - _unsaved(rollout.interpreter.observations)


def _observed(situation: Situation, module: Module, rollout: Rollout) -> Observations | None:
    interpreter = Interpreter(module, situation)
    try:
        run_rollout(interpreter, rollout.frame)
    except TooComplex:
        return None
    return interpreter.observations


def _judge(
    condition: nodes.Attribute, module: Module, rollout: Rollout, unsaved: set[nodes.NodeNG]
) -> SaveWhenDue | None:
    before, after = (
        rollout.interpreter.observations,
        _observed(Situation(refused=condition), module, rollout),
    )
    if after is None:
        return None
    skipped = [node for node, seen in before.saves.items() if seen and node not in after.saves]
    unsaved = unsaved & _unsaved(after)
    if not skipped or not unsaved:
        return None
    save = min(skipped, key=lambda node: (*_distance(node, condition), *_in_order(node)))
    boundary = min(unsaved, key=_in_order)
    saves = {node.statement() for node, seen in before.saves.items() if seen}
    place = rollout.interpreter.module_of
    return SaveWhenDue(
        condition,
        Where(save, place(save)),
        Where(boundary, place(boundary)),
        without_condition(condition, saves, module),
    )


def _unsaved(observations: Observations) -> set[nodes.NodeNG]:
    return {
        node
        for node, seen in observations.boundaries.items()
        if any(isinstance(one.boundary, Unsaved) for one in seen)
    }


def _distance(save: nodes.NodeNG, condition: nodes.Attribute) -> tuple[bool, bool]:
    """Order saves: those beside the condition, those in a generator, those in a helper."""
    scope = save.frame()
    is_in_helper = not isinstance(scope, nodes.FunctionDef) or not is_generator(scope)
    return scope is not condition.frame(), is_in_helper


def _in_order(node: nodes.NodeNG) -> tuple[str, int, int]:
    return node.root().name, node.lineno, node.col_offset
