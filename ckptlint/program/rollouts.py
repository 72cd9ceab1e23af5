"""The rollouts of a module: where they start, what they yield, and what is saved before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import bound_attributes
from ckptlint.program.classes import Class, Method
from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.flow.paths import decisions, shortest_path
from ckptlint.program.interpretation.evaluation import reads_assumed_metadata
from ckptlint.program.interpretation.frame import (
    is_generator,
    is_stub,
    keeps_its_meaning,
    make_frame,
)
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.situation import USUAL
from ckptlint.program.interpretation.values import Iterator
from ckptlint.program.interpretation.world import Unsaved
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from collections.abc import Iterator as Iterating

    from ckptlint.program.flow.graph import FlowGraph, Point
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.interpretation.situation import Situation
    from ckptlint.program.module import Module

Answer = TypeVar("Answer")

ENTRIES = ("create_iterator", "_default_generator")
"""Where a rollout starts: the method of Earth2Studio's protocol, else its usual generator."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """One restart-aware rollout, run abstractly from its entry.

    Parameters
    ----------
    frame : Frame
        The function in which it starts, and the class of the model.
    interpreter : Interpreter
        What was seen on the way.
    """

    frame: Frame
    interpreter: Interpreter

    @property
    def takes_part(self) -> bool:
        """Whether the rollout itself saves or restores, so that its yields are restart points."""
        observations = self.interpreter.observations
        return bool(observations.restores) or any(observations.saves.values())

    def remember(self, question: Hashable, compute: Callable[[], Answer]) -> Answer:
        """Answer a question about this rollout once; see `Module.remember` for what it rests on."""
        return self.interpreter.home.remember(
            _start_of(self.frame), (question, self.frame, self.interpreter.situation), compute
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """A place on a path at which the program could have gone on otherwise."""

    node: nodes.NodeNG
    kind: EdgeKind

    @property
    def description(self) -> str:
        """What happens here on this path."""
        return _TURNS[self.kind]


_TURNS = {
    EdgeKind.NEXT: "the path goes on here",
    EdgeKind.TRUE: "where this is true",
    EdgeKind.FALSE: "where this is false",
    EdgeKind.ITEM: "the loop goes round",
    EdgeKind.EXHAUSTED: "the loop has ended",
    EdgeKind.MATCHED: "where this matches",
    EdgeKind.UNMATCHED: "where this does not match",
    EdgeKind.RAISES: "an exception is raised here",
}


@dataclass(frozen=True, slots=True)
class UnsavedYield:
    """A yield that some path reaches with its boundary unsaved.

    Parameters
    ----------
    node : Yield or YieldFrom
        The yield.
    since : Yield, YieldFrom or None
        The yield before it on that path; None means the start of the rollout.
    turns : tuple[Turn, ...]
        The conditions, loops and exceptions that lead there, each with the way it went.
    late_save : NodeNG or None
        What saves this very boundary, but only after the yield.
    rollout : Rollout
        The rollout that it belongs to.
    """

    node: nodes.NodeNG
    since: nodes.NodeNG | None
    turns: tuple[Turn, ...]
    late_save: nodes.NodeNG | None
    rollout: Rollout

    @property
    def adjacent_late_save(self) -> nodes.Expr | None:
        """The late save, if it is the statement right behind the yield."""
        if self.late_save is None or not isinstance(self.node.parent, nodes.Expr):
            return None
        following = self.node.parent.next_sibling()
        if isinstance(following, nodes.Expr) and following.value is self.late_save:
            return following
        return None


def rollouts_of(module: Module, give_up: GiveUp) -> tuple[Rollout, ...]:
    """Run every restart-aware rollout of `module`; one that is too large to follow is given up."""
    found: list[Rollout] = []
    for frame in _entry_frames(module):
        interpreter = run_in(USUAL, frame, module)
        if interpreter is None:
            give_up(frame)
        else:
            found.append(Rollout(frame, interpreter))
    return tuple(found)


def run_in(situation: Situation, frame: Frame, module: Module) -> Interpreter | None:
    """Run a rollout in a situation, once; None if it is too large to follow."""

    def run() -> Interpreter | None:
        interpreter = Interpreter(module, situation)
        try:
            run_rollout(interpreter, frame)
        except TooComplex:
            return None
        return interpreter

    return module.remember(_start_of(frame), ("rollout", frame, situation), run)


def _start_of(frame: Frame) -> nodes.NodeNG:
    """Give that from which names lead to all that a rollout runs."""
    return frame.scope if frame.concrete is None else frame.concrete.node


def unsaved_yields(module: Module, rollouts: tuple[Rollout, ...]) -> tuple[UnsavedYield, ...]:
    """Find the yields of `module` that hand out a boundary with no save since the one before."""
    found: dict[nodes.NodeNG, UnsavedYield] = {}
    for rollout in rollouts:
        if not rollout.takes_part:
            continue
        for node, seen in rollout.interpreter.observations.boundaries.items():
            if node.root() is not module.tree or node in found:
                continue
            since = [one.boundary.since for one in seen if isinstance(one.boundary, Unsaved)]
            if since:
                found[node] = _explain(node, since, rollout)
    return tuple(sorted(found.values(), key=lambda one: (one.node.lineno, one.node.col_offset)))


def _entry_frames(module: Module) -> Iterating[Frame]:
    for cls in module.classes:
        if bound_attributes(cls):
            entry = entry_of(cls)
            if entry is not None:
                yield make_frame(entry.function, entry.owner.module, cls, entry.owner)
    if module.source.is_fragment:
        yield from _entry_frames_of_fragment(module)


def entry_of(cls: Class) -> Method | None:
    """Find the method in which the rollout of a class starts, if it has one that can be judged."""
    for name in ENTRIES:
        entry = cls.lookup(name)
        if isinstance(entry, Method) and _can_be_judged(entry):
            return entry
    return None


def _can_be_judged(entry: Method) -> bool:
    """Tell whether an entry's body is what runs: no stub, no coroutine, no unknown decorator."""
    function = entry.function
    if is_stub(function) or isinstance(function, nodes.AsyncFunctionDef):
        return False
    return keeps_its_meaning(function, entry.owner.module)


