from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from engine_doubles import make_rule, registry_of, word_rule

from ckptlint.engine.check import CheckRequest, FixMode, Target, check, check_text
from ckptlint.engine.registry import Registry
from ckptlint.engine.result import CheckResult, FileEdit, ProposedFix, RelatedPlace
from ckptlint.engine.selection import NothingSelectedError, UnknownRuleError
from ckptlint.rule import (
    Applicability,
    Confidence,
    Finding,
    Place,
    Position,
    Related,
    Rule,
    Span,
    Step,
)
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.settings import PathPattern, PerFileIgnore, RuleSelection, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

BAD = word_rule("CKP201", "bad-word", "BAD", "GOOD")
RISKY = word_rule("CKP301", "risky-word", "RISKY", "BOLD", Applicability.UNSAFE)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return name


def settings(**values: Any) -> Settings:
    return Settings(root=str(Path.cwd()), src=(str(Path.cwd()),), **values)


def run(
    *names: str,
    rules: tuple[Rule, ...] = (BAD, RISKY),
    fix_mode: FixMode = FixMode.NONE,
    is_explicit: bool = False,
    **values: Any,
) -> CheckResult:
    chosen = settings(**values)
    targets = [Target(name, chosen, is_explicit) for name in names]
    return check(CheckRequest(targets, fix_mode, registry=registry_of(*rules)))


def lines(result: CheckResult) -> list[str]:
    return [
        f"{finding.place.path}:{finding.place.cell or ''}:{finding.place.span.start.line}:"
        f"{finding.place.span.start.column} {finding.code} {finding.message}"
        for finding in result.findings
    ]


def span(line: int, start: int, end: int) -> Span:
    return Span(Position(line, start), Position(line, end))


def test_findings_are_ordered_and_placed() -> None:
    write("b.py", "x = 1\ny = RISKY + BAD\n")
    write("a.py", "BAD = 1\n")
    result = run("b.py", "a.py")
    assert lines(result) == [
        "a.py::1:1 CKP201 found BAD",
        "b.py::2:5 CKP301 found RISKY",
        "b.py::2:13 CKP201 found BAD",
    ]
    assert (result.files, result.faults, result.fixed, result.diffs) == (2, [], {}, [])


def test_a_finding_has_its_context_its_suppression_line_and_its_fix() -> None:
    write("a.py", "one = 1\ntwo = 2\nthree = 3\ncall(\n    BAD,\n)\nseven = 7\neight = 8\n")
    (finding,) = run("a.py").findings
    assert finding.place == Place("a.py", span(5, 5, 8))
    assert (finding.context_start, finding.context) == (
        3,
        ("three = 3", "call(", "    BAD,", ")", "seven = 7"),
    )
    assert finding.noqa_line == 6
    assert finding.fix == ProposedFix(
        "Replace BAD",
        Applicability.SAFE,
        None,
        (FileEdit(Place("a.py", span(5, 5, 8)), "GOOD"),),
        5,
        ("    BAD,",),
        ("    GOOD,",),
    )


def test_places_in_markdown_and_notebooks_are_those_of_the_file() -> None:
    write("guide.md", "# Guide\n\n- item\n\n  ```python\n  x = BAD\n  ```\n")
    cells = ",".join(
        '{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, '
        f'"source": ["{text}"]}}'
        for text in ("x = 1", "%time\\n", "y = BAD")
    )
    write("book.ipynb", f'{{"cells": [{cells}], "metadata": {{}}, "nbformat": 4}}')
    result = run("guide.md", "book.ipynb")
    assert lines(result) == ["book.ipynb:3:1:5 CKP201 found BAD", "guide.md::6:7 CKP201 found BAD"]
    assert [finding.noqa_line for finding in result.findings] == [1, 6]
    in_markdown = result.findings[1]
    assert in_markdown.context == ("", "  ```python", "  x = BAD", "  ```")
    assert in_markdown.fix is not None
    assert (in_markdown.fix.before, in_markdown.fix.after) == (("  x = BAD",), ("  x = GOOD",))


