"""A real Neovim, set up by the snippets in editors/neovim, shows a finding and fixes it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from driving import HELP, MESSAGE

if TYPE_CHECKING:
    from driving import Project

SNIPPETS = Path(__file__).parents[2] / "editors" / "neovim"
DRIVER = Path(__file__).with_name("neovim_driver.lua")
CONFIGURED = (0, 11)
"""The first version with `vim.lsp.config`."""


def neovims() -> list[str]:
    """Name each Neovim of the environment and on PATH: a machine may have several."""
    folders = [str(Path(sys.executable).parent), *os.environ["PATH"].split(os.pathsep)]
    found = (shutil.which("nvim", path=folder) for folder in dict.fromkeys(folders))
    return [program for program in found if program is not None]


def version(program: str) -> tuple[int, int]:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    major, minor = done.stdout.split()[1].removeprefix("v").split(".")[:2]
    return int(major), int(minor)


def neovim(snippet: str) -> str:
    """Find a Neovim for a snippet, or skip."""
    for program in neovims():
        if (version(program) >= CONFIGURED) == (snippet == "ckptlint.lua"):
            return program
    if snippet == "ckptlint.lua":
        pytest.skip("no Neovim 0.11 or later (make .venv/installed-editors)")
    pytest.skip("no Neovim before 0.11 (apt-get install neovim, on Debian 12)")


@pytest.mark.parametrize("snippet", ["ckptlint.lua", "ckptlint-before-0.11.lua"])
def test_neovim_shows_the_finding_and_applies_its_fix(snippet: str, project: Project) -> None:
    seen = project.drive(
        neovim(snippet),
        "--headless",
        "-n",
        *("-i", "NONE"),
        *("-u", SNIPPETS / snippet),
        *("-c", f"luafile {DRIVER}"),
    )
    assert seen["found"] == [
        {
            "line": 14,
            "column": 13,
            "end_line": 14,
            "end_column": 28,
            "code": "CKP201",
            "message": f"{MESSAGE}\n{HELP}",
            "source": "ckptlint",
            "severity": "ERROR",
        }
    ]
    assert project.file.read_text("utf-8") == project.fixed


def test_without_the_snippet_neovim_finds_nothing(project: Project, tmp_path: Path) -> None:
    if not neovims():
        pytest.skip("no Neovim (apt-get install neovim)")
    empty = tmp_path / "init.lua"
    empty.touch()
    with pytest.raises(AssertionError, match="waited in vain for a diagnostic"):
        project.drive(
            neovims()[0],
            "--headless",
            "-n",
            *("-i", "NONE"),
            *("-u", empty),
            *("-c", "let $CKPTLINT_LIMIT = 2000"),
            *("-c", f"luafile {DRIVER}"),
        )
