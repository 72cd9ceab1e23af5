"""How a rollout saves: the calls that write the bound state, and the helpers that could."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.classes import Class, Method
from ckptlint.program.flow.dominance import dominators
from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.flow.paths import shortest_path
from ckptlint.program.interpretation.frame import is_generator, is_stub, make_frame, parameter_names
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.world import SAVED
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.flow.graph import FlowGraph, Point
    from ckptlint.program.module import Module
    from ckptlint.program.rollouts import Rollout, UnsavedYield

_COPIES: Final = frozenset({"clone", "copy", "detach"})


@dataclass(frozen=True, slots=True)
class SaveCall:
    """A call ``self.METHOD(ARGUMENTS)`` that saves the boundary that the next yield hands out.

    Parameters
    ----------
    call : Call
        The call.
    method : str
        The name of the method.
    arguments : tuple[str, ...]
        The texts of its arguments.
    yielded : tuple[str, ...] or None
        What the next yield hands out, element by element, copies aside; None where that cannot
        be told.
    """

    call: nodes.Call
    method: str
    arguments: tuple[str, ...]
    yielded: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class MissingSave:
    """The call that would save an unsaved boundary.

    `doubt` says what is not certain about it, and is None where all is.
    """

    text: str
    doubt: str | None


def missing_save(module: Module, found: UnsavedYield) -> MissingSave | None:
    """Write the save that a yield lacks, as the rollout's other saves show it.

    None where nothing shows it, or where a save just before the statement would not cure the yield.
    """
    receiver = receiver_of(found.node.frame())
    if receiver is None or not _is_all_of_its_statement(found.node):
        return None
    handed_out = elements(found.node, module)
    calls = save_calls(module, found.rollout)
    if calls:
        save = _like_the_others(module, calls, receiver, handed_out, found)
        raised = any(turn.kind is EdgeKind.RAISES for turn in found.turns)
        if save is not None and save.doubt is None and raised:
            return MissingSave(save.text, "it may raise what the way there has passed over")
        return save
    methods = save_methods(found.rollout)
    if len(methods) != 1 or handed_out is None or found.rollout.frame.concrete is None:
        return None
    function = methods[0].function
    if len(parameter_names(function)) != len(handed_out) + 1:
        return None
    text = f"{receiver}.{function.name}({', '.join(handed_out)})"
    return MissingSave(text, f"no other call of `{function.name}` shows what it is given")


def _like_the_others(
    module: Module,
    calls: tuple[SaveCall, ...],
    receiver: str,
    handed_out: tuple[str, ...] | None,
    found: UnsavedYield,
) -> MissingSave | None:
    save_what_they_yield = all(call.arguments == call.yielded for call in calls)
    same_method = len({call.method for call in calls}) == 1
    if save_what_they_yield and same_method and handed_out is not None:
        if len(handed_out) == len(calls[0].arguments):
            return MissingSave(f"{receiver}.{calls[0].method}({', '.join(handed_out)})", None)
        return None
    scope = found.node.frame()
    bound = _bound_before(found)
    for call in calls:
        if call.call.frame() is scope and bound.issuperset(call.arguments):
            text = f"{receiver}.{call.method}({', '.join(call.arguments)})"
            return MissingSave(text, f"it saves what {module.told_line(call.call)} saves")
    return None


def save_calls(module: Module, rollout: Rollout) -> tuple[SaveCall, ...]:
    """Find the calls in the rollout's own functions of `module` that are seen to save."""
    found = []
    for node, seen in rollout.interpreter.observations.saves.items():
        if not seen or not isinstance(node, nodes.Call) or node.root() is not module.tree:
            continue
        graph = rollout.interpreter.graph_of(node.frame())
        if node.keywords or not _is_method_of_model(node.func) or not _yields_of(graph):
            continue
        if not isinstance(node.parent, nodes.Expr):
            continue
        found.append(
            SaveCall(
                node,
                node.func.attrname,
                tuple(module.text(argument) for argument in node.args),
                _yielded_next(node, graph, module),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.call.lineno, one.call.col_offset)))