def test_related_places_are_mapped_too() -> None:
    def related_check(program: Any) -> Iterator[Finding]:
        elsewhere = Place("other.py", span(9, 1, 2))
        related = (Related(span(1, 1, 2), "here"), Related(elsewhere, "there", Step.AFTER))
        yield Finding(span(1, 1, 2), "found", help="do so", related=related)

    write("guide.md", "```python\nBAD = 1\n```\n")
    (finding,) = run("guide.md", rules=(make_rule("CKP201", "related", related_check),)).findings
    assert finding.help == "do so"
    assert finding.related == (
        RelatedPlace(Place("guide.md", span(2, 1, 2)), "here"),
        RelatedPlace(Place("other.py", span(9, 1, 2)), "there", Step.AFTER),
    )


def test_a_finding_that_a_rule_gives_twice_is_reported_once() -> None:
    def twice(program: Any) -> Iterator[Finding]:
        yield Finding(span(1, 1, 2), "found")
        yield Finding(span(1, 1, 2), "found")

    write("a.py", "BAD = 1\n")
    assert lines(run("a.py", rules=(make_rule("CKP201", "twice", twice),))) == [
        "a.py::1:1 CKP201 found"
    ]


def test_a_named_file_that_does_not_parse_is_reported_with_or_without_a_needle() -> None:
    write("plain.py", "x = (\n")
    write("needle.py", "x = 'BAD\n")
    result = run("plain.py", "needle.py", is_explicit=True)
    assert lines(result) == [
        "needle.py::1:5 CKP900 Syntax error: unterminated string literal (detected at line 1)",
        "needle.py::1:6 CKP201 found BAD",
        "plain.py::1:5 CKP900 Syntax error: '(' was never closed",
    ]
    assert result.faults == []


def test_a_file_found_by_walking_is_not_parsed_without_a_needle() -> None:
    write("plain.py", "x = (\n")
    write("latin.py", b"x = '\xe4'\n")
    assert lines(run("plain.py", "latin.py")) == []


def test_a_file_that_cannot_be_read_is_a_finding() -> None:
    write("latin.py", b"x = 'BAD'\ny = '\xe4'\n")
    write("book.ipynb", "{BAD")
    result = run("latin.py", "book.ipynb", "missing.py")
    assert [line.partition(" Cannot")[0] for line in lines(result)] == [
        "book.ipynb::1:2 CKP904",
        "latin.py::2:6 CKP904",
        "missing.py::1:1 CKP904",
    ]
    assert result.findings[2].message == "Cannot be read: No such file or directory"
    assert result.faults == []


def test_a_rule_that_raises_is_a_fault_and_the_rest_goes_on() -> None:
    def raising(program: Any) -> Iterator[Finding]:
        yield Finding(span(1, 1, 2), "before")
        raise ValueError("no\nluck")

    write("a.py", "BAD = 1  # noqa: CKP901\nRISKY = 2\n")
    result = run("a.py", rules=(make_rule("CKP201", "raising", raising), RISKY))
    assert lines(result) == ["a.py::1:1 CKP201 before", "a.py::2:1 CKP301 found RISKY"]
    (fault,) = result.faults
    assert fault.startswith("rule CKP201 failed on a.py: ValueError: no luck (test_check.py:")


def test_a_rule_that_ends_the_program_or_gives_no_finding_is_a_fault() -> None:
    def leaving(program: Any) -> Iterator[Finding]:
        raise SystemExit(0)
        yield

    def careless(program: Any) -> Iterator[Any]:
        yield "found BAD"

    write("a.py", "BAD = 1\nRISKY = 2\n")
    for check_of, reason in (
        (leaving, "SystemExit: 0 ("),
        (careless, "TypeError: it gave a str, not a Finding ("),
    ):
        result = run("a.py", rules=(make_rule("CKP201", "careless", check_of), RISKY))
        assert lines(result) == ["a.py::2:1 CKP301 found RISKY"]
        (fault,) = result.faults
        assert fault.startswith(f"rule CKP201 failed on a.py: {reason}")


def unsure_rule() -> Rule:
    def check_of(program: Any) -> Iterator[Finding]:
        text = program.module.source.text
        if "BAD" in text:
            confidence = Confidence.LOW if "maybe" in text else Confidence.HIGH
            yield Finding(span(1, 1, 4), "found BAD", confidence=confidence)

    return make_rule("CKP201", "bad-word", check_of)


