"""Modules taken along to another process, which could not import them by their names.

So it is with what pytest has imported in the mode `importlib`, and with a `conftest.py` of several.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
import pickletools
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec

    from ckptlint.verify.target import Reference


class Carried(NamedTuple):
    """A module as it is made again in another process.

    Parameters
    ----------
    name : str
        The name under which it is imported here.
    path : str or None
        Its file; None for one that only holds others.
    search : tuple[str, ...] or None
        The folders that its submodules are imported from; None if it is no package.
    """

    name: str
    path: str | None
    search: tuple[str, ...] | None


def with_modules(reference: Reference) -> Reference:
    """Let a reference take along the modules that it needs and that have no importable name."""
    import cloudpickle

    assert reference.pickled is not None
    needed: dict[str, Carried] = {}
    for module in _named_in(reference.pickled):
        if not _is_importable(module):
            for name in _ancestors(module.__name__):
                needed[name] = _carried(name)
    if not needed:
        return reference
    parcel = _Parcel(tuple(needed.values()), reference.pickled)
    return reference._replace(pickled=cloudpickle.dumps(parcel))


class _Parcel:
    """Unpickled, it is what it holds."""

    def __init__(self, modules: tuple[Carried, ...], pickled: bytes) -> None:
        self._contents = (modules, pickled)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return unpack, self._contents


def unpack(modules: Sequence[Carried], pickled: bytes) -> Any:
    """Import modules from their files under the names they are known by, then unpickle."""
    for one in modules:
        if one.name not in sys.modules:
            _import(one)
    return pickle.loads(pickled)


def _import(carried: Carried) -> None:
    if carried.path is None:
        module = ModuleType(carried.name)
        spec = None
    else:
        search = None if carried.search is None else [*carried.search]
        spec = importlib.util.spec_from_file_location(
            carried.name, carried.path, submodule_search_locations=search
        )
        if spec is None or spec.loader is None:
            raise ImportError(f"{carried.path} cannot be imported as `{carried.name}`")
        module = importlib.util.module_from_spec(spec)
    if carried.search is not None:
        module.__path__ = [*carried.search]
    sys.modules[carried.name] = module
    parent, _, name = carried.name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], name, module)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module)


def _carried(name: str) -> Carried:
    module = sys.modules.get(name)
    path = getattr(module, "__file__", None)
    search = getattr(module, "__path__", None)
    return Carried(
        name,
        os.path.abspath(path) if path else None,
        None if search is None else tuple(os.path.abspath(folder) for folder in search),
    )


def _named_in(pickled: bytes) -> Iterator[ModuleType]:
    """Give the modules with a file whose names stand in a pickle."""
    arguments = (argument for _, argument, _ in pickletools.genops(pickled))
    for name in sorted({argument for argument in arguments if isinstance(argument, str)}):
        module = sys.modules.get(name)
        if isinstance(module, ModuleType) and getattr(module, "__file__", None):
            yield module


def _is_importable(module: ModuleType) -> bool:
    """Tell whether importing a module by its name elsewhere gives the same file."""
    spec = _find_spec(module.__name__)
    if spec is None:
        return False
    if not spec.has_location or spec.origin is None:
        return True
    return os.path.realpath(spec.origin) == os.path.realpath(str(module.__file__))


def _find_spec(name: str) -> ModuleSpec | None:
    """Find a module as a process would that has not imported it."""
    search: Sequence[str] | None = None
    spec = None
    for part in _ancestors(name):
        for finder in sys.meta_path:
            if not type(finder).__module__.startswith("_pytest"):
                spec = finder.find_spec(part, search)
                if spec is not None:
                    break
        else:
            return None
        search = None if spec is None else spec.submodule_search_locations
        if search is None and part != name:
            return None
    return spec


def _ancestors(name: str) -> Iterator[str]:
    """Give ``a``, ``a.b`` and ``a.b.c`` for ``a.b.c``."""
    parts = name.split(".")
    return (".".join(parts[: count + 1]) for count in range(len(parts)))
