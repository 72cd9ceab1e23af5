"""ckptlint as a process: what it imports, pipes that close, encodings, interruptions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ckptlint import __version__

FULL = Path("/dev/full")
IMPORTED = """\
import sys
before = set(sys.modules)
from ckptlint.cli.main import main
code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""


def environment(**changes: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CKPTLINT_") and name not in ("NO_COLOR", "FORCE_COLOR")
    }
    return {**kept, **changes}


def start(*arguments: str, folder: Path, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ckptlint", *arguments],
        cwd=folder,
        input=data,
        capture_output=True,
        check=False,
        env=environment(),
    )


def imported(*arguments: str, folder: Path) -> tuple[str, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments],
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
        env=environment(),
    )
    code, *modules = done.stderr.split()
    return code, set(modules)


@pytest.mark.parametrize("argument", ["--version", "-V", "version"])
def test_the_version_imports_almost_nothing(tmp_path: Path, argument: str) -> None:
    code, modules = imported(argument, folder=tmp_path)
    assert code == "0"
    assert modules <= {
        "__future__",
        "ckptlint",
        *("ckptlint.cli" + end for end in ("", ".errors", ".main", ".output")),
    }


def test_help_does_without_argparse(tmp_path: Path) -> None:
    code, modules = imported("--help", folder=tmp_path)
    assert code == "0"
    assert not modules & {"argparse", "astroid", "dataclasses", "tomli", "pathspec"}


def test_a_file_that_cannot_concern_any_rule_needs_no_parser(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    code, modules = imported("-q", "--no-cache", folder=tmp_path)
    assert code == "0"
    assert not modules & {"astroid", "markdown_it", "tomli", "difflib", "json"}


def test_the_module_runs_as_the_command_does(tmp_path: Path) -> None:
    done = start("--version", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"ckptlint {__version__}\n".encode(),
        b"",
    )


def test_standard_input_is_read_as_bytes(tmp_path: Path) -> None:
    done = start("-", "-q", "--isolated", folder=tmp_path, data=b"x = '\xff'\n")
    assert done.returncode == 1
    assert done.stdout.startswith(b"CKP904 ")
    assert done.stderr == b""


@pytest.mark.skipif(not FULL.exists(), reason="needs the device")
def test_output_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    for arguments in (["--version"], ["config"], ["rule", "--all"], ["help"], ["rule", "-h"]):
        with FULL.open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "ckptlint", *arguments],
                cwd=tmp_path,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                env=environment(),
            )
        assert (done.returncode, done.stderr) == (
            2,
            b"error: cannot write the output: No space left on device\n",
        )


@pytest.mark.skipif(os.name != "posix", reason="streams close otherwise elsewhere")
def test_a_process_without_stdout_or_stderr(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = (\n")
    command = 'exec "$0" -m ckptlint --isolated a.py >&- 2>&-'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable], cwd=tmp_path, check=False, env=environment()
    )
    assert done.returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="pipes close otherwise elsewhere")
def test_a_reader_that_goes_away_is_no_mistake(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ckptlint", "config", "--output-format", "json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read()
    assert (process.wait(), error) == (0, b"")
    process.stderr.close()
