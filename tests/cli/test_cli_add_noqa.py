"""``ckptlint check --add-noqa``: findings are suppressed where they stand."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from calls import Captured, call, write

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.usefixtures("words")
class TestAddNoqa:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("plain_word\n", "plain_word  # noqa: CKP803\n"),
            ("safe_word, risky_word", "safe_word, risky_word  # noqa: CKP801, CKP802"),
            ("plain_word  # why\n", "plain_word  # why  # noqa: CKP803\n"),
            ("plain_word  # noqa: E501\n", "plain_word  # noqa: E501, CKP803\n"),
            ("plain_word  # noqa:E501,W291 it\n", "plain_word  # noqa:E501,W291,CKP803 it\n"),
            ("x = (\n    plain_word,\n)\n", "x = (\n    plain_word,\n)  # noqa: CKP803\n"),
            ('x = """\nplain_word\n"""\n', 'x = """\nplain_word\n"""  # noqa: CKP803\n'),
            ("plain_word\r\nx\r\n", "plain_word  # noqa: CKP803\r\nx\r\n"),
            ("\ufeffplain_word\n", "\ufeffplain_word  # noqa: CKP803\n"),
        ],
    )
    def test_comments_are_written(
        self, project: Path, capsys: Captured, before: str, after: str
    ) -> None:
        path = write(project / "a.py", before)
        assert call(capsys, "--add-noqa") == (
            0,
            "All checks passed!\n",
            "Added 1 suppression in 1 file:\n- a.py: 1\n",
        )
        assert path.read_bytes() == after.encode()
        assert call(capsys, "-s")[0] == 0
        assert call(capsys, "--add-noqa") == (
            0,
            "All checks passed!\n",
            "Added no suppressions.\n",
        )
        assert path.read_bytes() == after.encode()

    def test_reason_goes_to_each_and_takes_no_path(self, project: Path, capsys: Captured) -> None:
        write(project / "src" / "a.py", "plain_word\nx = 1\nsafe_word\n")
        write(project / "b.py", "plain_word\n")
        code, _, err = call(capsys, "--add-noqa=known since v1", "src", "b.py")
        assert (code, err) == (
            0,
            "Added 3 suppressions in 2 files:\n- b.py: 1\n- src/a.py: 2\n",
        )
        assert (project / "src" / "a.py").read_text() == (
            "plain_word  # noqa: CKP803 known since v1\nx = 1\n"
            "safe_word  # noqa: CKP801 known since v1\n"
        )
        write(project / "src" / "a.py", "plain_word\n")
        assert call(capsys, "--add-noqa", "src")[0] == 0
        assert (project / "src" / "a.py").read_text() == "plain_word  # noqa: CKP803\n"

    def test_selected_rules_alone(self, project: Path, capsys: Captured) -> None:
        path = write(project / "a.py", "safe_word, plain_word\n")
        assert call(capsys, "--add-noqa", "--select", "CKP803", "-q")[0] == 0
        assert path.read_text() == "safe_word, plain_word  # noqa: CKP803\n"

    def test_notebook_and_markdown(self, project: Path, capsys: Captured) -> None:
        cell = {"cell_type": "code", "metadata": {}, "source": ["x = 1\n", "plain_word"]}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        write(project / "n.ipynb", json.dumps(notebook, indent=1))
        write(project / "g.md", "> ```python\n> plain_word\n> ```\n")
        assert call(capsys, "--add-noqa")[2] == (
            "Added 2 suppressions in 2 files:\n- g.md: 1\n- n.ipynb: 1\n"
        )
        cell["source"] = ["x = 1\n", "plain_word  # noqa: CKP803"]
        assert (project / "n.ipynb").read_text() == json.dumps(notebook, indent=1)
        text = (project / "g.md").read_text()
        assert text == "> ```python\n> plain_word  # noqa: CKP803\n> ```\n"

    def test_what_no_comment_can_hide_is_told(self, project: Path, capsys: Captured) -> None:
        write(project / "a.py", "plain_word\n")
        write(project / "b.py", "x = (\n")
        assert call(capsys, "--add-noqa", "a.py", "b.py", "--output-format", "concise") == (
            1,
            "b.py:1:5: CKP900 Syntax error: '(' was never closed\nFound 1 error.\n",
            "Added 1 suppression in 1 file:\n- a.py: 1\n"
            "warning: b.py:1:5: CKP900 cannot be suppressed by a comment: "
            "that a file could not be checked is always reported\n",
        )

    def test_known_findings_are_left_to_the_baseline(self, project: Path, capsys: Captured) -> None:
        path = write(project / "a.py", "plain_word\n")
        call(capsys, "--write-baseline")
        write(project / "a.py", "plain_word\nsafe_word\n")
        assert call(capsys, "--add-noqa", "--baseline", ".ckptlint-baseline.json", "-q")[0] == 0
        assert path.read_text() == "plain_word\nsafe_word  # noqa: CKP801\n"

    def test_file_that_cannot_be_written(
        self, project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(path: str, data: bytes) -> None:
            raise PermissionError(13, "Permission denied", path)

        monkeypatch.setattr("ckptlint.cli.add_noqa.write_whole", refuse)
        write(project / "a.py", "plain_word\n")
        code, _, err = call(capsys, "--add-noqa")
        assert (code, err) == (
            2,
            "Added no suppressions.\n"
            "error: suppressions in a.py cannot be written: Permission denied\n",
        )

    @pytest.mark.parametrize(
        ("reason", "message"),
        [
            ("until=soon", "`until=soon` names no day, write `until=YYYY-MM-DD`"),
            ("why until=2020-01-31", "the day of `until=2020-01-31` is over"),
        ],
    )
    def test_last_day_that_would_hide_nothing(
        self, project: Path, capsys: Captured, reason: str, message: str
    ) -> None:
        path = write(project / "a.py", "plain_word\n")
        expected = (2, "", f"error: `--add-noqa`: {message}\n")
        assert call(capsys, f"--add-noqa={reason}") == expected
        assert path.read_text() == "plain_word\n"

    def test_setting_fix_fixes_nothing(self, project: Path, capsys: Captured) -> None:
        write(project / "ckptlint.toml", "fix = true\n")
        path = write(project / "a.py", "safe_word\n")
        assert call(capsys, "--add-noqa", "-q")[0] == 0
        assert path.read_text() == "safe_word  # noqa: CKP801\n"

    @pytest.mark.parametrize(
        ("options", "name"),
        [
            (("--fix",), "--fix"),
            (("--diff",), "--diff"),
            (("--statistics",), "--statistics"),
            (("--ignore-noqa",), "--ignore-noqa"),
            (("-",), "-"),
        ],
    )
    def test_what_does_not_go_with_it(
        self,
        project: Path,
        capsys: Captured,
        monkeypatch: pytest.MonkeyPatch,
        options: tuple[str, ...],
        name: str,
    ) -> None:
        path = write(project / "a.py", "plain_word\n")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        message = f"error: `--add-noqa` cannot be joined with `{name}`\n"
        assert call(capsys, "--add-noqa", *options) == (2, "", message)
        assert call(capsys, "--write-baseline", "--add-noqa")[2] == (
            "error: `--write-baseline` cannot be joined with `--add-noqa`\n"
        )
        assert path.read_text() == "plain_word\n"

    def test_nothing_is_written_where_a_path_is_missing(
        self, project: Path, capsys: Captured
    ) -> None:
        path = write(project / "a.py", "plain_word\n")
        assert call(capsys, "--add-noqa", "a.py", "b.py") == (
            2,
            "",
            "error: b.py: no such file or folder\n"
            "error: `--add-noqa` writes nothing, for not all that was named can be checked\n",
        )
        assert path.read_text() == "plain_word\n"


def test_rules_of_ours_are_quiet_afterwards(project: Path, capsys: Captured) -> None:
    """All rules, also of what suppressions themselves give rise to."""
    names = ["guide.md", "ckp301/bad_interval_one.py", "ckp301/bad_two_items.py"]
    for name in names:
        shutil.copy(FIXTURES / name, project / Path(name).name)
    write(project / "own.py", "x = 1  # noqa: CKP301\ny = 2  # ckptlint: ignore[CKP999]\n")
    assert call(capsys, "--select", "ALL", "-s")[0] == 1
    before = {path: path.read_text() for path in project.iterdir() if path.is_file()}
    assert call(capsys, "--add-noqa=known", "--select", "ALL", "-s")[0] == 0
    after = {path: path.read_text() for path in before}
    assert all(before[path] != after[path] for path in before)
    assert call(capsys, "--select", "ALL", "-s")[0] == 0
    assert call(capsys, "--add-noqa", "--select", "ALL")[2] == "Added no suppressions.\n"
    assert {path: path.read_text() for path in before} == after
