"""``ckptlint check`` from its arguments to its report and exit code."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest
from calls import Captured, call, write

from ckptlint.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("words")


SAFE = "safe_word = 1\n"
MIXED = "safe_word = risky_word\nplain_word = 2\n"


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_clean_run(project: Path, capsys: Captured) -> None:
    write(project / "a.py", "x = 1\n")
    assert call(capsys) == (0, "All checks passed!\n", "")
    assert call(capsys, "check", ".") == (0, "All checks passed!\n", "")
    assert call(capsys, "-q") == (0, "", "")


def test_findings_are_reported(project: Path, capsys: Captured) -> None:
    write(project / "a.py", MIXED)
    write(project / "b" / "c.pyi", SAFE)
    assert call(capsys, "--output-format", "concise") == (
        1,
        "a.py:1:1: CKP801 [*] Found `safe_word`\n"
        "a.py:1:13: CKP802 Found `risky_word`\n"
        "a.py:2:1: CKP803 Found `plain_word`\n"
        "b/c.pyi:1:1: CKP801 [*] Found `safe_word`\n"
        "Found 4 errors.\n"
        "[*] 2 fixable with `--fix` (1 unsafe fix available with `--fix --unsafe-fixes`).\n",
        "",
    )


@pytest.mark.parametrize("arguments", [["check", "a.py"], ["a.py"], ["check", "./a.py"]])
def test_check_is_the_default_command(
    project: Path, capsys: Captured, arguments: list[str]
) -> None:
    write(project / "a.py", SAFE)
    code, out, error = call(capsys, *arguments, "--output-format=concise", "-q")
    assert (code, error) == (1, "")
    assert out.endswith("a.py:1:1: CKP801 [*] Found `safe_word`\n")
    assert len(out.splitlines()) == 1


def test_a_path_named_like_a_command(project: Path, capsys: Captured) -> None:
    write(project / "rule" / "a.py", SAFE)
    assert call(capsys, "./rule", "-q", "--output-format", "concise")[0] == 1
    assert call(capsys, "check", "rule", "-q", "--output-format", "concise")[0] == 1


def test_levels_of_output(project: Path, capsys: Captured) -> None:
    write(project / "a.py", SAFE)
    line = "a.py:1:1: CKP801 [*] Found `safe_word`\n"
    base = ("--output-format", "concise", "--isolated")
    assert call(capsys, *base, "--quiet") == (1, line, "")
    assert call(capsys, *base, "--silent") == (1, "", "")
    code, out, error = call(capsys, *base, "--verbose")
    assert (code, out) == (1, line + "Found 1 error.\n[*] 1 fixable with `--fix`.\n")
    assert error.startswith("Settings: no file, so the defaults hold\nChecked 1 files in ")


def test_exit_zero(project: Path, capsys: Captured) -> None:
    write(project / "a.py", SAFE)
    assert call(capsys, "--exit-zero", "-s") == (0, "", "")


def test_fix(project: Path, capsys: Captured) -> None:
    path = write(project / "a.py", MIXED)
    assert call(capsys, "--fix", "--output-format", "concise") == (
        1,
        "a.py:1:13: CKP802 Found `risky_word`\n"
        "a.py:2:1: CKP803 Found `plain_word`\n"
        "Found 3 errors (1 fixed, 2 remaining).\n"
        "1 unsafe fix available with `--fix --unsafe-fixes`.\n",
        "",
    )
    assert path.read_bytes() == b"SAFE_WORD = risky_word\nplain_word = 2\n"


def test_fix_all_and_show(project: Path, capsys: Captured) -> None:
    path = write(project / "a.py", "safe_word = risky_word\n")
    assert call(capsys, "--fix", "--unsafe-fixes", "--show-fixes") == (
        0,
        "\nFixed 2 errors:\n- a.py:\n"
        "    1 \xd7 CKP801 (safe-word)\n    1 \xd7 CKP802 (unsafe-word)\n\n"
        "Found 2 errors (2 fixed, 0 remaining).\n",
        "",
    )
    assert path.read_bytes() == b"SAFE_WORD = RISKY_WORD\n"


def test_fix_may_be_asked_for_by_the_settings_and_taken_back(
    project: Path, capsys: Captured
) -> None:
    write(project / "ckptlint.toml", "fix = true\nfix-only = true\n")
    path = write(project / "a.py", SAFE)
    assert call(capsys, "--no-fix", "-s")[0] == 1
    assert path.read_bytes() == SAFE.encode()
    assert call(capsys, "-s")[0] == 0
    assert path.read_bytes() == b"SAFE_WORD = 1\n"


def test_fix_only(project: Path, capsys: Captured) -> None:
    path = write(project / "a.py", MIXED)
    assert call(capsys, "--fix-only") == (
        0,
        "Fixed 1 error (1 additional fix available with `--unsafe-fixes`).\n",
        "",
    )
    assert path.read_bytes() == b"SAFE_WORD = risky_word\nplain_word = 2\n"
    assert call(capsys, "--fix-only", "--output-format", "json") == (0, "[]\n", "")


def test_exit_non_zero_on_fix(project: Path, capsys: Captured) -> None:
    write(project / "a.py", SAFE)
    assert call(capsys, "--fix", "--exit-non-zero-on-fix", "-s")[0] == 1
    assert call(capsys, "--fix", "--exit-non-zero-on-fix", "-s")[0] == 0
    write(project / "a.py", MIXED)
    assert call(capsys, "--fix-only", "--exit-non-zero-on-fix", "-s")[0] == 1
    assert call(capsys, "--fix-only", "--exit-non-zero-on-fix", "-s")[0] == 0


def test_diff(project: Path, capsys: Captured) -> None:
    path = write(project / "a.py", MIXED)
    diff = (
        "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n"
        "-safe_word = risky_word\n+SAFE_WORD = risky_word\n plain_word = 2\n\n"
    )
    told = "Would fix 1 error (1 additional fix available with `--unsafe-fixes`).\n"
    assert call(capsys, "--diff") == (1, diff, told)
    assert call(capsys, "--diff", "--quiet") == (1, diff, "")
    assert call(capsys, "--diff", "--exit-zero", "-q") == (0, diff, "")
    assert call(capsys, "--diff", "--select", "CKP803") == (0, "", "")
    assert path.read_bytes() == MIXED.encode()


def test_statistics(project: Path, capsys: Captured) -> None:
    write(project / "a.py", MIXED)
    write(project / "b.py", SAFE)
    closing = (
        "Found 4 errors.\n"
        "[*] 2 fixable with `--fix` (1 unsafe fix available with `--fix --unsafe-fixes`).\n"
    )
    assert call(capsys, "--statistics") == (
        1,
        "2\tCKP801\t[*] safe-word\n1\tCKP802\t[ ] unsafe-word\n1\tCKP803\t[ ] plain-word\n"
        + closing,
        "",
    )
    code, out, _ = call(capsys, "--statistics", "--output-format", "json")
    assert (code, [row["count"] for row in json.loads(out)]) == (1, [2, 1, 1])


def test_statistics_have_no_other_format(project: Path, capsys: Captured) -> None:
    write(project / "a.py", SAFE)
    assert call(capsys, "--statistics", "--output-format", "sarif") == (
        2,
        "",
        "error: `--statistics` can be written as text or as json, not as sarif\n",
    )


@pytest.mark.parametrize("name", ["full", "concise", "grouped", "json", "json-lines", "github"])
def test_every_format_can_go_to_a_file(project: Path, capsys: Captured, name: str) -> None:
    write(project / "a.py", SAFE)
    code, out, error = call(capsys, "--output-format", name)
    assert (code, error) == (1, "")
    assert call(capsys, "--output-format", name, "-o", "report.txt") == (1, "", "")
    assert (project / "report.txt").read_text() == out


def test_sarif_is_json(project: Path, capsys: Captured) -> None:
    write(project / "a.py", SAFE)
    code, out, error = call(capsys, "--output-format", "sarif")
    assert (code, json.loads(out)["version"], error) == (1, "2.1.0", "")


def test_an_output_file_that_cannot_be_written(project: Path, capsys: Captured) -> None:
    path = write(project / "a.py", SAFE)
    assert call(capsys, "--fix", "-o", "gone/report.txt") == (
        2,
        "",
        "error: cannot write the report to `gone/report.txt`: there is no folder `gone`\n",
    )
    assert call(capsys, "--fix", "-o", ".") == (
        2,
        "",
        "error: cannot write the report to `.`: it is a folder\n",
    )
    assert path.read_bytes() == SAFE.encode()


def test_an_output_file_that_is_no_plain_file_is_written_through(
    project: Path, capsys: Captured
) -> None:
    write(project / "a.py", SAFE)
    assert call(capsys, "-o", "/dev/null") == (1, "", "")


def test_rules_are_selected(project: Path, capsys: Captured) -> None:
    write(project / "a.py", MIXED)
    write(project / "tests" / "b.py", MIXED)
    base = ("--output-format", "concise", "-q", "--ignore", "CKP801")
    assert call(capsys, *base, "--per-file-ignores", "tests/*:CKP802,tests/*:plain-word") == (
        1,
        "a.py:1:13: CKP802 Found `risky_word`\na.py:2:1: CKP803 Found `plain_word`\n",
        "",
    )
    assert call(capsys, "--select", "CKP9") == (0, "All checks passed!\n", "")


def test_suppressions_may_be_ignored(project: Path, capsys: Captured) -> None:
    write(project / "a.py", "safe_word = 1  # noqa: CKP801\n")
    assert call(capsys, "-s")[0] == 0
    assert call(capsys, "-s", "--ignore-noqa")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--select", "CKP888"],
            "the command line: select: unknown rule `CKP888` (did you mean `{near}`?)",
        ),
        (
            ["--select", ""],
            "the command line: the rule selection leaves no rule to run",
        ),
        (
            ["--config", "selct = []"],
            "`--config selct = []`: unknown setting `selct` (did you mean `select`?)",
        ),
        (
            ["--config", "extend = 'x'"],
            "`--config extend = 'x'`: `extend` can be set in a settings file only",
        ),
        (
            ["--config", "output-format = 'jsn'"],
            "`--config output-format = 'jsn'`: unknown output format `jsn` "
            "(did you mean `json`?): choose one of "
            "full, concise, grouped, json, json-lines, junit, github, gitlab, azure, pylint, "
            "rdjson, sarif",
        ),
        (["--config", "x.toml"], "`--config` names a file that is not there: {folder}/x.toml"),
        (["-", "a.py"], "`-` reads stdin, and cannot be joined with other paths"),
        (
            ["a.py", "--stdin-filename", "b.py"],
            "`--stdin-filename` goes with `-`, which reads stdin",
        ),
        (["-", "--stdin-filename", ""], "`--stdin-filename` needs a name"),
    ],
)
def test_calls_that_cannot_be_carried_out(
    project: Path, capsys: Captured, arguments: list[str], message: str
) -> None:
    write(project / "a.py", "x = 1\n")
    code, out, error = call(capsys, *arguments)
    assert (code, out) == (2, "")
    if "{near}" in message:
        assert error.startswith(f"error: {message.partition('{near}')[0]}")
    else:
        assert error == f"error: {message.format(folder=project)}\n"


def test_the_settings_of_each_folder_hold(project: Path, capsys: Captured) -> None:
    write(project / "pyproject.toml", '[tool.ckptlint]\nselect = ["CKP801"]\n')
    write(project / "a.py", MIXED)
    write(project / "inner" / "ckptlint.toml", 'select = ["plain-word"]\n')
    write(project / "inner" / "b.py", MIXED)
    assert call(capsys, "--output-format", "concise", "-q") == (
        1,
        "a.py:1:1: CKP801 [*] Found `safe_word`\ninner/b.py:2:1: CKP803 Found `plain_word`\n",
        "",
    )


def test_a_wrong_settings_file_stops_the_run(project: Path, capsys: Captured) -> None:
    write(project / "a.py", SAFE)
    write(project / "inner" / "ckptlint.toml", "\nselect = 1\n")
    write(project / "inner" / "b.py", SAFE)
    assert call(capsys) == (
        2,
        "",
        "error: inner/ckptlint.toml:2: `select` must be a list of rule codes, code prefixes or "
        "rule names, not the number 1\n",
    )


def test_a_path_that_is_not_there_is_named_and_the_rest_checked(
    project: Path, capsys: Captured
) -> None:
    write(project / "a.py", SAFE)
    assert call(capsys, "gone.py", "a.py", "--output-format", "concise", "-q") == (
        2,
        "a.py:1:1: CKP801 [*] Found `safe_word`\n",
        "error: gone.py: no such file or folder\n",
    )


def test_not_all_is_well_where_not_all_was_looked_at(project: Path, capsys: Captured) -> None:
    write(project / "a.py", "x = 1\n")
    assert call(capsys, "gone.py", "a.py") == (2, "", "error: gone.py: no such file or folder\n")


@pytest.mark.parametrize(
    ("columns", "width"), [("40", 40), ("200", 200), ("0", 100), ("", 100), ("wide", 100)]
)
def test_the_variable_columns_sets_the_width(
    project: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    columns: str,
    width: int,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    write(project / "a.py", f"plain_word = '{'x' * 300}'\n")
    line = call(capsys, "--no-cache")[1].splitlines()[3]
    assert (line[:16], line[-1], len(line)) == ("1 | plain_word =", "…", width)


def test_a_command_that_is_not_there_is_taken_for_a_path(project: Path, capsys: Captured) -> None:
    write(project / "a.py", SAFE)
    assert call(capsys, "chekc", "a.py", "-s") == (
        2,
        "",
        "error: chekc: no such file or folder (did you mean the command `check`?)\n",
    )


@pytest.mark.parametrize("arguments", [["."], [], ["-q"]])
def test_no_file_at_all(project: Path, capsys: Captured, arguments: list[str]) -> None:
    write(project / "notes.txt", "")
    assert call(capsys, *arguments) == (
        2,
        "",
        "warning: No Python, notebook or Markdown files found under .\n",
    )


def test_no_file_under_several_paths(project: Path, capsys: Captured) -> None:
    (project / "a").mkdir()
    (project / "b").mkdir()
    assert call(capsys, "a", "b") == (
        2,
        "",
        "warning: No Python, notebook or Markdown files found under a, b\n",
    )


def test_a_named_file_that_is_excluded_by_force_is_no_mistake(
    project: Path, capsys: Captured
) -> None:
    write(project / "a.py", SAFE)
    excluding = ("a.py", "--extend-exclude", "a.py")
    assert call(capsys, *excluding, "-s")[0] == 1
    assert call(capsys, *excluding, "--force-exclude") == (
        0,
        "",
        "warning: All of the named files are excluded\n",
    )


def test_files_are_excluded(project: Path, capsys: Captured) -> None:
    for name in ("a.py", "old/b.py", "venv/c.py", "d.txt"):
        write(project / name, SAFE)
    listing = ("--show-files",)
    assert call(capsys, *listing) == (0, f"{project}/a.py\n{project}/old/b.py\n", "")
    assert call(capsys, *listing, "--extend-exclude", "old") == (0, f"{project}/a.py\n", "")
    assert call(capsys, *listing, "--exclude", "a.py,old") == (0, f"{project}/venv/c.py\n", "")
    write(project / ".gitignore", "a.py\n")
    assert call(capsys, *listing) == (0, f"{project}/old/b.py\n", "")
    assert call(capsys, *listing, "--no-respect-gitignore", "--extend-exclude=old") == (
        0,
        f"{project}/a.py\n",
        "",
    )


def test_what_is_built_is_left_out_and_both_names_of_markdown_are_known(
    project: Path, capsys: Captured
) -> None:
    for name in ("build/a.py", "x/__pycache__/b.py", "c.md", "d.markdown", "built/e.py"):
        write(project / name, "```python\nx = 1\n```\n")
    shown = "".join(f"{project}/{name}\n" for name in ("built/e.py", "c.md", "d.markdown"))
    assert call(capsys, "--show-files") == (0, shown, "")


def test_show_settings(project: Path, capsys: Captured) -> None:
    write(project / "ckptlint.toml", 'include = ["*.py"]\nexclude = []\nsrc = ["lib"]\n')
    write(project / "a.py", SAFE)
    code, out, error = call(
        capsys, "--show-settings", "--ignore", "CKP801", "--unfixable", "ALL", "a.py"
    )
    assert (code, error) == (0, "")
    assert (
        out
        == f"""\
