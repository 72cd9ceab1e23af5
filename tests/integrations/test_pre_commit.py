"""The hooks, as pre-commit itself installs and runs them from a tagged clone of this repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
MANIFEST = CHECKOUT / ".pre-commit-hooks.yaml"
TAG = "v9.9.9"
# What the hooks' repository needs to be installed from.
OFFERED = ("ckptlint", "rules", "pyproject.toml", "README.md", "LICENSE", MANIFEST.name)

REDUNDANT = """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(step=1)
    session.flush()
"""
MENDED = REDUNDANT.replace("    session.flush()\n", "")
MESSAGE = (
    "CKP301 [*] `session.flush()` commits nothing: "
    "at `flush_interval=1` each `write` has committed already"
)

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="pre-commit needs git")


def guide(code: str) -> str:
    return f"# A guide\n\n```python\n{code}```\n"


def notebook(code: str) -> str:
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "first",
        "metadata": {},
        "outputs": [],
        "source": code.splitlines(keepends=True),
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


class Repository(NamedTuple):
    """A repository whose owner uses pre-commit."""

    folder: Path
    environment: dict[str, str]

    def git(self, *arguments: str) -> None:
        subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, check=True, timeout=60
        )

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", message)

    def uses(self, hooks: Path, hook: str, settings: str = "") -> None:
        """Say in the repository's configuration that it runs one hook of the tagged clone."""
        config = f"repos:\n- repo: {hooks}\n  rev: {TAG}\n  hooks:\n  - id: {hook}\n{settings}"
        (self.folder / ".pre-commit-config.yaml").write_text(config)
        self.git("add", "--all")

    def pre_commit(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout


def made(folder: Path, environment: dict[str, str]) -> Repository:
    folder.mkdir()
    repository = Repository(folder, environment)
    repository.git("init", "--quiet", "--initial-branch=main")
    return repository


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of the processes: one store of hooks, the versions that are pinned here."""
    home = tmp_path_factory.mktemp("pre-commit")
    constraints = str(CHECKOUT / "constraints.txt")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CKPTLINT_", "GIT_", "PRE_COMMIT"))
        and name not in ("PYTHONPATH", "SKIP", "FORCE_COLOR", "VIRTUAL_ENV")
    }
    return {
        **kept,
        "PRE_COMMIT_HOME": str(home),
        "PIP_CONSTRAINT": constraints,
        "PIP_BUILD_CONSTRAINT": constraints,
        "PRE_COMMIT_COLOR": "never",
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "A User"), ("EMAIL", "user@example.org"))
        },
    }


@pytest.fixture(scope="session")
def hooks(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tagged repository with this checkout's content."""
    repository = made(tmp_path_factory.mktemp("offered") / "ckptlint", environment)
    for name in OFFERED:
        if (CHECKOUT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(CHECKOUT / name, repository.folder / name, ignore=ignored)
        else:
            shutil.copy(CHECKOUT / name, repository.folder)
    repository.commit("Offer the hooks")
    repository.git("tag", TAG)
    return repository.folder


@pytest.fixture
def user(tmp_path: Path, environment: dict[str, str]) -> Repository:
    """A repository with one mistake in each of a script, a notebook and a guide."""
    repository = made(tmp_path / "forecasts", environment)
    (repository.folder / "run.py").write_text(REDUNDANT)
    (repository.folder / "guide.md").write_text(guide(REDUNDANT))
    (repository.folder / "study.ipynb").write_text(notebook(REDUNDANT))
    return repository


def findings(output: str) -> list[str]:
    return [line for line in output.splitlines() if " CKP" in line]


def test_the_manifest_is_valid_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(MANIFEST.read_text().replace("language: python", "language: snake"))
    for path, code in ((MANIFEST, 0), (wrong, 1)):
        validate = [sys.executable, "-m", "pre_commit", "validate-manifest", path]
        done = subprocess.run(validate, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == code, done.stdout + done.stderr


def test_the_hook_reports_and_changes_nothing(user: Repository, hooks: Path) -> None:
    user.uses(hooks, "ckptlint", "    args: [--output-format=concise]\n")
    code, output = user.pre_commit("run", "--all-files")
    assert code == 1
    assert findings(output) == [
        f"guide.md:8:5: {MESSAGE}",
        f"run.py:5:5: {MESSAGE}",
        f"study.ipynb:cell 1:5:5: {MESSAGE}",
    ]
    assert (user.folder / "run.py").read_text() == REDUNDANT


def test_the_fixing_hook_fails_when_it_fixes_and_passes_then(user: Repository, hooks: Path) -> None:
    user.uses(hooks, "ckptlint-fix")
    code, output = user.pre_commit("run", "--all-files")
    assert code == 1
    assert "- exit code: 1\n- files were modified by this hook\n" in output
    assert "Found 3 errors (3 fixed, 0 remaining).\n" in output
    assert (user.folder / "run.py").read_text() == MENDED
    assert (user.folder / "guide.md").read_text() == guide(MENDED)
    cell = json.loads((user.folder / "study.ipynb").read_text())["cells"][0]
    assert "".join(cell["source"]) == MENDED
    assert user.pre_commit("run", "--all-files")[0] == 0


def test_a_commit_is_stopped_until_its_mistake_is_mended(user: Repository, hooks: Path) -> None:
    user.uses(hooks, "ckptlint")
    assert user.pre_commit("install")[0] == 0
    commit = ["git", "commit", "--message", "Forecast"]
    run = partial(
        subprocess.run, cwd=user.folder, env=user.environment, check=False, capture_output=True
    )
    assert run(commit).returncode == 1
    (user.folder / "run.py").write_text(MENDED)
    (user.folder / "guide.md").write_text(guide(MENDED))
    (user.folder / "study.ipynb").write_text(notebook(MENDED))
    user.git("add", "--all")
    assert run(commit).returncode == 0


def test_an_excluded_file_is_left_alone(user: Repository, hooks: Path) -> None:
    (user.folder / "ckptlint.toml").write_text('extend-exclude = ["run.py", "*.md", "*.ipynb"]\n')
    user.uses(hooks, "ckptlint-fix")
    assert user.pre_commit("run", "--all-files")[0] == 0
    assert (user.folder / "run.py").read_text() == REDUNDANT
    (user.folder / "ckptlint.toml").write_text('extend-exclude = ["*.md", "*.ipynb"]\n')
    user.git("add", "--all")
    assert user.pre_commit("run", "--all-files")[0] == 1
    assert (user.folder / "run.py").read_text() == MENDED


def test_the_projects_environment_counts_and_not_the_hooks(user: Repository, hooks: Path) -> None:
    for name in ("guide.md", "study.ipynb"):
        (user.folder / name).unlink()
    (user.folder / "run.py").write_text("from earth2studio.utils.checkpoint import NO_CHECKPOINT\n")
    packages = user.folder / ".venv" / "lib" / "python3.11" / "site-packages"
    (packages / "earth2studio-0.19.0.dist-info").mkdir(parents=True)
    user.uses(hooks, "ckptlint", "    args: [--output-format=concise]\n")
    code, output = user.pre_commit("run", "--all-files")
    assert (code, findings(output)) == (
        1,
        [
            "run.py:1:43: CKP501 [*] `NO_CHECKPOINT` is gone from Earth2Studio 0.19.0 "
            "(installed): use `NullCheckpoint()`"
        ],
    )


def test_a_hook_can_be_tried_without_a_configuration(user: Repository, hooks: Path) -> None:
    user.git("add", "--all")
    code, output = user.pre_commit("try-repo", str(hooks), "ckptlint", "--all-files")
    assert code == 1
    assert "\nFound 3 errors.\n" in output
    assert "\nCKP301 [*] `session.flush()` commits nothing" in output
