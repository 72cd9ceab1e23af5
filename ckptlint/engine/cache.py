"""The result cache: what one file gave, kept until something changes that it rests on."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from ckptlint import __version__
from ckptlint.engine.serialization import finding_from_values, finding_to_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ckptlint.engine.cache_folder import CacheFolder
    from ckptlint.engine.registry import Registry
    from ckptlint.engine.result import LocatedFinding

_DIGEST_SIZE = 16
_PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


class Entry:
    """The place of one file's result in the cache, and the content that it is for.

    Parameters
    ----------
    folder : CacheFolder
        Where it is kept.
    conditions : sequence of str
        What, besides contents, the result rests on: the file's name, settings, versions.
    data : bytes
        The file's content.
    """

    def __init__(self, folder: CacheFolder, conditions: Sequence[str], data: bytes) -> None:
        name = _digest(json.dumps(conditions).encode("utf-8", "surrogatepass"))
        self._folder = folder
        self._path = folder.file("results", name[:2], f"{name[2:]}.json")
        self._content = _digest(data)

    def load(self) -> tuple[tuple[LocatedFinding, ...], Mapping[str, str | None]] | None:
        """Give the findings, and the files that they rest on; None if they do not hold any more.

        An entry that is damaged, or that something else has written, counts as none.
        """
        stored = self._folder.read(self._path)
        if stored is None:
            return None
        checksum, _, payload = stored.partition(b"\n")
        if checksum.decode("ascii", "replace") != _digest(payload):
            return None
        try:
            content, files, findings = json.loads(payload)
            if content != self._content or not all(
                _is_unchanged(path, digest) for path, digest in files.items()
            ):
                return None
            return tuple(finding_from_values(values) for values in findings), files
        except (ValueError, TypeError, AttributeError):
            return None

    def store(self, findings: Iterable[LocatedFinding], files: Mapping[Path, bytes | None]) -> None:
        """Keep the findings, and the files that they rest on with the digests of their content."""
        names = {str(path): digest and digest.hex() for path, digest in files.items()}
        values = [finding_to_values(finding) for finding in findings]
        payload = json.dumps([self._content, names, values]).encode()
        self._folder.write(self._path, _digest(payload).encode() + b"\n" + payload)


def program_identity(registry: Registry) -> str:
    """Give a digest of everything that runs: ckptlint, the rule packs, Python.

    Files count by size and time, so that a rule that is being edited is run again.
    """
    folders = {os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}
    folders.update(os.path.dirname(file) for file in registry.files)
    parts = [__version__, sys.version, *map(str, registry.packs)]
    for folder in sorted(folders):
        parts += _listed(folder)
    return _digest("\0".join(parts).encode("utf-8", "surrogatepass"))


def surroundings(path: str) -> Iterable[str]:
    """Give the files above `path` that tell by which name it is imported, where they are there."""
    folder = os.path.dirname(os.path.abspath(path))
    while True:
        parent = os.path.dirname(folder)
        markers = [os.path.join(folder, "__init__.py")]
        if os.path.basename(folder) == "src":
            markers += [os.path.join(parent, name) for name in _PROJECT_FILES]
        yield from filter(os.path.isfile, markers)
        if parent == folder:
            return
        folder = parent


def _listed(folder: str) -> Iterable[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        for name in sorted(names):
            if name.endswith(".py"):
                path = os.path.join(parent, name)
                with suppress(FileNotFoundError):
                    state = os.stat(path)
                    yield f"{path} {state.st_size} {state.st_mtime_ns}"


def _is_unchanged(path: str, digest: str | None) -> bool:
    if digest is None:
        return not os.path.lexists(path)
    try:
        with open(path, "rb") as file:
            return _digest(file.read()) == digest
    except OSError:
        return False


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_DIGEST_SIZE).hexdigest()
