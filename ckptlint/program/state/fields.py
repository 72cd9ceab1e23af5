"""A class read as a dataclass: its options, and its fields in their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.classes import Class, UnresolvedBase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module

_DATACLASS: Final = "dataclasses.dataclass"
_NO_FIELDS: Final = {
    "dataclasses.InitVar",
    "dataclasses.KW_ONLY",
    "typing.ClassVar",
    "typing_extensions.ClassVar",
}
_CUSTOM_ACCESS: Final = ("__setattr__", "__getattr__", "__getattribute__")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a dataclass.

    Parameters
    ----------
    name : str
        Its name.
    node : AnnAssign
        The statement that declares it.
    owner : Class
        The dataclass in whose body it stands; an ancestor's, where it is inherited.
    annotation : NodeNG
        Its type as it is written, quoted or not.
    default, factory : NodeNG or None
        Its default value, or what makes it; both None where it must be given.
    """

    name: str
    node: nodes.AnnAssign
    owner: Class
    annotation: nodes.NodeNG
    default: nodes.NodeNG | None
    factory: nodes.NodeNG | None

    @property
    def module(self) -> Module:
        """The module in which it stands."""
        return self.owner.module


class StateDataclass:
    """A class that is a dataclass by its own decorator or by that of an ancestor.

    Parameters
    ----------
    cls : Class
        The class.
    """

    def __init__(self, cls: Class) -> None:
        self.cls = cls

    @property
    def name(self) -> str:
        """The name of the class."""
        return self.cls.name

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields in the order in which they are saved."""
        found: dict[str, Field] = {}
        for ancestor in reversed(self._ancestors):
            if decorator_of(ancestor) is not None:
                for name, field in own_fields(ancestor):
                    if field is not None:
                        found[name] = field
                    else:
                        found.pop(name, None)
        return tuple(found.values())

    @cached_property
    def is_complete(self) -> bool:
        """Whether every field can be seen, and attributes are set and read in the usual way."""
        if any(isinstance(ancestor, UnresolvedBase) for ancestor in self.cls.mro):
            return False
        return all(
            _has_known_decorators(ancestor) and not any(map(ancestor.own, _CUSTOM_ACCESS))
            for ancestor in self._ancestors
        )

    @property
    def is_frozen(self) -> bool:
        """Whether assigning to a field raises."""
        return self.frozen_by is not None

    @cached_property
    def frozen_by(self) -> nodes.Keyword | None:
        """The ``frozen=True`` that makes it frozen; an ancestor's, where it has no decorator."""
        for ancestor in self._ancestors:
            decorator = decorator_of(ancestor)
            if decorator is not None:
                return _option(decorator, "frozen")
        return None

    @cached_property
    def has_slots(self) -> bool:
        """Whether an attribute that is no field cannot be set at all."""
        return bool(self._ancestors) and all(
            (decorator := decorator_of(ancestor)) is not None
            and _option(decorator, "slots") is not None
            for ancestor in self._ancestors
        )

    @cached_property
    def other_attributes(self) -> frozenset[str]:
        """What its bodies define besides fields, and what its own methods set on an instance."""
        found: set[str] = set()
        for ancestor in self._ancestors:
            found.update(ancestor.node.locals)
            found.update(ancestor.instance_attributes)
        return frozenset(found) - {field.name for field in self.fields}

    def field(self, name: str) -> Field | None:
        """Give the field of that name."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def _ancestors(self) -> tuple[Class, ...]:
        return tuple(ancestor for ancestor in self.cls.mro if isinstance(ancestor, Class))


def dataclass_of(cls: Class) -> StateDataclass | None:
    """Read a class as a dataclass; None where no decorator makes it or an ancestor one."""
    ancestors = (ancestor for ancestor in cls.mro if isinstance(ancestor, Class))
    if any(decorator_of(ancestor) is not None for ancestor in ancestors):
        return StateDataclass(cls)
    return None


def decorator_of(cls: Class) -> nodes.NodeNG | None:
    """Give the ``@dataclass`` of a class, called or not, under any name."""
    for decorator in cls.node.decorators.nodes if cls.node.decorators else ():
        found = _as_dataclass_decorator(decorator, cls.module)
        if found is not None:
            return found
    return None


def _as_dataclass_decorator(decorator: nodes.NodeNG, module: Module) -> nodes.NodeNG | None:
    """Give the call or name of ``dataclass`` that a decorator is, or was given a name for."""
    target = decorator.func if isinstance(decorator, nodes.Call) else decorator
    if module.resolve(target) == _DATACLASS:
        return decorator
    if isinstance(decorator, nodes.Name):
        bindings = module.tree.locals.get(decorator.name, ())
        value = getattr(bindings[0].parent, "value", None) if len(bindings) == 1 else None
        if isinstance(value, nodes.Call) and module.resolve(value.func) == _DATACLASS:
            return value
    return None


def _has_known_decorators(cls: Class) -> bool:
    decorators = cls.node.decorators.nodes if cls.node.decorators else ()
    return all(_as_dataclass_decorator(one, cls.module) is not None for one in decorators)


def _option(decorator: nodes.NodeNG, name: str) -> nodes.Keyword | None:
    """Give the keyword of a decorator that turns an option on."""
    for keyword in decorator.keywords if isinstance(decorator, nodes.Call) else ():
        is_on = isinstance(keyword.value, nodes.Const) and keyword.value.value is True
        if keyword.arg == name and is_on:
            return keyword
    return None


def own_fields(cls: Class) -> Iterator[tuple[str, Field | None]]:
    """Give the fields that a class's own body declares; None for what makes a name no field."""
    for statement in cls.node.body:
        if not isinstance(statement, nodes.AnnAssign):
            continue
        if not isinstance(statement.target, nodes.AssignName):
            continue
        name = str(statement.target.name)
        if _is_no_field(statement.annotation, cls.module):
            yield name, None
            continue
        default, factory = _default_of(statement.value, cls.module)
        yield name, Field(name, statement, cls, statement.annotation, default, factory)


def _is_no_field(annotation: nodes.NodeNG, module: Module) -> bool:
    if isinstance(annotation, nodes.Const) and isinstance(annotation.value, str):
        name = annotation.value.partition("[")[0].strip().rpartition(".")[2]
        return any(name == known.rpartition(".")[2] for known in _NO_FIELDS)
    while isinstance(annotation, nodes.Subscript):
        annotation = annotation.value
    return module.resolve(annotation) in _NO_FIELDS


def _default_of(
    value: nodes.NodeNG | None, module: Module
) -> tuple[nodes.NodeNG | None, nodes.NodeNG | None]:
    if not isinstance(value, nodes.Call) or module.resolve(value.func) != "dataclasses.field":
        return value, None
    given = {keyword.arg: keyword.value for keyword in value.keywords}
    return given.get("default"), given.get("default_factory")