@pytest.mark.parametrize(
    ("values", "is_reported"),
    [
        ({}, False),
        ({"preview": True}, True),
        ({"selections": (RuleSelection("here", select=("CKP201",)),)}, True),
        ({"selections": (RuleSelection("here", extend_select=("bad-word",)),)}, True),
        ({"selections": (RuleSelection("here", select=("CKP2",)),)}, False),
        ({"selections": (RuleSelection("here", select=("ALL",)),)}, False),
    ],
)
def test_what_a_rule_is_not_sure_of_is_reported_only_where_that_is_wanted(
    values: dict[str, Any], is_reported: bool
) -> None:
    write("sure.py", "BAD = 1\n")
    write("unsure.py", "BAD = 1  # maybe\n")
    result = run("sure.py", "unsure.py", rules=(unsure_rule(),), **values)
    reported = {finding.place.path: finding.confidence for finding in result.findings}
    assert reported.pop("sure.py") is Confidence.HIGH
    assert reported == ({"unsure.py": Confidence.LOW} if is_reported else {})


def test_a_suppression_of_what_a_rule_is_not_sure_of_is_not_called_unused() -> None:
    write("a.py", "BAD = 1  # maybe  # ckptlint: ignore[CKP201]\n")
    for values in ({}, {"preview": True}):
        assert lines(run("a.py", rules=(unsure_rule(),), **values)) == []


def test_a_fix_that_is_not_wanted_is_not_offered() -> None:
    write("a.py", "BAD = 1\n")
    unwanted = RuleSelection("test.toml", unfixable=("CKP201",))
    offered = [
        run("a.py", selections=selections).findings[0].fix for selections in ((), (unwanted,))
    ]
    assert [fix is None for fix in offered] == [False, True]


def test_a_suppression_of_a_rule_that_raised_is_not_called_unused() -> None:
    def raising(program: Any) -> Iterator[Finding]:
        raise ValueError
        yield

    write("a.py", "BAD = 1  # noqa: CKP201, CKP301\n")
    result = run("a.py", rules=(make_rule("CKP201", "raising", raising), RISKY))
    assert lines(result) == [
        "a.py::1:10 CKP901 Unused suppression: no finding of CKP301 is hidden here"
    ]


def test_faults_of_the_registry_are_told() -> None:
    write("a.py", "x = 1\n")
    registry = Registry(registry_of(BAD).rules, faults=("rule pack extra: broken",))
    targets = [Target("a.py", settings())]
    assert check(CheckRequest(targets, registry=registry)).faults == ["rule pack extra: broken"]


def test_fixes_are_written_with_the_files_own_encoding_and_line_ends() -> None:
    write("a.py", b"\xef\xbb\xbfx = 'BAD'\r\ny = BAD  # RISKY\r\n")
    result = run("a.py", fix_mode=FixMode.WRITE)
    assert Path("a.py").read_bytes() == b"\xef\xbb\xbfx = 'GOOD'\r\ny = GOOD  # RISKY\r\n"
    assert lines(result) == ["a.py::2:13 CKP301 found RISKY"]
    assert result.fixed == {"a.py": {"CKP201": 2}}
    (diff,) = result.diffs
    assert (diff.path, diff.before, diff.after) == (
        "a.py",
        "x = 'BAD'\ny = BAD  # RISKY\n",
        "x = 'GOOD'\ny = GOOD  # RISKY\n",
    )


def test_unsafe_fixes_are_made_where_the_settings_ask_for_them() -> None:
    write("a.py", "x = BAD + RISKY\n")
    run("a.py", fix_mode=FixMode.WRITE, unsafe_fixes=True)
    assert Path("a.py").read_text() == "x = GOOD + BOLD\n"


def test_a_difference_is_shown_without_writing() -> None:
    write("a.py", "x = BAD\n")
    result = run("a.py", fix_mode=FixMode.DIFF)
    assert Path("a.py").read_text() == "x = BAD\n"
    assert [diff.after for diff in result.diffs] == ["x = GOOD\n"]


def test_a_rule_that_may_not_fix_is_still_reported() -> None:
    write("a.py", "x = BAD\n")
    selection = RuleSelection("test.toml", unfixable=("CKP201",))
    result = run("a.py", fix_mode=FixMode.WRITE, selections=(selection,))
    assert lines(result) == ["a.py::1:5 CKP201 found BAD"]
    assert (result.fixed, result.diffs) == ({}, [])


def test_fixes_that_cannot_be_written_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    write("a.py", "x = BAD\n")
    monkeypatch.setattr("ckptlint.sources.writing.write_whole", refuse)
    result = run("a.py", fix_mode=FixMode.WRITE)
    assert result.faults == ["fixes of a.py cannot be written: Permission denied"]
    assert (result.fixed, result.diffs) == ({}, [])


