"""The GitHub Action: its declaration, and its steps run by bash as GitHub runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from ckptlint import __version__

CHECKOUT = Path(__file__).resolve().parents[2]
ACTION = CHECKOUT / "action.yml"
DECLARED: dict[str, Any] = yaml.safe_load(ACTION.read_text())
STEPS = DECLARED["runs"]["steps"]
# What GitHub's `shell: bash` stands for.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
FLUSHES = """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(step=1)
    session.flush()
"""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="its steps are for bash")


def is_valid(path: Path, schema: str) -> bool:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0


def test_the_declaration_is_valid_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    assert is_valid(ACTION, "vendor.github-actions")
    wrong = tmp_path / "action.yml"
    wrong.write_text(ACTION.read_text().replace("using: composite", "using: composit"))
    assert not is_valid(wrong, "vendor.github-actions")


class Done(NamedTuple):
    code: int
    out: str
    error: str
    outputs: dict[str, str]


class Job:
    """A job on a runner: a folder to work in, and the files that steps write to."""

    def __init__(self, folder: Path) -> None:
        self.work = folder / "work"
        self.work.mkdir()
        self._temporary = folder / "temporary"
        self._temporary.mkdir()
        self._variables = folder / "variables"
        self._variables.touch()
        self._outputs = folder / "outputs"

    def run(self, name: str, **inputs: str) -> Done:
        """Run the step of that name, with what GitHub puts for the expressions in it."""
        (step,) = [step for step in STEPS if step.get("name") == name]
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        given = {key: value["default"] for key, value in DECLARED["inputs"].items()} | inputs
        values = {f"inputs.{key}": text for key, text in given.items()}
        values["steps.python.outputs.python-path"] = sys.executable
        self._outputs.write_text("")
        constraints = str(CHECKOUT / "constraints.txt")
        done = subprocess.run(
            [*BASH, step["run"]],
            cwd=self.work,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env={
                **_inherited(),
                **_pairs(self._variables),
                **{key: _resolved(text, values) for key, text in step["env"].items()},
                "RUNNER_TEMP": str(self._temporary),
                "GITHUB_ACTION_PATH": str(CHECKOUT),
                "GITHUB_ENV": str(self._variables),
                "GITHUB_OUTPUT": str(self._outputs),
                "PIP_CONSTRAINT": constraints,
                "PIP_BUILD_CONSTRAINT": constraints,
            },
        )
        return Done(done.returncode, done.stdout, done.stderr, _pairs(self._outputs))


def _inherited() -> dict[str, str]:
    hidden = ("CKPTLINT_", "PYTHON", "VIRTUAL_ENV", "GITHUB_")
    return {key: text for key, text in os.environ.items() if not key.startswith(hidden)}


def _pairs(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def _resolved(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values[match[1]], text)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A job in which ckptlint has been installed from the action's own folder."""
    made = Job(tmp_path_factory.mktemp("job"))
    done = made.run("Install ckptlint")
    assert done.code == 0, done.error
    (made.work / "run.py").write_text(FLUSHES)
    (made.work / "two words.py").write_text("x = 1\n")
    return made


def check(job: Job, **inputs: str) -> Done:
    return job.run("Run ckptlint", **inputs)


def test_the_version_of_the_action_is_installed(job: Job) -> None:
    program = _pairs(job._variables)["CKPTLINT_PROGRAM"]
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"ckptlint {__version__}\n"


def test_findings_are_annotated_and_fail_the_job(job: Job) -> None:
    done = check(job)
    assert (done.code, done.error, done.outputs) == (1, "", {})
    (annotation,) = done.out.splitlines()
    place = f"file={job.work / 'run.py'},line=5,col=5,"
    assert annotation.startswith(f"::warning title=ckptlint (CKP301),{place}")


def test_arguments_are_divided_as_in_a_shell(job: Job) -> None:
    assert check(job, src="'two words.py'").code == 0
    assert check(job, src="two words.py").code == 2
    assert check(job, args="-n --ignore CKP301,CKP302").code == 0
    assert check(job, args="--config 'ignore = [\"CKP301\"]'\n--no-cache").code == 0
    assert check(job, src="run.py\n'two words.py'").code == 1
    assert check(job, args="$(touch made)", src="run.py").code == 2
    assert not (job.work / "made").exists()
    assert check(job, args="'never closed").code == 1


def test_other_formats_go_into_the_log(job: Job) -> None:
    done = check(job, output="concise", args="-q")
    assert done.code == 1
    assert done.out.startswith("run.py:5:5: CKP301 ")
    wrong = check(job, output="gihub")
    assert wrong.code == 2
    assert "(did you mean `github`?)" in wrong.error


def test_sarif_is_written_for_the_upload(job: Job) -> None:
    done = check(job, output="sarif")
    assert (done.code, done.out) == (1, "")
    (run,) = json.loads(Path(done.outputs["sarif"]).read_text())["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["CKP301"]
    failed = check(job, output="sarif", args="--select CKP999")
    assert (failed.code, failed.outputs) == (2, {})


def test_the_upload_takes_what_the_check_has_written() -> None:
    *_, upload = STEPS
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    assert upload["if"] == "always() && steps.check.outputs.sarif != ''"
    assert upload["with"]["sarif_file"] == "${{ steps.check.outputs.sarif }}"
