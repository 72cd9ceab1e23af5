"""Servers for tests of a module, and the files that they work on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder that stands for the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty workspace folder."""
    return tmp_path_factory.mktemp("workspace")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Give a folder with a restart-aware base class, grid.py, and models that inherit from it."""
    for name in ("grid.py", "good_plain.py", "bad_every_other_step.py"):
        shutil.copy(FIXTURES / "rollouts" / name, tmp_path)
    return tmp_path
