"""Saved state that shares its memory with a local which is changed in place before the commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.carried.records import Where
from ckptlint.program.flow.graph import PointKind
from ckptlint.program.flow.paths import shortest_path
from ckptlint.program.interpretation.frame import parameter_names
from ckptlint.program.interpretation.values import Function
from ckptlint.program.saving.stale import goes_on, looks
from ckptlint.program.saving.writes import Write, write_of
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from ckptlint.program.flow.graph import Edge, Point
    from ckptlint.program.module import Module
    from ckptlint.program.restoring.trials import Trial
    from ckptlint.program.saving.giving import Given, Save
    from ckptlint.program.saving.stale import FirstRead, SaveLook

_FRESH: Final = frozenset(
    {"clone", "copy", "deepcopy", "empty", "empty_like", "full_like", "ones_like", "zeros",
     "zeros_like"}
)  # fmt: skip
"""Calls whose result shares no memory with anything else."""


@dataclass(frozen=True, slots=True)
class SharedSave:
    """A save of a local itself, whose memory is changed before the row is committed.

    Parameters
    ----------
    assignment : Where
        The assignment to the field.
    name, field : str
        The local, and the field that shares its memory.
    change, boundary : NodeNG
        What changes it in place, and the yield at which the change is committed.
    edit : Edit or None
        What gives the field memory of its own.
    """

    assignment: Where
    name: str
    field: str
    change: nodes.NodeNG
    boundary: nodes.NodeNG
    edit: Edit | None


def shared_saves(
    module: Module, restarts: tuple[Trial, ...], unsaved: Container[nodes.NodeNG]
) -> tuple[SharedSave, ...]:
    """Find the fields that are changed through a local after they were saved.

    A change that the next step reads as well is none: what is committed then is what is carried on.
    """
    found: dict[nodes.NodeNG, SharedSave] = {}
    for look in looks(module, restarts, unsaved):
        for given, change, boundary in _shared_in(look):
            home = look.module_of(given.assignment)
            edit = _copy(given.assignment, module) if home is module else None
            site = Where(given.assignment, home)
            one = SharedSave(site, given.name, given.field, change, boundary, edit)
            found.setdefault(given.assignment, one)
    return tuple(found.values())


def _shared_in(look: SaveLook) -> list[tuple[Given, nodes.NodeNG, nodes.NodeNG]]:
    return look.rollout.remember(("shared", look.scope, look.handed_out), lambda: _shared(look))


def _shared(look: SaveLook) -> list[tuple[Given, nodes.NodeNG, nodes.NodeNG]]:
    """Find what of a save is changed, with the change and the yield at which it is committed."""
    found: list[tuple[Given, nodes.NodeNG, nodes.NodeNG]] = []
    saves = look.saves()
    reads = list(look.reads()) if saves else []
    for save in saves:
        for given in save.given:
            if given.is_copied or not any(given.field in read.fields for read in reads):
                continue
            change = _committed_change(look, save, given, saves, reads)
            if change is not None:
                found.append((given, *change))
    return found


def _committed_change(
    look: SaveLook, save: Save, given: Given, saves: list[Save], reads: list[FirstRead]
) -> tuple[nodes.NodeNG, nodes.NodeNG] | None:
    """Find a change in place between the save and the yield that is not what is carried on."""
    again = look.saved_again(given, saves)
    is_carried = any(read.name == given.name and given.field in read.fields for read in reads)
    goals = [read.point for read in reads if given.field in read.fields]
    if not is_carried and not _is_apart(given, look, reads):
        return None

    def ends_way(point: Point) -> bool:
        is_rebound = write_of(point, given.name) not in (None, Write.CHANGED_IN_PLACE)
        return point in again or is_rebound or point.kind in (PointKind.YIELD, PointKind.DELEGATE)

    def changes(point: Point) -> bool:
        return _changes_in_place(point, given.name, look)

    def is_written(point: Point) -> bool:
        return changes(point) or write_of(point, given.name) not in (None, Write.KEPT)

    for change in [point for point in look.graph.points if changes(point)]:
        starts = look.done(save)
        if all(_path(look, start, [change], ends_way) is None for start in starts):
            continue
        for boundary in look.yields:
            if _path(look, change, [boundary], ends_way) is None:
                continue
            if is_carried and _path(look, boundary, goals, is_written) is not None:
                continue
            if _path(look, boundary, goals, lambda _: False) is not None:
                return change.node, boundary.node
    return None


def _path(
    look: SaveLook, start: Point, goals: list[Point], blocked: Callable[[Point], bool]
) -> tuple[Edge, ...] | None:
    return shortest_path(look.graph, start, goals, blocked, goes_on)


def _changes_in_place(point: Point, name: str, look: SaveLook) -> bool:
    """Tell whether a point changes what a local holds, itself or in a method that is given it."""
    node = point.node
    if write_of(point, name) is Write.CHANGED_IN_PLACE:
        is_number = isinstance(node, nodes.AugAssign) and isinstance(node.target, nodes.AssignName)
        return not is_number or name in parameter_names(look.scope)
    if point.kind is not PointKind.CALL:
        return False
    return any(_changes_argument(node, name, look))


def _changes_argument(call: nodes.Call, name: str, look: SaveLook) -> Iterator[bool]:
    for way in look.seen.calls.get(call, ()):
        callee = way.callee
        if not isinstance(callee, Function):
            continue
        parameters = parameter_names(callee.node)[1 if callee.is_bound else 0 :]
        for parameter, argument in zip(parameters, call.args, strict=False):
            if isinstance(argument, nodes.Name) and argument.name == name:
                inner = nodes_in(callee.node, nodes.Call)
                rebound = any(
                    one.name == parameter and not isinstance(one.parent, nodes.Arguments)
                    for one in nodes_in(callee.node, nodes.AssignName)
                )
                yield not rebound and any(_is_in_place(one, parameter) for one in inner)


def _is_in_place(call: nodes.Call, name: str) -> bool:
    function = call.func
    return (
        isinstance(function, nodes.Attribute)
        and function.attrname.endswith("_")
        and not function.attrname.startswith("_")
        and getattr(function.expr, "name", None) == name
    )


def _is_apart(given: Given, look: SaveLook, reads: list[FirstRead]) -> bool:
    """Tell whether a local shares no memory with what the next step reads."""
    carried = {read.name for read in reads if given.field in read.fields}
    for statement in nodes_in(look.scope, nodes.Assign):
        bound = {one.name for one in nodes_in(statement, nodes.AssignName)}
        if given.name in bound:
            called = getattr(statement.value, "func", None)
            name = getattr(called, "attrname", None) or getattr(called, "name", None)
            if name not in _FRESH:
                return False
        if carried & bound and given.name in {
            one.name for one in nodes_in(statement.value, nodes.Name)
        }:
            return False
    return given.name not in parameter_names(look.scope)


def _copy(assignment: nodes.Assign, module: Module) -> Edit | None:
    """Give a field a copy of the tensor that it is given."""
    value = assignment.value
    text = ".detach().clone()" if isinstance(value, nodes.Name) else ".clone()"
    if not isinstance(value, nodes.Name | nodes.Call) or isinstance(
        getattr(value, "func", None), nodes.Name
    ):
        return None
    end = module.span(value).end
    return Edit(Span(end, end), text)
