"""Restored tensors that the rollout goes on with where they were read to: on the CPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.classes import Class
from ckptlint.program.interpretation.frame import is_generator, keeps_its_meaning
from ckptlint.program.interpretation.values import Function, OpaqueMethod, reads_of
from ckptlint.program.restoring.moving import (
    BUILTINS,
    MOVES,
    PLACES,
    changes_type_only,
    is_held_by_self,
    is_inside_another,
    is_of_checkpoint,
    is_of_torch,
    is_put_into_another,
    leaves_in_place,
    name_of,
)
from ckptlint.program.restoring.trials import fields_read, in_order, is_restored_in_place
from ckptlint.program.state.instances import is_self
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.program.interpretation.observations import Called
    from ckptlint.program.module import Module
    from ckptlint.program.restoring.trials import Trial
    from ckptlint.program.state.bound import BoundDataclass

_OF_TENSORS: Final = frozenset({"clone", "detach"})
"""Methods that only tensors have, of all that a checkpoint keeps."""

_OF_NUMBERS: Final = frozenset({"as_tensor", "scalar_tensor", "tensor"})
"""Functions that make a tensor, of a number for one."""


@dataclass(frozen=True, slots=True)
class UnmovedTensor:
    """A restored tensor that nothing moves to where the rollout runs.

    Parameters
    ----------
    node : NodeNG
        Where it is read back.
    field : str
        The field.
    model : str
        The class of the model.
    like : str or None
        The tensor that the rollout is given, by the name that it has there.
    """

    node: nodes.NodeNG
    field: str
    model: str
    like: str | None


def unmoved_tensors(
    restarts: tuple[Trial, ...], bound: Iterable[BoundDataclass]
) -> tuple[UnmovedTensor, ...]:
    """Find the restored tensors that a rollout steps where they were read to.

    Anything on their way that may move them, or that shows that all of it runs on the CPU, is taken
    to do so.

    Parameters
    ----------
    restarts : tuple[Trial, ...]
        The rollouts, restarted.
    bound : iterable of BoundDataclass
        The dataclasses that are bound in the module.
    """
    found: dict[nodes.NodeNG, UnmovedTensor] = {}
    for trial in restarts:
        for one in _Flow(trial, tuple(bound)).unmoved():
            found.setdefault(one.node, one)
    return tuple(found[node] for node in in_order(set(found)))


class _Flow:
    """What becomes of the restored tensors of one rollout."""

    def __init__(self, trial: Trial, bound: tuple[BoundDataclass, ...]) -> None:
        self._trial = trial
        self._interpreter = trial.interpreter
        self._calls = trial.interpreter.observations.calls
        self._bound = [one for one in bound if one.concrete is trial.rollout.frame.concrete]
        seen = {
            way.callee.node
            for ways in self._calls.values()
            for way in ways
            if isinstance(way.callee, Function)
        }
        self._functions = {trial.rollout.frame.scope, *seen}
        self._saving = {
            node.frame()
            for node, is_seen in trial.interpreter.observations.saves.items()
            if is_seen and not isinstance(node, nodes.Call) and not is_generator(node.frame())
        }

    def unmoved(self) -> Iterator[UnmovedTensor]:
        """Give the reads of tensors that come to a boundary and are not moved on the way."""
        concrete = self._trial.rollout.frame.concrete
        home = self._interpreter.home.tree
        reads = {
            read: name
            for boundary in self._trial.boundaries
            if is_restored_in_place(boundary.x)
            for read, name in fields_read(boundary.x).items()
            if read.root() is home and self._holds_tensor(name)
        }
        if concrete is None or not reads or self._runs_on_the_cpu():
            return
        for read, name in reads.items():
            if not self._may_be_moved(read):
                yield UnmovedTensor(read, name, concrete.name, _given_tensor(read))

    def _holds_tensor(self, name: str) -> bool:
        """Tell whether a field holds a tensor or nothing, by its type or by what is saved there."""
        puts = [
            target.parent.value
            for function in self._functions
            for target in nodes_in(function, nodes.AssignAttr)
            if target.attrname == name and isinstance(target.parent, nodes.Assign)
        ]
        if any(name_of(one) in _OF_NUMBERS for one in puts if isinstance(one, nodes.Call)):
            return False  # a number that is kept as a tensor goes with tensors of any device
        declared = [one.dataclass.field(name) for one in self._bound]
        if declared:
            return all(one is not None and _is_tensor(one.annotation) for one in declared)
        return any(map(_makes_tensor, puts))

    def _runs_on_the_cpu(self) -> bool:
        """Tell whether the rollout names the CPU, or moves things part by part."""
        for function in self._functions - self._saving:
            for node in nodes_in(function, (nodes.Const, nodes.Call)):
                if isinstance(node, nodes.Const):
                    if node.value == "cpu" and not self._only_saves(node):
                        return True
                elif name_of(node) in MOVES:
                    is_telling = name_of(node) in ("cpu", "numpy") or is_inside_another(node)
                    if is_telling and not self._only_saves(node):
                        return True
        return self._is_pinned()

    def _is_pinned(self) -> bool:
        """Tell whether the model says when it is made that it stays on the CPU."""
        concrete = self._trial.rollout.frame.concrete
        return any(
            constant.value == "cpu"
            for ancestor in (concrete.mro if concrete is not None else ())
            if isinstance(ancestor, Class)
            for name in ("__init__", "to", "_apply")
            for function in ancestor.node.locals.get(name, ())
            for constant in nodes_in(function, nodes.Const)
        )

    def _only_saves(self, node: nodes.NodeNG) -> bool:
        """Tell whether what is made at `node` is put into the bound state and nowhere else."""
        if node.frame() in self._saving:
            return True
        statement = node.statement()
        return isinstance(statement, nodes.Assign) and all(
            isinstance(target, nodes.AssignAttr) and not is_self(target.expr)
            for target in statement.targets
        )

    def _may_be_moved(self, read: nodes.NodeNG) -> bool:
        if is_put_into_another(read):
            return True
        return any(
            self._moves(call, way, read)
            for call, ways in self._calls.items()
            if not self._only_saves(call)
            for way in ways
        )

    def _moves(self, call: nodes.Call, way: Called, read: nodes.NodeNG) -> bool:
        """Tell whether a call may move what was read at `read`."""
        is_receiver = read in reads_of(way.receiver)
        if not is_receiver and not any(read in reads_of(one) for one in way.arguments):
            return False
        if isinstance(way.callee, Function):
            return not keeps_its_meaning(way.callee.node, way.callee.module)
        if isinstance(way.callee, OpaqueMethod):
            return way.callee.name not in facts.HOOKS | facts.PROGNOSTIC_PROTOCOL
        name = name_of(call)
        if any(word.arg == "device" for word in call.keywords) or name in MOVES:
            return not is_of_checkpoint(call) and not changes_type_only(call)
        if is_receiver:
            return False
        if is_held_by_self(call.func):
            # Called where the state is read back, it may be there to bring it to its place; called
            # by a step, it is a network.
            is_step = call.frame() is not read.frame() or is_generator(call.frame())
            return not is_step or not PLACES.isdisjoint(name.split("_"))
        if isinstance(call.func, nodes.Name) and name in BUILTINS:
            return False
        module = self._interpreter.module_of(call)
        return not is_of_torch(call, module) and not leaves_in_place(call, module)


def moved(module: Module, found: UnmovedTensor) -> tuple[Edit, ...] | None:
    """Move a tensor to where the one is that the rollout is given; None if that has no name."""
    if found.like is None:
        return None
    end = module.span(found.node).end
    return (Edit(Span(end, end), f".to({found.like}.device)"),)


def _given_tensor(read: nodes.NodeNG) -> str | None:
    """Name the tensor that the function around a read is given, if it still is that."""
    function = read.frame()
    if not isinstance(function, nodes.FunctionDef) or function.args.defaults:
        return None
    parameters = [*(function.args.posonlyargs or ()), *(function.args.args or ())]
    if len(parameters) < 2 or not _is_self_of(function, parameters[0]):
        return None
    name = str(parameters[1].name)
    annotations = [*(function.args.posonlyargs_annotations or ()), *function.args.annotations]
    if name != "x" and not _is_tensor(annotations[1]):
        return None
    start = read.statement()
    others = [one for one in function.locals[name] if not isinstance(one.parent, nodes.Arguments)]
    if any(one.statement().lineno < start.lineno and not _keeps_its_device(one) for one in others):
        return None
    around = read.parent
    while around is not function:
        if isinstance(around, nodes.For | nodes.While | nodes.Lambda | nodes.ComprehensionScope):
            return None
        around = around.parent
    return name


def _keeps_its_device(target: nodes.AssignName) -> bool:
    """Tell whether a name is bound anew to something that is moved to where it was before."""
    value = getattr(target.parent, "value", None)
    calls = nodes_in(value, nodes.Call) if value is not None else ()
    return any(
        name_of(call) == "to"
        and [one.as_string() for one in call.args] == [f"{target.name}.device"]
        for call in calls
    )


def _is_self_of(function: nodes.FunctionDef, parameter: nodes.AssignName) -> bool:
    """Tell whether a parameter is the instance on which a method runs."""
    return isinstance(function.parent.frame(), nodes.ClassDef) and parameter.name == "self"


def _is_tensor(annotation: nodes.NodeNG | None) -> bool:
    """Tell whether a type as it is written is that of a tensor, or of a tensor or None."""
    if annotation is None:
        return False
    text = annotation.value if isinstance(annotation, nodes.Const) else annotation.as_string()
    if not isinstance(text, str):
        return False
    text = text.strip().removeprefix("typing.")
    if text.startswith("Optional[") and text.endswith("]"):
        text = text[len("Optional[") : -1]
    parts = {part.strip().rpartition(".")[2] for part in text.split("|")}
    return parts - {"None"} == {"Tensor"}


def _makes_tensor(value: nodes.NodeNG) -> bool:
    calls = nodes_in(value, nodes.Call)
    return isinstance(value, nodes.Call) and any(name_of(one) in _OF_TENSORS for one in calls)
