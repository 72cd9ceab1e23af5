"""What a rollout does between its entry and its first yield, and so does once for each restart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import bound_attributes, is_metadata
from ckptlint.program.classes import UNRESOLVED, Class, KnownMethod, Method
from ckptlint.program.flow.builder import build_flow_graph
from ckptlint.program.flow.graph import PointKind
from ckptlint.program.interpretation.frame import is_generator, is_stub, parameter_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.flow.graph import FlowGraph, Point
    from ckptlint.program.module import Module

DEEPEST: Final = 6
"""How many methods inside one another are looked into."""

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


def restores(method: Method, concrete: Class) -> bool:
    """Tell whether running `method` on a `concrete` reads restored state, anywhere in it."""
    effects = _effects(method, concrete, whole=True, depth=0)
    return any(effect.kind is StartEffectKind.RESTORES for effect in effects)


def start_effects(method: Method, concrete: Class) -> tuple[StartEffect, ...]:
    """Tell what the rollout that starts in `method`, run on a `concrete`, does before it yields.

    Effects of one kind on one line count once.
    """
    effects = _effects(method, concrete, whole=False, depth=0)
    by_line = {(one.kind, one.module, one.node.lineno): one for one in reversed([*effects])}
    return tuple(reversed(by_line.values()))


def _effects(method: Method, concrete: Class, *, whole: bool, depth: int) -> Iterator[StartEffect]:
    function, module = method.function, method.owner.module
    if depth > DEEPEST or is_stub(function):
        yield StartEffect(StartEffectKind.UNSEEN, function, module)
        return
    parameters = parameter_names(function)
    receiver = parameters[0] if parameters else "self"
    graph = build_flow_graph(function)
    look = _Look(module, concrete, method.owner, receiver, bound_attributes(concrete), depth)
    carried = frozenset() if whole else frozenset(parameters[1:])
    for point in graph.points if whole else _before_first_yield(graph):
        yield from look.effects_of(point, carried)


def _before_first_yield(graph: FlowGraph) -> Iterator[Point]:
    """Give every point that can run before the first yield, that yield included."""
    waiting, seen = [graph.entry], {graph.entry.index}
    while waiting:
        point = waiting.pop()
        yield point
        if point.kind is PointKind.YIELD or point.kind is PointKind.DELEGATE:
            continue
        for edge in graph.successors(point):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(graph.points[edge.target])


@dataclass(frozen=True, slots=True)
class _Look:
    """A look into one method, run on `concrete`; `receiver` is what it calls ``self``."""

    module: Module
    concrete: Class
    owner: Class
    receiver: str
    bound: frozenset[str]
    depth: int

    def effects_of(self, point: Point, carried: frozenset[str]) -> Iterator[StartEffect]:
        node = point.node
        match point.kind:
            case PointKind.CALL:
                yield from self._call(node)
            case PointKind.DELEGATE:
                yield from self._delegated(node)
            case PointKind.STATEMENT:
                yield from self._statement(node, carried)
            case PointKind.TEST | PointKind.RETURN | PointKind.ITERATE:
                yield from self._reads_back(node)

    def _statement(self, node: nodes.NodeNG, carried: frozenset[str]) -> Iterator[StartEffect]:
        if isinstance(node, nodes.FunctionDef | nodes.ClassDef):
            return
        yield from self._reads_back(node)
        if not isinstance(node, nodes.Assign | nodes.AnnAssign | nodes.AugAssign):
            return
        targets = node.targets if isinstance(node, nodes.Assign) else [node.target]
        for target in targets:
            if (
                any(self._is_own(part) for part in target.nodes_of_class(nodes.AssignAttr))
                or (isinstance(target, nodes.Subscript) and self._is_own(target.value))
                or self._changes_initial_condition(target, node, carried)
            ):
                yield StartEffect(StartEffectKind.CHANGES, node, self.module)

    def _changes_initial_condition(
        self, target: nodes.NodeNG, node: nodes.NodeNG, carried: frozenset[str]
    ) -> bool:
        changed = {name.name for name in target.nodes_of_class(nodes.AssignName)} & carried
        if isinstance(target, nodes.Subscript) and isinstance(target.value, nodes.Name):
            changed |= {target.value.name} & carried
        if not changed:
            return False
        value = node.value
        if isinstance(node, nodes.AugAssign) or isinstance(target, nodes.Subscript):
            return True
        if isinstance(value, nodes.Call):
            called = value.func
            name = getattr(called, "attrname", None) or getattr(called, "name", None)
            return name not in _COPIES
        return not isinstance(value, nodes.Name)

    def _call(self, call: nodes.Call) -> Iterator[StartEffect]:
        function = call.func
        if isinstance(function, nodes.Attribute):
            if function.attrname in _SEEDS:
                yield StartEffect(StartEffectKind.CHANGES, call, self.module)
            elif self._is_receiver(function.expr):
                yield from self._method(function.attrname, None, call)
            elif _is_super(function.expr):
                yield from self._method(function.attrname, self.owner, call)
            elif self._is_own(function.expr) and function.attrname not in _CHANGES_NOTHING:
                yield StartEffect(StartEffectKind.CHANGES, call, self.module)
        elif self._is_receiver(function):
            yield from self._method("__call__", None, call)
        if any(self._is_receiver(argument) for argument in call.args):
            yield StartEffect(StartEffectKind.UNSEEN, call, self.module)

    def _method(self, name: str, after: Class | None, call: nodes.Call) -> Iterator[StartEffect]:
        found = self.concrete.lookup(name, after=after)
        if isinstance(found, Method):
            if not is_generator(found.function):
                yield from _effects(found, self.concrete, whole=True, depth=self.depth + 1)
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
        """Look into the generator that is delegated to, up to its first yield."""
        value = node.value
        if isinstance(value, nodes.Call) and isinstance(value.func, nodes.Attribute):
            function = value.func
            is_super = _is_super(function.expr)
            if is_super or self._is_receiver(function.expr):
                after = self.owner if is_super else None
                found = self.concrete.lookup(function.attrname, after=after)
                if isinstance(found, Method):
                    yield from _effects(found, self.concrete, whole=False, depth=self.depth + 1)
                    return
                if isinstance(found, KnownMethod) and function.attrname in found.owner.restores:
                    yield StartEffect(StartEffectKind.RESTORES, node, self.module)
                    return
        yield StartEffect(StartEffectKind.UNSEEN, node, self.module)

    def _reads_back(self, node: nodes.NodeNG) -> Iterator[StartEffect]:
        for attribute in node.nodes_of_class(nodes.Attribute):
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


def _is_super(node: nodes.NodeNG) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.func, nodes.Name)
        and node.func.name == "super"
    )
