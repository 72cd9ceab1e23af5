"""Saves of values that the rollout does not go on with: what is saved changes after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.flow.paths import shortest_path
from ckptlint.program.interpretation.copies import is_copying
from ckptlint.program.interpretation.values import is_unchanged, reads_of
from ckptlint.program.restoring.trials import field_name
from ckptlint.program.saving.giving import Given, Save, saves_of
from ckptlint.program.saving.writes import Write, is_step, write_of
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from ckptlint.program.flow.graph import Edge, FlowGraph, Point
    from ckptlint.program.module import Module
    from ckptlint.program.restoring.trials import Trial


@dataclass(frozen=True, slots=True)
class StaleSave:
    """A save whose value differs from what the next step reads.

    Parameters
    ----------
    save : NodeNG
        The call that saves, or the assignment to a field.
    names : tuple[str, ...]
        The locals that change after it.
    change : NodeNG
        What changes them.
    boundary : Yield
        The yield at which the save is committed.
    is_after : bool
        Whether the change comes only after that yield, so that what is saved is one step old.
    """

    save: nodes.NodeNG
    names: tuple[str, ...]
    change: nodes.NodeNG
    boundary: nodes.NodeNG
    is_after: bool

    @property
    def moved(self) -> nodes.NodeNG | None:
        """The statement of the save, if it may stand just before the yield instead."""
        first, last = self.save.statement(), self.boundary.statement()
        if self.is_after or first.parent is not last.parent or not _is_call(first):
            return None
        others = {name.name for name in nodes_in(first, nodes.Name)} - {*self.names}
        following = first.next_sibling()
        while following is not None and following is not last:
            bound = {name.name for name in nodes_in(following, nodes.AssignName)}
            if not isinstance(following, _STRAIGHT) or bound & others or _passes_control(following):
                return None
            following = following.next_sibling()
        return first if following is last else None


_STRAIGHT: Final = (nodes.Assign, nodes.AugAssign, nodes.Expr)


def _is_call(statement: nodes.NodeNG) -> bool:
    return isinstance(statement, nodes.Expr) and isinstance(statement.value, nodes.Call)


def _passes_control(statement: nodes.NodeNG) -> bool:
    return next(iter(nodes_in(statement, (nodes.Yield, nodes.YieldFrom))), None) is not None


def stale_saves(
    module: Module, restarts: tuple[Trial, ...], unsaved: Container[nodes.NodeNG]
) -> tuple[StaleSave, ...]:
    """Find the saves in `module` whose value a restart goes on with, and the rollout does not.

    What a restart reads of a field before it changes it, the rollout must read as it was saved.

    Parameters
    ----------
    module : Module
        The module.
    restarts : tuple[Trial, ...]
        Its rollouts, as a restart runs them.
    unsaved : container of NodeNG
        The yields to which a way leads with no save at all, which are left out.
    """
    found: dict[nodes.NodeNG, StaleSave] = {}
    for look in looks(module, restarts, unsaved):
        for one in look.rollout.remember(("stale", look.scope, look.handed_out), look.stale):
            found.setdefault(one.save, one)
    return tuple(sorted(found.values(), key=lambda one: (one.save.lineno, one.save.col_offset)))


def looks(
    module: Module, restarts: tuple[Trial, ...], unsaved: Container[nodes.NodeNG]
) -> Iterator[SaveLook]:
    """Look at each generator of `module` that hands out boundaries, but for the `unsaved` ones."""
    for trial in restarts:
        yields: dict[nodes.NodeNG, list[nodes.NodeNG]] = {}
        for boundary in trial.boundaries:
            if boundary.node.root() is module.tree and boundary.node not in unsaved:
                yields.setdefault(boundary.node.frame(), []).append(boundary.node)
        for scope, handed_out in yields.items():
            if isinstance(scope, nodes.FunctionDef):
                yield SaveLook(trial, scope, tuple(dict.fromkeys(handed_out)))


@dataclass(frozen=True, slots=True)
class FirstRead:
    """A call that reads a local which holds a restored field as it was brought back."""

    point: Point
    name: str
    fields: frozenset[str]


class SaveLook:
    """A look at one generator of a rollout, as a restart runs it."""

    def __init__(
        self, trial: Trial, scope: nodes.FunctionDef, yields: tuple[nodes.NodeNG, ...]
    ) -> None:
        self.rollout = trial.rollout
        self.handed_out = yields
        self.seen = trial.interpreter.observations
        self.graph: FlowGraph = trial.interpreter.graph_of(scope)
        self.scope = scope
        self.yields = [point for node in yields for point in self.graph.points_of(node)]
        self.concrete = trial.rollout.frame.concrete
        self.module_of = trial.interpreter.module_of

    def saves(self) -> list[Save]:
        """Give the statements of the generator that put locals into the state."""
        return saves_of(self.scope, self.concrete, self.seen)

    def stale(self) -> tuple[StaleSave, ...]:
        """Find the stale saves of the generator."""
        return tuple(self._stale())

    def _stale(self) -> Iterator[StaleSave]:
        saves = self.saves()
        reads = list(self.reads()) if saves else []
        for save in saves if reads else ():
            found = [one for given in save.given for one in self._judge(save, given, saves, reads)]
            if found:
                first = min(found, key=lambda one: one.is_after)
                alike = [one.names[0] for one in found if one.change is first.change]
                yield replace(first, names=tuple(dict.fromkeys(alike)))

    def reads(self) -> Iterator[FirstRead]:
        """Give the calls that read a restored field as it was brought back."""
        for call in nodes_in(self.scope, nodes.Call):
            if call.frame() is not self.scope or is_copying(call):
                continue
            if isinstance(call.parent, nodes.Expr):
                continue
            for way in self.seen.calls.get(call, ()):
                operands = [*call.args, *(keyword.value for keyword in call.keywords)]
                values = [*zip(operands, way.arguments, strict=False)]
                if isinstance(call.func, nodes.Attribute):
                    values.append((call.func.expr, way.receiver))
                for operand, value in values:
                    fields = {field_name(read) for read in reads_of(value)}
                    if isinstance(operand, nodes.Name) and is_unchanged(value) and fields:
                        known = frozenset(one for one in fields if one is not None)
                        if len(known) == len(fields):
                            for point in self.graph.points_of(call):
                                yield FirstRead(point, operand.name, known)

    def done(self, save: Save) -> tuple[Point, ...]:
        """Give the points at which a save is done, and what it returns is bound."""
        statement = save.node.statement()
        return self.graph.points_of(statement if isinstance(statement, nodes.Assign) else save.node)

    def saved_again(self, given: Given, saves: list[Save]) -> frozenset[Point]:
        """Give the points at which the field of a save is written."""
        return frozenset(
            point
            for other in saves
            if any(one.field == given.field for one in other.given)
            for point in self.graph.points_of(other.node)
        )

    def _judge(
        self, save: Save, given: Given, saves: list[Save], reads: list[FirstRead]
    ) -> Iterator[StaleSave]:
        goals = [
            read.point for read in reads if read.name == given.name and given.field in read.fields
        ]
        for start in self.done(save) if goals else ():
            way = SaveWay(self.graph, given, self.saved_again(given, saves), self.yields)
            found = way.changed_before_yield(start, goals) or way.changed_after(start, goals)
            if found is not None:
                change, boundary, is_after = found
                yield StaleSave(save.node, (given.name,), change, boundary, is_after)


@dataclass(frozen=True, slots=True)
class SaveWay:
    """The ways from a save to the yield that follows it, and on to what a restart reads first."""

    graph: FlowGraph
    given: Given
    again: frozenset[Point]
    yields: list[Point]

    def changed_before_yield(
        self, start: Point, goals: list[Point]
    ) -> tuple[nodes.NodeNG, nodes.NodeNG, bool] | None:
        """Find a change between the save and the yield that lasts until the next step reads it."""
        changes = [point for point in self.graph.points if self._is_change(point)]
        for change in changes:
            if self._path(start, [change], self._ends_way) is None:
                continue
            for boundary in self.yields:
                path = self._path(change, [boundary], self._ends_way)
                if path is not None and self._path(boundary, goals, self._writes) is not None:
                    return change.node, boundary.node, False
        return None

    def changed_after(
        self, start: Point, goals: list[Point]
    ) -> tuple[nodes.NodeNG, nodes.NodeNG, bool] | None:
        """Find a yield behind which every way to what a restart reads first makes a new value."""
        for boundary in self.yields:
            if self._path(start, [boundary], self._ends_or_writes) is None:
                continue
            if self._path(boundary, goals, self._writes) is not None:
                continue
            written = [
                point
                for point in self.graph.points
                if self._writes(point)
                and self._path(boundary, [point], self._ends_or_writes) is not None
                and self._path(point, goals, self._ends_or_writes) is not None
            ]
            if written and all(self._becomes_a_step(point) for point in written):
                return written[0].node, boundary.node, True
        return None

    def _is_change(self, point: Point) -> bool:
        match write_of(point, self.given.name):
            case Write.CHANGED:
                return True
            case Write.CHANGED_IN_PLACE | Write.ITEM_SET:
                return self.given.is_copied
            case _:
                return False

    def _writes(self, point: Point) -> bool:
        return write_of(point, self.given.name) not in (None, Write.KEPT)

    def _ends_way(self, point: Point) -> bool:
        """Tell whether a way is of no interest behind a point: saved again, yielded, or unknown."""
        return (
            point in self.again
            or point.kind in (PointKind.YIELD, PointKind.DELEGATE)
            or write_of(point, self.given.name) is Write.OTHER
        )

    def _ends_or_writes(self, point: Point) -> bool:
        return self._ends_way(point) or self._writes(point)

    def _becomes_a_step(self, point: Point) -> bool:
        """Tell whether a point gives the local what a step, and nothing but steps, has made."""
        if write_of(point, self.given.name) is Write.CHANGED:
            return True
        value = _bound_to(point.node, self.given.name)
        if not isinstance(value, nodes.Name):
            return False
        values = [
            _bound_to(one, value.name)
            for one in nodes_in(point.node.frame(), nodes.Assign)
            if any(name.name == value.name for name in _targets(one))
        ]
        return bool(values) and all(one is not None and is_step(one) for one in values)

    def _path(
        self, start: Point, goals: Iterable[Point], blocked: Callable[[Point], bool]
    ) -> tuple[Edge, ...] | None:
        return shortest_path(self.graph, start, [*goals], blocked, goes_on)


def goes_on(edge: Edge) -> bool:
    """Tell whether an edge is not that of an exception."""
    return edge.kind is not EdgeKind.RAISES


def _targets(statement: nodes.Assign) -> Iterator[nodes.AssignName]:
    for target in statement.targets:
        yield from nodes_in(target, nodes.AssignName)


def _bound_to(statement: nodes.NodeNG, name: str) -> nodes.NodeNG | None:
    """Give the expression whose value an assignment binds to a name."""
    if not isinstance(statement, nodes.Assign):
        return None
    for target in statement.targets:
        if isinstance(target, nodes.Tuple):
            for place, part in enumerate(target.elts):
                if isinstance(part, nodes.AssignName) and part.name == name:
                    value = statement.value
                    is_pair = isinstance(value, nodes.Tuple) and len(value.elts) == len(target.elts)
                    return value.elts[place] if is_pair else value
        elif isinstance(target, nodes.AssignName) and target.name == name:
            return statement.value
    return None
