"""One activation of a function in an unrolled rollout: what its names and attributes stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.carried.event import Location
from ckptlint.program.classes import Method
from ckptlint.program.interpretation.frame import decorator_names
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.carried.event import Event
    from ckptlint.program.carried.objects import Objects
    from ckptlint.program.classes import Class
    from ckptlint.program.module import Module

_DESCRIPTIONS: Final = frozenset({"device", "dtype", "ndim", "requires_grad", "shape", "size"})
"""Attributes of tensors and arrays that tell nothing of their values."""


_INNER_SCOPES: Final = (nodes.Lambda, nodes.ComprehensionScope)


@dataclass(slots=True)
class Reads:
    """The locations that an expression reads, and whether it reads the bound state."""

    locations: set[Location] = field(default_factory=set)
    restores: bool = False

    def add(self, other: Reads) -> None:
        """Take in what another expression reads."""
        self.locations |= other.locations
        self.restores |= other.restores


@dataclass(eq=False)
class Activation:
    """One call of a function.

    Parameters
    ----------
    index : int
        Tells it from the other activations of its rollout.
    function : FunctionDef
        The function.
    module : Module
        Where it stands.
    objects : Objects
        The classes of the model and of what it holds.
    receiver : Location or None
        The object it is a method of.
    concrete, owner : Class or None
        The class of that object, and the one in whose body the method stands.
    around : Activation or None
        That of the function inside which it is defined.
    caller : tuple[Activation, NodeNG] or None
        Where it was called.
    drawer : NodeNG or None
        The ``yield from`` that a generator runs in.
    """

    index: int
    function: nodes.FunctionDef
    module: Module
    objects: Objects
    receiver: Location | None = None
    concrete: Class | None = None
    owner: Class | None = None
    around: Activation | None = None
    caller: tuple[Activation, nodes.NodeNG] | None = None
    drawer: nodes.NodeNG | None = None
    aliases: dict[str, Location] = field(default_factory=dict)
    results: dict[nodes.NodeNG, int] = field(default_factory=dict)
    arities: dict[nodes.NodeNG, int] = field(default_factory=dict)
    arguments: list[Event] = field(default_factory=list)
    returns: set[int | None] = field(default_factory=set)

    def sites(self, node: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
        """Give `node` of this activation, and the calls that led to it."""
        yield node
        for one in self.callers():
            if one.caller is not None:
                yield one.caller[1]

    def arity(self, value: nodes.NodeNG | None) -> int | None:
        """Tell how many items a call returns, if they are followed one by one."""
        return None if value is None else self.arities.get(value)

    def is_generator(self, place: Location) -> bool:
        """Tell whether a location holds a random generator."""
        return place in self.objects.generators or (
            place.root is None and self.objects.holds_generator(place.path)
        )

    def returned_arity(self) -> int | None:
        """Tell how many items every return gives; None where they differ or are not followed."""
        return next(iter(self.returns)) if len(self.returns) == 1 else None

    def callers(self) -> Iterator[Activation]:
        """Give this activation and those that led to it, the innermost first."""
        one: Activation | None = self
        while one is not None:
            yield one
            one = one.caller[0] if one.caller is not None else None

    def local(self, name: str) -> Location:
        """Give the location of a local of this activation."""
        return Location((self.index, name))

    def result(self, node: nodes.NodeNG, item: int | None = None) -> Location:
        """Give the location of what an expression has come to, or of one item of it."""
        number = self.results.setdefault(node, len(self.results))
        return self.local(f"<{number}>" if item is None else f"<{number}>[{item}]")

    def named(self, name: str) -> Location | None:
        """Give the location of a name; None for what the module or Python itself defines."""
        if name in self.aliases:
            return self.aliases[name]
        if name in self.function.locals and not self._is_nonlocal(name):
            return self.local(name)
        return self.around.named(name) if self.around is not None else None

    def _is_nonlocal(self, name: str) -> bool:
        declared = nodes_in(self.function, nodes.Nonlocal)
        return any(name in one.names and one.frame() is self.function for one in declared)

    def locate(self, node: nodes.NodeNG) -> Location | None:
        """Give the location that a name, or a chain of attributes or items, stands for."""
        match node:
            case nodes.Name() | nodes.AssignName():
                return self.named(node.name)
            case nodes.Subscript() | nodes.Starred():
                return self.locate(node.value)
            case nodes.Attribute() | nodes.AssignAttr():
                holder = self.locate(node.expr)
                if holder is None or holder.root is not None:
                    return holder
                return Location(None, (*holder.path, node.attrname))
            case nodes.Call(func=nodes.Name(name="super")):
                return self.receiver
        return None

    def is_bound_state(self, location: Location | None) -> bool:
        """Tell whether a location is bound checkpoint state, or lies in it."""
        return location is not None and self.objects.is_bound_state(location)

    def read(self, *expressions: nodes.NodeNG | None) -> Reads:
        """Find what expressions read; a call that is a point of its own is read as its result."""
        found = Reads()
        waiting = [node for node in expressions if node is not None]
        while waiting:
            node = waiting.pop()
            match node:
                case nodes.Name() if _is_of_inner_scope(node):
                    pass
                case nodes.Name():
                    self._read_location(self.named(node.name), found)
                case nodes.Attribute() if node.attrname in _DESCRIPTIONS:
                    waiting += _calls_in(node.expr)
                case nodes.Attribute() if not _is_of_inner_scope(_root_of(node)):
                    location = None if _has_item(node) else self.locate(node)
                    if location is None:
                        waiting.append(node.expr)
                    elif not self._read_property(node, location, found):
                        self._read_location(location, found)
                case nodes.Call() | nodes.YieldFrom() if node in self.results:
                    found.locations.add(self.result(node))
                case nodes.Yield():
                    pass
                case nodes.NamedExpr():
                    self._read_location(self.locate(node.target), found)
                case nodes.Arguments():
                    waiting += node.defaults or ()
                case _:
                    waiting += node.get_children()
        return found

    def _read_location(self, location: Location | None, found: Reads) -> None:
        if location is None or (location.root is None and not location.path):
            return
        if self.is_bound_state(location):
            found.restores = True
        else:
            found.locations.add(location)

    def _read_property(self, node: nodes.Attribute, location: Location, found: Reads) -> bool:
        """Read a property of the model by what its getter reads of the model."""
        if location.root is not None:
            return False
        owner = self.objects.class_at(location.path[:-1])
        method = owner.lookup(node.attrname) if owner is not None else None
        if not isinstance(method, Method):
            return False
        if "property" in decorator_names(method.function):
            for part in nodes_in(method.function, nodes.Attribute):
                if isinstance(part.expr, nodes.Name) and part.expr.name == "self":
                    inner = Location(None, (*location.path[:-1], part.attrname))
                    self._read_location(inner, found)
        return True


def _root_of(node: nodes.NodeNG) -> nodes.NodeNG:
    while isinstance(node, nodes.Attribute | nodes.Subscript):
        node = node.expr if isinstance(node, nodes.Attribute) else node.value
    return node


def _has_item(node: nodes.NodeNG) -> bool:
    """Tell whether a chain of attributes goes through an item, whose index is read too."""
    while isinstance(node, nodes.Attribute):
        node = node.expr
    return isinstance(node, nodes.Subscript | nodes.Call)


def _is_of_inner_scope(node: nodes.NodeNG) -> bool:
    """Tell whether a name belongs to a comprehension or a lambda around it."""
    if not isinstance(node, nodes.Name):
        return False
    scope = node.parent
    while scope is not None and not isinstance(scope, nodes.FunctionDef | nodes.Module):
        if isinstance(scope, _INNER_SCOPES) and node.name in scope.locals:
            return True
        scope = scope.parent
    return False


def _calls_in(node: nodes.NodeNG) -> list[nodes.NodeNG]:
    """Give the call at the root of a chain of attributes, if there is one."""
    root = _root_of(node)
    return [root] if isinstance(root, nodes.Call) else []
