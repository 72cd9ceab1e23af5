"""A wrapper that restarts its parent, rewritten to continue with the model's own step."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.classes import KnownMethod, Method
from ckptlint.program.interpretation.frame import is_stub, make_frame
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.values import reads_of
from ckptlint.program.saving.calls import receiver_of
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Position, Span

if TYPE_CHECKING:
    from ckptlint.program.classes import Class
    from ckptlint.program.module import Module
    from ckptlint.sources.source import Edit


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """The shape that can be rewritten: start the parent, drop the boundary, save and yield."""

    start: nodes.Assign
    initial: tuple[str, str]
    drop: nodes.If
    flag: str
    loop: nodes.For
    carried: tuple[str, str]


def own_step_after_restart(
    module: Module, call: nodes.Call, concrete: Class | None
) -> tuple[Edit, ...] | None:
    """Rewrite the wrapper around `call`; None where it has another shape than the usual one.

    The usual one starts the parent's iterator, drops one ``next`` under the flag that the restore
    has set, and saves and yields in a ``for``. A restored rollout then goes on with the model's
    own call, the hooks around it where the model has them.
    """
    wrapper = _wrapper_around(call)
    if wrapper is None or not _can_step(concrete):
        return None
    body = _body_of(wrapper.loop, module)
    if body is None:
        return None
    unit, body_lines = body
    receiver = receiver_of(call.frame())
    carried = ", ".join(wrapper.carried)
    step = [f"{carried} = {receiver}({carried})"]
    if _has_hooks(concrete):
        step.insert(0, f"{carried} = {receiver}.front_hook({carried})")
        step.append(f"{carried} = {receiver}.rear_hook({carried})")
    lines = [f"if {wrapper.flag}:"]
    if wrapper.carried != wrapper.initial:
        lines.append(f"{unit}{carried} = {', '.join(wrapper.initial)}")
    lines.append(f"{unit}while True:")
    lines += [f"{unit * 2}{line}" if line else "" for line in (*step, *body_lines)]
    inserted = editing.insert_before(module, wrapper.start, lines)
    return None if inserted is None else (inserted, *editing.delete(module, wrapper.drop))


def _wrapper_around(call: nodes.Call) -> _Wrapper | None:
    start = call.parent
    if not (
        isinstance(start, nodes.Assign)
        and len(start.targets) == 1
        and isinstance(start.targets[0], nodes.AssignName)
        and not call.keywords
    ):
        return None
    iterator = start.targets[0].name
    drop = start.next_sibling()
    loop = drop.next_sibling() if isinstance(drop, nodes.If) else None
    if not (isinstance(loop, nodes.For) and _drops_one(drop, iterator)):
        return None
    initial = _pair(call.args)
    carried = _pair(loop.target.elts) if isinstance(loop.target, nodes.Tuple) else None
    over_iterator = isinstance(loop.iter, nodes.Name) and loop.iter.name == iterator
    leaves = (nodes.Break, nodes.Continue, nodes.Return)
    if initial is None or carried is None or not over_iterator or loop.orelse:
        return None
    if next(iter(nodes_in(loop, leaves)), None) is not None or _rebinds(loop, carried):
        return None
    return _Wrapper(start, initial, drop, drop.test.name, loop, carried)


def _rebinds(loop: nodes.For, carried: tuple[str, str]) -> bool:
    """Tell whether the body changes what was drawn, which the parent's next step does not read."""
    bound = (name for part in loop.body for name in nodes_in(part, nodes.AssignName))
    return any(name.name in carried for name in bound)


def _drops_one(statement: nodes.If, iterator: str) -> bool:
    """Tell whether `statement` is ``if FLAG: next(iterator)``."""
    if not isinstance(statement.test, nodes.Name) or statement.orelse or len(statement.body) != 1:
        return False
    dropped = getattr(statement.body[0], "value", None)
    return (
        isinstance(dropped, nodes.Call)
        and isinstance(dropped.func, nodes.Name)
        and dropped.func.name == "next"
        and bool(dropped.args)
        and isinstance(dropped.args[0], nodes.Name)
        and dropped.args[0].name == iterator
    )


def _pair(items: list[nodes.NodeNG]) -> tuple[str, str] | None:
    names = [item.name for item in items if isinstance(item, nodes.Name | nodes.AssignName)]
    return (names[0], names[1]) if len(names) == len(items) == 2 else None


def _can_step(concrete: Class | None) -> bool:
    """Tell whether calling the model is a step that takes its input."""
    if concrete is None:
        return True
    step = concrete.lookup("__call__")
    if isinstance(step, KnownMethod):
        return "__call__" not in step.owner.restores
    if isinstance(step, Method):
        return not is_stub(step.function) and not gives_restored(step, concrete)
    return step is not None


def gives_restored(step: Method, concrete: Class) -> bool:
    """Tell whether what a method returns is made from restored state, whatever it was given."""
    frame = make_frame(step.function, step.owner.module, concrete, step.owner)
    interpreter = Interpreter(step.owner.module)
    try:
        outcome = interpreter.run(frame, interpreter.entry_world(frame), hands_out=False)
    except TooComplex:
        return True
    return any(reads_of(value) for value, _ in outcome.ends)


def _has_hooks(concrete: Class | None) -> bool:
    if concrete is None:
        return True
    return isinstance(concrete.lookup("front_hook"), Method | KnownMethod)


def _body_of(loop: nodes.For, module: Module) -> tuple[str, list[str]] | None:
    """Give the unit of indentation and the lines of the loop's body, moved to the left.

    None where moving it would change it: a text in it runs over several lines, or a line goes on
    further to the left.
    """
    first, last = loop.body[0], loop.body[-1]
    outer = editing.indentation_of(module, loop)
    inner = editing.indentation_of(module, first)
    if outer is None or inner is None or not inner.startswith(outer):
        return None
    for text in nodes_in(loop, (nodes.Const, nodes.JoinedStr)):
        if text.lineno != text.end_lineno:
            return None
    start = Position(module.span(first).start.line, 1)
    lines = textwrap.dedent(module.text(Span(start, module.span(last).end))).split("\n")
    if lines[0][:1].isspace():
        return None
    return inner.removeprefix(outer), lines
