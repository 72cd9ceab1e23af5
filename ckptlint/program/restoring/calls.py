"""Models that restore when they are called, so that what they are given is ignored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.bound_state import bound_attributes
from ckptlint.program.classes import KnownMethod, Method
from ckptlint.program.interpretation.frame import (
    given_parameters,
    is_generator,
    is_stub,
    keeps_its_meaning,
    make_frame,
)
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.situation import CALL
from ckptlint.program.interpretation.values import Sequence, reads_of
from ckptlint.program.restoring.parents import ReadBack
from ckptlint.program.restoring.trials import fields_read, in_order, is_given
from ckptlint.program.restoring.ways import calls_leading_to
from ckptlint.program.rollouts import ENTRIES
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.classes import Class
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.module import Module
    from ckptlint.sources.source import Edit


@dataclass(frozen=True, slots=True)
class RestoringCall:
    """A restore in a method that is run when the model is called.

    Parameters
    ----------
    node : NodeNG
        Where the restore is made: in the method itself, the call that leads to it.
    method : str
        The method: ``__call__``, or ``forward``.
    read : ReadBack
        Where the state is read back.
    """

    node: nodes.NodeNG
    method: str
    read: ReadBack


def restoring_calls(module: Module, give_up: GiveUp) -> tuple[RestoringCall, ...]:
    """Find the restores of `module` that replace what a model is called with.

    Only models that have a rollout count: what else binds state may be called to restore.
    """
    found: dict[nodes.NodeNG, RestoringCall] = {}
    for cls in module.classes:
        if not bound_attributes(cls):
            continue
        if not any(isinstance(cls.lookup(name), Method | KnownMethod) for name in ENTRIES):
            continue
        step = _step_of(cls)
        if step is not None:
            frame = make_frame(step.function, step.owner.module, cls, step.owner)
            restores = _restores_of(step, frame, module)
            if restores is None:
                give_up(frame)
            for one in restores or ():
                found.setdefault(one.node, one)
    return tuple(sorted(found.values(), key=lambda one: (one.node.lineno, one.node.col_offset)))


def _step_of(cls: Class) -> Method | None:
    """Give what runs when a model is called: its ``__call__``, or torch's, which runs `forward`."""
    step = cls.lookup("__call__")
    if isinstance(step, KnownMethod) and "__call__" in step.owner.calls:
        step = cls.lookup(step.owner.calls["__call__"][0])
    if not isinstance(step, Method) or is_stub(step.function) or is_generator(step.function):
        return None
    return step if keeps_its_meaning(step.function, step.owner.module) else None


def _restores_of(step: Method, frame: Frame, module: Module) -> tuple[RestoringCall, ...] | None:
    """Find what a step restores in place of what it is given, once; None if it is too large."""
    assert frame.concrete is not None
    return module.remember(
        frame.concrete.node, ("restoring call", frame), lambda: _found_in(step, frame, module)
    )


def _found_in(step: Method, frame: Frame, module: Module) -> tuple[RestoringCall, ...] | None:
    interpreter = Interpreter(module, CALL)
    try:
        outcome = interpreter.run(frame, interpreter.entry_world(frame), hands_out=False)
    except TooComplex:
        return None
    reads = in_order({read for value, _ in outcome.ends for read in _put_in_place_of_input(value)})
    for read in reads:
        node = _place_of(read, step, interpreter)
        if node is not None:
            read_back = ReadBack(read, interpreter.module_of(read))
            return (RestoringCall(node, step.function.name, read_back),)
    return ()


def _put_in_place_of_input(value: Value) -> dict[nodes.NodeNG, str]:
    """Give the reads that a returned tensor is made from, if it is made from nothing given."""
    x = value.items[0] if isinstance(value, Sequence) and value.items else value
    return {} if any(is_given(read) for read in reads_of(x)) else fields_read(x)


def _place_of(read: nodes.NodeNG, step: Method, interpreter: Interpreter) -> nodes.NodeNG | None:
    """Give the place in the module that is asked about at which the step restores."""
    home = interpreter.home
    if step.owner.module is not home:
        return read if read.root() is home.tree else None
    scope = step.function
    if read.frame() is scope:
        return read
    for call in calls_leading_to(read, interpreter):
        if call.frame() is scope:
            return call
    return read if read.root() is home.tree else None


def without_restore(module: Module, found: RestoringCall) -> tuple[Edit, ...] | None:
    """Take the restore out, where it is a statement that does nothing else.

    That is an assignment to the parameters, from a helper that is given them, or an ``if`` that
    only assigns to them.
    """
    statement = found.node.statement()
    scope = statement.frame()
    if not isinstance(scope, nodes.FunctionDef) or scope.name != found.method:
        return None
    given = {parameter.name for parameter in given_parameters(scope)}
    if isinstance(statement.parent, nodes.If) and statement.parent.parent is scope:
        statement = statement.parent
    if statement.parent is not scope:
        return None
    if isinstance(statement, nodes.If):
        if statement.orelse or not all(isinstance(one, nodes.Assign) for one in statement.body):
            return None
    elif not isinstance(statement, nodes.Assign) or statement.value is not found.node:
        return None
    if _is_read_back_elsewhere(statement, given, scope):
        return None
    return editing.delete(module, statement)


def _is_read_back_elsewhere(
    statement: nodes.NodeNG, given: set[str], scope: nodes.FunctionDef
) -> bool:
    """Tell whether the statement binds anything but parameters that is read outside it."""
    targets = list(nodes_in(statement, (nodes.AssignName, nodes.AssignAttr, nodes.Subscript)))
    stored = [one for one in targets if isinstance(one, nodes.AssignName)]
    if any(isinstance(one, nodes.AssignAttr) for one in targets):
        return True
    others = {one.name for one in stored} - given
    inside = set(nodes_in(statement, nodes.Name))
    return any(name.name in others for name in nodes_in(scope, nodes.Name) if name not in inside)
