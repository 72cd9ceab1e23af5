from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from ckptlint.engine.result import FileDiff
from ckptlint.reports.diff import render

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = "a = 1\nb = 2\nc = 3\n"
AFTER = "a = 1\nc = 3\nd = 4"


def diff_of(path: str, before: str, after: str) -> FileDiff:
    return FileDiff(path, before, after, after.encode())


def notebook(*sources: str) -> str:
    cells = [
        {"cell_type": "code", "source": source.splitlines(keepends=True)} for source in sources
    ]
    return json.dumps({"cells": cells, "nbformat": 4})


def test_files_one_after_the_other() -> None:
    diffs = [diff_of("a.py", BEFORE, AFTER), diff_of("same.py", "x\n", "x\n")]
    diffs.append(diff_of("new.py", "", "x\n"))
    assert render(diffs) == (
        "--- a.py\n"
        "+++ a.py\n"
        "@@ -1,3 +1,3 @@\n"
        " a = 1\n"
        "-b = 2\n"
        " c = 3\n"
        "+d = 4\n"
        "\\ No newline at end of file\n"
        "\n"
        "--- new.py\n"
        "+++ new.py\n"
        "@@ -0,0 +1 @@\n"
        "+x\n"
        "\n"
    )


def test_notebook_by_cell() -> None:
    diff = diff_of(
        "n.ipynb", notebook("# text", "", "x = 1\ny = 2"), notebook("# text", "", "x = 1")
    )
    assert render([diff]) == (
        "--- n.ipynb:cell 3\n+++ n.ipynb:cell 3\n@@ -1,2 +1 @@\n x = 1\n-y = 2\n\n"
    )


def test_text_that_is_no_notebook_is_shown_whole() -> None:
    for before, after in [("{", "}"), ("[1]\n", "[2]\n"), (notebook("a"), notebook("a", "b"))]:
        assert render([diff_of("n.ipynb", before, after)]).startswith("--- n.ipynb\n+++ n.ipynb\n")


def test_colour() -> None:
    assert render([diff_of("a.py", "---x\n", "++y\n")], color=True) == (
        "\x1b[1m--- a.py\x1b[0m\n"
        "\x1b[1m+++ a.py\x1b[0m\n"
        "\x1b[36m@@ -1 +1 @@\x1b[0m\n"
        "\x1b[31m----x\x1b[0m\n"
        "\x1b[32m+++y\x1b[0m\n"
        "\n"
    )


def test_a_terminal_is_shown_no_control_characters() -> None:
    diff = diff_of("a\x1b.py", "\tx\x1b[31m\r\n", "\ty\r\n")
    assert render([diff], terminal=True).splitlines()[3:5] == ["-\tx␛[31m", "+\ty"]
    assert render([diff]).split("\n")[3:5] == ["-\tx\x1b[31m\r", "+\ty\r"]
    assert render([diff]).startswith("--- a␛.py\n")


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs the program patch")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE, AFTER),
        (AFTER, BEFORE),
        ("x\r\ny\r\n", "x\r\nz\r\n"),
        ("x", "y"),
        ("a\x0cb\x85c\n", "a\x0cb\x85d\n"),
    ],
)
def test_patch_applies_it(tmp_path: Path, before: str, after: str) -> None:
    target = tmp_path / "a.py"
    target.write_bytes(before.encode())
    text = render([diff_of("a.py", before, after)])
    command = ["patch", "--binary", "-p0", str(target)]
    subprocess.run(command, input=text.encode(), check=True, capture_output=True)
    assert target.read_bytes() == after.encode()
