"""The samples of docs/reports.md are what ckptlint prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ckptlint.cli.main import main
from ckptlint.reports.formats import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")
PROGRAM = re.search(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SAMPLES = {
    match[1]: match[2]
    for match in re.finditer(
        r"^```console\n\$ ckptlint check --output-format (\S+) run\.py\n(.*?)^```$",
        PAGE,
        re.DOTALL | re.MULTILINE,
    )
}
SHOWN_FOLDER = "/home/me/forecast"


def shows(sample: str, text: str) -> bool:
    """Whether a sample shows a text; a line of three dots stands for any lines."""
    parts = re.split(r"^ *\.\.\.\n", sample, flags=re.MULTILINE)
    return re.fullmatch(r"(?:.*\n)*?".join(map(re.escape, parts)), text) is not None


def test_every_format_has_a_sample_and_a_row() -> None:
    assert set(SAMPLES) == set(FORMATS)
    assert re.findall(r"^\| \[`(\S+)`\]\(#\1\) \|", PAGE, re.MULTILINE) == list(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_sample_is_what_is_printed(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert PROGRAM is not None
    (tmp_path / "run.py").write_text(PROGRAM[1], "utf-8")
    monkeypatch.chdir(tmp_path)
    for variable in ("CI_PROJECT_DIR", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    assert main(["check", "--isolated", "--no-cache", "--output-format", name, "run.py"]) == 1
    out, error = capsys.readouterr()
    assert error == ""
    printed = out.replace(str(tmp_path), SHOWN_FOLDER)
    assert shows(SAMPLES[name], printed), printed
    assert not shows(SAMPLES[name].replace("CKP301", "CKP302"), printed)


def test_dots_stand_for_whole_lines_alone() -> None:
    assert shows("a\n  ...\nd\n", "a\nb\nc\nd\n")
    assert shows("a\n...\n", "a\n")
    assert not shows("a\n...\nd\n", "a\nb\nxd\n")
    assert not shows("a\nd\n", "a\nb\nd\n")
