"""Values that are kept in the cache by the content of the file that they are about."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ckptlint.engine.cache import digest
from ckptlint.engine.cache_folder import CacheFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


class ContentStore(Generic[T]):
    """What a cache folder keeps of one kind.

    Parameters
    ----------
    cache : str
        The cache folder of the settings.
    kind : str
        The folder within it.
    from_values : callable
        Makes one of what is kept from its JSON; it raises a ValueError, TypeError or LookupError
        where that is damaged, or was written by something else.
    """

    def __init__(self, cache: str, kind: str, from_values: Callable[[Any], T]) -> None:
        self._folder = CacheFolder(cache)
        self._kind = kind
        self._from_values = from_values

    @property
    def problem(self) -> str | None:
        """Why nothing can be kept, once that is known."""
        return self._folder.problem

    def kept(self, path: str, data: bytes) -> tuple[T, ...]:
        """Give what holds for a content of a file."""
        stored = self._folder.read(self._file(path, data))
        if stored is None:
            return ()
        try:
            return tuple(map(self._from_values, json.loads(stored)))
        except (ValueError, TypeError, LookupError):
            return ()

    def _write(self, path: str, data: bytes, values: Iterable[object]) -> None:
        self._folder.write(self._file(path, data), json.dumps([*values]).encode())

    def _file(self, path: str, data: bytes) -> str:
        name = digest(os.path.realpath(path).encode("utf-8", "surrogatepass"))
        return self._folder.file(self._kind, name, f"{digest(data)}.json")
