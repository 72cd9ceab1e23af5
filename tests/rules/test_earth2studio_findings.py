"""What is found in an installed earth2studio is what its page says, finding by finding."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from ckptlint.engine.check import CheckRequest, Target, check
from ckptlint.settings.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "earth2studio-0.19.md"
VERSION = "0.19.0"
_ROW = re.compile(
    r"^\| `([\w/.]+):(\d+):(\d+)` \| (CKP\d{3}) \| (.+?) \| (true|false) \|", re.MULTILINE
)


def package() -> Path:
    try:
        found = distribution("earth2studio")
    except PackageNotFoundError:
        pytest.skip("the findings are those of an installed earth2studio, which is not there")
    assert found.version == VERSION
    return Path(str(found.locate_file("earth2studio")))


def test_the_page_lists_every_finding_and_no_other() -> None:
    folder = package()
    settings = Settings(root=str(folder.parent), src=(str(folder.parent),), environment=None)
    files = sorted(folder.rglob("*.py"))
    assert len(files) > 200
    result = check(CheckRequest([Target(str(path), settings) for path in files]))
    assert result.faults == []
    found = {
        (
            Path(one.place.path).relative_to(folder).as_posix(),
            *one.place.span.start,
            one.code,
            one.message,
        )
        for one in result.findings
    }
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    assert {(row[0], int(row[1]), int(row[2]), row[3], row[4]) for row in rows} == found


def test_no_finding_is_judged_false() -> None:
    rows = _ROW.findall(PAGE.read_text("utf-8"))
    assert rows
    assert {row[5] for row in rows} == {"true"}
