"""The scopes that make, open or use Checkpoints and their sessions, each interpreted once.

Where a Checkpoint or a session comes from is followed through ``with``, ``select``, aliases,
attributes of `self`, enclosing functions and calls of functions of the module. A function that
nobody outside can call, a nested one or one whose name begins with an underscore, is seen through
its callers alone, if all of them are seen.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import is_call_of
from ckptlint.program.interpretation.evaluation import made_by_call
from ckptlint.program.interpretation.frame import make_frame
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.values import Checkpoint, Function, Session, Value
from ckptlint.program.interpretation.world import World
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ckptlint.program.classes import Class
    from ckptlint.program.interpretation.frame import Frame, Scope
    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.interpretation.observations import Called
    from ckptlint.program.module import Module

_METHODS: Final = facts.SESSION_METHODS | {"select", "__enter__", "enter_context"}
"""What is called on a session or a Checkpoint; a scope that calls one of them may use one."""


_LOOKS_ONLY: Final = frozenset({"bool", "isinstance", "print", "repr", "str", "type"})
"""Builtins that only look at what they are given."""


@dataclass(frozen=True, slots=True)
class WorkflowScope:
    """A function, method, module level or fragment that may use a session, run abstractly.

    Parameters
    ----------
    frame : Frame
        The scope, run with nothing known of its caller.
    interpreter : Interpreter
        What was seen on the way, in functions that it calls too.
    """

    frame: Frame
    interpreter: Interpreter

    @property
    def scope(self) -> Scope:
        """The function or module."""
        return self.frame.scope


@dataclass(frozen=True)
class Workflows:
    """Everything in a module that may use a session.

    Parameters
    ----------
    scopes : tuple[WorkflowScope, ...]
        The scopes in the order of the text, but for functions that are seen through their callers.
    """

    scopes: tuple[WorkflowScope, ...]

    @cached_property
    def calls(self) -> Mapping[nodes.Call, tuple[Called, ...]]:
        """All ways in which each call of the module was made, from whatever scope."""
        ways: defaultdict[nodes.Call, dict[Called, None]] = defaultdict(dict)
        for scope in self.scopes:
            for call, seen in scope.interpreter.observations.calls.items():
                ways[call].update(dict.fromkeys(seen))
        in_order = sorted(ways, key=lambda call: (call.lineno, call.col_offset))
        return {call: tuple(ways[call]) for call in in_order}

    @cached_property
    def given_away(self) -> frozenset[Value]:
        """What is handed to something unseen, which may do with it what it likes."""
        return frozenset(
            argument
            for call, ways in self.calls.items()
            if getattr(call.func, "name", None) not in _LOOKS_ONLY
            for way in ways
            if not isinstance(way.callee, Function)
            for argument in way.arguments
        )

    def session_calls(self, method: str) -> Iterator[tuple[nodes.Call, tuple[Session, ...]]]:
        """Give each call of a method of a session, with the sessions that it may be called on.

        A call that may be made on anything else as well is left out.
        """
        for call, ways in self.calls.items():
            if isinstance(call.func, nodes.Attribute) and call.func.attrname == method:
                known = dict.fromkeys(
                    way.receiver for way in ways if isinstance(way.receiver, Session)
                )
                if known and all(isinstance(way.receiver, Session) for way in ways):
                    yield call, tuple(known)


def workflows_of(module: Module, give_up: GiveUp) -> Workflows:
    """Run every scope of `module` that may use a session; one that is too large is given up."""
    if not _knows_checkpoints(module):
        return Workflows(())
    attributes = {cls.node: _checkpoint_attributes(cls, module) for cls in module.classes}
    found: list[WorkflowScope] = []
    called: set[nodes.FunctionDef] = set()
    calls: dict[nodes.Call, set[nodes.NodeNG]] = {}
    hidden: list[Frame] = []

    def run(frame: Frame) -> None:
        interpreter = _run(frame, module, attributes)
        if interpreter is None:
            give_up(frame)
            return
        found.append(WorkflowScope(frame, interpreter))
        for call, ways in interpreter.observations.calls.items():
            functions = {one.callee.node for one in ways if isinstance(one.callee, Function)}
            calls.setdefault(call, set()).update(functions)
            called.update(functions)

    for frame in _frames(module):
        if _is_hidden(frame.scope):
            hidden.append(frame)
        else:
            run(frame)
    for frame in hidden:
        if frame.scope not in called or not _is_seen_through_callers(frame.scope, module, calls):
            run(frame)
    return Workflows(tuple(sorted(found, key=lambda one: one.scope.lineno or 0)))


def _run(
    frame: Frame, module: Module, attributes: Mapping[nodes.ClassDef, Mapping[str, Value]]
) -> Interpreter | None:
    """Run a scope once, given what the attributes of its class hold; None if it is too large."""
    held = attributes.get(frame.owner.node, {}) if frame.owner is not None else {}

    def run() -> Interpreter | None:
        interpreter = Interpreter(module)
        try:
            interpreter.run(frame, _entry_world(interpreter, frame, held), hands_out=False)
        except TooComplex:
            return None
        return interpreter

    return module.remember(frame.scope, ("workflow", frame, tuple(held.items())), run)


def _knows_checkpoints(module: Module) -> bool:
    """Tell whether the module makes a Checkpoint, or names its type or that of a session."""
    if any(
        is_call_of(facts.CHECKPOINT, module, call) for call in nodes_in(module.tree, nodes.Call)
    ):
        return True
    return any(_type_named(note, module) for note in _annotations(module.tree))


def _annotations(tree: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    for arguments in nodes_in(tree, nodes.Arguments):
        noted = (arguments.annotations, arguments.posonlyargs_annotations)
        for note in (*noted[0], *noted[1], *arguments.kwonlyargs_annotations):
            if note is not None:
                yield note


def _type_named(note: nodes.NodeNG, module: Module) -> str | None:
    """Give the qualified name of the annotation `note`, if it is a Checkpoint or a session."""
    if not isinstance(note, nodes.Name | nodes.Attribute):
        return None
    dotted = module.names.dotted(note)
    if dotted is None or dotted.rpartition(".")[2] not in _TYPES:
        return None
    name = module.resolve(note)
    return name if name in (facts.CHECKPOINT, facts.CHECKPOINT_SESSION) else None


_TYPES: Final = ("Checkpoint", "CheckpointSession")


def _frames(module: Module) -> Iterator[Frame]:
    """Give every scope that may make, open or use a Checkpoint or a session."""
    scopes: dict[nodes.NodeNG, None] = {}
    for node in nodes_in(module.tree, (nodes.Call, nodes.With)):
        if isinstance(node, nodes.With) or _may_use_session(node, module):
            scopes[node.frame()] = None
    for scope in sorted(scopes, key=lambda one: one.lineno or 0):
        if isinstance(scope, nodes.FunctionDef):
            owner = module.class_of(scope)
            yield make_frame(scope, module, owner, owner)
        elif isinstance(scope, nodes.Module):
            yield make_frame(scope, module)


def _may_use_session(call: nodes.Call, module: Module) -> bool:
    if isinstance(call.func, nodes.Attribute) and call.func.attrname in _METHODS:
        return True
    if any(keyword.arg == "checkpoint" for keyword in call.keywords):
        return True
    return is_call_of(facts.CHECKPOINT, module, call)


def _is_hidden(scope: Scope) -> bool:
    """Tell whether `scope` is a function that only code of the module can call."""
    if not isinstance(scope, nodes.FunctionDef):
        return False
    is_nested = isinstance(scope.parent.frame(), nodes.FunctionDef)
    return is_nested or (scope.name.startswith("_") and not scope.name.startswith("__"))


def _is_seen_through_callers(
    scope: Scope, module: Module, calls: Mapping[nodes.Call, set[nodes.NodeNG]]
) -> bool:
    """Tell whether a function is named only where it is called, by calls that were all seen."""
    assert isinstance(scope, nodes.FunctionDef)
    named = nodes_in(module.tree, (nodes.Name, nodes.Attribute))
    for reference in named:
        if scope.name != getattr(reference, "attrname", getattr(reference, "name", None)):
            continue
        call = reference.parent
        if not (isinstance(call, nodes.Call) and call.func is reference):
            return False
        if scope not in calls.get(call, ()):
            return False
    return True


def _entry_world(interpreter: Interpreter, frame: Frame, held: Mapping[str, Value]) -> World:
    """Give the world in which a scope starts, with what its annotations and its class tell."""
    world = interpreter.entry_world(frame)
    if not isinstance(frame.scope, nodes.FunctionDef):
        return world
    for name, note in _annotated(frame.scope.args):
        kind = _type_named(note, frame.module)
        if kind is not None:
            given = Checkpoint("unknown", None)
            is_checkpoint = kind == facts.CHECKPOINT
            world = world.bind(("name", name), given if is_checkpoint else Session(given))
    if frame.owner is not None and frame.scope.name != "__init__":
        for name, value in held.items():
            world = world.bind(("self", name), value)
    return world


def _annotated(arguments: nodes.Arguments) -> Iterator[tuple[str, nodes.NodeNG]]:
    for parameters, notes in (
        (arguments.posonlyargs, arguments.posonlyargs_annotations),
        (arguments.args, arguments.annotations),
        (arguments.kwonlyargs, arguments.kwonlyargs_annotations),
    ):
        for parameter, note in zip(parameters or (), notes, strict=False):
            if note is not None:
                yield parameter.name, note


def _checkpoint_attributes(cls: Class, module: Module) -> dict[str, Value]:
    """Give the attributes of `self` that hold one Checkpoint for good, set once by ``__init__``."""
    found: dict[str, Value] = {}
    for name, assignments in cls.instance_attributes.items():
        value: nodes.Call = getattr(assignments[0], "value", None)
        if len(assignments) != 1 or not is_call_of(facts.CHECKPOINT, module, value):
            continue
        scope = value.frame()
        if scope.name == "__init__" and _stores(name, module.tree) == 1:
            found[name] = made_by_call(value, World(), make_frame(scope, module, cls, cls))
    return found


def _stores(name: str, tree: nodes.Module) -> int:
    stores: Iterable[nodes.AssignAttr] = nodes_in(tree, nodes.AssignAttr)
    return sum(store.attrname == name for store in stores)
