"""``ckptlint models``: the table, the JSON, and what cannot be looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ckptlint.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MODEL = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.state = bind_checkpoint_state(state)

    def create_iterator(self, x, coords):
        step = 0
        if self.state.checkpoint_state_loaded:
            x = self.state.x
        else:
            self.state.x = x
            yield x, coords
        while True:
            x = self.step(x, step)
            step += 1
            self.state.x = x
            yield x, coords


class Plain:
    def create_iterator(self, x, coords):
        yield x, coords
"""

TABLE = """\
model     restart-aware       starts in              yields  saves   restores  carries

model.py
Model:4   yes                 Model.create_iterator  14, 19  13, 18  11        x, step (lost)
Plain:22  no: binds no state  Plain.create_iterator  24      -       -         -

2 models in 1 file; restart-aware: 1
"""


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["models", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_table(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "model.py").write_text(MODEL)
    assert call(capsys, "model.py") == (0, TABLE, "")


def test_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "model.py").write_text(MODEL)
    code, out, err = call(capsys, "--output-format", "json", ".")
    assert (code, err) == (0, "")
    aware, plain = json.loads(out)
    file = str(project / "model.py")
    assert (aware["name"], aware["restart_aware"], aware["lacks"]) == ("Model", True, None)
    assert aware["filename"] == file
    assert aware["bound_state"] == ["state"]
    assert aware["entry"]["name"] == "Model.create_iterator"
    assert [one["location"]["row"] for one in aware["yields"]] == [14, 19]
    lost = next(one for one in aware["carried"] if one["name"] == "step")
    assert (lost["kind"], lost["kept"], lost["field"]) == ("local", False, "step: int = 0")
    assert (lost["changed"]["location"], lost["used"]["location"]["row"]) == (
        {"row": 17, "column": 13},
        16,
    )
    assert plain["carried"] is None
    assert (plain["restart_aware"], plain["lacks"]) == (False, "binds no state")


def test_no_model(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "script.py").write_text("print('create_iterator')\n")
    assert call(capsys) == (0, "No model in 1 file\n", "")


def test_what_cannot_be_looked_at_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "broken.py").write_text("def create_iterator(:\n")
    (project / "model.py").write_text(MODEL)
    code, out, err = call(capsys, ".")
    assert code == 2
    assert "broken.py: cannot be parsed: invalid syntax" in err
    assert "2 models in 2 files; restart-aware: 1" in out


def test_a_path_that_is_not_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "nowhere.py")
    assert (code, out) == (2, "")
    assert "nowhere.py: no such file or folder" in err


def test_standard_input_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "-")
    assert code == 2
    assert "reads files and folders, not stdin" in err
