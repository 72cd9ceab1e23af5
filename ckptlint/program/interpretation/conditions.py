"""What a condition's outcome tells of the world in which it was tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.interpretation.evaluation import evaluate, field_of, truth_of
from ckptlint.program.interpretation.frame import literal
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    Condition,
    Constant,
    Flag,
    constant,
    reads_of,
)

if TYPE_CHECKING:
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.world import World


def decide(node: nodes.NodeNG, outcome: bool, world: World, frame: Frame) -> World | None:
    """Give `world` with the atomic condition `node` decided, or None where it cannot be so.

    Flags are remembered, so that a later test of the same flag goes the same way.
    """
    known = truth_of(node, world, frame)
    if known is not None:
        return world if known is outcome else None
    value = evaluate(node, world, frame)
    if isinstance(value, Condition):
        return _know(value.text, outcome is not value.negated, world)
    if reads_of(value):
        field = field_of(node, world, frame)
        if field is not None:
            return _know(field, outcome, world)
    if isinstance(node, nodes.Name) and node.name in frame.tested and value == UNKNOWN:
        return world.bind(("name", node.name), Flag(outcome))
    return _decide_none(node, outcome, world, frame)


def _decide_none(node: nodes.NodeNG, outcome: bool, world: World, frame: Frame) -> World:
    """Learn from ``name is None`` whether the name holds anything."""
    if not (isinstance(node, nodes.Compare) and isinstance(node.left, nodes.Name)):
        return world
    (sign, right), *more = node.ops
    if more or sign not in ("is", "is not") or literal(right) != constant(None):
        return world
    name = node.left.name
    if (sign == "is") is outcome:
        return world.bind(("name", name), constant(None))
    return world.bind(("is None", name), constant(False)) if name in frame.tested else world


def _know(text: str, outcome: bool, world: World) -> World | None:
    known = world.get(("if", text))
    if isinstance(known, Constant):
        return world if known.value is outcome else None
    return world.bind(("if", text), constant(outcome))
