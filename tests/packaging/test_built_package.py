"""What a build of the checkout holds, and what is found where it is installed."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import NamedTuple

import pytest

import ckptlint

CHECKOUT = Path(__file__).resolve().parents[2]
VERSION = ckptlint.__version__
DIST_INFO = f"ckptlint-{VERSION}.dist-info"
SDIST_TOP = f"ckptlint-{VERSION}"

REDUNDANT_FLUSH = """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(step=1)
    session.flush()
"""

USES_BOTH_ROOTS = """\
from ckptlint.rule import Rule
from ckptlint_rules.session import redundant_flush

rule: Rule = redundant_flush.RULE
"""


class Build(NamedTuple):
    """The two files that a release consists of."""

    sdist: Path
    wheel: Path


class Installation(NamedTuple):
    """An interpreter in which ckptlint is installed, and where its two packages should be."""

    python: Path
    ckptlint: Path
    ckptlint_rules: Path


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def run_well(*command: str | Path, cwd: Path | None = None) -> str:
    done = run(*command, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_under(folder: Path, base: Path) -> set[str]:
    """Name the files of `folder` by their way from `base`, without what tools leave there."""
    names = (path.relative_to(base) for path in folder.rglob("*") if path.is_file())
    return {
        name.as_posix()
        for name in names
        if not any(part.startswith(".") or part == "__pycache__" for part in name.parts)
    }


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build the sdist from the checkout, and the wheel from the sdist."""
    folder = tmp_path_factory.mktemp("build")
    run_well(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT)
    return Build(
        sdist=folder / f"ckptlint-{VERSION}.tar.gz",
        wheel=folder / f"ckptlint-{VERSION}-py3-none-any.whl",
    )


@pytest.fixture(scope="module")
def unpacked(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(build.sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / SDIST_TOP


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installation(
    request: pytest.FixtureRequest,
    build: Build,
    unpacked: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Installation:
    """Install into a new environment, which borrows only the dependencies of this one."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    site_packages = Path(
        run_well(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    )
    borrowed = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    (site_packages / "borrowed.pth").write_text("\n".join(borrowed))
    if request.param == "wheel":
        what = [str(build.wheel)]
        packages = (site_packages, site_packages)
    else:
        what = ["--no-build-isolation", "--editable", str(unpacked)]
        packages = (unpacked, unpacked / "rules")
    install = ["install", "--quiet", "--no-deps", "--no-index", *what]
    run_well(sys.executable, "-m", "pip", "--python", python, *install)
    return Installation(python, packages[0] / "ckptlint", packages[1] / "ckptlint_rules")


def test_the_wheel_holds_both_packages_and_nothing_else(build: Build) -> None:
    with zipfile.ZipFile(build.wheel) as archive:
        names = archive.namelist()
    assert set(names) == {
        *files_under(CHECKOUT / "ckptlint", CHECKOUT),
        *files_under(CHECKOUT / "rules" / "ckptlint_rules", CHECKOUT / "rules"),
        *(
            f"{DIST_INFO}/{name}"
            for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
        ),
    }
    assert {"ckptlint/py.typed", "ckptlint_rules/py.typed"} <= set(names)
    assert len(names) == len(set(names))


def test_the_wheel_declares_the_command_the_rules_and_the_plugins(build: Build) -> None:
    declared = configparser.ConfigParser()
    declared.optionxform = str  # keep capitals
    with zipfile.ZipFile(build.wheel) as archive:
        declared.read_string(archive.read(f"{DIST_INFO}/entry_points.txt").decode())
    assert {section: dict(declared[section]) for section in declared.sections()} == {
        "console_scripts": {"ckptlint": "ckptlint.cli.main:main"},
        "ckptlint.rules": {"ckptlint": "ckptlint_rules"},
        "flake8.extension": {"CKP": "ckptlint.flake8_plugin:Flake8Plugin"},
        "pytest11": {"ckptlint": "ckptlint.verify.pytest_plugin"},
    }


def test_the_wheel_is_light(build: Build) -> None:
    with zipfile.ZipFile(build.wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"{DIST_INFO}/METADATA").decode())
    requirements = metadata.get_all("Requires-Dist", [])
    assert [requirement for requirement in requirements if "extra ==" not in requirement] == [
        "astroid<5,>=4.1",
        "markdown-it-py<5,>=3",
        "pathspec<2,>=1.0",
        "tomli>=2.2",
    ]
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_license_is_the_whole_one(build: Build) -> None:
    with zipfile.ZipFile(build.wheel) as archive:
        text = archive.read(f"{DIST_INFO}/licenses/LICENSE").decode()
    assert text == (CHECKOUT / "LICENSE").read_text()
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("folder", ["ckptlint", "rules", "tests", "fixtures"])
def test_the_sdist_holds_what_the_tests_need(unpacked: Path, folder: str) -> None:
    assert files_under(unpacked / folder, unpacked) == files_under(CHECKOUT / folder, CHECKOUT)


def test_the_sdist_can_run_the_makefile(unpacked: Path) -> None:
    needed = {"LICENSE", "Makefile", "README.md", "constraints.txt", "pyproject.toml"}
    assert needed <= {path.name for path in unpacked.iterdir()}


def test_both_packages_come_from_the_installation(
    installation: Installation, tmp_path: Path
) -> None:
    code = "import ckptlint, ckptlint_rules; print(ckptlint.__file__, ckptlint_rules.__file__)"
    printed = run_well(installation.python, "-c", code, cwd=tmp_path)
    assert [Path(name).parent for name in printed.split()] == [
        installation.ckptlint,
        installation.ckptlint_rules,
    ]


@pytest.mark.parametrize("called", ["script", "module"])
def test_the_command_answers(installation: Installation, called: str, tmp_path: Path) -> None:
    script = [installation.python.with_name("ckptlint")]
    command = script if called == "script" else [installation.python, "-m", "ckptlint"]
    assert run_well(*command, "--version", cwd=tmp_path) == f"ckptlint {VERSION}\n"


def test_a_check_finds_the_rules_by_their_entry_point(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "forecast.py").write_text(REDUNDANT_FLUSH)
    command = installation.python.with_name("ckptlint")
    checked = run(command, "--isolated", "--output-format=json-lines", cwd=tmp_path)
    assert checked.returncode == 1, checked.stderr
    assert [json.loads(line)["code"] for line in checked.stdout.splitlines()] == ["CKP301"]


def test_mypy_types_both_packages(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "pack.py").write_text(USES_BOTH_ROOTS)
    printed = run_well(
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        f"--config-file={os.devnull}",
        f"--cache-dir={tmp_path / 'cache'}",
        f"--python-executable={installation.python}",
        "pack.py",
        cwd=tmp_path,
    )
    assert printed == "Success: no issues found in 1 source file\n"


def test_pytest_imports_both_packages(installation: Installation, tmp_path: Path) -> None:
    test = "def test_code():\n    assert rule.code == 'CKP301'\n"
    (tmp_path / "test_pack.py").write_text(f"{USES_BOTH_ROOTS}\n\n{test}")
    printed = run_well(installation.python, "-m", "pytest", "--quiet", tmp_path, cwd=tmp_path)
    assert "1 passed" in printed
