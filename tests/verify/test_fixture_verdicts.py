"""The fixtures that can run: what the table in docs/ says of each is what ckptlint and running say.

A sample is measured again each time; CKPTLINT_FIXTURES=all measures every one of them.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from fixture_verdicts import (
    FIXTURES,
    committed,
    digest_of,
    measure,
    row_of,
    runnable,
    sample,
    static_of,
)

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


MEASURED = runnable() if os.environ.get("CKPTLINT_FIXTURES") == "all" else sample()


@pytest.mark.parametrize("fixture", MEASURED, ids=str)
def test_a_fixture_is_what_the_table_says(fixture: Path, crew: LocalCrew) -> None:
    assert str(row_of(fixture, measure(fixture, crew))) == committed()[fixture.as_posix()]


@pytest.mark.parametrize("fixture", runnable(), ids=str)
def test_what_the_table_says_without_running_is_so(fixture: Path) -> None:
    cells = [cell.strip() for cell in committed()[fixture.as_posix()].strip("|\n").split(" | ")]
    assert cells[1] == static_of(fixture)
    assert cells[-1].rstrip(" |") == digest_of(fixture), "`make verdicts` measures it again"


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
    cells = [cell.strip() for cell in committed()[fixture.as_posix()].strip("|\n").split("|")][2:-1]
    if exact:
        assert cells == ["exact", "", "", ""]
    elif line:
        assert cells == ["no-op-flush", "", "", f"line {line}"]
    else:
        assert cells == rest
