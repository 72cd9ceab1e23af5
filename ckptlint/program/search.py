"""Where the source file of a module lies: Python's search, done with directory listings alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ckptlint.program.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class Location:
    """Where a module lies: its file, and the directories in which its submodules are looked for.

    A namespace package has no file; a plain module has no directories.
    """

    file: Path | None
    directories: tuple[Path, ...]


class Search:
    """Finds the files of modules in a list of roots, the first root first.

    Each directory is listed once. Nothing is imported; compiled modules are not seen. A stub is
    found only where no source file is.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        dependencies: Dependencies,
        names_in: Callable[[Path], frozenset[str]],
    ) -> None:
        self._roots = tuple(dict.fromkeys(roots))
        self._names_in = names_in
        self._dependencies = dependencies
        self._listings: dict[Path, frozenset[str]] = {}
        self._found: dict[str, tuple[Location | None, dict[Path, bytes | None]]] = {}

    def find(self, dotted: str) -> Location | None:
        """Find a module by its dotted name; None if it is nowhere."""
        return self._dependencies.remember(self._found, dotted, lambda: self._find(dotted))

    def _find(self, dotted: str) -> Location | None:
        package, _, name = dotted.rpartition(".")
        directories = self._roots
        if package:
            parent = self.find(package)
            if parent is None:
                return None
            directories = parent.directories
        portions: list[Path] = []
        for directory in directories:
            location = self._find_in(directory, name, portions)
            if location is not None:
                return location
        for directory in directories:
            for stub, below in (
                (directory / name / "__init__.pyi", (directory / name,)),
                (directory / f"{name}.pyi", ()),
            ):
                if self._is_there(stub):
                    return Location(stub, below)
        return Location(None, tuple(portions)) if portions else None

    def _find_in(self, directory: Path, name: str, portions: list[Path]) -> Location | None:
        folder, module = directory / name, directory / f"{name}.py"
        if name not in self.listing(directory):
            self._dependencies.note(folder, None)
        elif self._is_there(folder / "__init__.py"):
            return Location(folder / "__init__.py", (folder,))
        elif self.listing(folder):
            portions.append(folder)
        return Location(module, ()) if self._is_there(module) else None

    def _is_there(self, file: Path) -> bool:
        """Whether a file exists; if not, the answer rests on that."""
        if file.name in self.listing(file.parent):
            return True
        self._dependencies.note(file, None)
        return False

    def listing(self, directory: Path) -> frozenset[str]:
        """Give the names in a directory; none if it is no directory or cannot be read."""
        names = self._listings.get(directory)
        if names is None:
            names = self._listings[directory] = self._names_in(directory)
        return names
