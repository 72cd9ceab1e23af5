"""What has changed on the disk among the paths that a run rests on."""

from __future__ import annotations

import os
from stat import S_ISDIR
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_State = tuple[int, ...]
_CHANGED_DURING_THE_RUN: _State = ()


class Changes:
    """Remembers how paths were when a run read them, and tells which are otherwise now.

    A file changes with its time, size or identity; a folder only with the names in it, so that
    nobody who rewrites a file in it changes the folder, too. A path where nothing is counts as
    any other.
    """

    def __init__(self) -> None:
        self._states: dict[str, _State | None] = {}
        self._names: dict[str, frozenset[str]] = {}

    def rest_on(self, paths: Iterable[str], started: int, written: Mapping[str, bytes]) -> None:
        """Take the paths that a run rests on; those of earlier runs are forgotten.

        Parameters
        ----------
        paths : iterable of str
            Absolute paths.
        started : int
            When the run began, in nanoseconds since the epoch: what was not known before and is
            younger may have changed after it was read, and counts as changed.
        written : Mapping[str, bytes]
            The files that the run itself has written, and what it wrote: unless they hold
            something else by now, they have not changed.
        """
        earlier, self._states = self._states, {}
        for path in sorted({*paths, *written}):
            state = _state_of(path)
            if path in written and _holds(path, written[path]):
                self._states[path] = state
            elif path in earlier:
                self._states[path] = earlier[path]
            elif _is_folder(state):
                self._states[path] = state
                self._names[path] = _names_in(path)
            else:
                is_young = state is not None and state[1] > started
                self._states[path] = _CHANGED_DURING_THE_RUN if is_young else state
        self._names = {path: self._names[path] for path in self._names.keys() & self._states.keys()}

    def found(self) -> list[str]:
        """Give the paths that are not as they were, once each."""
        return [path for path in self._states if self._has_changed(path)]

    def _has_changed(self, path: str) -> bool:
        state, before = _state_of(path), self._states[path]
        if state == before:
            return False
        self._states[path] = state
        if not _is_folder(state):
            self._names.pop(path, None)
            return True
        names, known = _names_in(path), self._names.get(path)
        self._names[path] = names
        return names != known


def _state_of(path: str) -> _State | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mode, status.st_mtime_ns, status.st_size, status.st_ino


def _is_folder(state: _State | None) -> bool:
    return bool(state) and state is not None and S_ISDIR(state[0])


def _names_in(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False
