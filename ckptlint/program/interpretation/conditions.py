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
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.interpretation.world import World


def decide(node: nodes.NodeNG, outcome: bool, world: World, frame: Frame) -> World | None:
    """Give `world` with the atomic condition `node` decided, or None where it cannot be so.

    Flags are remembered, so that a later test of the same flag goes the same way.
    """
    known = truth_of(node, world, frame)
    if known is not None:
        return world if known is outcome else None
    value = evaluate(node, world, frame)
    if _may_guard(node, value, world, frame):
        world = world.behind_unseen_guard()
    if isinstance(value, Condition):
        return _know(value.text, outcome is not value.negated, world)
    if reads_of(value):
        field = field_of(node, world, frame)
        if field is not None:
            return _know(field, outcome, world)
    if isinstance(node, nodes.Name) and node.name in frame.tested and value == UNKNOWN:
        return world.bind(("name", node.name), Flag(outcome))
    return _decide_none(node, outcome, world, frame)


def match(case: nodes.MatchCase, outcome: bool, world: World, frame: Frame) -> World | None:
    """Give `world` with it decided whether `case` matches, or None where it cannot be so."""
    pattern = case.pattern
    subject = evaluate(case.parent.subject, world, frame)
    if isinstance(pattern, nodes.MatchValue | nodes.MatchSingleton) and case.guard is None:
        wanted = literal(pattern.value if isinstance(pattern, nodes.MatchValue) else pattern)
        if isinstance(subject, Constant) and isinstance(wanted, Constant):
            return world if (subject.value == wanted.value) is outcome else None
    is_open = not isinstance(pattern, nodes.MatchAs) or pattern.pattern is not None
    if is_open and _may_guard(case.parent.subject, subject, world, frame):
        return world.behind_unseen_guard()
    return world


def _may_guard(node: nodes.NodeNG, value: Value, world: World, frame: Frame) -> bool:
    """Tell whether an open condition may be what keeps a rollout from restoring.

    One on what was saved, or on what the rollout is given, asks which run it is. That may well tell
    a later rollout from the one that was saved, but no level from another.
    """
    situation = world.situation
    if not situation.heeds_guards or field_of(node, world, frame) is not None:
        return False
    if situation.state_loaded is False:
        return True
    if reads_of(value):
        return False
    attributes = nodes_in(node, nodes.Attribute)
    return all(field_of(attribute, world, frame) is None for attribute in attributes)


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
