"""Servers for tests of a module, and the files that they work on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"


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
