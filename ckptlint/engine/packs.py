"""Which rule packs are installed, read from the metadata of distributions.

`importlib.metadata` takes 50 ms to import and parses every distribution; here only the entry
points of those that name the group are looked into.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GROUP = "ckptlint.rules"


class PackEntry(NamedTuple):
    """One entry point: its name, the package that holds the rules, and who brought it.

    `version` is the distribution's, or empty where its folder's name does not tell.
    """

    name: str
    package: str
    distribution: str
    version: str


def installed_packs(search_path: Iterable[str] | None = None) -> tuple[PackEntry, ...]:
    """Find the rule packs on `search_path`, by default on `sys.path`, in a stable order.

    Of two distributions with one name the first on the path counts, as it does for imports. The
    empty entry that Python puts first for ``python -c`` is left out: it stands for the current
    folder, and what lies there is the code that is linted, which is never imported.
    """
    folders = filter(None, sys.path) if search_path is None else search_path
    seen: set[str] = set()
    found: list[PackEntry] = []
    for folder in dict.fromkeys(folders):
        for distribution, version, text in _entry_points_in(folder):
            if distribution not in seen:
                seen.add(distribution)
                found += _packs_of(text, distribution, version)
    return tuple(sorted(found))


def _entry_points_in(folder: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, version and entry points of each distribution that has some of our group."""
    if folder.endswith((".whl", ".zip", ".pyz", ".pex", ".egg")) and os.path.isfile(folder):
        yield from _entry_points_in_archive(folder)
        return
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if not name.endswith((".dist-info", ".egg-info")):
            continue
        try:
            with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
                data = file.read()
        except OSError:
            continue
        if GROUP.encode() in data:
            stem, _, version = name.rpartition(".")[0].partition("-")
            yield _normalized(stem), version, data.decode("utf-8", "replace")


def _entry_points_in_archive(path: str) -> Iterator[tuple[str, str, str]]:
    from importlib.metadata import distributions

    for distribution in distributions(path=[path]):
        text = distribution.read_text("entry_points.txt")
        if text is not None:
            yield _normalized(distribution.name), distribution.version, text


def _normalized(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _packs_of(text: str, distribution: str, version: str) -> Iterator[PackEntry]:
    inside = False
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            inside = line == f"[{GROUP}]"
        elif inside and line and line[0] not in "#;":
            name, _, value = (part.strip() for part in line.partition("="))
            package = value.partition("[")[0].partition(":")[0].strip()
            yield PackEntry(name, package, distribution, version)
