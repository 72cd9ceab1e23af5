"""The modules of a project that are analysed again and again, each a little changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.revision import Revisable
from ckptlint.program.syntax import kept, nodes_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from ckptlint.program.module import Module
    from ckptlint.sources.source import Source

_MOST_MODULES: Final = 32
_KNOWN_BY_HEART: Final = "earth2studio"
"""Of this package the bundled facts lead from one module to another without an import."""


class Revisions:
    """Keeps the modules that were analysed last, to be read again after an edit."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str | None, str], Revisable] = {}

    def keep(self, module: Module) -> None:
        """Keep a module that was analysed."""
        key = (module.name, module.source.path)
        revisable = self._kept.pop(key, None)
        if module.syntax_problems or module.source.is_fragment or module.source.parts:
            if revisable is not None:  # the text as it was before is a good start for the next one
                self._kept[key] = revisable
            return
        if revisable is None or revisable.module is not module:
            revisable = Revisable(module)
        self._kept[key] = revisable
        while len(self._kept) > _MOST_MODULES:
            del self._kept[next(iter(self._kept))]

    def revised(self, name: str | None, source: Source) -> Module | None:
        """Make the module of that name and file the module of a new text; None if that fails."""
        revisable = self._kept.get((name, source.path))
        if revisable is None or source.is_fragment or source.parts:
            return None
        return revisable.module if revisable.revise(source) else None

    def drop_those_that_import(self, changed: Collection[str]) -> None:
        """Forget the modules that may have answered something by what another module says."""
        for key, revisable in [*self._kept.items()]:
            module = revisable.module
            if module.name not in changed and may_lead_to(module, changed):
                del self._kept[key]


def may_lead_to(module: Module, changed: Collection[str]) -> bool:
    """Tell whether the imports of a module name one of some modules, or what is in it."""
    for name in changed:
        for imported in _imported_names(module):
            if _is_below(imported, name) or _is_below(name, imported):
                return True
            if imported.partition(".")[0] == name.partition(".")[0] == _KNOWN_BY_HEART:
                return True
    return False


def _imported_names(module: Module) -> set[str]:
    found: set[str] = set()
    for statement in _imports(module.tree):
        if isinstance(statement, nodes.Import):
            found.update(name for name, _ in statement.names)
            continue
        origin = module.names.origin(statement)
        if origin is not None:
            found.add(origin)
            found.update(f"{origin}.{name}" for name, _ in statement.names)
    return found


@kept
def _imports(tree: nodes.Module) -> list[nodes.Import | nodes.ImportFrom]:
    return [*nodes_in(tree, (nodes.Import, nodes.ImportFrom))]


def _is_below(name: str, other: str) -> bool:
    return name == other or name.startswith(f"{other}.")
