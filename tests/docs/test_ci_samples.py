"""The configurations of CI services in docs/ci.md, held to the schemas of those services."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml
from samples import samples_of

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES = {name: sample.text for sample in samples_of("docs/ci.md") for name in sample.files}
WORKFLOWS = "vendor.github-workflows"
# For each file the schema, and a word that makes it wrong when it is another.
SCHEMAS = {
    ".github/workflows/ckptlint.yml": ([WORKFLOWS], "runs-on"),
    ".github/workflows/code-scanning.yml": ([WORKFLOWS], "uses"),
    ".github/workflows/reviewdog.yml": ([WORKFLOWS], "steps"),
    ".gitlab-ci.yml": (["vendor.gitlab-ci"], "script"),
    "azure-pipelines.yml": (
        ["vendor.azure-pipelines", "--data-transform", "azure-pipelines"],
        "inputs",
    ),
}
PRE_COMMIT = ".pre-commit-config.yaml"


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def test_every_configuration_is_judged() -> None:
    assert {*SAMPLES} == {*SCHEMAS, PRE_COMMIT}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_configuration_is_valid_and_a_wrong_one_is_not(tmp_path: Path, name: str) -> None:
    schema, word = SCHEMAS[name]
    path = tmp_path / "ci.yml"
    for text, expected in ((SAMPLES[name], 0), (SAMPLES[name].replace(word, f"{word}x"), 1)):
        path.write_text(text)
        code, told = run("check_jsonschema", "--builtin-schema", *schema, str(path))
        assert code == expected, told


def test_the_configuration_of_pre_commit_is_valid_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / PRE_COMMIT
    for text, expected in (
        (SAMPLES[PRE_COMMIT], 0),
        (SAMPLES[PRE_COMMIT].replace("rev:", "ref:"), 1),
    ):
        path.write_text(text)
        code, told = run("pre_commit", "validate-config", str(path))
        assert code == expected, told


def test_the_commands_write_what_the_services_read(tmp_path: Path) -> None:
    """Each line that calls ckptlint, run as a service runs it; what others install is left out."""
    (tmp_path / "run.py").write_text(
        "from earth2studio.utils.checkpoint import Checkpoint\n\n"
        'with Checkpoint("a") as session:\n    session.write()\n    session.flush()\n'
    )
    lines = [
        line.strip().removeprefix("- ").removeprefix("script: ")
        for text in SAMPLES.values()
        for line in text.splitlines()
        if "ckptlint check" in line
    ]
    assert len(lines) == 3
    for line in lines:
        done = subprocess.run(
            [sys.executable, "-m", *line.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={name: text for name, text in os.environ.items() if name != "CKPTLINT_CACHE_DIR"},
        )
        assert done.returncode == (0 if "--exit-zero" in line else 1), done.stderr
        assert done.stderr == ""
        if "azure" in line:
            assert "code=CKP301" in done.stdout
    job = yaml.safe_load(SAMPLES[".gitlab-ci.yml"])["ckptlint"]
    report = tmp_path / job["artifacts"]["reports"]["codequality"]
    assert [finding["check_name"] for finding in json.loads(report.read_text())] == ["CKP301"]
    findings = json.loads((tmp_path / "ckptlint.json").read_text())["diagnostics"]
    assert [finding["code"]["value"] for finding in findings] == ["CKP301"]
