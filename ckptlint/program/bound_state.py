"""Which attribute of a class holds the state that `bind_checkpoint_state` has bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.classes import Class, KnownClass
from ckptlint.program.syntax import kept, nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module

_TELLING_METADATA: Final = (facts.STATE_METADATA | {"checkpoint_state_policy"}) - {"device"}
"""Metadata by whose name alone a bound state is recognised, with one name of older releases."""


def is_metadata(name: str) -> bool:
    """Tell whether attribute `name` of a bound state is metadata of the checkpoint, not a field.

    Every name that begins with ``checkpoint_`` is reserved.
    """
    return name in facts.STATE_METADATA or name.startswith("checkpoint_")


def bound_attributes(cls: Class) -> frozenset[str]:
    """Name the attributes of `self` that hold bound checkpoint state, in `cls` or an ancestor.

    An attribute counts when ``bind_checkpoint_state(...)`` is assigned to it, when a bundled fact
    says so, or when the proxy's own metadata is read through it
    (``self.restart.checkpoint_level``).
    """
    remember = cls.module.project.dependencies.remember
    return remember(cls.bound_attributes, "", lambda: _bound_attributes(cls))


def _bound_attributes(cls: Class) -> frozenset[str]:
    found: set[str] = set()
    for ancestor in cls.mro:
        if isinstance(ancestor, KnownClass):
            if ancestor.bound_state is not None:
                found.add(ancestor.bound_state)
        elif isinstance(ancestor, Class):
            found.update(_bound_in(ancestor))
            found.update(attributes_read_as_proxy(ancestor.node))
    return frozenset(found)


@kept
def attributes_read_as_proxy(tree: nodes.NodeNG) -> frozenset[str]:
    """Give each X for which `tree` reads ``self.X.checkpoint_...``, metadata of a bound state."""
    return frozenset(
        attribute.expr.attrname
        for attribute in nodes_in(tree, nodes.Attribute)
        if attribute.attrname in _TELLING_METADATA
        and isinstance(attribute.expr, nodes.Attribute)
        and isinstance(attribute.expr.expr, nodes.Name)
        and attribute.expr.expr.name == "self"
    )


def is_bind_call(module: Module, expression: nodes.NodeNG | None) -> bool:
    """Tell whether `expression` is a call of Earth2Studio's `bind_checkpoint_state`."""
    return is_call_of(facts.BIND_CHECKPOINT_STATE, module, expression)


def is_call_of(qualified_name: str, module: Module, expression: nodes.NodeNG | None) -> bool:
    """Tell whether `expression` calls what `qualified_name` names.

    Other files are read only where the name in the call, as imported, is the same; for a class also
    where it is the name of a class of the linted tree, which may be another name of this one.
    """
    if not isinstance(expression, nodes.Call) or not _may_name(
        qualified_name, expression.func, module
    ):
        return False
    imported = module.names.dotted(expression.func)
    if imported is None:
        return False
    name, wanted = imported.rpartition(".")[2], qualified_name.rpartition(".")[2]
    both_are_classes = name[:1].isupper() and wanted[:1].isupper()
    if name != wanted and not (both_are_classes and module.project.is_linted(imported)):
        return False
    return module.resolve(expression.func) == qualified_name


def _may_name(qualified_name: str, function: nodes.NodeNG, module: Module) -> bool:
    """Tell cheaply whether `function` may name it: written alike, capitalised alike, or renamed."""
    written: str = getattr(function, "attrname", None) or getattr(function, "name", None) or ""
    wanted = qualified_name.rpartition(".")[2]
    if written == wanted or (written[:1].isupper() and wanted[:1].isupper()):
        return True
    return written in _renamed(module.tree)


@kept
def _renamed(tree: nodes.Module) -> frozenset[str]:
    """Give the names that a module makes up for what it imports or assigns as a whole."""
    imports = nodes_in(tree, (nodes.ImportFrom, nodes.Import))
    given = {alias for statement in imports for _, alias in statement.names if alias}
    values = (nodes.Name, nodes.Attribute)
    for statement in nodes_in(tree, nodes.Assign):
        if isinstance(statement.value, values):
            given |= _names_assigned(statement)
    return frozenset(given)


def _bound_in(cls: Class) -> Iterator[str]:
    """Give the attributes that hold the proxy, and those that hold the dataclass behind it."""
    for attribute, assignments in cls.instance_attributes.items():
        for assignment in assignments:
            call = _bind_call_of(cls.module, assignment)
            if call is None:
                continue
            yield attribute
            yield from _attributes_of_instance(call, cls)


def _bind_call_of(module: Module, assignment: nodes.NodeNG) -> nodes.Call | None:
    """Give the call of `bind_checkpoint_state` whose result is assigned, directly or by a local."""
    value = getattr(assignment, "value", None)
    if is_bind_call(module, value):
        return value
    if isinstance(value, nodes.Name):
        for local in nodes_in(value.frame(), nodes.Assign):
            if is_bind_call(module, local.value) and value.name in _names_assigned(local):
                return local.value
    return None


def _attributes_of_instance(call: nodes.Call, cls: Class) -> Iterator[str]:
    """Give the attributes that hold the very instance that was bound: writing there saves too."""
    bound = call.args[0] if call.args else None
    if isinstance(bound, nodes.Attribute) and isinstance(bound.expr, nodes.Name):
        if bound.attrname in cls.instance_attributes:
            yield bound.attrname
    elif isinstance(bound, nodes.Name):
        for attribute, assignments in cls.instance_attributes.items():
            for assignment in assignments:
                value = getattr(assignment, "value", None)
                if not isinstance(value, nodes.Name) or value.name != bound.name:
                    continue
                if value.frame() is bound.frame():
                    yield attribute


def _names_assigned(statement: nodes.Assign) -> set[str]:
    return {target.name for target in statement.targets if isinstance(target, nodes.AssignName)}
