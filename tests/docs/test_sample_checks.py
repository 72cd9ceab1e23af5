"""What judges the samples of the documentation sees a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sample_blocks import faults_of, unbound_names
from sample_commands import agrees, commands_of, faults_of_commands, faults_of_python, normalised
from samples import Sample, samples_of

if TYPE_CHECKING:
    from pathlib import Path


def sample(language: str, text: str) -> Sample:
    return Sample("page.md", 1, language, text)


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("python", "def f(:\n", "line 1 of the block: invalid syntax"),
        ("python", "f(x)\n", "it cannot be run, for it defines no f, x; a comment says why"),
        ("toml", "a = \n", "Invalid value (at line 1, column 5)"),
        ("json", "{,}\n", "Expecting property name enclosed in double quotes"),
        ("yaml", "a: [\n", "while parsing a flow node"),
        ("yaml", "repos: [{repo: local}]\n", "Missing required key: hooks"),
        ("yaml", "on: push\njobs: {lint: {steps: []}}\n", "the job `lint` runs on nothing"),
        ("yaml", "jobs: {}\n", "the workflow says by no `on` when it runs"),
        (
            "yaml",
            "on: push\njobs: {lint: {runs-on: x, steps: [{name: y}]}}\n",
            "a step of the job `lint` needs one of `run` and `uses`",
        ),
        ("bash", "ckptlint 'src\n", "unexpected EOF"),
        ("bash", "ckptlint --fixx src\n", "`ckptlint check` has no option --fixx"),
        ("bash", "A=1 ckptlint check --fixx src\n", "`ckptlint check` has no option --fixx"),
        ("bash", "make nothing\n", "make has no target nothing"),
        ("elisp", '(a "(" ;)\n', "1 brackets are not closed"),
        ("elisp", "a)\n", "a bracket is closed that was not opened"),
        ("text", "a\n", "a block of `text`, not of bash,"),
        ("", "a\n", "a block of ``, not of bash,"),
    ],
)
def test_a_wrong_block_is_seen(language: str, text: str, fault: str, tmp_path: Path) -> None:
    (found,) = faults_of(sample(language, text), tmp_path)[:1] or [""]
    assert found.startswith("page.md:1: ")
    assert fault in found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "import os\n\ndef f(x):\n    return os.path.join(x, [y for y in x])\n"),
        ("toml", '[tool.ckptlint]\nselect = ["CKP1"]\n'),
        ("toml", 'select = ["CKP1"]\n'),
        ("toml", '[project.entry-points."ckptlint.rules"]\nhouse = "house_rules"\n'),
        ("json", '{"a": null}\n'),
        ("json", '"a": null\n'),
        ("yaml", "repos: [{repo: local, hooks: []}]\n"),
        ("yaml", "on: push\njobs: {lint: {runs-on: x, steps: [{run: y}]}}\n"),
        ("bash", "ckptlint --fix src/  # what is safe\nmake test VERIFY=1\npip install .\n"),
        ("elisp", '(a "(") ; (\n'),
    ],
)
def test_a_right_block_is_let_pass(language: str, text: str, tmp_path: Path) -> None:
    assert faults_of(sample(language, text), tmp_path) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('selekt = ["CKP1"]\n', "unknown setting `selekt` (did you mean `select`?)"),
        ("[tool.ckptlint]\nfix = 1\n", "`tool.ckptlint.fix` must be true or false"),
    ],
)
def test_settings_that_ckptlint_refuses_are_seen(text: str, fault: str, tmp_path: Path) -> None:
    (found,) = faults_of(sample("toml", text), tmp_path)
    assert fault in found


def test_a_block_that_is_said_to_be_a_file_is_held_against_it(tmp_path: Path) -> None:
    same = Sample("page.md", 1, "text", "VERIFY ?=\n", sources=("Makefile",))
    other = Sample("page.md", 1, "text", "VERIFY ?= 2\n", sources=("Makefile",))
    nowhere = Sample("page.md", 1, "text", "", sources=("makefile.txt",))
    assert faults_of(same, tmp_path) == []
    assert faults_of(other, tmp_path) == ["page.md:1: Makefile is not so"]
    assert faults_of(nowhere, tmp_path) == ["page.md:1: there is no file makefile.txt"]


def test_names_that_nothing_binds_are_found() -> None:
    code = "import a\nb = a\ndef f(c):\n    d = c\n    return lambda: (d, e)\nclass G(H): pass\n"
    assert unbound_names(code) == ["H", "e"]


PAGE = """\
<!-- sample: file src/a.py -->
<!-- sample: setup mkdir -p
     src -->