def test_standard_input_is_checked_as_the_file_it_is_named_after_and_never_written() -> None:
    target = Target("guide.md", settings(), is_explicit=True, shown_as="-")
    request = CheckRequest([], FixMode.WRITE, registry=registry_of(BAD))
    result = check_text(b"```python\nx = BAD\n```\n", target, request)
    assert result.fixed == {"-": {"CKP201": 1}}
    assert [diff.after for diff in result.diffs] == ["```python\nx = GOOD\n```\n"]
    assert [*Path.cwd().iterdir()] == []
    result = check_text(
        b"```python\nx = BAD\n```\n", target, CheckRequest([], registry=registry_of(BAD))
    )
    assert lines(result) == ["-::2:5 CKP201 found BAD"]


def test_rules_ignored_for_a_file_are_not_reported_in_it() -> None:
    write("tests/a.py", "x = BAD\n")
    write("src/a.py", "x = BAD\n")
    pattern = PathPattern("tests/**", str(Path.cwd()))
    ignore = PerFileIgnore(pattern, ("CKP201",), "test.toml", "per-file-ignores")
    result = run("tests/a.py", "src/a.py", per_file_ignores=(ignore,))
    assert lines(result) == ["src/a.py::1:5 CKP201 found BAD"]


def test_suppressions_count_for_nothing_if_they_are_switched_off() -> None:
    write("a.py", "x = BAD  # noqa: CKP201, CKP301\n")
    request = CheckRequest(
        [Target("a.py", settings())], ignore_noqa=True, registry=registry_of(BAD, RISKY)
    )
    assert lines(check(request)) == ["a.py::1:5 CKP201 found BAD"]


@pytest.mark.parametrize(
    ("selection", "error"),
    [
        (RuleSelection("test.toml", select=("CKP777",)), UnknownRuleError),
        (RuleSelection("test.toml", select=("CKP201",), ignore=("CKP201",)), NothingSelectedError),
    ],
)
def test_wrong_selections_are_errors(selection: RuleSelection, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(write("a.py", ""), selections=(selection,))


def test_an_environment_that_is_none_is_an_error() -> None:
    write("a.py", "x = BAD\n")
    missing = str(Path.cwd() / "missing")
    with pytest.raises(SettingsError) as raised:
        run("a.py", environment=missing)
    assert str(raised.value) == f"environment {missing} is not a directory"


def test_progress_is_told_after_each_file() -> None:
    told: list[tuple[int, int]] = []
    targets = [Target(write(name, ""), settings()) for name in ("a.py", "b.py")]
    check(
        CheckRequest(
            targets,
            registry=registry_of(BAD),
            on_progress=lambda done, total: told.append((done, total)),
        )
    )
    assert told == [(1, 2), (2, 2)]


SCRIPT = """
import sys
from ckptlint.engine.check import CheckRequest, Target, check
from ckptlint.settings.settings import Settings

settings = Settings(root=".", src=(".",))
result = check(CheckRequest([Target(name, settings, name == "named.py") for name in sys.argv[1:]]))
heavy = ("astroid", "pathspec", "markdown_it", "argparse", "numpy", "torch")
print(len(result.findings), result.faults, [name for name in heavy if name in sys.modules])
"""


def in_a_fresh_process(*names: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=True
    )
    return run.stdout


def test_files_without_needles_import_nothing_heavy() -> None:
    write("named.py", "import ast\n")
    write("found.py", "def flush_all(): ...\n")
    write("guide.md", "```python\nx = 1\n```\n")
    write("book.ipynb", "{}")
    assert in_a_fresh_process("named.py", "found.py", "guide.md", "book.ipynb") == "0 [] []\n"


def test_the_code_that_is_checked_is_neither_run_nor_imported() -> None:
    source = (
        "open('ran', 'w')\n"
        "from earth2studio.utils.checkpoint import Checkpoint\n"
        "import neighbour\n"
        "class Model(neighbour.Base):\n    pass\n"
        "with Checkpoint('x') as session:\n    session.write()\n    session.flush()\n"
    )
    write("code.py", source)
    write("neighbour.py", "open('ran', 'w')\nclass Base: pass\n")
    assert in_a_fresh_process("code.py") == "1 [] ['astroid']\n"
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["code.py", "neighbour.py"]