# The settings for {project}/a.py

# Files
project-root = "{project}"
settings-files = [
    "{project}/ckptlint.toml",
]
include = [
    "*.py",
]
exclude = []
force-exclude = false
respect-gitignore = true
src = [
    "{project}/lib",
]
environment = ""
earth2studio-version = ""
baseline = ""
cache-dir = "{project}/.ckptlint_cache"

# Rules
preview = false
enabled = [
    "CKP802 (unsafe-word)",
    "CKP803 (plain-word)",
    "CKP804 (broken-rule)",
    "CKP900 (syntax-error)",
    "CKP904 (unreadable-file)",
]
fixable = []

# Fixes and report
fix = false
fix-only = false
unsafe-fixes = false
show-fixes = false
output-format = "full"
"""
    )


def test_standard_input(project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, SAFE.encode())
    assert call(capsys, "-", "--output-format", "concise", "-q") == (
        1,
        "-:1:1: CKP801 [*] Found `safe_word`\n",
        "",
    )


def test_standard_input_has_the_settings_of_its_name(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "inner" / "ckptlint.toml", 'select = ["CKP803"]\n')
    feed(monkeypatch, b"```python\nplain_word = safe_word\n```\n")
    assert call(
        capsys, "-", "--stdin-filename", "inner/b.md", "--output-format", "concise", "-q"
    ) == (1, "inner/b.md:2:1: CKP803 Found `plain_word`\n", "")


def test_standard_input_is_fixed_to_standard_output(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = b"# coding: latin-1\r\n"
    feed(monkeypatch, cookie + b"safe_word = '\xe9'\r\nplain_word\r\n")
    assert main(["-", "--fix", "--output-format", "concise"]) == 1
    out, error = capfdbinary.readouterr()
    assert out == cookie + b"SAFE_WORD = '\xe9'\r\nplain_word\r\n"
    assert error == (b"-:3:1: CKP803 Found `plain_word`\nFound 2 errors (1 fixed, 1 remaining).\n")


@pytest.mark.parametrize(
    ("data", "fixed"),
    [
        (b"safe_word\r\nx\ny\rz", b"SAFE_WORD\r\nx\ny\rz"),
        (b"x\nsafe_word\r\n", b"x\nSAFE_WORD\r\n"),
        (b"\xef\xbb\xbfsafe_word\n\n\r\n", b"\xef\xbb\xbfSAFE_WORD\n\n\r\n"),
        (
            b"# coding: cp1252\nsafe_word = '\x80'\r\n",
            b"# coding: cp1252\nSAFE_WORD = '\x80'\r\n",
        ),
    ],
)
def test_what_is_not_fixed_in_standard_input_comes_back_byte_for_byte(
    project: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    fixed: bytes,
) -> None:
    feed(monkeypatch, data)
    main(["-", "--fix", "--stdin-filename", "a.py", "-s"])
    assert capfdbinary.readouterr() == (fixed, b"")


def test_standard_input_without_anything_to_fix_comes_back(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"x = 1\r\ny = 2\n")
    assert main(["-", "--fix"]) == 0
    assert capfdbinary.readouterr() == (b"x = 1\r\ny = 2\n", b"All checks passed!\n")


def test_standard_input_that_is_excluded_by_force_comes_back(
    project: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, SAFE.encode())
    excluding = ("--stdin-filename", "a.py", "--extend-exclude", "a.py", "--force-exclude")
    assert main(["-", "--fix", *excluding]) == 0
    assert capfdbinary.readouterr() == (
        SAFE.encode(),
        b"warning: All of the named files are excluded\n",
    )


def test_the_difference_of_standard_input(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, SAFE.encode())
    assert call(capsys, "-", "--diff") == (
        1,
        "--- -\n+++ -\n@@ -1 +1 @@\n-safe_word = 1\n+SAFE_WORD = 1\n\n",
        "Would fix 1 error.\n",
    )


def test_a_rule_that_fails_is_a_fault_and_the_rest_goes_on(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "a.py", "broken_word = 1\n")
    write(project / "b.py", SAFE)
    code, out, error = call(capsys, "--output-format", "concise", "-q", "--exit-zero")
    assert code == 2
    assert out == "b.py:1:1: CKP801 [*] Found `safe_word`\n"
    assert error.startswith("error: rule CKP804 failed on a.py: RuntimeError: broken (")


@pytest.mark.parametrize(("arguments", "most"), [((), None), (("--jobs", "3"), 3), (("-j1",), 1)])
def test_the_number_of_processes_is_the_users_to_limit(
    project: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], most: int | None
) -> None:
    asked: list[int | None] = []

    def count(files: int, jobs: int | None) -> int:
        asked.append(jobs)
        return 1

    monkeypatch.setattr("ckptlint.engine.workers.worker_count", count)
    write(project / "a.py", SAFE)
    main(["--no-cache", *arguments])
    assert asked == [most]


def test_results_are_kept_in_the_cache_unless_not_wanted(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "a.py", SAFE)
    arguments = ("--output-format", "concise", "-q")
    first = call(capsys, *arguments, "--no-cache")
    assert [path.name for path in project.iterdir()] == ["a.py"]
    monkeypatch.setenv("CKPTLINT_CACHE_DIR", "kept")
    assert call(capsys, *arguments) == first
    assert sorted(path.name for path in project.iterdir()) == ["a.py", "kept"]
    assert call(capsys, *arguments) == first
    assert call(capsys, *arguments, "--cache-dir", "other") == first
    assert sorted(path.name for path in project.iterdir()) == ["a.py", "kept", "other"]


def test_a_file_without_syntax_is_reported(project: Path, capsys: Captured) -> None:
    write(project / "a.py", "x = safe_word\ny = (\n")
    write(project / "b.py", SAFE)
    code, out, _ = call(capsys, "--output-format", "concise", "-q")
    assert code == 1
    assert [line.split(" ")[1] for line in out.splitlines()] == ["CKP801", "CKP900", "CKP801"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--exclude", "a,b["], "`--exclude`: the pattern `b[` has a `[` that is never closed"),
        (
            ["--per-file-ignores", "!{a:CKP801"],
            "`--per-file-ignores`: the pattern `{a` has a `{` that is never closed",
        ),
        (
            [""],
            "a path is empty: leave it out to check the current folder, or write `.`",
        ),
    ],
)
def test_what_would_mean_nothing_is_refused(
    project: Path, capsys: Captured, arguments: list[str], message: str
) -> None:
    write(project / "a.py", SAFE)
    assert call(capsys, *arguments) == (2, "", f"error: {message}\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_file_to_check(project: Path, capsys: Captured) -> None:
    os.mkfifo(project / "pipe.py")
    write(project / "a.py", "x = 1\n")
    message = "error: pipe.py: neither a file nor a folder\n"
    assert call(capsys, "pipe.py", "a.py") == (2, "", message)
    assert call(capsys, ".") == (0, "All checks passed!\n", "")


def test_the_place_of_a_wrong_setting_has_its_line(project: Path, capsys: Captured) -> None:
    write(project / "a.py", "x = 1\n")
    write(project / "ckptlint.toml", 'fix = false\nignore = ["CKP8"]\nselect = ["CKP999"]\n')
    assert call(capsys)[2].startswith("error: ckptlint.toml:3: select: unknown rule `CKP999`")
    write(project / "ckptlint.toml", '\noutput-format = "ful"\n')
    assert call(capsys)[2].startswith("error: ckptlint.toml:2: unknown output format `ful`")
    write(project / "ckptlint.toml", '\n\nenvironment = "nowhere"\n')
    write(project / "a.py", SAFE)
    nowhere = project / "nowhere"
    message = f"error: ckptlint.toml:3: environment {nowhere} is not a directory\n"
    assert call(capsys) == (2, "", message)


def test_the_traceback_of_a_rule_is_shown_on_demand(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "a.py", "broken_word = 1\n")
    first = "error: rule CKP804 failed on a.py: RuntimeError: broken (conftest.py:"
    code, _, error = call(capsys)
    assert (code, error.count("\n")) == (2, 1)
    assert error.startswith(first)
    monkeypatch.setenv("CKPTLINT_BACKTRACE", "1")
    code, _, error = call(capsys)
    assert code == 2
    assert error.startswith(first)
    assert "\nTraceback (most recent call last):\n" in error
    assert error.endswith("\nRuntimeError: broken\n")
