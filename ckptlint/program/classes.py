"""Classes, their bases across files, and which definition an attribute leads to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.attributes import instance_attributes
from ckptlint.program.facts import KnownClass
from ckptlint.program.hierarchy import linearise
from ckptlint.program.names import qualified_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ckptlint.program.module import Module

__all__ = [
    "UNRESOLVED",
    "Attribute",
    "Class",
    "KnownClass",
    "KnownMethod",
    "Method",
    "UnresolvedBase",
    "UnresolvedType",
]


@dataclass(frozen=True, slots=True, eq=False)
class UnresolvedBase:
    """A base class that cannot be found: its dotted name, or the expression that gives it."""

    expression: str


Ancestor: TypeAlias = "Class | KnownClass | UnresolvedBase"


@dataclass(frozen=True, slots=True)
class Method:
    """A function that a class defines in its body, under its own or another name."""

    function: nodes.FunctionDef
    owner: Class


@dataclass(frozen=True, slots=True)
class KnownMethod:
    """A method of a class that is known but not read."""

    owner: KnownClass
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something a class or its instances hold that is no method of the class.

    `node` is what binds it: the statement ``self.name = ...``, or for a name of the class's body
    the node that binds it there (an `AssignName`, a nested `ClassDef`, an import). It is None for a
    class that was not read.
    """

    owner: Class | KnownClass
    node: nodes.NodeNG | None


class UnresolvedType(Enum):
    """The type of `UNRESOLVED`."""

    UNRESOLVED = "unresolved"


UNRESOLVED: Final = UnresolvedType.UNRESOLVED
"""Says that a base class which cannot be found may define the name."""


