"""A target found in a fresh process: its module imported, its model made."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import pickle
import site
import sys
import sysconfig
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

    from ckptlint.verify.target import Reference


class NotAModel(TypeError):  # noqa: N818 - it says what the target is not
    """The target gives something that has no rollout."""


def load(reference: Reference, overlays: Mapping[str, bytes]) -> Any:
    """Import what a reference refers to.

    Parameters
    ----------
    reference : Reference
        The class or function.
    overlays : Mapping[str, bytes]
        For absolute paths of modules the content to run instead of what stands in the file.

    Raises
    ------
    AttributeError, ImportError
        If it is not there; and whatever the user's modules raise.
    """
    sys.dont_write_bytecode = True
    if overlays:
        sys.meta_path.insert(0, _OverlayFinder(overlays))
    sys.path[:0] = [folder for folder in reference.folders if folder not in sys.path]
    if reference.pickled is not None:
        return pickle.loads(reference.pickled)
    if reference.path is not None:
        module = _module_of_file(reference.path)
    else:
        assert reference.module is not None
        module = importlib.import_module(reference.module)
    try:
        return functools.reduce(getattr, reference.name.split("."), module)
    except AttributeError as error:
        where = reference.path or reference.module
        raise AttributeError(f"{where} defines no `{reference.name}`") from error


def make_model(build: Callable[[], Any]) -> Any:
    """Make the model of a target.

    Raises
    ------
    NotAModel
        If what it gives has no ``create_iterator`` or no ``input_coords``.
    """
    model = build()
    for name in ("create_iterator", "input_coords"):
        if not callable(getattr(model, name, None)):
            raise NotAModel(f"it gives a {type(model).__name__}, which has no `{name}`")
    return model


_last_passed_over: list[str] = []


def pass_over_imported() -> None:
    """Let `user_modules` look only at what is imported from now on, if nothing yet is the user's.

    The server of child processes has thousands of modules, and to look at one is to copy its memory
    in each child.
    """
    _last_passed_over.clear()
    if not user_modules():
        _last_passed_over.append(next(reversed(sys.modules)))


def user_modules() -> list[ModuleType]:
    """Give the modules imported so far that no installed package holds, in the order of paths."""
    prefixes = installed_folders()
    found = {}
    for module in _imported_lately():
        file = getattr(module, "__file__", None)
        if module and file and os.path.isabs(file) and not file.startswith(prefixes):
            path = os.path.realpath(file)
            if not path.startswith(prefixes):
                found[path] = module
    return [found[path] for path in sorted(found)]


def _imported_lately() -> list[ModuleType | None]:
    """Give the modules that are not passed over, in the order of their imports."""
    names: list[str] = []
    try:
        for name in reversed(sys.modules):
            if name in _last_passed_over:
                break
            names.append(name)
    except RuntimeError:  # another thread has imported something meanwhile
        names = [*sys.modules][::-1]
    return [sys.modules.get(name) for name in reversed(names)]


@functools.cache
def installed_folders() -> tuple[str, ...]:
    """Give the folders, each with a final separator, in which no module is the user's own.

    Those of the standard library, of installed packages, the user's own ones too, and ours.
    """
    named = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders = {*named, *site.getsitepackages(), site.getusersitepackages(), own}
    spellings = {
        spelling(path) for path in folders for spelling in (os.path.abspath, os.path.realpath)
    }
    return tuple(sorted(path + os.sep for path in spellings))


def _module_of_file(path: str) -> ModuleType:
    """Import a file by the name by which its neighbours would import it."""
    folder, stem = os.path.split(os.path.splitext(path)[0])
    if "." in stem:
        raise ImportError(f"{path} has a dot in its name, by which Python imports no module")
    parts = [] if stem == "__init__" else [stem]
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    name = ".".join(parts)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    known = sys.modules.get(name)
    if known is not None:
        if os.path.realpath(getattr(known, "__file__", None) or "") == os.path.realpath(path):
            return known
        raise ImportError(f"{path} would be imported as `{name}`, which is another module's name")
    module = importlib.import_module(name)
    if os.path.realpath(module.__file__ or "") != os.path.realpath(path):
        raise ImportError(f"`import {name}` finds {module.__file__}, not {path}")
    return module


class _OverlayFinder:
    """Finds the modules whose files have another content for this process."""

    def __init__(self, overlays: Mapping[str, bytes]) -> None:
        self._overlays = {os.path.realpath(path): data for path, data in overlays.items()}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader) or not spec.origin:
            return None
        data = self._overlays.get(os.path.realpath(spec.origin))
        if data is None:
            return None
        loader = _OverlayLoader(name, spec.origin, data)
        return importlib.util.spec_from_file_location(
            name,
            spec.origin,
            loader=loader,
            submodule_search_locations=spec.submodule_search_locations,
        )


class _OverlayLoader(SourceFileLoader):
    """Loads a module from a content that is not its file's."""

    def __init__(self, name: str, path: str, data: bytes) -> None:
        super().__init__(name, path)
        self._data = data

    def get_data(self, path: str) -> bytes:
        return self._data if path == self.path else super().get_data(path)

    def path_stats(self, path: str) -> Mapping[str, Any]:
        # Without them no compiled file is looked for, and none is written.
        raise OSError(path)
