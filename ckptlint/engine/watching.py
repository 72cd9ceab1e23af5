"""Which files and folders a result rests on, besides the file that is checked."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.engine.registry import Registry
    from ckptlint.engine.result import CheckResult
    from ckptlint.engine.target import Target
    from ckptlint.settings.settings import Settings

_PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


def watched_paths(result: CheckResult, targets: Iterable[Target], registry: Registry) -> set[str]:
    """Give the absolute paths of all that a run rests on, but for how its targets were found.

    To be complete, add the folders that were listed, and the settings and ignore files that were
    read or looked for.
    """
    paths = checked_paths(result, targets)
    paths.update(program_paths(registry))
    paths.update(os.path.abspath(entry) for entry in sys.path)
    return paths


def checked_paths(result: CheckResult, targets: Iterable[Target]) -> set[str]:
    """Give the absolute paths of the files that were checked, and of what they rest on."""
    return result.rests_on | {os.path.abspath(target.path) for target in targets}


def program_paths(registry: Registry) -> Iterator[str]:
    """Give the files and folders of ckptlint itself and of the rule packs."""
    roots = {os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}
    roots.update(os.path.dirname(os.path.abspath(file)) for file in registry.files)
    for root in sorted(roots):
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(set(folders) - {"__pycache__"})
            yield folder
            yield from (os.path.join(folder, name) for name in names if name.endswith(".py"))


def naming_paths(path: str) -> Iterator[str]:
    """Give the paths that tell by which name the file at `path` is imported, there or not."""
    folder = os.path.dirname(os.path.abspath(path))
    while True:
        parent = os.path.dirname(folder)
        yield os.path.join(folder, "__init__.py")
        if os.path.basename(folder) == "src":
            yield from (os.path.join(parent, name) for name in _PROJECT_FILES)
        if parent == folder:
            return
        folder = parent


def environment_paths(settings: Settings, packages: Iterable[str]) -> Iterator[str]:
    """Give what tells where the environment's packages are: its folders and their path files."""
    yield from (os.path.join(settings.root, name) for name in (".venv", "venv"))
    for folder in packages:
        yield folder
        for name in sorted(_listing(folder)):
            if name.endswith(".pth"):
                yield os.path.join(folder, name)


def _listing(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
