"""A rule pack of somebody else's, built and installed beside ckptlint, and what its faults do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACK = CHECKOUT / "fixtures" / "rule_pack"

BAD = """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(step=1)
    session.flush()
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the pack into a folder of its own, from a copy, as pip does for anybody."""
    folder = tmp_path_factory.mktemp("pack")
    source = shutil.copytree(PACK, folder / "source")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([*command, "--target", folder / "installed", source], check=True)
    return folder / "installed"


def ckptlint(pack: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(pack), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-m", "ckptlint", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def found(result: subprocess.CompletedProcess[str]) -> list[str]:
    return [line.split(" ", 1)[0] + " " + line.split(" ")[1] for line in result.stdout.splitlines()]


def test_its_rules_are_found_listed_and_explained(pack: Path, tmp_path: Path) -> None:
    listed = ckptlint(pack, "rule", "--all", "--output-format", "json", cwd=tmp_path)
    assert (listed.returncode, listed.stderr) == (0, "")
    codes = [record["code"] for record in json.loads(listed.stdout)]
    assert {"CKP101", "CKP201", "HSE101"} <= set(codes)
    page = ckptlint(pack, "rule", "checkpoint-without-path", cwd=tmp_path)
    assert page.stdout.startswith("# checkpoint-without-path (HSE101)\n")


def test_its_findings_stand_beside_ours_and_can_be_suppressed(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(BAD)
    options = ["--output-format", "concise", "-q", "--select", "HSE,CKP301"]
    result = ckptlint(pack, *options, "run.py", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (1, "")
    assert found(result) == ["run.py:3:6: HSE101", "run.py:5:5: CKP301"]
    (tmp_path / "run.py").write_text(BAD.replace(" as session:", " as session:  # noqa: HSE101"))
    assert found(ckptlint(pack, *options, "run.py", cwd=tmp_path)) == ["run.py:5:5: CKP301"]


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        (
            "broken.py",
            "import nowhere_to_be_found\n",
            "rule pack house: house_rules.broken cannot be imported: "
            "ModuleNotFoundError: No module named 'nowhere_to_be_found'",
        ),
        (
            "taken.py",
            "from house_rules.checkpoint_without_path import RULE\n"
            "RULE = RULE._replace(code='CKP301')\n",
            "rule pack house: house_rules.taken: the code CKP301 is taken by "
            "rule pack ckptlint: ckptlint_rules.session.redundant_flush",
        ),
        (
            "raising.py",
            "from house_rules.checkpoint_without_path import RULE\n"
            "def check(program):\n"
            "    raise ValueError('no')\n"
            "RULE = RULE._replace(code='HSE102', name='raising', check=check)\n",
            "rule HSE102 failed on run.py: ValueError: no (raising.py:3)",
        ),
    ],
)
def test_its_faults_are_reported_and_the_rest_goes_on(
    pack: Path, tmp_path: Path, file: str, text: str, fault: str
) -> None:
    copy = shutil.copytree(pack, tmp_path / "pack")
    (copy / "house_rules" / file).write_text(text)
    (tmp_path / "run.py").write_text(BAD)
    options = ["--output-format", "concise", "-q", "--no-cache", "--select", "HSE,CKP301"]
    result = ckptlint(copy, *options, "run.py", cwd=tmp_path)
    assert result.returncode == 2
    assert found(result) == ["run.py:3:6: HSE101", "run.py:5:5: CKP301"]
    assert fault in result.stderr
