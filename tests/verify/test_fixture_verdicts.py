"""Every fixture that can run, measured again: the table in docs/ must say the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from fixture_verdicts import FIXTURES, committed, measure, row_of, runnable

from ckptlint.verify.case import Limits
from ckptlint.verify.crew import LocalCrew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMENT = re.compile(
    r"^# verify: (?:(exact)|no-op-flush line=(\d+)|"
    r'diverges ([\w-]+) stop=(\d+) step=(\d+) blame="(.*)")$',
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(seconds=120), 2) as made:
        yield made


@pytest.mark.parametrize("fixture", runnable(), ids=str)
def test_a_fixture_is_what_the_table_says(fixture: Path, crew: LocalCrew) -> None:
    assert str(row_of(fixture, measure(fixture, crew))) == committed()[fixture.as_posix()]


def test_the_table_has_a_line_for_each_fixture_and_no_other() -> None:
    assert sorted(committed()) == sorted(path.as_posix() for path in runnable())


@pytest.mark.parametrize("line", committed().values(), ids=lambda line: line.split(" | ")[0])
def test_a_name_tells_the_truth(line: str) -> None:
    name, static, measured, *_ = line.strip("| \n").split(" | ")
    assert (measured != "exact") is ("/bad_" in name)
    if static != "-":
        assert measured != "exact"


@pytest.mark.parametrize(
    "fixture", [path for path in runnable() if path.parent.name == "rollouts"], ids=str
)
def test_a_comment_says_what_was_measured(fixture: Path) -> None:
    found = _COMMENT.search((FIXTURES / fixture).read_text("utf-8"))
    assert found is not None
    exact, line, *rest = found.groups()
    cells = [cell.strip() for cell in committed()[fixture.as_posix()].strip("|\n").split("|")][2:]
    if exact:
        assert cells == ["exact", "", "", ""]
    elif line:
        assert cells == ["no-op-flush", "", "", f"line {line}"]
    else:
        assert cells == rest
