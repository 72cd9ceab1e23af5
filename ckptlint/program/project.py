"""The modules that an analysed one imports from: found, read, never run."""

from __future__ import annotations

import builtins
import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ckptlint.program import facts
from ckptlint.program.api.version import NEWEST, Earth2StudioVersion
from ckptlint.program.classes import Class, UnresolvedBase
from ckptlint.program.dependencies import Dependencies
from ckptlint.program.facts import KnownClass
from ckptlint.program.reader import Reader
from ckptlint.program.search import Search

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from contextlib import AbstractContextManager

    from ckptlint.program.module import Module
    from ckptlint.program.revisions import Revisions
    from ckptlint.sources.source import Source

_MOST_STEPS = 64
_PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


class Project:
    """Looks up modules, names and classes in the linted tree, then in the environment.

    `dependencies` knows which files the answers rest on.

    Parameters
    ----------
    source_roots : sequence of Path
        The directories that the linted tree's modules are imported from; see `module_name_of`.
    site_packages : sequence of Path
        The directories of the environment's packages; see `environment.site_packages_of`.
    earth2studio : Earth2StudioVersion
        The version of Earth2Studio that the code is checked against; see `api.choosing`.
    reader : Reader or None
        Reads files and folders; by default one of its own.
    revises : bool
        Whether the modules that are analysed are kept, to be analysed again after an edit.
    """

    def __init__(
        self,
        source_roots: Sequence[Path],
        site_packages: Sequence[Path],
        earth2studio: Earth2StudioVersion = NEWEST,
        reader: Reader | None = None,
        *,
        revises: bool = False,
    ) -> None:
        self.dependencies = Dependencies()
        self.earth2studio = earth2studio
        self._reader = Reader() if reader is None else reader
        self._source_roots = tuple(source_roots)
        roots = [*source_roots, *site_packages]
        self._search = Search(roots, self.dependencies, self._reader.names)
        self._analysed: Module | None = None
        self._modules: dict[str, Module] = {}
        self._digests: dict[Path, bytes] = {}
        self._names_of: dict[Path, str] = {}
        self._revisions: Revisions | None = None
        if revises:
            from ckptlint.program.revisions import Revisions

            self._revisions = Revisions()
        self._known: dict[str, KnownClass] = {}
        self._canonical: dict[str, tuple[str, dict[Path, bytes | None]]] = {}
        self._linted: dict[str, tuple[bool, dict[Path, bytes | None]]] = {}
        self._unresolved: dict[str, UnresolvedBase] = {}

    @property
    def files_read(self) -> dict[Path, bytes | None]:
        """Digests of the files that were read; None for paths looked for and not there."""
        return self.dependencies.files

    def recording(self) -> AbstractContextManager[dict[Path, bytes | None]]:
        """Collect the files that the answers given inside a ``with`` block rest on.

        The same as in `files_read`, for these answers alone; remembered answers count too.
        """
        return self.dependencies.recording()

    def adopt(self, module: Module) -> None:
        """Let the module that is analysed now stand for its file, until the next one is."""
        self._analysed = module
        if self._revisions is not None:
            self._revisions.keep(module)

    def known_module(self, name: str | None, source: Source) -> Module | None:
        """Give the module of that name if it was read before from this file, with this text.

        Where modules are revised, that of another text is made the module of this one.
        """
        if self._revisions is not None:
            return self._revisions.revised(name, source)
        module = self._modules.get(name or "")
        if module is None or module.source.text != source.text:
            return None
        return module if _is_same_file(module.source.path, source.path) else None

    def forget(self, files: Collection[Path]) -> bool:
        """Forget what rests on files whose content has changed; False if all is to be forgotten.

        A module that was read and imports from one of them may have answered anything by what it
        found there, and whoever imports that module as well. Where there is none, only names that
        were followed into the files are forgotten, and the analysed modules that import from them.
        """
        if self.files_read.keys().isdisjoint(files):
            return True
        if self._revisions is None or not self._names_of.keys() >= self.files_read.keys() & files:
            return False
        from ckptlint.program.revisions import may_lead_to

        changed = {self._names_of[file] for file in files if file in self._names_of}
        for name in changed:
            self._modules.pop(name, None)
        if any(may_lead_to(module, changed) for module in self._modules.values()):
            return False
        self._revisions.drop_those_that_import(changed)
        self._canonical = {
            name: answer
            for name, answer in self._canonical.items()
            if answer[1].keys().isdisjoint(files)
        }
        return True

    def module(self, dotted: str) -> Module | None:
        """Read the module of that dotted name; None if no source file of it is found.

        A file that cannot be decoded or parsed gives an empty module with `syntax_problems`.
        """
        location = self._search.find(dotted)
        if location is None or location.file is None:
            return None
        file = location.file
        analysed = self._analysed
        if (
            analysed is not None
            and analysed.name == dotted
            and _is_same_file(analysed.source.path, file)
        ):
            self._read(file, dotted)
            return analysed
        module = self._modules.get(dotted)
        if module is not None:
            self.dependencies.note(file, self._digests[file])
            return module
        data = self._read(file, dotted)
        if data is None:
            return None
        module = self._parse(file, data, dotted)
        self._modules[dotted] = module
        return module

    def canonical(self, dotted: str) -> str:
        """Follow re-exports and aliases from a dotted name to where the thing is defined.

        The name itself where nothing is known of it.
        """
        return self.dependencies.remember(self._canonical, dotted, lambda: self._follow(dotted))

    def find_class(self, dotted: str) -> Class | KnownClass | None:
        """Find a class by any dotted name that leads to it; None where that is not known."""
        name = self.canonical(dotted)
        if name in facts.INERT_CLASSES:
            return facts.INERT_CLASSES[name]
        module, members = self._split(name)
        if module is not None and members:
            found = module.class_named(name)
            if found is not None:
                return found
        return facts.FALLBACK_CLASSES.get(name)

    def unresolved(self, name: str) -> UnresolvedBase:
        """Give the one unresolved base of that dotted name, the same one each time."""
        return self._unresolved.setdefault(name, UnresolvedBase(name))

    def is_inert(self, dotted: str) -> bool:
        """Whether a name is of a package that knows nothing of checkpoints and is not read.

        A package or module of the linted tree is always read, whatever it is called.
        """
        package = dotted.partition(".")[0]
        return package in facts.INERT_PACKAGES and package not in self._linted_packages

    def is_linted(self, dotted: str) -> bool:
        """Whether a name is of a package or module of the linted tree."""
        package = dotted.partition(".")[0]
        return self.dependencies.remember(self._linted, package, lambda: self._lints(package))

    def _lints(self, package: str) -> bool:
        location = self._search.find(package)
        if location is None:
            return False
        paths = (location.file, *location.directories)
        parents = {parent for path in paths if path is not None for parent in path.parents}
        return not parents.isdisjoint(self._source_roots)

    @cached_property
    def _linted_packages(self) -> frozenset[str]:
        """The inert packages that the linted tree has a package or module of the same name of."""
        return frozenset(
            name.removesuffix(".py")
            for root in self._source_roots
            for name in self._search.listing(root)
            if name.removesuffix(".py") in facts.INERT_PACKAGES
            and (name.endswith(".py") or "__init__.py" in self._search.listing(root / name))
        )

    def known_class(self, name: str) -> KnownClass:
        """Give the class of a builtin, or of a package that knows nothing of checkpoints."""
        known = facts.INERT_CLASSES.get(name) or self._known.get(name)
        if known is None:
            known = self._known[name] = _builtin(name) or KnownClass(name)
        return known

    def _read(self, file: Path, dotted: str) -> bytes | None:
        self._names_of[file] = dotted
        try:
            data = self._reader.content(file)
        except OSError:
            self.dependencies.note(file, None)
            return None
        self._digests[file] = content_digest(data)
        self.dependencies.note(file, self._digests[file])
        return data

    def _parse(self, file: Path, data: bytes, dotted: str) -> Module:
        from ckptlint.program.module import Module

        source, tree, problems = self._reader.parse(file, data, dotted)
        return Module(source, tree, self, dotted, problems)

    def _follow(self, dotted: str) -> str:
        seen: set[str] = set()
        while dotted not in seen and len(seen) < _MOST_STEPS:
            seen.add(dotted)
            if dotted in facts.DEFINED_NAMES:
                return dotted
            onward = facts.CANONICAL_NAMES.get(dotted) or self._onward(dotted)
            if onward is None:
                return dotted
            dotted = onward
        return dotted

    def _onward(self, dotted: str) -> str | None:
        """Go one step from a module's member to where that module has it from."""
        module, members = self._split(dotted)
        if module is None or not members:
            return None
        path = module.names.member(members[0])
        return path and ".".join([path, *members[1:]])

    def _split(self, dotted: str) -> tuple[Module | None, list[str]]:
        """Divide a dotted name into the longest module with a file, and the members below it.

        Where the whole name is that of a submodule, it is a member of its package if the package
        binds the name to something else.
        """
        parts = dotted.split(".")
        if dotted.startswith("<") or self.is_inert(dotted):
            return None, parts
        depth = 0
        for length in range(1, len(parts) + 1):
            location = self._search.find(".".join(parts[:length]))
            if location is None:
                break
            depth = length
        if 1 < depth == len(parts):
            package = self.module(".".join(parts[:-1]))
            if package is not None and package.names.member(parts[-1]) not in (None, dotted):
                depth -= 1
        return self.module(".".join(parts[:depth])) if depth else None, parts[depth:]


