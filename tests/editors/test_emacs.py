"""A real Emacs, set up by editors/emacs/ckptlint.el, shows a finding and fixes it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from driving import HELP, MESSAGE

if TYPE_CHECKING:
    from driving import Project

SNIPPET = Path(__file__).parents[2] / "editors" / "emacs" / "ckptlint.el"
DRIVER = Path(__file__).with_name("emacs_driver.el")


def emacs() -> str:
    """Find an Emacs that has Eglot, or skip."""
    program = shutil.which("emacs")
    if program is None:
        pytest.skip("no Emacs on PATH (apt-get install emacs-nox elpa-eglot)")
    has_eglot = '(kill-emacs (if (locate-library "eglot") 0 1))'
    if subprocess.run([program, "--batch", "--eval", has_eglot], check=False).returncode:
        pytest.skip("Emacs has no Eglot (apt-get install elpa-eglot)")
    return program


def test_emacs_shows_the_finding_and_applies_its_fix(project: Project) -> None:
    seen = project.drive(emacs(), "--batch", "-l", SNIPPET, "-l", DRIVER)
    # Eglot shows no related places, so the message names them.
    message = f"{MESSAGE}\n{HELP}\nline 12: where this is false"
    assert seen["found"] == [
        {
            "line": 14,
            "column": 13,
            "end_line": 14,
            "end_column": 28,
            "message": f"ckptlint [CKP201]: {message}",
            "type": "eglot-error",
        }
    ]
    assert project.file.read_text("utf-8") == project.fixed


def test_without_the_snippet_emacs_finds_nothing(project: Project) -> None:
    limit = ("--eval", "(defvar limit 2)")
    with pytest.raises(AssertionError, match="Waited in vain for a diagnostic"):
        project.drive(emacs(), "--batch", *limit, "-l", DRIVER)