def save_methods(rollout: Rollout) -> tuple[Method, ...]:
    """Find the methods of the model, named for it, that write the bound state whenever called."""
    concrete = rollout.frame.concrete
    return () if concrete is None else tuple(_save_methods(concrete))


def elements(node: nodes.NodeNG, module: Module) -> tuple[str, ...] | None:
    """Give what a yield hands out, element by element, with copies of a name taken for the name.

    None where an element is no plain name.
    """
    value = node.value if isinstance(node, nodes.Yield) else None
    if not isinstance(value, nodes.Tuple):
        return None
    names = tuple(_name_of(element) for element in value.elts)
    return None if None in names else tuple(name for name in names if name is not None)


def receiver_of(scope: nodes.NodeNG) -> str | None:
    """Give the name of the model in `scope`: the first parameter of its outermost function.

    A method body that stands alone in a fragment calls it ``self``.
    """
    receiver: str | None = "self" if isinstance(scope, nodes.Module) else None
    while isinstance(scope, nodes.FunctionDef):
        receiver = next(iter(parameter_names(scope)), None)
        scope = scope.parent.frame()
    return receiver


def _is_all_of_its_statement(node: nodes.NodeNG) -> bool:
    """Tell whether a yield is all that its statement evaluates."""
    statement = node.parent
    return isinstance(statement, nodes.Expr | nodes.Assign) and statement.value is node


def _bound_before(found: UnsavedYield) -> set[str]:
    """Name what is bound on every path to a yield: parameters, and what an assignment binds."""
    scope = found.node.frame()
    graph = found.rollout.interpreter.graph_of(scope)
    dominators_of = dominators(graph)
    names = set(parameter_names(scope)) if isinstance(scope, nodes.FunctionDef) else set()
    for target in nodes_in(scope, nodes.AssignName):
        for point in graph.points_of(target.statement()):
            if all(dominators_of.dominates(point, end) for end in graph.points_of(found.node)):
                names.add(target.name)
    return names


def _name_of(node: nodes.NodeNG) -> str | None:
    while (
        isinstance(node, nodes.Call)
        and not node.args
        and isinstance(node.func, nodes.Attribute)
        and node.func.attrname in _COPIES
    ):
        node = node.func.expr
    return node.name if isinstance(node, nodes.Name) else None


def _yielded_next(call: nodes.Call, graph: FlowGraph, module: Module) -> tuple[str, ...] | None:
    for start in graph.points_of(call):
        path = shortest_path(graph, start, _yields_of(graph), blocked=lambda _: False)
        if path is not None:
            return elements(graph.points[path[-1].target].node, module)
    return None


def _yields_of(graph: FlowGraph) -> list[Point]:
    return [point for point in graph.points if point.kind is PointKind.YIELD]


def _is_method_of_model(function: nodes.NodeNG) -> bool:
    return (
        isinstance(function, nodes.Attribute)
        and isinstance(function.expr, nodes.Name)
        and function.expr.name == receiver_of(function.frame())
    )


def _save_methods(concrete: Class) -> Iterator[Method]:
    for ancestor in concrete.mro:
        if not isinstance(ancestor, Class):
            continue
        for function in ancestor.node.body:
            if not isinstance(function, nodes.FunctionDef) or "save" not in function.name:
                continue
            if is_generator(function) or is_stub(function) or len(parameter_names(function)) < 2:
                continue
            frame = make_frame(function, ancestor.module, concrete, ancestor)
            interpreter = Interpreter(ancestor.module)
            try:
                outcome = interpreter.run(frame, interpreter.entry_world(frame), hands_out=False)
            except TooComplex:
                continue
            if outcome.ends and all(ended.boundary == SAVED for _, ended in outcome.ends):
                yield Method(function, ancestor)
