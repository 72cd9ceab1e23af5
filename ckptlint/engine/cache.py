"""The result cache: what one file gave, kept until something changes that it rests on."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ckptlint import __version__
from ckptlint.engine.cache_folder import CacheFolder
from ckptlint.engine.day import Validity
from ckptlint.engine.serialization import finding_from_values, finding_to_values
from ckptlint.engine.watching import naming_paths, program_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ckptlint.engine.registry import Registry
    from ckptlint.engine.result import LocatedFinding
    from ckptlint.engine.target import Target

_DIGEST_SIZE = 16


class Kept(NamedTuple):
    """A result from the cache: findings, warnings, and the files and last days they rest on."""

    findings: tuple[LocatedFinding, ...]
    warnings: tuple[str, ...]
    files: Mapping[str, str | None]
    last_days: Sequence[str] = ()


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
    today : str
        The day by which suppressions have expired.
    """

    def __init__(
        self, folder: CacheFolder, conditions: Sequence[str], data: bytes, today: str
    ) -> None:
        name = digest(json.dumps(conditions).encode("utf-8", "surrogatepass"))
        self._folder = folder
        self._path = folder.file("results", name[:2], f"{name[2:]}.json")
        self._content = digest(data)
        self._today = today

    def load(self) -> Kept | None:
        """Give what was kept; None if it does not hold any more.

        An entry that is damaged, or that something else has written, counts as none.
        """
        stored = self._folder.read(self._path)
        if stored is None:
            return None
        checksum, _, payload = stored.partition(b"\n")
        if checksum.decode("ascii", "replace") != digest(payload):
            return None
        try:
            content, day, last_days, files, warnings, findings = json.loads(payload)
            if content != self._content or not Validity.of(last_days, day).holds(self._today):
                return None
            if not all(_is_unchanged(path, expected) for path, expected in files.items()):
                return None
            found = tuple(finding_from_values(values) for values in findings)
            return Kept(found, tuple(warnings), files, last_days)
        except (ValueError, TypeError, AttributeError):
            return None

    def store(
        self,
        findings: Iterable[LocatedFinding],
        warnings: Sequence[str],
        files: Mapping[Path, bytes | None],
        last_days: Iterable[str] = (),
    ) -> str | None:
        """Keep a result, the files that it rests on with the digests of their content, and days.

        Returns
        -------
        str or None
            Why nothing can be kept in this cache, if that is so.
        """
        names = {str(path): found and found.hex() for path, found in files.items()}
        values = [finding_to_values(finding) for finding in findings]
        kept = [self._content, self._today, sorted(last_days), names, warnings, values]
        payload = json.dumps(kept).encode()
        self._folder.write(self._path, digest(payload).encode() + b"\n" + payload)
        return self._folder.problem


class ResultCache:
    """The cached results of one run.

    Parameters
    ----------
    registry : Registry
        The rules there are.
    ignore_noqa : bool
        Whether suppression comments count for nothing.
    """

    def __init__(self, registry: Registry, ignore_noqa: bool) -> None:
        self._registry = registry
        self._ignore_noqa = ignore_noqa
        self._folders: dict[str, CacheFolder] = {}

    def entry(
        self,
        target: Target,
        enabled: frozenset[str],
        unsure: frozenset[str],
        project: Sequence[str],
        data: bytes,
        today: str,
    ) -> Entry:
        """Give the place of a file's result.

        Parameters
        ----------
        target : Target
            The file.
        enabled : frozenset[str]
            The codes that are reported in it.
        unsure : frozenset[str]
            Those that are reported even where they are not sure.
        project : sequence of str
            What every result of its project rests on; see `Parsers.conditions`.
        data : bytes
            The file's content.
        today : str
            The day by which suppressions have expired.
        """
        folder = target.settings.cache_dir
        if folder not in self._folders:
            self._folders[folder] = CacheFolder(folder)
        conditions = [
            self._identity,
            os.path.abspath(target.path),
            target.name,
            str(target.is_explicit),
            str(self._ignore_noqa),
            *sorted(enabled),
            *(f"{code}?" for code in sorted(unsure & enabled)),
            *target.settings.src,
            *project,
            *filter(os.path.isfile, naming_paths(target.path)),
        ]
        return Entry(self._folders[folder], conditions, data, today)

    @cached_property
    def _identity(self) -> str:
        """What runs: ckptlint, the rule packs and Python; files count by size and time."""
        parts = [__version__, sys.version, *map(str, self._registry.packs)]
        for path in program_paths(self._registry):
            if path.endswith(".py"):
                state = os.stat(path)
                parts.append(f"{path} {state.st_size} {state.st_mtime_ns}")
        return digest("\0".join(parts).encode("utf-8", "surrogatepass"))


def _is_unchanged(path: str, expected: str | None) -> bool:
    if expected is None:
        return not os.path.lexists(path)
    try:
        with open(path, "rb") as file:
            return digest(file.read()) == expected
    except OSError:
        return False


def digest(data: bytes) -> str:
    """Give the digest by which contents are compared, as hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=_DIGEST_SIZE).hexdigest()
