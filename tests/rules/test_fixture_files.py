"""Every fixture: what its comments expect is what the engine finds, and its fixes are held.

A comment ``# error: COLUMN, CODE, "MESSAGE"`` stands on the line of its finding, as the file's
reader sees line and column. In a folder named for a rule that rule alone is asked. A file named
``good_*`` has no comment, and every other file has one; in `rollouts`, whose mistakes are shown by
running, only a ``bad_*`` may have one, and no fix is held.
CKPTLINT_UPDATE_GOLDEN=1 writes the fixed texts anew.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tokenize
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from expectations import (
    FIXTURES,
    Expected,
    check_file,
    expected_in,
    fix_data,
    found_in,
    rules_of,
    settings_for,
    without_expectations,
)

from ckptlint.engine.check import CheckRequest, FixMode, Target, check
from ckptlint.rule import Applicability

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.engine.result import CheckResult

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(
    path.relative_to(FIXTURES)
    for path in FIXTURES.rglob("*")
    if path.suffix in {".py", ".md", ".ipynb"} and not {"__pycache__", "rule_pack"} & {*path.parts}
)
PYTHON = [file for file in FILES if file.suffix == ".py"]
IS_UPDATE = bool(os.environ.get("CKPTLINT_UPDATE_GOLDEN"))


def read(file: Path) -> str:
    return (FIXTURES / file).read_text(encoding="utf-8")


def in_sources(text: str, change: Callable[[str], str]) -> str:
    """Change the text of each cell of a notebook."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["source"] = change("".join(cell["source"])).splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def is_for_running(file: Path) -> bool:
    """Whether a fixture's mistake is one that a rollout shows, and a rule need not see."""
    return file.parent.name in ("rollouts", "earth2studio")


def plain(file: Path) -> str:
    """Give the text of a fixture without what it expects."""
    if file.suffix == ".ipynb":
        return in_sources(read(file), without_expectations)
    return without_expectations(read(file))


def expected(file: Path) -> list[Expected]:
    if file.suffix != ".ipynb":
        return expected_in(read(file))
    return [
        one
        for number, cell in enumerate(json.loads(read(file))["cells"], 1)
        for one in expected_in("".join(cell["source"]), number)
    ]


@pytest.fixture
def place(tmp_path: Path) -> Callable[[Path], Path]:
    """Copy a fixture with its neighbours to where writing it does no harm."""

    def copy(file: Path) -> Path:
        folder = FIXTURES / file.parent
        for neighbour in folder.iterdir():
            if neighbour.is_file():
                shutil.copyfile(neighbour, tmp_path / neighbour.name)
        return tmp_path / file.name

    return copy


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_fixture_says_what_is_found_in_it(file: Path, tmp_path: Path) -> None:
    wanted = expected(file)
    if is_for_running(file):
        assert not wanted or file.name.startswith("bad_")
    else:
        assert bool(wanted) is not file.name.startswith("good_")
    settings = settings_for(tmp_path, *rules_of(file))
    assert found_in(check_file(FIXTURES / file, settings)) == wanted


@pytest.mark.parametrize("file", PYTHON, ids=str)
def test_a_fixture_compiles(file: Path) -> None:
    compile(read(file), str(file), "exec", dont_inherit=True)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("file", FILES, ids=str)
def test_fixes_keep_a_program_and_settle(file: Path, unsafe: bool, tmp_path: Path) -> None:
    path = FIXTURES / file
    settings = settings_for(tmp_path, *rules_of(file), unsafe=unsafe)
    before = plain(file)
    result = fix_data(before.encode(), path, settings)
    assert result.faults == []
    after = fixed_text(result, before)
    assert_whole(file, before, after)
    assert not any(is_left(finding.fix, unsafe) for finding in result.findings)
    unfixed = Counter(finding.code for finding in result.findings)
    assert unfixed <= Counter(one.code for one in expected(file))
    again = fix_data(after.encode(), path, settings)
    assert again.diffs == []
    assert again.fixed == {}
    if unsafe and not is_for_running(file):
        compare_with_golden(file, before, after)


def fixed_text(result: CheckResult, before: str) -> str:
    return result.diffs[0].after if result.diffs else before


def is_left(fix: object, unsafe: bool) -> bool:
    """Whether a finding that was to be fixed still has its fix."""
    wanted = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    return getattr(fix, "applicability", None) in wanted


def assert_whole(file: Path, before: str, after: str) -> None:
    if file.suffix == ".ipynb":
        cells = [len(json.loads(text)["cells"]) for text in (before, after)]
        assert cells[0] == cells[1]
    elif file.suffix == ".py":
        compile(after, str(file), "exec", dont_inherit=True)
        assert comments(before) - comments(after) == Counter()


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def compare_with_golden(file: Path, before: str, after: str) -> None:
    golden = GOLDEN / file
    if IS_UPDATE:
        golden.unlink(missing_ok=True)
        if after != before:
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(after, encoding="utf-8", newline="\n")
    assert golden.exists() is (after != before)
    if after != before:
        assert after == golden.read_text(encoding="utf-8")


def test_every_golden_file_has_its_fixture() -> None:
    goldens = {path.relative_to(GOLDEN) for path in GOLDEN.rglob("*") if path.is_file()}
    assert goldens <= set(FILES)


@pytest.mark.parametrize(
    ("line_end", "bom"), [("\r\n", b""), ("\r", b"\xef\xbb\xbf")], ids=["crlf", "cr and bom"]
)
@pytest.mark.parametrize("file", [file for file in PYTHON if (GOLDEN / file).exists()], ids=str)
def test_fixes_keep_line_ends_and_the_byte_order_mark(
    file: Path, line_end: str, bom: bytes, place: Callable[[Path], Path]
) -> None:
    path = place(file)
    path.write_bytes(bom + plain(file).replace("\n", line_end).encode())
    settings = settings_for(path.parent, *rules_of(file), unsafe=True)
    check(CheckRequest([Target(str(path), settings, is_explicit=True)], FixMode.WRITE))
    golden = (GOLDEN / file).read_text(encoding="utf-8")
    assert path.read_bytes() == bom + golden.replace("\n", line_end).encode()