def module_name_of(path: Path) -> tuple[str | None, Path]:
    """Tell by which dotted name a file is imported, and the root from which.

    The root is the directory that holds the outermost package around the file; the ``src`` of a
    project, where the file lies below one. The name is None where a part of it is no identifier.
    """
    path = Path(os.path.abspath(path))
    parts = [] if path.stem == "__init__" else [path.stem]
    root = path.parent
    while (root / "__init__.py").is_file() and root.parent != root:
        parts.insert(0, root.name)
        root = root.parent
    for folder in (root, *root.parents):
        if folder.name == "src" and any((folder.parent / f).is_file() for f in _PROJECT_FILES):
            parts[:0] = root.relative_to(folder).parts
            root = folder
            break
    named = bool(parts) and all(part.isidentifier() for part in parts)
    return ".".join(parts) if named else None, root


def _builtin(name: str) -> KnownClass | None:
    """Describe a builtin class, as the running interpreter has it."""
    module, _, attribute = name.rpartition(".")
    builtin = getattr(builtins, attribute, None) if module == "builtins" else None
    if not isinstance(builtin, type):
        return None
    bases = tuple(f"builtins.{base.__name__}" for base in builtin.__bases__ if base is not object)
    return KnownClass(name, bases=bases, methods=frozenset(vars(builtin)))


def _is_same_file(one: str | Path, other: str | Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def content_digest(data: bytes) -> bytes:
    """Give the digest that stands for a file's content in `Project.files_read`: 16 bytes."""
    return hashlib.blake2b(data, digest_size=16).digest()
