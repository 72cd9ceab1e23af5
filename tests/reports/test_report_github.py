from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from report_samples import SAMPLE, make_finding, make_options, make_place

from ckptlint.engine.result import CheckResult
from ckptlint.reports.github import render


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def parse(line: str) -> Command:
    """Read a workflow command as a runner does, but with another unescaper."""
    empty, head, message = line.split("::", 2)
    assert empty == ""
    name, _, properties = head.partition(" ")
    pairs = (pair.split("=", 1) for pair in properties.split(","))
    return Command(name, {key: unquote(value) for key, value in pairs}, unquote(message))


def commands() -> list[Command]:
    return [parse(line) for line in render(SAMPLE, make_options()).splitlines()]


def test_exact_lines() -> None:
    lines = render(SAMPLE, make_options()).splitlines()
    assert lines[0] == (
        "::error title=ckptlint (CKP900),file=/project/caf\ufffd.py,"
        "line=1,col=1,endLine=1,endColumn=1::caf\ufffd.py:1:1: CKP900 Unexpected end of file"
    )
    assert lines[1] == (
        "::error title=ckptlint (CKP101),file=/project/docs/a guide%2Cv1%3A2.md,"
        "line=12,endLine=14::docs/a guide,v1:2.md:12:10: CKP101 Line one%0Aline two: "
        '"quoted", 50%25, 天気 ␛[31m%0A  help: Restore inside the rollout'
    )


def test_lines_read_back() -> None:
    strange, markdown, notebook, model = commands()
    assert [each.name for each in commands()] == ["error", "error", "warning", "error"]
    assert strange.properties["title"] == "ckptlint (CKP900)"
    assert markdown.properties["file"] == "/project/docs/a guide,v1:2.md"
    assert 'Line one\nline two: "quoted", 50%' in markdown.message
    assert notebook.message.splitlines() == [
        "notes/run.ipynb:cell 4:3:5: CKP301 `flush` does nothing here: 100% is written, always",
        "  note: notes/run.ipynb:cell 4:1:6: the interval is 1",
        "  note: notes/run.ipynb:cell 2:2:1: imported here",
    ]
    assert model.properties == {
        "title": "ckptlint (CKP201)",
        "file": "/project/src/model.py",
        "line": "104",
        "col": "13",
        "endLine": "104",
        "endColumn": "28",
    }


def test_columns_are_left_out_over_several_lines() -> None:
    assert set(commands()[1].properties) == {"title", "file", "line", "endLine"}


def test_notebook_stands_at_the_top_of_its_file() -> None:
    properties = commands()[2].properties
    extent = [properties[key] for key in ("line", "col", "endLine", "endColumn")]
    assert extent == ["1", "1", "1", "1"]


def test_nothing_can_start_a_second_command() -> None:
    finding = make_finding(
        "CKP201",
        make_place("a\r\n::error::b.py", 1, 1, 1, 2),
        message="one\r\n::stop-commands::x %0A",
        help="two\n::add-mask::y",
    )
    text = render(CheckResult(findings=[finding]), make_options())
    assert text.count("\n") == 1
    assert "\r" not in text
    command = parse(text.rstrip("\n"))
    assert command.properties["file"] == "/project/a\r\n::error::b.py"
    assert "one\r\n::stop-commands::x %0A" in command.message
