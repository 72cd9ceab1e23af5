"""Which version of Earth2Studio a project asks for, read from its lock files and dependencies."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final

from ckptlint.program.api.version import Earth2StudioVersion, is_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_FILES: Final = ("uv.lock", "poetry.lock", "pylock.toml")
PROJECT_FILE: Final = "pyproject.toml"

_LOCKED: Final = re.compile(
    r'^name = "earth2studio"\s*\nversion = "([^"]+)"', re.MULTILINE | re.IGNORECASE
)
_REQUIREMENT: Final = re.compile(
    r"\s*earth2studio(?![\w.-])\s*(?:\[[^\]]*\])?\s*\(?(?P<conditions>[^;#)@]*)", re.IGNORECASE
)
_CONDITION: Final = re.compile(r"\s*(===|==|~=|>=|\^|~)?\s*([^\s,<>=!~^]+)\s*")


def pinned_version(root: Path) -> Earth2StudioVersion | None:
    """Find the version that the project in `root` is locked to, or depends on at least.

    A lock file counts before a requirements file, and that before ``pyproject.toml``. A
    dependency without an exact version or a lower bound tells nothing.
    """
    for name in LOCK_FILES:
        found = _LOCKED.search(_text(root / name))
        if found is not None and is_version(found[1]):
            return Earth2StudioVersion(found[1], f"locked in {name}")
    for name, requirements in _requirements(root):
        versions = [_version_of(one) for one in requirements]
        pinned = next((version for version in versions if version is not None), None)
        if pinned is not None:
            return Earth2StudioVersion(pinned, f"pinned in {name}")
    return None


def _requirements(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Give each file that may name the dependency, with what stands in it as requirements."""
    for path in sorted(root.glob("requirements*.txt")):
        yield path.name, _text(path).split("\n")
    yield PROJECT_FILE, list(_of_project(_text(root / PROJECT_FILE)))


def _of_project(text: str) -> Iterator[str]:
    """Give the dependencies of a ``pyproject.toml``, those of extras and groups last."""
    if "earth2studio" not in text.lower():
        return
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    project = _table(table, "project")
    yield from _strings(project.get("dependencies"))
    poetry = _table(_table(table, "tool"), "poetry")
    for name, wanted in _table(poetry, "dependencies").items():
        version = wanted.get("version") if isinstance(wanted, dict) else wanted
        if isinstance(version, str):
            yield f"{name} {version}"
    for groups in (_table(project, "optional-dependencies"), _table(table, "dependency-groups")):
        for group in groups.values():
            yield from _strings(group)


def _version_of(requirement: str) -> str | None:
    """Give the version that a requirement names, or begins with; None for another package's."""
    match = _REQUIREMENT.match(requirement)
    if match is None or requirement[match.end("conditions") :].lstrip().startswith("@"):
        return None
    exact = bound = None
    for condition in match["conditions"].split(","):
        found = _CONDITION.fullmatch(condition)
        if found is None:
            continue
        sign, version = found[1], found[2].removesuffix(".*")
        if not is_version(version):
            continue
        if sign in ("==", "===") or sign is None:
            exact = version
        else:
            bound = version
    return exact or bound


def _table(table: dict[str, object], key: str) -> dict[str, object]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def _strings(entries: object) -> list[str]:
    if not isinstance(entries, list):
        return []
    return [entry for entry in entries if isinstance(entry, str)]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
    except OSError:
        return ""
