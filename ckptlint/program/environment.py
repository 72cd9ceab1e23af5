"""Where the packages lie that the analysed code would import; nothing of them is run."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE_FOLDERS = ("site-packages", "dist-packages")


class EnvironmentNotFound(Exception):  # noqa: N818 - it says what is the matter
    """A directory that was named as the environment, and is none.

    Parameters
    ----------
    path : Path
        The directory.
    """

    def __init__(self, path: Path) -> None:
        what = "holds no installed packages" if path.is_dir() else "is not a directory"
        super().__init__(f"environment {path} {what}")
        self.path = path


def site_packages_of(
    environment: Path | None = None, project_root: Path | None = None
) -> tuple[Path, ...]:
    """Find the directories from which an environment's packages are imported.

    Parameters
    ----------
    environment : Path, optional
        A virtual or conda environment, or a directory of packages. By default the active one
        ($VIRTUAL_ENV, $CONDA_PREFIX), else ``.venv`` or ``venv`` in the project's root, else that
        of the running interpreter. The one that pre-commit has made for ckptlint alone is not
        taken for the active one.
    project_root : Path, optional
        The project's root.

    Returns
    -------
    tuple[Path, ...]
        In the order of import, with the directories that their ``.pth`` files add.

    Raises
    ------
    EnvironmentNotFound
        If `environment` is given and is none.
    """
    if environment is not None:
        folders = _folders_in(environment) or _is_package_folder(environment)
        if not folders:
            raise EnvironmentNotFound(environment)
        return _with_added_paths(folders)
    for candidate in _usual_places(project_root):
        folders = _folders_in(candidate)
        if folders:
            return _with_added_paths(folders)
    return _with_added_paths(_folders_of_interpreter())


def _usual_places(project_root: Path | None) -> Iterator[Path]:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        prefix = os.environ.get(variable)
        if prefix and not _is_made_for_a_hook(prefix):
            yield Path(prefix)
    if project_root is not None:
        yield project_root / ".venv"
        yield project_root / "venv"


def _is_made_for_a_hook(prefix: str) -> bool:
    """Tell whether an active environment is the one in which pre-commit runs ckptlint."""
    return bool(os.environ.get("PRE_COMMIT")) and os.path.realpath(prefix) == os.path.realpath(
        sys.prefix
    )


def _folders_in(prefix: Path) -> list[Path]:
    """Find the folders of packages of an environment, and of the one that it builds on."""
    libraries = [*sorted(prefix.glob("lib/python3*")), prefix / "Lib"]
    folders = [
        library / name
        for library in libraries
        for name in _PACKAGE_FOLDERS
        if (library / name).is_dir()
    ]
    settings = _settings_of(prefix) if folders else {}
    if settings.get("include-system-site-packages") == "true" and "home" in settings:
        base = Path(settings["home"])
        base = base.parent if base.name == "bin" else base
        folders += [f for root in (base / "local", base) for f in _folders_in(root)]
    return folders


def _settings_of(prefix: Path) -> dict[str, str]:
    try:
        lines = (prefix / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _is_package_folder(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    holds_packages = folder.name in _PACKAGE_FOLDERS or any(folder.glob("*.dist-info"))
    return [folder] if holds_packages else []


def _folders_of_interpreter() -> list[Path]:
    folders = [Path(entry) for entry in sys.path if Path(entry).name in _PACKAGE_FOLDERS]
    return folders or [Path(sysconfig.get_path(key)) for key in ("purelib", "platlib")]


def _with_added_paths(folders: list[Path]) -> tuple[Path, ...]:
    """Add what the folders' ``.pth`` files name; lines that are code are left alone."""
    found: dict[Path, None] = {}
    for folder in folders:
        found[folder] = None
        for file in sorted(folder.glob("*.pth")):
            try:
                lines = file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                continue
            for line in lines:
                entry = line.strip()
                is_code = entry.startswith(("import ", "import\t"))
                if entry and not entry.startswith("#") and not is_code:
                    added = Path(os.path.normpath(folder / entry))
                    if added.is_dir():
                        found[added] = None
    return tuple(found)
