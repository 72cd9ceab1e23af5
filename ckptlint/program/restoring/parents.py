"""Where restored state is handed to the start of a parent's rollout."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import bound_attributes
from ckptlint.program.classes import Class, Method
from ckptlint.program.interpretation.frame import Frame, make_frame
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.values import Function, OpaqueMethod, Self, Super, reads_of
from ckptlint.program.restoring.putting_back import attributes_set, put_back_after
from ckptlint.program.restoring.rollout_start import StartEffect, StartEffectKind, start_effects
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.interpretation.observations import Called
    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.module import Module
    from ckptlint.program.rollouts import Rollout


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A place at which a field of the bound state is read back."""

    node: nodes.NodeNG
    module: Module

    @property
    def text(self) -> str:
        """What is written there, on one line."""
        return " ".join(self.module.text(self.node).split())


@dataclass(frozen=True, slots=True)
class RestartedParent:
    """A call that starts a parent's rollout on restored state.

    Parameters
    ----------
    call : Call
        The call.
    concrete : Class or None
        The class of the model; None where the call stands in a fragment without its class.
    reads : tuple[ReadBack, ...]
        Where the state that reaches it is read back, in the order of the text.
    parent : str or None
        The class whose method it is; None where it cannot be seen.
    restores_itself : bool
        Whether that method restores on its own.
    effects : tuple[StartEffect, ...]
        What its start would do again; empty where it cannot be seen.
    """

    call: nodes.Call
    concrete: Class | None
    reads: tuple[ReadBack, ...]
    parent: str | None
    restores_itself: bool
    effects: tuple[StartEffect, ...]


def restarted_parents(
    module: Module, rollouts: tuple[Rollout, ...], give_up: GiveUp
) -> tuple[RestartedParent, ...]:
    """Find the calls of `module` that start a parent's rollout on restored state.

    A parent that is seen to do nothing before its first yield, and not to restore, is left out. So
    is one that only sets what is put back from restored state once it has done so.
    """
    interpreters = [rollout.interpreter for rollout in rollouts]
    seen = {call for one in interpreters for call in one.observations.calls}
    interpreters += _run_the_rest(module, seen, give_up)
    starts: defaultdict[nodes.Call, list[_Start]] = defaultdict(list)
    for interpreter in interpreters:
        for call, ways in interpreter.observations.calls.items():
            if call.root() is module.tree and _names_rollout(call.func):
                starts[call] += [_Start(way, interpreter) for way in ways if _starts_parent(way)]
    judged = (_judge(call, starts[call]) for call in starts)
    found = [one for one in judged if one is not None]
    return tuple(sorted(found, key=lambda one: (one.call.lineno, one.call.col_offset)))


@dataclass(frozen=True, slots=True)
class _Start:
    """One way in which a call starts a parent's rollout, and where that was seen."""

    way: Called
    interpreter: Interpreter


def _names_rollout(function: nodes.NodeNG) -> bool:
    return isinstance(function, nodes.Attribute) and function.attrname in facts.ITERATOR_METHODS


def _starts_parent(way: Called) -> bool:
    """Tell whether a call goes to a parent: by ``super()``, or by name with ``self`` given."""
    if isinstance(way.receiver, Super):
        return True
    return _is_method(way.callee) and bool(way.arguments) and way.arguments[0] == Self()


def _can_be_looked_up(value: Value) -> bool:
    return isinstance(value, Function | OpaqueMethod)


def _is_method(value: Value) -> bool:
    """Tell whether `value` is a method of a class named in the call, not yet bound to ``self``."""
    if isinstance(value, Function):
        return value.owner is not None and not value.is_bound
    return isinstance(value, OpaqueMethod)


def _judge(call: nodes.Call, starts: list[_Start]) -> RestartedParent | None:
    """Judge a call by the ways in which restored state reaches it.

    A mixin has its parent only in the classes that join it to one: they are asked first.
    """
    restarting = [one for one in starts if any(map(reads_of, one.way.arguments))]
    seen = [one for one in restarting if _can_be_looked_up(one.way.callee)]
    for start in seen or restarting:
        found = _judge_one(call, start.way, _reads(restarting))
        if found is not None:
            return found
    return None


def _reads(restarting: list[_Start]) -> tuple[ReadBack, ...]:
    modules = {
        read: one.interpreter.module_of(read)
        for one in restarting
        for argument in one.way.arguments
        for read in reads_of(argument)
    }
    in_order = sorted(modules, key=lambda read: (read.lineno, read.col_offset))
    return tuple(ReadBack(read, modules[read]) for read in in_order)


def _judge_one(
    call: nodes.Call, way: Called, reads: tuple[ReadBack, ...]
) -> RestartedParent | None:
    callee, concrete = way.callee, way.frame.concrete
    if isinstance(callee, Function) and callee.owner is not None and concrete is not None:
        put_back = put_back_after(call, concrete)
        effects = tuple(
            effect
            for effect in start_effects(Method(callee.node, callee.owner), concrete)
            if not (attributes_set(effect.node) and attributes_set(effect.node) <= put_back)
        )
        if not effects:
            return None
        kinds = {effect.kind for effect in effects}
        if StartEffectKind.RESTORES in kinds:
            effects = tuple(one for one in effects if one.kind is StartEffectKind.RESTORES)
        parent = None if kinds == {StartEffectKind.UNSEEN} else callee.owner.name
        restores_itself = StartEffectKind.RESTORES in kinds
        return RestartedParent(call, concrete, reads, parent, restores_itself, effects)
    restores_itself = isinstance(callee, OpaqueMethod) and bool(callee.restores)
    parent = _known_parent(call, way) if restores_itself else None
    return RestartedParent(call, concrete, reads, parent, restores_itself, ())


def _known_parent(call: nodes.Call, way: Called) -> str | None:
    """Name the class, known by bundled facts alone, that the call goes to."""
    concrete = way.frame.concrete
    if concrete is None or not isinstance(call.func, nodes.Attribute):
        return None
    after = way.frame.owner if isinstance(way.receiver, Super) else concrete
    found = concrete.lookup(call.func.attrname, after=after)
    owner = getattr(found, "owner", None)
    return None if owner is None else owner.name


def _run_the_rest(module: Module, seen: set[nodes.Call], give_up: GiveUp) -> Iterator[Interpreter]:
    """Run the methods that start a parent's rollout and that no rollout's entry has led to."""
    for frame in _frames_with_unseen_calls(module, seen):
        interpreter = Interpreter(module)
        try:
            interpreter.run(frame, interpreter.entry_world(frame), hands_out=False)
        except TooComplex:
            give_up(frame)
            continue
        yield interpreter


def _frames_with_unseen_calls(module: Module, seen: set[nodes.Call]) -> Iterator[Frame]:
    scopes: dict[nodes.NodeNG, None] = {}
    for call in nodes_in(module.tree, nodes.Call):
        function = call.func
        if (
            call not in seen
            and isinstance(function, nodes.Attribute)
            and function.attrname in facts.ITERATOR_METHODS
        ):
            scopes[call.frame()] = None
    for scope in scopes:
        if isinstance(scope, nodes.Module):
            if module.source.is_fragment:
                yield make_frame(scope, module)
        elif isinstance(scope, nodes.FunctionDef):
            owner = module.class_of(scope)
            if owner is not None and bound_attributes(owner):
                yield make_frame(scope, module, owner, owner)
            elif owner is None and module.source.is_fragment:
                yield make_frame(scope, module)
