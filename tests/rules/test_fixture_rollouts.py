"""The fixtures on the real Earth2Studio: bad ones restart wrongly, good and fixed ones exactly.

Run it with a Python that has earth2studio; nothing else of this folder needs one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from rollout_driver import divergences, flushes_of, load

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOLDEN = Path(__file__).parent / "golden"
HIDDEN_STATE = {"bad_seeding.py", "bad_step_counter.py"}
"""Fixed, these still diverge: their step reads a random state or a counter that nobody saves."""


def holding(definition: str) -> list[Path]:
    files = (file for file in FIXTURES.rglob("*.py") if definition in file.read_text("utf-8"))
    return sorted(file.relative_to(FIXTURES) for file in files)


MODELS = holding("\ndef build():\n")
WORKFLOWS = [file for file in holding("\ndef run(path") if file.parent.name == "ckp301"]


def fixed_copy(file: Path, folder: Path) -> Path:
    """Give the fixed text of a fixture, beside its neighbours."""
    shutil.copytree(FIXTURES / file.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(GOLDEN / file, folder / file.name)
    return folder / file.name


def with_fix(files: list[Path]) -> list[Path]:
    return [file for file in files if (GOLDEN / file).exists()]


@pytest.mark.parametrize("file", MODELS, ids=str)
def test_a_model_restarts_as_its_name_says(file: Path, tmp_path: Path) -> None:
    found = divergences(load(FIXTURES / file).build, tmp_path)
    assert bool(found) is file.name.startswith("bad_"), found


@pytest.mark.parametrize("file", with_fix(MODELS), ids=str)
def test_a_fixed_model_restarts_exactly(file: Path, tmp_path: Path) -> None:
    fixed = fixed_copy(file, tmp_path / "fixed")
    found = divergences(load(fixed).build, tmp_path / "rows")
    assert bool(found) is (file.name in HIDDEN_STATE), found


@pytest.mark.parametrize("file", WORKFLOWS, ids=str)
def test_a_redundant_flush_commits_nothing(file: Path, tmp_path: Path) -> None:
    path = FIXTURES / file
    lines = path.read_text("utf-8").splitlines()
    reported = {number for number, line in enumerate(lines, 1) if "# error: " in line}
    calls = flushes_of(load(path).run, path, tmp_path)
    assert [call for call in calls if call.line in reported and call.committed] == []
    assert bool(reported) is any(call.line in reported for call in calls)


@pytest.mark.parametrize("file", with_fix(WORKFLOWS), ids=str)
def test_a_fixed_workflow_runs(file: Path, tmp_path: Path) -> None:
    fixed = fixed_copy(file, tmp_path / "fixed")
    before = flushes_of(load(FIXTURES / file).run, FIXTURES / file, tmp_path / "before")
    after = flushes_of(load(fixed).run, fixed, tmp_path / "after")
    assert [call.committed for call in after] == [
        call.committed for call in before if call.committed
    ]
