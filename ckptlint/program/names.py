"""What the names of a module stand for: imports, aliases, definitions, as dotted paths."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.scopes import bindings_of
from ckptlint.program.syntax import statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.program.module import Module

_IMPORT_ERRORS = frozenset({"BaseException", "Exception", "ImportError", "ModuleNotFoundError"})


class Names:
    """Answers what the names of one module stand for.

    A dotted path given here leads one step: to where a name is imported from, which need not be
    where it is defined. `Project.canonical` goes the rest of the way.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._stars = [
            statement
            for statement in statements(module.tree)
            if isinstance(statement, nodes.ImportFrom) and statement.names[0][0] == "*"
        ]
        self._stars.reverse()

    def dotted(self, node: nodes.NodeNG, but: nodes.NodeNG | None = None) -> str | None:
        """Give the path that a name or a chain of attributes stands for; None where unknown.

        Parameters
        ----------
        node : NodeNG
            The expression; anything but a name and its attributes stands for nothing known.
        but : NodeNG, optional
            A definition that does not count: that of the class whose bases are looked up.
        """
        attributes: list[str] = []
        while isinstance(node, nodes.Attribute):
            attributes.append(node.attrname)
            node = node.expr
        if not isinstance(node, nodes.Name):
            return None
        path = self._of_name(node.name, node, but, ())
        return path and ".".join([path, *reversed(attributes)])

    def definition(
        self, node: nodes.Name, but: nodes.NodeNG | None = None
    ) -> nodes.ClassDef | nodes.FunctionDef | None:
        """Give the definition in this module that a name leads to, if nothing else binds it.

        Of several, the last one before the name counts, else the last of all.
        """
        _, bindings = bindings_of(node.name, node)
        found = _that_count(bindings, but)
        definitions = [d for d in found if isinstance(d, nodes.ClassDef | nodes.FunctionDef)]
        if len(definitions) < len(found) or not definitions:
            return None
        before = [d for d in definitions if d.fromlineno < node.fromlineno]
        return (before or definitions)[-1]

    def member(self, name: str) -> str | None:
        """Give the path that a name of the module's top level stands for; None where unknown."""
        bindings = self._module.tree.locals.get(name)
        if bindings:
            return self._of_bindings(name, bindings, ())
        return self._from_stars(name, frozenset())

    def defines(self, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether ``from MODULE import *`` gives the name, as far as the module's text tells."""
        public = self._listed_as_public()
        if name not in public if public is not None else name.startswith("_"):
            return False
        return name in self._module.tree.locals or self._from_stars(name, seen) is not None

    def _of_name(
        self, name: str, node: nodes.NodeNG, but: nodes.NodeNG | None, aliases: tuple[str, ...]
    ) -> str | None:
        scope, bindings = bindings_of(name, node)
        bindings = [binding for binding in bindings if binding is not but]
        if bindings:
            return self._of_bindings(name, bindings, aliases)
        if scope is not None and scope.parent is not None:
            return self._of_name(name, scope, but, aliases)
        starred = self._from_stars(name, frozenset())
        if starred is not None:
            return starred
        if hasattr(builtins, name):
            return f"builtins.{name}"
        if self._module.source.is_fragment and not self._stars:
            return facts.UNBOUND_NAMES.get(name)
        return None

    def _of_bindings(
        self, name: str, bindings: Sequence[nodes.NodeNG], aliases: tuple[str, ...]
    ) -> str | None:
        meanings = {self._of_binding(name, binding, aliases) for binding in _that_count(bindings)}
        if len(meanings) > 1:
            meanings = {facts.CANONICAL_NAMES.get(path or "", path) for path in meanings}
        return meanings.pop() if len(meanings) == 1 else None

    def _of_binding(self, name: str, binding: nodes.NodeNG, aliases: tuple[str, ...]) -> str | None:
        match binding:
            case nodes.Import():
                return _imported(name, binding)
            case nodes.ImportFrom():
                return self._imported_from(name, binding)
            case nodes.ClassDef() | nodes.FunctionDef():
                return f"{self._module.prefix}.{qualified_name(binding)}"
            case nodes.AssignName(parent=nodes.Assign() | nodes.AnnAssign() as assignment):
                value = assignment.value
                if isinstance(binding.scope(), nodes.Module) and name not in aliases:
                    return self._of_alias(value, (*aliases, name))
        return None

    def _of_alias(self, value: nodes.NodeNG | None, aliases: tuple[str, ...]) -> str | None:
        attributes: list[str] = []
        while isinstance(value, nodes.Attribute):
            attributes.append(value.attrname)
            value = value.expr
        if not isinstance(value, nodes.Name):
            return None
        path = self._of_name(value.name, value, None, aliases)
        return path and ".".join([path, *reversed(attributes)])

    def _imported_from(self, name: str, statement: nodes.ImportFrom) -> str | None:
        origin = self.origin(statement)
        if origin is None:
            return None
        for imported, alias in reversed(statement.names):
            if (alias or imported) == name:
                return f"{origin}.{imported}"
        return None

    def origin(self, statement: nodes.ImportFrom) -> str | None:
        """Give the module that a ``from`` import names, None if it cannot be told."""
        if not statement.level:
            return str(statement.modname)
        if self._module.name is None:
            return None
        package = self._module.name.split(".")
        up = statement.level - self._module.is_package
        if up >= len(package) + self._module.is_package:
            return None
        package = package[: len(package) - up]
        return ".".join([*package, statement.modname] if statement.modname else package) or None

    def _from_stars(self, name: str, seen: frozenset[str]) -> str | None:
        """Look for the name in the modules that are imported with a star, the last one first."""
        for star in self._stars:
            origin = self.origin(star)
            if origin is None or origin in seen:
                continue
            path = f"{origin}.{name}"
            if path in facts.DEFINED_NAMES or path in facts.CANONICAL_NAMES:
                return path
            if self._module.project.is_inert(origin):
                continue
            module = self._module.project.module(origin)
            if module is not None and module.names.defines(name, seen | {origin}):
                return path
        return None

    def _listed_as_public(self) -> frozenset[str] | None:
        """Give the literal strings of ``__all__``; None where it is absent or computed."""
        names: list[str] = []
        for binding in self._module.tree.locals.get("__all__", ()):
            value = getattr(binding.parent, "value", None)
            if not isinstance(value, nodes.List | nodes.Tuple):
                return None
            for element in value.elts:
                if not isinstance(element, nodes.Const) or not isinstance(element.value, str):
                    return None
                names.append(element.value)
        return frozenset(names) if "__all__" in self._module.tree.locals else None


def qualified_name(definition: nodes.ClassDef | nodes.FunctionDef) -> str:
    """Give the ``__qualname__`` of a class or function."""
    name = str(definition.name)
    scope = definition.parent.frame()
    while not isinstance(scope, nodes.Module):
        local = "" if isinstance(scope, nodes.ClassDef) else ".<locals>"
        name = f"{scope.name}{local}.{name}"
        scope = scope.parent.frame()
    return name


def _imported(name: str, statement: nodes.Import) -> str | None:
    for imported, alias in reversed(statement.names):
        if alias == name:
            return str(imported)
        if alias is None and imported.partition(".")[0] == name:
            return name
    return None


def _that_count(
    bindings: Sequence[nodes.NodeNG], but: nodes.NodeNG | None = None
) -> list[nodes.NodeNG]:
    """Leave out what only stands in for a missing import: ``= None``, and fallback definitions."""
    found = [b for b in bindings if b is not but and not _is_absence(b)]
    if any(isinstance(b, nodes.Import | nodes.ImportFrom) for b in found):
        found = [b for b in found if not _is_fallback(b)]
    return found


def _is_absence(binding: nodes.NodeNG) -> bool:
    if isinstance(binding, nodes.DelName):
        return True
    value = getattr(binding.parent, "value", None)
    return (
        isinstance(binding, nodes.AssignName)
        and isinstance(binding.parent, nodes.Assign | nodes.AnnAssign)
        and isinstance(value, nodes.Const)
        and value.value is None
    )


def _is_fallback(binding: nodes.NodeNG) -> bool:
    """Whether a definition stands in an ``except ImportError``; imports there are rivals."""
    if isinstance(binding, nodes.Import | nodes.ImportFrom):
        return False
    node = binding.parent
    while node is not None and not isinstance(node, nodes.Module | nodes.FunctionDef):
        if isinstance(node, nodes.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, nodes.Tuple) else [node.type]
            return any(
                error is None or getattr(error, "name", "") in _IMPORT_ERRORS for error in caught
            )
        node = node.parent
    return False
