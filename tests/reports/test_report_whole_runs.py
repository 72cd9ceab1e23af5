"""Reports of real files by the real command line, read back and compared."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from report_readers import Read, disagreements, logging_commands, read_json, workflow_commands
from test_report_agreement import readers_of

from ckptlint.cli.main import main
from ckptlint.engine.result import CheckResult
from ckptlint.reports.formats import FORMATS

FIXTURES = Path(__file__).parents[2] / "fixtures"
STATE = """\
class 天𐐀State:
    é: int = 0; 𐐀 = "'%0A;]|"

from earth2studio.utils.checkpoint import Checkpoint
with Checkpoint("é𐐀", flush_interval=1) as 𐐀:
    𐐀.write(0); x = "天"; 𐐀.flush()
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project with a file of each kind, and a finding that another file explains."""
    folder = tmp_path / "天 𐐀;]%,:é"
    folder.mkdir()
    for name in ("notebook.ipynb", "guide.md"):
        shutil.copy(FIXTURES / name, folder)
    shutil.copy(FIXTURES / "rollouts" / "bad_local_counter.py", folder)
    shutil.copy(FIXTURES / "rollouts" / "grid.py", folder)
    (folder / "returns é.py").write_text(STATE, encoding="utf-8", newline="\r\n")
    (folder / "broken.py").write_text("def f(:\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "300")
    return folder


def call(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(["check", "--isolated", "--no-cache", "--preview", *arguments])
    out, error = capsys.readouterr()
    return code, out, error


def lines_of(path: str, line: int) -> str:
    return Path(path).read_text(encoding="utf-8").split("\n")[line - 1]


def test_all_reports_of_a_project_hold_the_same_findings(project: Path, capsys: Captured) -> None:
    code, text, _ = call(capsys, "--output-format", "json", ".", "broken.py")
    truth = read_json(text, str(project))
    assert code == 1
    paths = {each.path for each in truth}
    assert paths == {
        "bad_local_counter.py",
        "broken.py",
        "guide.md",
        "notebook.ipynb",
        "returns é.py",
    }
    assert len(truth) > 14
    readers = readers_of(CheckResult())
    readers["rdjson"].keywords["lines"] = lines_of  # type: ignore[attr-defined]
    for name in FORMATS:
        code, text, error = call(capsys, "-q", "--output-format", name, ".", "broken.py")
        assert (code, error) == (1, ""), name
        assert disagreements(truth, readers[name](text, str(project))) == [], name


def test_a_cell_is_found_in_the_lines_of_its_file(project: Path, capsys: Captured) -> None:
    _, text, _ = call(capsys, "--output-format", "json", "notebook.ipynb")
    records = json.loads(text)
    cells = json.loads((project / "notebook.ipynb").read_text("utf-8"))["cells"]
    _, text, _ = call(capsys, "--output-format", "gitlab", "notebook.ipynb")
    places = [issue["location"]["positions"]["begin"] for issue in json.loads(text)]
    assert len(records) == len(places) == 6
    for record, place in zip(records, places, strict=True):
        row, column = record["location"]["row"], record["location"]["column"]
        code = "".join(cells[record["cell"] - 1]["source"]).split("\n")[row - 1][column - 1 :]
        written = lines_of("notebook.ipynb", place["line"])[place["column"] - 1 :]
        assert written.startswith(json.dumps(code)[1:-1])
    for name in ("github", "azure", "pylint", "rdjson", "sarif"):
        _, text, _ = call(capsys, "--output-format", name, "notebook.ipynb")
        assert _LINES[name](text) == [place["line"] for place in places]


_LINES = {
    "github": lambda text: [int(each[1]["line"]) for each in workflow_commands(text)],
    "azure": lambda text: [int(each[1]["linenumber"]) for each in logging_commands(text)],
    "pylint": lambda text: [int(line.split(":")[1]) for line in text.splitlines()],
    "rdjson": lambda text: [
        each["location"]["range"]["start"]["line"] for each in json.loads(text)["diagnostics"]
    ],
    "sarif": lambda text: [
        each["locations"][0]["physicalLocation"]["region"]["startLine"]
        for each in json.loads(text)["runs"][0]["results"]
    ],
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_written_whole_and_exit_zero_holds(
    name: str, project: Path, capsys: Captured
) -> None:
    _, text, _ = call(capsys, "--output-format", name, "returns é.py")
    report = project / "report"
    report.write_text("x" * 100_000, encoding="utf-8")
    inode = report.stat().st_ino
    arguments = ("--output-format", name, "-o", "report", "--exit-zero", "returns é.py")
    assert call(capsys, *arguments) == (0, "", "")
    assert report.read_text(encoding="utf-8") == text
    assert report.stat().st_ino != inode
    assert sorted(each.name for each in project.iterdir() if "report" in each.name) == ["report"]


@pytest.mark.parametrize("name", FORMATS)
def test_statistics_are_text_or_json(name: str, project: Path, capsys: Captured) -> None:
    code, text, error = call(capsys, "--output-format", name, "--statistics", "returns é.py")
    if FORMATS[name].for_people:
        assert (code, text.splitlines()[0], error) == (1, "1\tCKP301\t[*] redundant-flush", "")
    elif name == "json":
        assert json.loads(text)[0]["count"] == 1
    else:
        assert (code, text) == (2, "")
        assert error == (
            f"error: `--statistics` can be written as text or as json, not as {name}\n"
        )


def test_gitlab_names_files_from_the_repository(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def path() -> str:
        _, text, _ = call(capsys, "--output-format", "gitlab", "returns é.py")
        return str(json.loads(text)[0]["location"]["path"])

    monkeypatch.delenv("CI_PROJECT_DIR", raising=False)
    assert path() == "returns é.py"
    monkeypatch.setenv("CI_PROJECT_DIR", str(project.parent))
    assert path() == f"{project.name}/returns é.py"
    for elsewhere in (f"{project}x", "/nowhere", "relative", ""):
        monkeypatch.setenv("CI_PROJECT_DIR", elsewhere)
        assert path() == "returns é.py"


def test_help_lists_every_format(capsys: Captured) -> None:
    assert main(["check", "--help"]) == 0
    out, _ = capsys.readouterr()
    listed = re.search(r"Write the report as (.*?) \[env", out, re.DOTALL)
    assert listed is not None
    assert "".join(listed[1].split()).split(",") == list(FORMATS)


def test_readers_see_a_finding_that_is_gone(project: Path, capsys: Captured) -> None:
    _, text, _ = call(capsys, "--output-format", "json", ".", "broken.py")
    truth = read_json(text, str(project))
    _, text, _ = call(capsys, "--output-format", "github", "--ignore", "CKP301", ".", "broken.py")
    read = readers_of(CheckResult())["github"](text, str(project))
    gone: list[Read] = [each for each in truth if each.code == "CKP301"]
    assert gone
    assert disagreements(truth, read)
    assert disagreements([each for each in truth if each not in gone], read) == []
