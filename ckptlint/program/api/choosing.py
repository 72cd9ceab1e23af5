"""Which version of Earth2Studio holds for a project, and the files that this rests on."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from ckptlint.program.api.version import NEWEST, Earth2StudioVersion, is_version

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_INSTALLED: Final = re.compile(r"earth2studio-([^-]+)\.(?:dist|egg)-info", re.IGNORECASE)


def choose_version(
    named: str | None, site_packages: Iterable[Path], root: Path
) -> tuple[Earth2StudioVersion, tuple[str, ...]]:
    """Choose the version of Earth2Studio that a project's code is checked against.

    Parameters
    ----------
    named : str or None
        What the settings say.
    site_packages : iterable of Path
        The folders of the environment's packages; the names in them tell what is installed.
    root : Path
        The project's root, whose lock files and dependencies count where nothing is installed.

    Returns
    -------
    tuple[Earth2StudioVersion, tuple[str, ...]]
        The version, and the paths in the project that were looked at for it, there or not.
    """
    if named is not None:
        return Earth2StudioVersion(named, "set by `earth2studio-version`"), ()
    installed = _installed(site_packages)
    if installed is not None:
        return Earth2StudioVersion(installed, "installed"), ()
    # Only a project whose environment is not at hand pays for reading its files.
    from ckptlint.program.api.pins import LOCK_FILES, PROJECT_FILE, pinned_version

    names = {*LOCK_FILES, PROJECT_FILE, *(path.name for path in root.glob("requirements*.txt"))}
    looked_at = (str(root), *(os.path.join(root, name) for name in sorted(names)))
    return pinned_version(root) or NEWEST, looked_at


def _installed(site_packages: Iterable[Path]) -> str | None:
    for folder in site_packages:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            found = _INSTALLED.fullmatch(name)
            if found is not None and is_version(found[1]):
                return found[1]
    return None
