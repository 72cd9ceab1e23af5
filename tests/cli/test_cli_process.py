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
    assert not modules & {"dataclasses", "inspect", "pathlib", "hashlib", "tokenize", "pkgutil"}
    assert not modules & {"ckptlint.engine.looking", "ckptlint.engine.workers"}
    assert not [name for name in modules if name.startswith("ckptlint.program")]


def test_a_named_file_without_a_needle_is_parsed_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    code, modules = imported("-q", "--no-cache", "a.py", folder=tmp_path)
    assert code == "0"
    assert "ast" in modules
    assert not modules & {"astroid", "dataclasses", "inspect", "pathlib", "hashlib", "tokenize"}
    assert not [name for name in modules if name.startswith("ckptlint.program")]


def test_the_module_runs_as_the_command_does(tmp_path: Path) -> None:
    done = start("--version", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"ckptlint {__version__}\n".encode(),
        b"",
    )


SPY = """\
import sys
with open({marker!r}, "a") as marker:
    marker.write(__file__)
"""
WITH_A_FLUSH = """\
from earth2studio.utils.checkpoint import Checkpoint
with Checkpoint("a") as session:
    session.write()
    session.flush()
"""


@pytest.fixture
def spied(tmp_path: Path) -> tuple[Path, Path]:
    """A folder with code that bears the names of modules, and the file where it tells if it runs.

    The modules that ``python -m`` needs itself are not among them: it looks for these there.
    """
    folder, marker = tmp_path / "linted", tmp_path / "marker"
    folder.mkdir()
    loaded = subprocess.run(
        [sys.executable, "-c", "import runpy, sys; print(*sys.modules)"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    names = {*sys.stdlib_module_names, "astroid", "tomli", "pathspec", "markdown_it"}
    for name in names.difference(loaded.stdout.split()):
        (folder / f"{name}.py").write_text(SPY.format(marker=str(marker)) + WITH_A_FLUSH)
    return folder, marker


def test_nothing_of_the_linted_folder_is_imported(spied: tuple[Path, Path]) -> None:
    folder, marker = spied
    (folder / "ckptlint.toml").write_text('select = ["ALL"]\n')
    (folder / ".gitignore").write_text("a*/\n*.txt\n")
    (folder / "a.md").write_text("```python\nx = Checkpoint(1)\n```\n")
    done = start("--jobs=1", "--no-cache", "--output-format=concise", folder=folder)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.count(b": CKP301 ") == len(list(folder.glob("*.py")))
    assert not marker.exists()


def test_no_process_imports_anything_of_the_linted_folder(spied: tuple[Path, Path]) -> None:
    folder, marker = spied
    (folder / "ckptlint").mkdir()
    (folder / "ckptlint" / "__init__.py").write_text(SPY.format(marker=str(marker)))
    script = (
        "import sys; from ckptlint.cli.main import main; "
        "import os; os.chdir(sys.argv[1]); sys.exit(main(sys.argv[2:]))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, str(folder), "--jobs=2", "--no-cache", "-q"],
        capture_output=True,
        check=False,
        env=environment(),
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.count(b"CKP301") == len(list(folder.glob("*.py")))
    assert not marker.exists()


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