class Class:
    """A class that was read; two are the same only if they are the same definition.

    Attributes
    ----------
    node : astroid.nodes.ClassDef
        The definition.
    module : Module
        The module in which it stands.
    name, qualified_name : str
        Its name, and its dotted path from the module on: ``package.module.Outer.Inner``.
    bound_attributes : dict
        What `bound_state.bound_attributes` has answered, with the files that this rests on.
    """

    def __init__(self, node: nodes.ClassDef, module: Module) -> None:
        self.node = node
        self.module = module
        self.name = str(node.name)
        self.qualified_name = f"{module.prefix}.{qualified_name(node)}"
        self.bound_attributes: dict[str, tuple[frozenset[str], dict[Path, bytes | None]]] = {}
        self._order: tuple[Ancestor, ...] | None = None
        self._remembered: dict[str, tuple[tuple[Ancestor, ...], dict[Path, bytes | None]]] = {}

    def __repr__(self) -> str:
        return f"<Class {self.qualified_name}>"

    @property
    def bases(self) -> tuple[Ancestor, ...]:
        """The direct bases, in order; without `object`, and without what Python drops itself."""
        return self.module.project.dependencies.remember(
            self._remembered, "bases", self._find_bases
        )

    @property
    def mro(self) -> tuple[Ancestor, ...]:
        """The method resolution order, the class itself first, `object` left out.

        An unresolved base keeps its place. A hierarchy that Python would refuse has an order all
        the same; it holds every ancestor once.
        """
        return self.module.project.dependencies.remember(self._remembered, "mro", self._find_order)

    @cached_property
    def instance_attributes(self) -> Mapping[str, tuple[nodes.NodeNG, ...]]:
        """The statements that assign to attributes of `self` in the class's own methods, by name.

        A statement stands once under each attribute that it assigns to, in the order of the text.
        """
        return MappingProxyType(instance_attributes(self.node))

    def own(self, name: str) -> Method | Attribute | None:
        """Give what the class's own body binds a name to."""
        bindings = self.node.locals.get(name)
        return self._of_binding(bindings[-1], frozenset({name})) if bindings else None

    def lookup(
        self, name: str, after: Class | KnownClass | None = None
    ) -> Method | KnownMethod | Attribute | UnresolvedType | None:
        """Find what an attribute of an instance of this class leads to.

        Parameters
        ----------
        name : str
            The attribute.
        after : Class or KnownClass, optional
            Look only behind this class in the order, as ``super()`` in one of its methods does;
            instances' attributes do not count then.

        Returns
        -------
        Method, KnownMethod, Attribute, UNRESOLVED or None
            `UNRESOLVED` if a base that cannot be found comes before the first definition; None if
            no class of the whole order defines the name.
        """
        order = self.mro
        if after is not None:
            order = order[order.index(after) + 1 :] if after in order else ()
        for ancestor in order:
            if isinstance(ancestor, UnresolvedBase):
                return UNRESOLVED
            if isinstance(ancestor, KnownClass):
                if name in ancestor.methods:
                    return KnownMethod(ancestor, name)
                if name in ancestor.attributes:
                    return Attribute(ancestor, None)
                continue
            found = ancestor.own(name)
            if found is not None:
                return found
            if after is None and name in ancestor.instance_attributes:
                return Attribute(ancestor, ancestor.instance_attributes[name][0])
        return None

    def _of_binding(self, binding: nodes.NodeNG, seen: frozenset[str]) -> Method | Attribute | None:
        if isinstance(binding, nodes.FunctionDef):
            return Method(binding, self)
        if isinstance(binding, nodes.DelName):
            return None
        value = getattr(binding.parent, "value", None)
        if (
            isinstance(binding, nodes.AssignName)
            and isinstance(value, nodes.Name)
            and isinstance(binding.parent, nodes.Assign)
            and value.name not in seen
            and value.name in self.node.locals
        ):
            other = self._of_binding(self.node.locals[value.name][-1], seen | {value.name})
            if isinstance(other, Method):
                return other
        # astroid gives every class a few names of its own, such as __module__.
        return Attribute(self, binding) if binding.lineno is not None else None

    def _find_bases(self) -> tuple[Ancestor, ...]:
        expressions = [_without_parameters(base) for base in self.node.bases]
        bases = [self._find_base(expression) for expression in expressions]
        parametrised = [e is not base for e, base in zip(expressions, self.node.bases, strict=True)]
        return tuple(
            base
            for index, base in enumerate(bases)
            if not _is_object(base) and not _drops_generic(index, bases, parametrised)
        )

    def _find_base(self, expression: nodes.NodeNG) -> Ancestor:
        module, project = self.module, self.module.project
        if isinstance(expression, nodes.Name):
            definition = module.names.definition(expression, but=self.node)
            if isinstance(definition, nodes.ClassDef):
                return module.class_from(definition)
        path = module.names.dotted(expression, but=self.node)
        if path is None:
            return UnresolvedBase(module.text(expression))
        if path.startswith("builtins."):
            return project.known_class(path)
        name = project.canonical(path)
        found = module.class_named(name) or project.find_class(name)
        if found is None and project.is_inert(name):
            found = project.known_class(name)
        return found or project.unresolved(name)

    def _find_order(self) -> tuple[Ancestor, ...]:
        order = self._order or linearise(self, self._bases_of, _known_order, _remember_order)
        for ancestor in order:
            # What the bases rest on, the order rests on, also where it was remembered.
            self._bases_of(ancestor)
        return order

    def _bases_of(self, ancestor: Ancestor) -> tuple[Ancestor, ...]:
        if isinstance(ancestor, Class):
            return ancestor.bases
        if isinstance(ancestor, KnownClass):
            return tuple(map(self.module.project.known_class, ancestor.bases))
        return ()


def _is_object(base: Ancestor) -> bool:
    return isinstance(base, KnownClass) and base.qualified_name == "builtins.object"


def _without_parameters(base: nodes.NodeNG) -> nodes.NodeNG:
    while isinstance(base, nodes.Subscript):
        base = base.value
    return base


def _drops_generic(index: int, bases: list[Ancestor], parametrised: list[bool]) -> bool:
    """Whether Python leaves ``Generic[T]`` out: another base that follows brings it along."""
    base = bases[index]
    if not isinstance(base, KnownClass) or base.qualified_name != facts.GENERIC:
        return False
    return any(parametrised[index + 1 :]) or any(
        isinstance(other, KnownClass) and other.qualified_name == facts.PROTOCOL for other in bases
    )


def _known_order(ancestor: Ancestor) -> tuple[Ancestor, ...] | None:
    return ancestor._order if isinstance(ancestor, Class) else None


def _remember_order(ancestor: Ancestor, order: tuple[Ancestor, ...]) -> None:
    if isinstance(ancestor, Class):
        ancestor._order = order
