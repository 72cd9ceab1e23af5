"""Restores that every rollout of a session makes again, since nothing marks one as done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.bound_state import bound_attributes, is_metadata
from ckptlint.program.interpretation.values import Function
from ckptlint.program.state.escapes import escapes
from ckptlint.program.state.handles import Handle, Handles
from ckptlint.program.state.uses import uses_of
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ckptlint.program.classes import Class
    from ckptlint.program.module import Module
    from ckptlint.program.rollouts import Rollout
    from ckptlint.program.state.uses import Put

_LOOKS: Final = frozenset({"all", "any", "bool", "getattr", "hasattr", "isinstance", "len"})
"""Builtins whose outcome depends on what they are given alone."""


@dataclass(frozen=True, slots=True)
class RepeatedRestore:
    """A restore that nothing keeps from being made again by the session's next rollout.

    Parameters
    ----------
    read : Attribute
        Where the first field is read back.
    function : FunctionDef
        The function that restores.
    model : str
        The class of the model.
    """

    read: nodes.NodeNG
    function: nodes.FunctionDef
    model: str


def repeated_restores(module: Module, rollouts: tuple[Rollout, ...]) -> tuple[RepeatedRestore, ...]:
    """Find the restores of `module` that have neither a mark that one was made nor a check of it.

    A mark is anything that the restore changes and asks about; a check is any condition on more
    than the checkpoint's metadata and on whether there is something saved. Where a condition
    cannot be judged, it counts as a check.
    """
    found: dict[nodes.NodeNG, RepeatedRestore] = {}
    for rollout in rollouts:
        concrete = rollout.frame.concrete
        if concrete is None:
            continue
        for function, reads in _restoring_functions(rollout).items():
            if function.root() is not module.tree or function in found:
                continue
            if not _may_be_the_last(rollout, concrete, function):
                found[function] = RepeatedRestore(reads[0], function, concrete.name)
    return tuple(found.values())


def _may_be_the_last(rollout: Rollout, concrete: Class, function: nodes.FunctionDef) -> bool:
    return rollout.remember(
        ("may be the last", function),
        lambda: _Restore(rollout, concrete, function).may_be_the_last(),
    )


def _restoring_functions(
    rollout: Rollout,
) -> dict[nodes.FunctionDef, list[nodes.NodeNG]]:
    """Give the functions in which fields are read back that boundaries are made from."""
    found: dict[nodes.FunctionDef, list[nodes.NodeNG]] = {}
    restores = rollout.interpreter.observations.restores
    for read in sorted(restores, key=lambda node: (node.lineno, node.col_offset)):
        function = read.frame()
        if isinstance(read, nodes.Attribute) and isinstance(function, nodes.FunctionDef):
            found.setdefault(function, []).append(read)
    return found


class _Restore:
    """One function that restores, and the functions of the rollout that lead to it."""

    def __init__(self, rollout: Rollout, concrete: Class, function: nodes.FunctionDef) -> None:
        self._rollout = rollout
        self._function = function
        self._handles = Handles(concrete, dict.fromkeys(bound_attributes(concrete), Handle.PROXY))
        self._names: dict[nodes.NodeNG, Mapping[str, Handle]] = {}
        for reach in self._handles.reached():
            self._names[reach.function] = dict(reach.names)
        self._functions = (*self._way(),)

    def may_be_the_last(self) -> bool:
        """Tell whether a restore may be made once only, or only into the run that was saved."""
        if not all(function in self._names for function in self._functions):
            return True
        return (
            escapes(self._handles)
            or any(map(self._is_checked, self._functions))
            or self._is_marked()
        )

    def _way(self) -> Iterator[nodes.NodeNG]:
        """Give the function that restores, and those whose calls lead to it."""
        calls = self._rollout.interpreter.observations.calls
        seen: dict[nodes.NodeNG, None] = {self._function: None}
        pending = [self._function]
        while pending:
            function = pending.pop()
            yield function
            for call, ways in calls.items():
                caller = call.frame()
                if caller not in seen and any(
                    isinstance(way.callee, Function) and way.callee.node is function for way in ways
                ):
                    seen[caller] = None
                    pending.append(caller)

    def _is_checked(self, function: nodes.NodeNG) -> bool:
        """Tell whether a condition before the first yield asks about more than the checkpoint."""
        yields = [
            node.lineno
            for node in nodes_in(function, (nodes.Yield, nodes.YieldFrom))
            if node.frame() is function
        ]
        first = min(yields, default=function.end_lineno or 0)
        tests = nodes_in(function, (nodes.If, nodes.IfExp, nodes.While, nodes.Assert))
        if any(True for _ in nodes_in(function, (nodes.Match, nodes.Try))):
            return True
        return any(
            not self._is_plain(node.test, function, frozenset())
            for node in tests
            if node.test.lineno <= first
        )

    def _is_plain(self, node: nodes.NodeNG, function: nodes.NodeNG, seen: frozenset[str]) -> bool:
        """Tell whether a condition asks only whether, and how, the checkpoint restores."""
        match node:
            case nodes.Const():
                return True
            case nodes.Name():
                return self._is_plain_name(node, function, seen)
            case nodes.Attribute():
                return self._is_of_state(node, function) or self._is_level(node)
            case nodes.BoolOp() | nodes.Tuple() | nodes.List():
                parts = node.values if isinstance(node, nodes.BoolOp) else node.elts
                return all(self._is_plain(part, function, seen) for part in parts)
            case nodes.UnaryOp():
                return self._is_plain(node.operand, function, seen)
            case nodes.NamedExpr():
                return self._is_plain(node.value, function, seen)
            case nodes.Compare():
                operands = [node.left, *(right for _, right in node.ops)]
                asks_more = any(self._is_field(one, function) for one in operands) and not all(
                    self._is_field(one, function) or isinstance(one, nodes.Const)
                    for one in operands
                )
                return not asks_more and all(
                    self._is_plain(one, function, seen) for one in operands
                )
            case nodes.Call(func=nodes.Name(name=name)) if name in _LOOKS:
                return all(self._is_plain(one, function, seen) for one in node.args)
        return False

    def _is_plain_name(
        self, node: nodes.Name, function: nodes.NodeNG, seen: frozenset[str]
    ) -> bool:
        """Follow a local to what it is assigned: a condition, or what a restore gives."""
        if node.name in self._names[function] or node.name in seen:
            return True
        bindings = function.locals.get(node.name, ())
        if not bindings or any(not isinstance(one, nodes.AssignName) for one in bindings):
            return False
        return all(self._is_plain_value(one, function, seen | {node.name}) for one in bindings)

    def _is_plain_value(
        self, binding: nodes.AssignName, function: nodes.NodeNG, seen: frozenset[str]
    ) -> bool:
        statement = binding.statement()
        value = getattr(statement, "value", None)
        if not isinstance(statement, nodes.Assign | nodes.AnnAssign) or value is None:
            return False
        if isinstance(value, nodes.Call) and self._leads_here(value):
            return True
        return binding.parent is statement and self._is_plain(value, function, seen)

    def _leads_here(self, call: nodes.Call) -> bool:
        ways = self._rollout.interpreter.observations.calls.get(call, ())
        return any(
            isinstance(way.callee, Function) and way.callee.node in self._functions for way in ways
        )

    def _is_of_state(self, node: nodes.NodeNG, function: nodes.NodeNG) -> bool:
        return isinstance(node, nodes.Attribute) and (
            self._handles.of(node.expr, self._names[function]) is not None
        )

    def _is_field(self, node: nodes.NodeNG, function: nodes.NodeNG) -> bool:
        return self._is_of_state(node, function) and not is_metadata(node.attrname)

    def _is_level(self, node: nodes.Attribute) -> bool:
        """Tell whether `node` is a member of an enumeration, as in ``CheckpointLevel.FULL``."""
        return isinstance(node.expr, nodes.Name) and node.expr.name[:1].isupper()

    def _is_marked(self) -> bool:
        """Tell whether something about a restore is noted in the state.

        To take a field out is no mark where the next save fills it again.
        """
        uses = uses_of(self._handles)
        if not uses.is_followed:
            return True
        filled = {put.name for put in uses.puts if not _is_emptied(put) and not _is_made(put)}
        for put in uses.puts:
            if _is_emptied(put) and put.name in filled:
                continue
            if put.reach.function is self._function and isinstance(put.value, nodes.Const):
                return True
            if _is_emptied(put) and not _is_made(put):
                return True
        return any(_rebinds(function, self._handles) for function in self._functions)


def _is_emptied(put: Put) -> bool:
    """Tell whether nothing is put into a field: None, zero, an empty text, tuple or list."""
    value = put.value
    if isinstance(value, nodes.Tuple | nodes.List):
        return not value.elts
    return isinstance(value, nodes.Const) and not bool(value.value)


def _is_made(put: Put) -> bool:
    return bool(put.reach.function.name == "__init__")


def _rebinds(function: nodes.NodeNG, handles: Handles) -> bool:
    """Tell whether a function deletes fields, or binds the attribute of the state anew."""
    for node in nodes_in(function, (nodes.DelAttr, nodes.AssignAttr)):
        if isinstance(node, nodes.DelAttr) or node.attrname in handles.attributes:
            return True
    return False
