"""Editors that open a file with one mistake, set up by the snippets that users are given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
LIMIT = 120
"""Seconds that an editor may run; its driver gives up earlier, and says why."""

MESSAGE = "this boundary is yielded with no save since the start of the rollout"
HELP = (
    "Save what the next step reads with `_save_checkpoint_state`, just before the `yield`, "
    "on every path to it"
)
FIX = "Insert `self._save_checkpoint_state(x, coords)`"


def ckptlint() -> Path:
    """Give the `ckptlint` that an editor would find in the environment of the tests."""
    program = Path(sys.executable).with_name("ckptlint")
    assert program.exists(), f"ckptlint is not installed beside {sys.executable}"
    return program


@dataclass(frozen=True)
class Project:
    """A folder with a model that yields its initial condition unsaved.

    Attributes
    ----------
    file : Path
        The model.
    fixed : str
        The model as ``ckptlint --fix`` leaves it.
    """

    file: Path
    fixed: str

    def drive(self, *command: str | Path, action: str = FIX) -> dict[str, Any]:
        """Open the file in an editor, pick the action, save; give what the driver saw."""
        seen = self.file.with_name("seen.json")
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(ckptlint().parent), os.environ["PATH"]]),
            "HOME": str(self.file.parent),
            "CKPTLINT_FILE": str(self.file),
            "CKPTLINT_ACTION": action,
            "CKPTLINT_SEEN": str(seen),
        }
        done = subprocess.run(
            command,
            cwd=self.file.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert seen.exists(), f"the editor exited with {done.returncode}:\n{done.stdout}"
        result: dict[str, Any] = json.loads(seen.read_text("utf-8"))
        assert "error" not in result, f"{result}\n{done.stdout}"
        return result
