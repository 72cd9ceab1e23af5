"""flake8 itself, with ckptlint among its plugins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ckptlint import __version__

CHECKOUT = Path(__file__).resolve().parents[2]
FIXTURES = CHECKOUT / "fixtures"

FLUSHES = """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(step=1)
    session.flush()
"""
MESSAGE = (
    "CKP301 `session.flush()` commits nothing: "
    "at `flush_interval=1` each `write` has committed already"
)
IMPORTED = """\
import sys
sys.path.remove("")
from flake8.main.cli import main
code = main(["--isolated", "-j1", *sys.argv[1:]])
print(code, *sorted(sys.modules), file=sys.stderr)
"""


def environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CKPTLINT_")}
    return {**kept, **changes}


def run(*command: str, folder: Path, data: bytes = b"", **changes: str) -> tuple[int, str, str]:
    done = subprocess.run(
        command,
        cwd=folder,
        input=data,
        capture_output=True,
        check=False,
        env=environment(**changes),
        timeout=300,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def flake8(
    *arguments: str, folder: Path, data: bytes = b"", isolated: bool = True
) -> tuple[int, str]:
    start = [sys.executable, "-m", "flake8", *(["--isolated"] if isolated else [])]
    code, out, error = run(*start, *arguments, folder=folder, data=data)
    assert error == ""
    return code, out


def test_flake8_lists_the_plugin(tmp_path: Path) -> None:
    code, out = flake8("--version", folder=tmp_path)
    assert code == 0
    assert f"ckptlint: {__version__}" in out


def test_the_findings_of_all_fixtures_are_those_of_the_command(tmp_path: Path) -> None:
    """Two processes of flake8; the command is free to take from the cache what it agrees with."""
    patterns = ("*/bad_*.py", "ckp3*/*.py")
    found_by = {path for pattern in patterns for path in FIXTURES.glob(pattern)}
    files = sorted(str(path.relative_to(FIXTURES)) for path in found_by)
    cache = {"CKPTLINT_CACHE_DIR": str(tmp_path)}
    start = [sys.executable, "-m", "flake8", "--isolated", "-j2", "--select=CKP"]
    shown = "--format=%(path)s\t%(row)d\t%(col)d\t%(code)s\t%(text)s"
    code, out, error = run(*start, shown, *files, folder=FIXTURES, **cache)
    assert (code, error) == (1, "")
    command = [sys.executable, "-m", "ckptlint", "check", "--output-format=json-lines", *files]
    found = run(*command, folder=FIXTURES, **cache)[1]
    records = [json.loads(line) for line in found.splitlines()]
    assert sorted(out.splitlines()) == sorted(
        "\t".join(
            (
                os.path.relpath(record["filename"], FIXTURES),
                str(record["location"]["row"]),
                str(record["location"]["column"]),
                record["code"],
                record["message"],
            )
        )
        for record in records
    )
    assert len(records) > 300


def test_a_fresh_run_finds_what_the_command_finds(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text("# ä\n" + FLUSHES)
    assert flake8("run.py", folder=tmp_path) == (1, f"run.py:6:5: {MESSAGE}\n")
    command = [sys.executable, "-m", "ckptlint", "-nq", "--output-format=concise", "run.py"]
    assert run(*command, folder=tmp_path)[1] == f"run.py:6:5: {MESSAGE}\n".replace(
        "CKP301", "CKP301 [*]"
    )


def test_flake8_says_what_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(FLUSHES)
    assert flake8("--ignore=CKP3", "run.py", folder=tmp_path) == (0, "")
    assert flake8("--select=E,CKP2", "run.py", folder=tmp_path) == (0, "")
    assert flake8("--per-file-ignores=run.py:CKP301", "run.py", folder=tmp_path) == (0, "")
    assert flake8("--select=CKP301", "run.py", folder=tmp_path)[0] == 1


@pytest.mark.parametrize(
    "comment",
    ["# noqa: CKP301", "# noqa", "# ckptlint: ignore[redundant-flush]", "# NOQA:E501,CKP301"],
)
def test_suppressions_hold(tmp_path: Path, comment: str) -> None:
    flush = "session.flush()"
    (tmp_path / "run.py").write_text(FLUSHES.replace(flush, f"{flush}  {comment}"))
    assert flake8("run.py", folder=tmp_path) == (0, "")
    code, out = flake8("--disable-noqa", "run.py", folder=tmp_path)
    assert (code, out) == (1, f"run.py:5:5: {MESSAGE}\n")


def test_the_settings_of_ckptlint_hold(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(FLUSHES)
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.ckptlint]\nignore = ["redundant-flush"]\n')
    assert flake8("run.py", folder=tmp_path) == (0, "")
    settings.write_text('[tool.ckptlint]\nextend-exclude = ["run.py"]\n')
    assert flake8("run.py", folder=tmp_path) == (0, "")
    settings.write_text('[tool.ckptlint]\nextend-exclude = ["other.py"]\n')
    assert flake8(".", folder=tmp_path)[0] == 1


def test_what_the_baseline_knows_is_not_reported(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(FLUSHES)
    (tmp_path / "ckptlint.toml").write_text('baseline = "known.json"\n')
    command = [sys.executable, "-m", "ckptlint", "check", "--write-baseline"]
    assert run(*command, folder=tmp_path)[0] == 0
    assert flake8("run.py", folder=tmp_path) == (0, "")
    (tmp_path / "run.py").write_text(FLUSHES + "    session.flush()\n")
    assert flake8("run.py", folder=tmp_path) == (1, f"run.py:6:5: {MESSAGE}\n")


def test_standard_input_is_checked_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text("x = 1\n")
    (tmp_path / "ckptlint.toml").write_text('per-file-ignores = { "quiet.py" = ["CKP301"] }\n')
    data = FLUSHES.encode()
    assert flake8("-", folder=tmp_path, data=data) == (1, f"stdin:5:5: {MESSAGE}\n")
    named = flake8("--stdin-display-name=run.py", "-", folder=tmp_path, data=data)
    assert named == (1, f"run.py:5:5: {MESSAGE}\n")
    quiet = flake8("--stdin-display-name=quiet.py", "-", folder=tmp_path, data=data)
    assert quiet == (0, "")


def test_standard_input_in_another_encoding(tmp_path: Path) -> None:
    data = f"# coding: latin-1\n# \xe4\n{FLUSHES}".encode("latin-1")
    assert flake8("-", folder=tmp_path, data=data) == (1, f"stdin:7:5: {MESSAGE}\n")


def test_what_cannot_be_parsed_is_flake8s_to_report(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(FLUSHES + "x = (\n")
    code, out = flake8("run.py", folder=tmp_path)
    assert code == 1
    assert [line.split()[1] for line in out.splitlines()] == ["E999"]


def test_what_cannot_be_decoded_is_reported(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_bytes(FLUSHES.encode() + b"# \xff\n")
    code, out = flake8("run.py", folder=tmp_path)
    assert code == 1
    assert out.startswith("run.py:6:3: CKP904 Cannot be read: ")


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("selct = []\n", "ckptlint.toml:1: unknown setting `selct` (did you mean `select`?)"),
        (
            'fix = false\nselect = ["xyzzy"]\n',
            "ckptlint.toml:2: select: unknown rule `xyzzy`",
        ),
        ("exclude = [\n", "ckptlint.toml:2:1: invalid TOML: invalid value"),
    ],
)
def test_faulty_settings_are_told_without_a_traceback(
    tmp_path: Path, jobs: str, settings: str, message: str
) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(FLUSHES)
    (tmp_path / "ckptlint.toml").write_text(settings)
    code, out = flake8(jobs, "a.py", "b.py", folder=tmp_path)
    assert code == 1
    file, told = out.splitlines()[0].split(": ", 1)
    assert file in ("a.py", "b.py")
    assert told == f'"ckptlint[CKP]" failed during execution due to {message}'
    assert "Traceback" not in out


def imported(*arguments: str, folder: Path) -> tuple[str, set[str]]:
    code, _, error = run(sys.executable, "-c", IMPORTED, *arguments, folder=folder)
    assert code == 0, error
    first, *modules = error.split()
    return first, set(modules)


def test_a_file_without_a_needle_costs_no_parser(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    code, modules = imported("a.py", folder=tmp_path)
    assert code == "0"
    assert "ckptlint.engine.checker" in modules
    assert not modules & {"astroid", "tomli", "ckptlint.engine.looking"}
    assert not [name for name in modules if name.startswith("ckptlint.program")]
    (tmp_path / "a.py").write_text(FLUSHES)
    code, modules = imported("a.py", folder=tmp_path)
    assert code == "1"
    assert "astroid" in modules


class TestBesideRuff:
    """Why docs/ci.md asks for `lint.external = ["CKP"]`: RUF is a family that many select."""

    SUPPRESSED = FLUSHES.replace("session.flush()", "session.flush()  # noqa: CKP301")

    def fixed_by_ruff(self, folder: Path, settings: str) -> str:
        (folder / "ruff.toml").write_text(f'{settings}\n[lint]\nselect = ["RUF"]\n')
        (folder / "run.py").write_text(self.SUPPRESSED)
        ruff = [sys.executable, "-m", "ruff", "check", "--fix", "--no-cache", "-q"]
        run(*ruff, folder=folder)
        return (folder / "run.py").read_text()

    def test_ruff_deletes_codes_that_it_does_not_know(self, tmp_path: Path) -> None:
        pytest.importorskip("ruff")
        assert self.fixed_by_ruff(tmp_path, "") == FLUSHES

    def test_ruff_keeps_codes_that_are_external(self, tmp_path: Path) -> None:
        pytest.importorskip("ruff")
        external = 'lint.external = ["CKP"]'
        assert self.fixed_by_ruff(tmp_path, external) == self.SUPPRESSED
