"""A project with one mistake."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from driving import CHECKOUT, Project, ckptlint

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Copy the model, its base class, and no settings."""
    texts = []
    for folder in (tmp_path / "fixed", tmp_path / "edited"):
        folder.mkdir()
        (folder / "ckptlint.toml").touch()
        for name in ("bad_initial_condition.py", "good_grid.py"):
            shutil.copy(CHECKOUT / "fixtures" / "ckp201" / name, folder)
        texts.append((folder / "bad_initial_condition.py").read_text("utf-8"))
    edited, fixed = tmp_path / "edited", tmp_path / "fixed"
    subprocess.run(
        [ckptlint(), "check", "--fix", "--no-cache", "bad_initial_condition.py"],
        cwd=fixed,
        check=True,
        capture_output=True,
    )
    after = (fixed / "bad_initial_condition.py").read_text("utf-8")
    assert after != texts[0]
    return Project(edited / "bad_initial_condition.py", after)
