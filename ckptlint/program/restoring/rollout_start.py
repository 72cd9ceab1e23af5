"""What a rollout does between its entry and its first yield, and so does once for each restart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import bound_attributes, is_metadata
from ckptlint.program.carried.locals import carried_locals
from ckptlint.program.classes import UNRESOLVED, Class, KnownMethod, Method
from ckptlint.program.flow.builder import build_flow_graph
from ckptlint.program.flow.graph import PointKind
from ckptlint.program.interpretation.frame import is_generator, is_stub, parameter_names
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.flow.graph import FlowGraph, Point
    from ckptlint.program.module import Module

_CHANGES_NOTHING: Final = frozenset(
    {
        "astype", "clone", "contiguous", "copy", "cpu", "cuda", "detach", "double", "eval", "float",
        "get", "half", "items", "keys", "long", "move_to", "numpy", "parameters", "size", "to",
        "train", "type", "values",
    }
)  # fmt: skip
"""Methods of tensors, arrays, coordinate systems and modules that leave their object as it was."""

_SEEDS: Final = frozenset({"default_rng", "manual_seed", "manual_seed_all", "seed", "set_state"})

_COPIES: Final = frozenset({"OrderedDict", "copy", "clone", "deepcopy", "dict", "to", "detach"})
"""Calls whose result equals what they are given, so that the initial condition stays what it is."""


class StartEffectKind(StrEnum):
    """What running the start again on a restored boundary would do."""

    RESTORES = "restores"
    CHANGES = "changes"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class StartEffect:
    """One thing that the start of a rollout does.

    Parameters
    ----------
    kind : StartEffectKind
        Whether it restores, changes something, or cannot be seen.
    node : NodeNG
        The syntax that does it.
    module : Module
        Where that stands.
    """

    kind: StartEffectKind
    node: nodes.NodeNG
    module: Module

    @property
    def description(self) -> str:
        """What a restart would do here."""
        return _DESCRIPTIONS[self.kind]


_DESCRIPTIONS: Final = {
    StartEffectKind.RESTORES: "the parent restores here",
    StartEffectKind.CHANGES: "done again on the restored boundary",
    StartEffectKind.UNSEEN: "what is done here cannot be seen",
}


def start_effects(method: Method, concrete: Class) -> tuple[StartEffect, ...]:
    """Tell what the rollout that starts in `method`, run on a `concrete`, does before it yields.

    Effects of one kind on one line count once.
    """
    effects = _effects(method, concrete, set(), whole=False)
    by_line = {(one.kind, one.module, one.node.lineno): one for one in reversed([*effects])}
    return tuple(reversed(by_line.values()))


def _effects(
    method: Method, concrete: Class, seen: set[nodes.NodeNG], *, whole: bool
) -> Iterator[StartEffect]:
    """Give the effects of a method: of its whole body, or of what runs before its first yield."""
    function, module = method.function, method.owner.module
    if function in seen:
        return
    seen.add(function)
    if is_stub(function):
        yield StartEffect(StartEffectKind.UNSEEN, function, module)
        return
    parameters = parameter_names(function)
    receiver = parameters[0] if parameters else "self"
    graph = build_flow_graph(function)
    carried = frozenset() if whole else frozenset(parameters[1:]) | carried_locals(function)
    bound = bound_attributes(concrete)
    look = _Look(module, concrete, method.owner, receiver, bound, carried, seen)
    for point in graph.points if whole else _before_first_yield(graph):
        yield from look.effects_of(point)


def _before_first_yield(graph: FlowGraph) -> Iterator[Point]:
    """Give every point that can run before the first yield, that yield included."""
    waiting, seen = [graph.entry], {graph.entry.index}
    while waiting:
        point = waiting.pop()
        yield point
        if _hands_out(point):
            continue
        for edge in graph.successors(point):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(graph.points[edge.target])


def _hands_out(point: Point) -> bool:
    """Tell whether a point yields a boundary; a bare ``yield`` only passes control."""
    if point.kind is PointKind.YIELD:
        return point.node.value is not None
    return point.kind is PointKind.DELEGATE


@dataclass(frozen=True, slots=True)
class _Look:
    """A look into one method, run on a `concrete`.

    `receiver` is what the method calls ``self``, `carried` what holds the initial condition, and
    `seen` the functions that were looked into before.
    """

    module: Module
    concrete: Class
    owner: Class
    receiver: str
    bound: frozenset[str]
    carried: frozenset[str]
    seen: set[nodes.NodeNG]

    def effects_of(self, point: Point) -> Iterator[StartEffect]:
        """Give the effects of one point."""
        node = point.node
        match point.kind:
            case PointKind.CALL:
                yield from self._reads_back(node)
                yield from self._call(node)
            case PointKind.DELEGATE:
                yield from self._reads_back(node)
                yield from self._delegated(node)
            case PointKind.STATEMENT:
                yield from self._statement(node)
            case PointKind.TEST | PointKind.RETURN | PointKind.YIELD:
                yield from self._reads_back(node)
            case PointKind.ITERATE:
                yield from self._reads_back(node.iter)

    def _statement(self, node: nodes.NodeNG) -> Iterator[StartEffect]:
        if isinstance(node, nodes.FunctionDef | nodes.ClassDef):
            return
        yield from self._reads_back(node)
        if not isinstance(node, nodes.Assign | nodes.AnnAssign | nodes.AugAssign):
            return
        targets = node.targets if isinstance(node, nodes.Assign) else [node.target]
        if any(self._changes_model(target) for target in targets) or any(
            self._changes_initial_condition(target, node) for target in targets
        ):
            yield StartEffect(StartEffectKind.CHANGES, node, self.module)

    def _changes_model(self, target: nodes.NodeNG) -> bool:
        if isinstance(target, nodes.Subscript):
            return self._is_own(target.value)
        return any(self._is_own(part) for part in nodes_in(target, nodes.AssignAttr))

    def _changes_initial_condition(self, target: nodes.NodeNG, node: nodes.NodeNG) -> bool:
        """Tell whether the initial condition becomes anything but a copy of itself."""
        if isinstance(node, nodes.AugAssign) or isinstance(target, nodes.Subscript):
            return bool(_names_in(target) & self.carried)
        if isinstance(target, nodes.Tuple) and isinstance(node.value, nodes.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
            return any(self._becomes_other(*pair) for pair in pairs)
        return self._becomes_other(target, node.value)

    def _becomes_other(self, target: nodes.NodeNG, value: nodes.NodeNG) -> bool:
        if not _names_in(target) & self.carried or isinstance(value, nodes.Name):
            return False
        called = value.func if isinstance(value, nodes.Call) else None
        name = getattr(called, "attrname", None) or getattr(called, "name", None)
        return name not in _COPIES

    def _call(self, call: nodes.Call) -> Iterator[StartEffect]:
        function = call.func
        if isinstance(function, nodes.Attribute):
            if function.attrname in _SEEDS:
                yield StartEffect(StartEffectKind.CHANGES, call, self.module)
            elif self._is_receiver(function.expr):
                yield from self._method(function.attrname, None, call)
            elif _is_super(function.expr):
                yield from self._method(function.attrname, self.owner, call)
            elif (self._is_own(function.expr) and function.attrname not in _CHANGES_NOTHING) or (
                function.attrname.endswith("_") and _names_in(function.expr) & self.carried
            ):
                yield StartEffect(StartEffectKind.CHANGES, call, self.module)
        elif self._is_receiver(function):
            yield from self._method("__call__", None, call)
        if any(self._is_receiver(argument) for argument in call.args):
            yield StartEffect(StartEffectKind.UNSEEN, call, self.module)

    def _method(self, name: str, after: Class | None, call: nodes.Call) -> Iterator[StartEffect]:
        found = self.concrete.lookup(name, after=after)
        if isinstance(found, Method):
            whole = not is_generator(found.function)
            yield from _effects(found, self.concrete, self.seen, whole=whole)
        elif isinstance(found, KnownMethod):
            if name in found.owner.restores:
                yield StartEffect(StartEffectKind.RESTORES, call, self.module)
            elif name in found.owner.saves:
                yield StartEffect(StartEffectKind.CHANGES, call, self.module)
        elif found is UNRESOLVED and name not in facts.HOOKS | facts.PROGNOSTIC_PROTOCOL:
            yield StartEffect(StartEffectKind.UNSEEN, call, self.module)
        elif found is not UNRESOLVED and found is not None:
            yield StartEffect(StartEffectKind.CHANGES, call, self.module)

    def _delegated(self, node: nodes.YieldFrom) -> Iterator[StartEffect]:
        """Judge ``yield from``: a method's generator was looked into when it was called."""
        value = node.value
        function = value.func if isinstance(value, nodes.Call) else None
        holder = function.expr if isinstance(function, nodes.Attribute) else None
        if holder is None or not (self._is_receiver(holder) or _is_super(holder)):
            yield StartEffect(StartEffectKind.UNSEEN, node, self.module)

    def _reads_back(self, node: nodes.NodeNG) -> Iterator[StartEffect]:
        for attribute in nodes_in(node, nodes.Attribute):
            holder = attribute.expr
            if (
                isinstance(holder, nodes.Attribute)
                and holder.attrname in self.bound
                and self._is_receiver(holder.expr)
                and not is_metadata(attribute.attrname)
            ):
                yield StartEffect(StartEffectKind.RESTORES, attribute, self.module)
                return

    def _is_receiver(self, node: nodes.NodeNG) -> bool:
        return isinstance(node, nodes.Name) and node.name == self.receiver

    def _is_own(self, node: nodes.NodeNG) -> bool:
        """Tell whether `node` is something that the model holds: ``self.core``, ``self.core.x``."""
        while isinstance(node, nodes.Attribute | nodes.AssignAttr | nodes.Subscript):
            inner = node.value if isinstance(node, nodes.Subscript) else node.expr
            if self._is_receiver(inner):
                return getattr(node, "attrname", None) not in self.bound
            node = inner
        return False


def _names_in(node: nodes.NodeNG) -> set[str]:
    return {one.name for one in nodes_in(node, (nodes.Name, nodes.AssignName))}


def _is_super(node: nodes.NodeNG) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.func, nodes.Name)
        and node.func.name == "super"
    )
