"""The expressions through which the methods of a class reach its bound state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.classes import Class, Method
from ckptlint.program.interpretation.frame import decorator_names, parameter_names
from ckptlint.program.state.instances import is_self
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ckptlint.program.module import Module


class Handle(Enum):
    """What an expression gives: the proxy of the bound state, or the dataclass instance itself."""

    PROXY = "proxy"
    INSTANCE = "instance"


@dataclass(frozen=True, slots=True)
class Reach:
    """A function, and the names in it that hold the bound state.

    Parameters
    ----------
    function : FunctionDef
        The function.
    module : Module
        Where it stands.
    owner : Class or None
        The class in whose body it is a method.
    names : tuple[tuple[str, Handle], ...]
        Its locals and parameters that hold the state.
    """

    function: nodes.FunctionDef
    module: Module
    owner: Class | None
    names: tuple[tuple[str, Handle], ...] = ()


class Handles:
    """Tells which expressions give the state that a class has bound under some attributes.

    Parameters
    ----------
    concrete : Class
        The class of ``self``.
    attributes : mapping of str to Handle
        The attributes of ``self`` that hold the proxy, or the instance behind it.
    """

    def __init__(self, concrete: Class, attributes: Mapping[str, Handle]) -> None:
        self.concrete = concrete
        self.attributes = attributes

    def of(self, node: nodes.NodeNG, names: Mapping[str, Handle]) -> Handle | None:
        """Tell what `node` gives where `names` hold the state; None for anything else."""
        if isinstance(node, nodes.Name):
            return names.get(node.name)
        if isinstance(node, nodes.NamedExpr):
            return self.of(node.value, names)
        if not isinstance(node, nodes.Attribute):
            return None
        if is_self(node.expr):
            return self.attributes.get(node.attrname) or self._by_property(node.attrname)
        if node.attrname == "checkpoint_dataclass":
            holder = self.of(node.expr, names)
            return Handle.INSTANCE if holder is not None else None
        return None

    def reached(self) -> Iterator[Reach]:
        """Give every function that may touch the state: methods, and what they pass it to."""
        pending: list[Reach] = []
        for ancestor in self.concrete.mro:
            if not isinstance(ancestor, Class):
                continue
            for statement in nodes_in(ancestor.node, nodes.FunctionDef):
                if statement.parent.frame() is ancestor.node:
                    pending.append(Reach(statement, ancestor.module, ancestor))
        seen: set[Reach] = set()
        while pending:
            given = pending.pop(0)
            if given in seen:
                continue
            seen.add(given)
            names = self._with_aliases(given.function, dict(given.names))
            reach = Reach(given.function, given.module, given.owner, tuple(names.items()))
            yield reach
            pending.extend(self._passed_on(reach, names))

    def _with_aliases(
        self, function: nodes.FunctionDef, names: dict[str, Handle]
    ) -> dict[str, Handle]:
        """Add the locals that hold the state and nothing else."""
        assigned = [
            (binding, statement.value)
            for name, bindings in function.locals.items()
            for binding in bindings
            if isinstance(statement := binding.parent, nodes.Assign | nodes.AnnAssign)
            and statement.value is not None
            and len(bindings) == 1
        ]
        for _ in range(2):
            for binding, value in assigned:
                handle = self.of(value, names)
                if handle is not None:
                    names[binding.name] = handle
        return names

    def _passed_on(self, reach: Reach, names: dict[str, Handle]) -> Iterator[Reach]:
        """Find the functions that are called with the state as an argument."""
        for call in nodes_in(reach.function, nodes.Call):
            given = [(index, self.of(one, names)) for index, one in enumerate(call.args)]
            by_name = [(word.arg, self.of(word.value, names)) for word in call.keywords]
            if not any(handle for _, handle in [*given, *by_name]):
                continue
            callee = self._callee(call, reach.module)
            if callee is None or any(isinstance(one, nodes.Starred) for one in call.args):
                continue
            parameters = parameter_names(callee.function)
            if callee.owner is not None and "staticmethod" not in decorator_names(callee.function):
                parameters = parameters[1:]
            held = [(parameters[i], h) for i, h in given if h is not None and i < len(parameters)]
            held += [(word, h) for word, h in by_name if h is not None and word in parameters]
            if held:
                yield Reach(callee.function, callee.module, callee.owner, tuple(held))

    def _callee(self, call: nodes.Call, module: Module) -> Reach | None:
        function = call.func
        if isinstance(function, nodes.Attribute) and is_self(function.expr):
            found = self.concrete.lookup(function.attrname)
            if isinstance(found, Method):
                return Reach(found.function, found.owner.module, found.owner)
        elif isinstance(function, nodes.Name):
            definition = module.names.definition(function)
            if isinstance(definition, nodes.FunctionDef):
                return Reach(definition, module, None)
        return None

    def _by_property(self, name: str) -> Handle | None:
        """Look into a property that only gives the state another name."""
        found = self.concrete.lookup(name)
        if not isinstance(found, Method) or "property" not in decorator_names(found.function):
            return None
        body = [one for one in found.function.body if not isinstance(one, nodes.Expr)]
        returned = body[0].value if len(body) == 1 and isinstance(body[0], nodes.Return) else None
        if isinstance(returned, nodes.Attribute) and returned.attrname != name:
            return self.of(returned, {})
        return None