def _entry_frames_of_fragment(module: Module) -> Iterating[Frame]:
    """Give the method bodies, and the methods, that stand in a fragment without their class."""
    top = make_frame(module.tree, module)
    if not top.bound and not _names_restart_methods(module):
        return
    if any(
        node.frame() is module.tree
        for node in nodes_in(module.tree, (nodes.Yield, nodes.YieldFrom))
    ):
        yield top
    for statement in module.tree.body:
        if isinstance(statement, nodes.FunctionDef) and statement.name in ENTRIES:
            yield make_frame(statement, module)


def _names_restart_methods(module: Module) -> bool:
    """Tell whether a fragment calls its helpers as Earth2Studio's own models do."""
    attributes = nodes_in(module.tree, nodes.Attribute)
    return any(attribute.attrname in facts.RESTART_METHODS for attribute in attributes)


def run_rollout(interpreter: Interpreter, frame: Frame) -> None:
    """Run a rollout; an entry that only returns a generator hands out what that one yields."""
    world = interpreter.entry_world(frame)
    outcome = interpreter.run(frame, world, hands_out=True)
    if not isinstance(frame.scope, nodes.FunctionDef) or is_generator(frame.scope):
        return
    for value, ended in outcome.ends:
        if isinstance(value, Iterator) and value.function is not None:
            left = world.resume(ended)
            interpreter.enter(value.function, value.arguments, left, frame, hands_out=True)


def _explain(
    node: nodes.NodeNG, since: list[nodes.NodeNG | None], rollout: Rollout
) -> UnsavedYield:
    """Find the shortest way to an unsaved yield, preferring one from the start of the rollout."""
    graph = rollout.interpreter.graph_of(node.frame())
    saves = rollout.interpreter.observations.saves
    late_save = _late_save(node, graph, rollout)
    origins = sorted(since, key=lambda origin: 0 if origin is None else origin.lineno)
    for origin in origins:
        starts = graph.points_of(origin) if origin is not None else ()
        path = shortest_path(
            graph,
            starts[0] if starts else graph.entry,
            graph.points_of(node),
            blocked=lambda point: point.node in saves,
        )
        if path is not None:
            turns = tuple(
                Turn(_shown(point), kind)
                for point, kind in decisions(graph, path)
                if not reads_assumed_metadata(point.node)
            )
            return UnsavedYield(node, origin, turns, late_save, rollout)
    return UnsavedYield(node, origins[0], (), late_save, rollout)


def _late_save(node: nodes.NodeNG, graph: FlowGraph, rollout: Rollout) -> nodes.NodeNG | None:
    """Find the save that follows the yield before anything it saves has changed."""
    saves = rollout.interpreter.observations.saves
    goals = [point for point in graph.points if saves.get(point.node)]
    for start in graph.points_of(node):
        path = shortest_path(graph, start, goals, blocked=_is_yield)
        if path is None:
            continue
        save = graph.points[path[-1].target].node
        passed = (graph.points[edge.source] for edge in path[1:])
        changed = {name for point in passed for name in _assigned(point)}
        used = {name.name for name in nodes_in(save, nodes.Name)}
        if save.lineno > node.lineno and not changed & used:
            return save
    return None


def _shown(point: Point) -> nodes.NodeNG:
    """Give the part of a point's syntax to show: what a loop iterates over, a case's pattern."""
    if point.kind is PointKind.ITERATE:
        return point.node.iter
    return point.node.pattern if isinstance(point.node, nodes.MatchCase) else point.node


def _is_yield(point: Point) -> bool:
    return point.kind in (PointKind.YIELD, PointKind.DELEGATE)


def _assigned(point: Point) -> Iterating[str]:
    if point.kind in (PointKind.STATEMENT, PointKind.ITERATE):
        for target in nodes_in(point.node, nodes.AssignName):
            yield target.name