```python
x = 1
```

Text.

<!-- sample: shown: it takes a day -->
<!-- sample: slow: an hour -->
```text
y
```
"""


def test_the_comments_before_a_block_are_read(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE)
    python, text = samples_of("page.md", tmp_path)
    assert (python.line, python.files, python.setups) == (4, ("src/a.py",), ("mkdir -p src",))
    assert (text.line, text.reasons, text.files) == (12, ("it takes a day",), ())
    assert (text.slow, python.slow) == (("an hour",), ())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<!-- sample: skip -->\n```text\n```\n", "what does `sample: skip` mean?"),
        ("<!-- sample: shown: why -->\n\nText.\n", "stands before no block"),
        ("<!-- sample: shown: -->\n```text\n```\n", "what does `sample: shown:` mean?"),
    ],
)
def test_a_comment_that_means_nothing_is_an_error(text: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(text)
    with pytest.raises(ValueError, match=r"page\.md:[13]: ") as raised:
        samples_of("page.md", tmp_path)
    assert fault in str(raised.value)


def test_commands_are_divided_from_what_they_print() -> None:
    block = sample("console", "$ ckptlint a \\\n    b\nc\n\n$ ls\n")
    assert [(command.typed, command.printed) for command in commands_of(block)] == [
        ("ckptlint a b", ("c", "")),
        ("ls", ()),
    ]
    with pytest.raises(ValueError, match="begins with"):
        commands_of(sample("console", "ckptlint\n"))


@pytest.mark.parametrize(
    ("expected", "printed", "is_same"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a\nb\nc", False),
        ("a\n...\nc", "a\nb\nb\nc", True),
        ("a\n...", "a\nb", True),
        ("a\n  ...\nd", "a\nb\nc", False),
        ("a", "a ", True),
        ("", "", True),
        ("", "a", False),
        ("a.c", "abc", False),
    ],
)
def test_dots_stand_for_any_lines(expected: str, printed: str, is_same: bool) -> None:
    assert agrees(expected.splitlines(), printed.splitlines()) is is_same


def test_times_sizes_and_the_folder_are_evened_out(tmp_path: Path) -> None:
    text = f"{tmp_path}/a.py:3 took 64 ms, 0.56 s (1.5s), 1.3 MiB after 12 stops"
    assert normalised(text, tmp_path) == "./a.py:3 took # ms, # s (#s), # MiB after 12 stops"


def test_what_two_checks_say_is_evened_out(tmp_path: Path) -> None:
    indented = " " * 34
    text = f"  kill  exact  killed 5 times\n{indented}and so on\n  cost  exact  4 ms\n  note: a"
    assert normalised(text, tmp_path) == "  kill  exact  #\n  cost  exact  #\n  note: a"
    assert normalised("  kill  unproven\n", tmp_path) == "  kill  unproven\n"


def test_a_command_that_prints_something_else_is_seen(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    folder = tmp_path / "project"
    good = sample("console", "$ ckptlint version\nckptlint 0.1.0\n")
    wrong = sample("console", "$ ckptlint version\nckptlint 0.1.1\n")
    piped = sample("console", "$ ckptlint version | head -c 8\nckptlint\n")
    foreign = sample("console", "$ rm -rf project\n")
    assert faults_of_commands(good, folder) == []
    assert faults_of_commands(piped, folder) == []
    assert faults_of_commands(wrong, folder) == [
        "page.md:1: `ckptlint version` prints\nckptlint 0.1.0\nand not\nckptlint 0.1.1"
    ]
    assert faults_of_commands(foreign, folder) == [
        "page.md:1: `rm` is nothing that a sample may run"
    ]


def test_python_that_raises_is_seen(tmp_path: Path) -> None:
    assert faults_of_python([sample("python", "x = 1\n")], tmp_path) == []
    (found,) = faults_of_python([sample("python", "1 / 0\n")], tmp_path)
    assert "ZeroDivisionError" in found
