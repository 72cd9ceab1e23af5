"""Which locals a statement puts into which fields of the bound state, and whether as copies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.bound_state import bound_attributes
from ckptlint.program.interpretation.copies import copies_each_part, is_copying
from ckptlint.program.interpretation.frame import is_generator, is_stub, parameter_names
from ckptlint.program.interpretation.values import Function
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ckptlint.program.classes import Class
    from ckptlint.program.interpretation.observations import Observations

_OWN_MEMORY: Final = frozenset({"array", "clone", "copy", "deepcopy"})
"""Calls whose result shares no memory with what they are given."""

_DEEPEST: Final = 4
"""How many helpers inside one another are looked into."""

Sources = dict[str, bool]
"""The names that a value is a copy, a view or a part of, each with whether it has own memory."""


@dataclass(frozen=True, slots=True)
class Given:
    """A local that a save puts into a field of the bound state.

    Parameters
    ----------
    name, field : str
        The local, and the field.
    is_copied : bool
        Whether the field has memory of its own, so that changing the local in place leaves it.
    assignment : Assign
        The assignment to the field, here or in a helper.
    """

    name: str
    field: str
    is_copied: bool
    assignment: nodes.Assign

    def under(self, name: str, is_copied: bool) -> Given:
        """Give the same for a local of the caller, of which the helper is given a copy or not."""
        return replace(self, name=name, is_copied=is_copied or self.is_copied)


@dataclass(frozen=True, slots=True)
class Save:
    """A statement that saves.

    `node` is the call that does it, or the assignment to a field.
    """

    node: nodes.NodeNG
    given: tuple[Given, ...]


def saves_of(scope: nodes.FunctionDef, concrete: Class | None, seen: Observations) -> list[Save]:
    """Find the statements of a function that put locals of it into the bound state."""
    bound = frozenset() if concrete is None else bound_attributes(concrete)
    return [
        Save(save.node, _settled(save.given))
        for save in _Look(bound, seen).saves(scope, _DEEPEST)
        if save.given
    ]


def _settled(given: tuple[Given, ...]) -> tuple[Given, ...]:
    """Give each pair of local and field once; it is a copy if each writing of it is one."""
    settled: dict[tuple[str, str], Given] = {}
    for one in given:
        known = settled.setdefault((one.name, one.field), one)
        if known.is_copied:
            settled[one.name, one.field] = one
    return tuple(settled.values())


@dataclass(frozen=True, slots=True)
class _Look:
    """A look for saves in the functions of one model."""

    bound: frozenset[str]
    seen: Observations

    def saves(self, scope: nodes.FunctionDef, depth: int) -> Iterator[Save]:
        for node in nodes_in(scope, (nodes.Assign, nodes.Call)):
            if node.frame() is not scope:
                continue
            if isinstance(node, nodes.Assign):
                fields = [one for target in node.targets for one in self._fields(target, scope)]
                sources = self.sources(node.value, {})
                pairs = [(field, *one) for field in fields for one in sources.items()]
                yield Save(node, tuple(Given(name, field, own, node) for field, name, own in pairs))
            elif depth:
                is_statement = isinstance(node.parent, nodes.Expr)
                look = self._given_to_helper if is_statement else self._given_inside
                yield Save(node, tuple(look(node, depth)))

    def _fields(self, target: nodes.NodeNG, scope: nodes.FunctionDef) -> Iterator[str]:
        if isinstance(target, nodes.AssignAttr) and self._is_state(target.expr, scope):
            yield target.attrname

    def _is_state(self, node: nodes.NodeNG, scope: nodes.FunctionDef) -> bool:
        if isinstance(node, nodes.Attribute):
            is_own = isinstance(node.expr, nodes.Name) and node.expr.name in _receiver(scope)
            return is_own and node.attrname in self.bound
        if not isinstance(node, nodes.Name):
            return False
        values = [
            one.value
            for one in nodes_in(scope, nodes.Assign)
            if any(getattr(target, "name", None) == node.name for target in one.targets)
        ]
        return bool(values) and all(
            isinstance(value, nodes.Attribute) and self._is_state(value, scope) for value in values
        )

    def _given_to_helper(self, call: nodes.Call, depth: int) -> Iterator[Given]:
        """Give what a call of a method puts into the state, of its arguments."""
        function = self._callee(call)
        if function is None or function.owner is None or is_generator(function.node):
            return
        arguments = _arguments(call, function)
        inner = self._of_helper(function.node, depth - 1)
        for given in inner:
            for name, is_copied in self.sources(arguments.get(given.name), {}).items():
                yield given.under(name, is_copied)

    def _given_inside(self, call: nodes.Call, depth: int) -> Iterator[Given]:
        """Give what a step puts into the state and then returns, by the locals that take it."""
        function = self._callee(call)
        if function is None or function.owner is None or is_generator(function.node):
            return
        scope = function.node
        inner = [save for save in self.saves(scope, depth - 1) if save.given]
        returns = [*nodes_in(scope, nodes.Return)] if inner else []
        if len(returns) != 1:
            return
        returned = returns[0].value
        parts = returned.elts if isinstance(returned, nodes.Tuple) else [returned]
        for part, target in zip(parts, _targets_of(call, len(parts)), strict=False):
            if isinstance(part, nodes.Name) and isinstance(target, nodes.AssignName):
                for save in inner:
                    if not _is_bound_behind(part.name, save.node, scope):
                        for given in save.given:
                            if given.name == part.name:
                                yield replace(given, name=target.name)

    def _of_helper(self, scope: nodes.FunctionDef, depth: int) -> list[Given]:
        """Give what a helper puts into the state, in the names of its parameters."""
        made: dict[str, Sources] = {name: {name: False} for name in parameter_names(scope)}
        found = []
        saves = {save.node: save for save in self.saves(scope, depth)}
        for node in nodes_in(scope, (nodes.Assign, nodes.Call)):
            save = saves.get(node)
            for given in save.given if save is not None else ():
                for name, is_copied in made.get(given.name, {}).items():
                    found.append(given.under(name, is_copied))
            if isinstance(node, nodes.Assign) and node.frame() is scope:
                for target in node.targets:
                    made |= self._bound_by(target, node.value, made)
        return found

    def _bound_by(
        self, target: nodes.NodeNG, value: nodes.NodeNG, made: Mapping[str, Sources]
    ) -> dict[str, Sources]:
        if isinstance(target, nodes.AssignName):
            return {target.name: self.sources(value, made)}
        if not isinstance(target, nodes.Tuple):
            return {}
        elements = self._elements(value, len(target.elts), made)
        found: dict[str, Sources] = {}
        for part, sources in zip(target.elts, elements, strict=True):
            if isinstance(part, nodes.AssignName):
                found[part.name] = sources
        return found

    def _elements(
        self, value: nodes.NodeNG, count: int, made: Mapping[str, Sources]
    ) -> list[Sources]:
        if isinstance(value, nodes.Tuple) and len(value.elts) == count:
            return [self.sources(one, made) for one in value.elts]
        function = self._callee(value) if isinstance(value, nodes.Call) else None
        returned = None if function is None else _returned(function.node)
        if function is None or not isinstance(returned, nodes.Tuple):
            return [{}] * count
        if len(returned.elts) != count:
            return [{}] * count
        arguments = _arguments(value, function)
        return [self._through(self.sources(one, {}), arguments, made) for one in returned.elts]

    def sources(self, value: nodes.NodeNG | None, made: Mapping[str, Sources]) -> Sources:
        """Give the names whose values `value` repeats; none where it is anything else."""
        match value:
            case nodes.Name():
                return dict(made.get(value.name, {value.name: False}))
            case nodes.Tuple() | nodes.List():
                return self._joined(value.elts, made, is_copied=False)
            case nodes.ComprehensionScope() if copies_each_part(value):
                iterated = [generator.iter for generator in value.generators]
                own = any(_is_own(call) for call in nodes_in(value, nodes.Call))
                return self._joined(iterated, made, is_copied=own)
            case nodes.Call() if is_copying(value):
                parts = [*value.args]
                if isinstance(value.func, nodes.Attribute) and not _is_module(value.func.expr):
                    parts = [value.func.expr]
                return self._joined(parts, made, is_copied=_is_own(value))
            case nodes.Call():
                function = self._callee(value)
                returned = None if function is None else _returned(function.node)
                if function is None or returned is None:
                    return {}
                inner = self.sources(returned, {})
                return self._through(inner, _arguments(value, function), made)
            case _:
                return {}

    def _joined(
        self, values: list[nodes.NodeNG], made: Mapping[str, Sources], *, is_copied: bool
    ) -> Sources:
        found: Sources = {}
        for value in values:
            for name, own in self.sources(value, made).items():
                found[name] = own or is_copied
        return found

    def _through(
        self,
        inner: Sources,
        arguments: Mapping[str, nodes.NodeNG],
        made: Mapping[str, Sources],
    ) -> Sources:
        """Put the arguments of a call in the place of the parameters that it repeats."""
        found: Sources = {}
        for parameter, is_copied in inner.items():
            for name, own in self.sources(arguments.get(parameter), made).items():
                found[name] = own or is_copied
        return found

    def _callee(self, call: nodes.Call) -> Function | None:
        called = {way.callee for way in self.seen.calls.get(call, ())}
        callee = called.pop() if len(called) == 1 else None
        if not isinstance(callee, Function) or is_stub(callee.node):
            return None
        return callee


def _arguments(call: nodes.Call, function: Function) -> dict[str, nodes.NodeNG]:
    """Give the expressions that a call binds to the parameters of a function."""
    names = parameter_names(function.node)[1 if function.is_bound else 0 :]
    if any(isinstance(argument, nodes.Starred) for argument in call.args):
        return {}
    bound = dict(zip(names, call.args, strict=False))
    return bound | {word.arg: word.value for word in call.keywords if word.arg is not None}


def _returned(function: nodes.FunctionDef) -> nodes.NodeNG | None:
    """Give what a function of a single statement returns."""
    body = [
        one for one in function.body if not isinstance(getattr(one, "value", None), nodes.Const)
    ]
    if len(body) != 1 or not isinstance(body[0], nodes.Return):
        return None
    return body[0].value


def _targets_of(call: nodes.Call, count: int) -> list[nodes.NodeNG]:
    """Give the targets to which an assignment binds the parts of what a call returns."""
    holder, place = call.parent, None
    if isinstance(holder, nodes.Tuple):
        place, holder = holder.elts.index(call), holder.parent
    if not isinstance(holder, nodes.Assign) or len(holder.targets) != 1:
        return []
    target = holder.targets[0]
    if place is None:
        parts = target.elts if isinstance(target, nodes.Tuple) else [target]
        return list(parts) if len(parts) == count else []
    if not isinstance(target, nodes.Tuple) or len(target.elts) != len(call.parent.elts):
        return []
    return [target.elts[place]] if count == 1 else []


def _is_bound_behind(name: str, save: nodes.NodeNG, scope: nodes.FunctionDef) -> bool:
    targets = (one for one in nodes_in(scope, nodes.AssignName) if one.name == name)
    return any(target.lineno > save.lineno for target in targets)


def _receiver(scope: nodes.FunctionDef) -> tuple[str, ...]:
    return parameter_names(scope)[:1]


def _is_own(call: nodes.Call) -> bool:
    name = getattr(call.func, "attrname", None) or getattr(call.func, "name", None)
    return name in _OWN_MEMORY


def _is_module(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Name) and node.name in ("copy", "np", "numpy", "torch")
