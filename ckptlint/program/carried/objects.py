"""The classes of the model and of the objects that it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.bound_state import bound_attributes
from ckptlint.program.carried.randomness import makes_generator
from ckptlint.program.classes import Class
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.carried.event import Location
    from ckptlint.program.module import Module

Path = tuple[str, ...]

_HANDS_BACK_ITSELF: Final = frozenset(
    {"compile", "cpu", "cuda", "double", "eval", "float", "half", "requires_grad_", "to", "train"}
)
"""Methods that return the module that they are called on."""


class Objects:
    """What the attributes of a model hold, as far as its constructors tell.

    Parameters
    ----------
    concrete : Class or None
        The class of the model.

    Attributes
    ----------
    generators : set[Location]
        The random generators that were come across.
    """

    def __init__(self, concrete: Class | None) -> None:
        self._classes: dict[Path, Class | None] = {(): concrete}
        self.generators: set[Location] = set()

    def class_at(self, path: Path) -> Class | None:
        """Give the class of the object that is held at `path`; None where it cannot be told."""
        if path not in self._classes:
            holder = self.class_at(path[:-1])
            found = None if holder is None else _class_of_attribute(holder, path[-1])
            self._classes[path] = found
        return self._classes[path]

    def is_bound_state(self, location: Location) -> bool:
        """Tell whether a location is bound state, of the model or of something it holds."""
        if location.root is not None:
            return False
        for depth, name in enumerate(location.path):
            holder = self.class_at(location.path[:depth])
            if holder is None:
                return False
            if name in bound_attributes(holder):
                return True
        return False

    def holds_generator(self, path: Path) -> bool:
        """Tell whether the attribute at `path` is seen to be given a random generator."""
        holder = self.class_at(path[:-1]) if path else None
        if holder is None:
            return False
        return any(
            makes_generator(value, module) or _is_generator_parameter(value)
            for value, module in values_of(holder, path[-1])
        )


def values_of(holder: Class, name: str) -> Iterator[tuple[nodes.NodeNG, Module]]:
    """Give what the methods and bodies of a class and its ancestors assign to an attribute."""
    for ancestor in holder.mro:
        if not isinstance(ancestor, Class):
            continue
        for statement in ancestor.instance_attributes.get(name, ()):
            value = _value_for(statement, name)
            if value is not None:
                yield value, ancestor.module
        for binding in ancestor.node.locals.get(name, ()):
            value = getattr(binding.parent, "value", None)
            if value is not None:
                yield value, ancestor.module


def _value_for(statement: nodes.NodeNG, name: str) -> nodes.NodeNG | None:
    """Give what a statement assigns to the attribute; None where a part of its value is meant."""
    targets = statement.targets if isinstance(statement, nodes.Assign) else ()
    if isinstance(statement, nodes.AnnAssign):
        targets = (statement.target,)
    is_whole = any(getattr(target, "attrname", None) == name for target in targets)
    return statement.value if is_whole else None


def _class_of_attribute(holder: Class, name: str) -> Class | None:
    found = {_class_of_value(value, module) for value, module in values_of(holder, name)}
    return found.pop() if len(found) == 1 else None


def _class_of_value(value: nodes.NodeNG, module: Module) -> Class | None:
    while (
        isinstance(value, nodes.Call)
        and isinstance(value.func, nodes.Attribute)
        and value.func.attrname in _HANDS_BACK_ITSELF
    ):
        value = value.func.expr
    if isinstance(value, nodes.Call):
        return _class_named(value.func, module)
    if isinstance(value, nodes.Name):
        annotation = _annotation_of(value)
        return None if annotation is None else _class_named(annotation, module)
    return None


def _annotation_of(name: nodes.Name) -> nodes.NodeNG | None:
    """Give the annotation of the parameter that a name stands for."""
    function = name.frame()
    if not isinstance(function, nodes.FunctionDef):
        return None
    arguments = function.args
    pairs = [
        *zip(arguments.args or (), arguments.annotations or (), strict=False),
        *zip(arguments.kwonlyargs or (), arguments.kwonlyargs_annotations or (), strict=False),
    ]
    return next((note for parameter, note in pairs if parameter.name == name.name), None)


def _is_generator_parameter(value: nodes.NodeNG) -> bool:
    annotation = _annotation_of(value) if isinstance(value, nodes.Name) else None
    if annotation is None:
        return False
    return any(
        getattr(part, "attrname", None) in ("Generator", "RandomState")
        for part in nodes_in(annotation, nodes.Attribute)
    )


def _class_named(node: nodes.NodeNG, module: Module) -> Class | None:
    if isinstance(node, nodes.Name):
        definition = module.names.definition(node)
        if isinstance(definition, nodes.ClassDef):
            return module.class_from(definition)
    if not isinstance(node, nodes.Name | nodes.Attribute):
        return None
    path = module.names.dotted(node)
    if path is None or module.project.is_inert(path) or path.startswith("builtins."):
        return None
    found = module.project.find_class(path)
    return found if isinstance(found, Class) else None
