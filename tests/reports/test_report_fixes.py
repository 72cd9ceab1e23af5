"""Fixes as SARIF and rdjson write them, applied as those formats count lines and columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from report_samples import EVERY_KIND, make_options

from ckptlint.engine.check import CheckRequest, FixMode, Target, check
from ckptlint.engine.registry import load_registry
from ckptlint.engine.result import CheckResult
from ckptlint.reports import rdjson, sarif
from ckptlint.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.engine.result import LocatedFinding

FIXTURES = Path(__file__).parents[2] / "fixtures"
INSERTED = FIXTURES / "ckp201" / "bad_initial_condition.py"
FLUSH = """\
from earth2studio.utils.checkpoint import Checkpoint
with Checkpoint("天𐐀", flush_interval=1) as ckpt:
    ckpt.write(0)
    é = "天𐐀"; ckpt.flush(); print("𐐀")
    if é: ckpt.flush()
    ckpt.flush()"""


def notebook(indent: int | None, is_one_string: bool = False) -> str:
    sources = ("# é 天\n", f"%time 1\n{FLUSH}")
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "source": source if is_one_string else source.splitlines(keepends=True),
        }
        for source in sources
    ]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=indent, ensure_ascii=is_one_string)


TEXTS = {
    "book.ipynb": notebook(1) + "\n",
    "in_one_line.ipynb": notebook(None),
    "strings.ipynb": notebook(4, is_one_string=True).replace("\n", "\r\n"),
    "inserted.py": INSERTED.read_text(encoding="utf-8"),
    "no_line_end.py": FLUSH,
    "returns.py": f"{FLUSH}\n".replace("\n", "\r\n"),
    "old_mac.py": f"{FLUSH}\n".replace("\n", "\r"),
    "guide.md": "# 天\n\n> - 𐐀\n>\n>   ```python\n"
    + "".join(f">   {line}\n" for line in FLUSH.splitlines())
    + ">   ```\n",
}


def found_in(text: str, name: str, folder: Path, mode: FixMode = FixMode.NONE) -> CheckResult:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    settings = Settings(
        root=str(folder), src=(str(INSERTED.parent), str(FIXTURES / "rollouts")), unsafe_fixes=True
    )
    targets = [Target(str(folder / name), settings, True)]
    return check(CheckRequest(targets, mode, registry=load_registry(), processes=1))


def by_sarif(finding: LocatedFinding, lines: Sequence[str]) -> str | None:
    """Apply a fix of SARIF, whose columns count characters, to lines without their ends."""
    log = json.loads(sarif.render(CheckResult([finding]), make_options()))
    (result,) = log["runs"][0]["results"]
    if "fixes" not in result:
        return None
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    text = "\n".join(lines)
    for each in reversed(change["replacements"]):
        region = each["deletedRegion"]
        start = offset(lines, region["startLine"], region["startColumn"])
        end = offset(lines, region["endLine"], region["endColumn"])
        text = text[:start] + each.get("insertedContent", {"text": ""})["text"] + text[end:]
    return text


def by_rdjson(finding: LocatedFinding, lines: Sequence[str]) -> str | None:
    """Apply a suggestion of rdjson, whose columns count bytes, to lines without their ends."""
    (diagnostic,) = json.loads(rdjson.render(CheckResult([finding]), make_options()))["diagnostics"]
    if "suggestions" not in diagnostic:
        return None
    (suggestion,) = diagnostic["suggestions"]
    data, encoded = "\n".join(lines).encode(), [line.encode() for line in lines]
    start, end = (
        offset(encoded, position["line"], position["column"])
        for position in (suggestion["range"]["start"], suggestion["range"]["end"])
    )
    return (data[:start] + suggestion["text"].encode() + data[end:]).decode()


def offset(lines: Sequence[str] | Sequence[bytes], line: int, column: int) -> int:
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@pytest.mark.parametrize("name", TEXTS)
def test_each_fix_can_be_applied_from_either_report(name: str, tmp_path: Path) -> None:
    text = TEXTS[name]
    findings = [each for each in found_in(text, name, tmp_path).findings if each.fix is not None]
    assert findings
    lines = lines_of(text)
    for finding in findings:
        fixed = by_sarif(finding, lines)
        assert fixed == by_rdjson(finding, lines)
        assert fixed is not None
        remaining = found_in(fixed, name, tmp_path).findings
        assert len([each for each in remaining if each.fix is not None]) == len(findings) - 1


@pytest.mark.parametrize("name", TEXTS)
def test_a_single_fix_is_the_one_that_ckptlint_makes(name: str, tmp_path: Path) -> None:
    text = TEXTS[name]
    first = next(each for each in found_in(text, name, tmp_path).findings if each.fix is not None)
    # All but one of several are fixed already.
    while True:
        findings = [each for each in found_in(text, name, tmp_path).findings if each.fix]
        if len(findings) == 1:
            break
        text = str(by_sarif(first, lines_of(text)))
        first = next(each for each in found_in(text, name, tmp_path).findings if each.fix)
    (diff,) = found_in(text, name, tmp_path, FixMode.DIFF).diffs
    assert by_rdjson(findings[0], lines_of(text)) == "\n".join(lines_of(diff.after))


def test_controls() -> None:
    with pytest.raises(AssertionError):
        offset(["a"], 1, 3)
    with pytest.raises(AssertionError):
        offset(["a"], 2, 1)


def test_what_cannot_be_applied_is_not_suggested() -> None:
    diagnostics: Any = json.loads(rdjson.render(EVERY_KIND, make_options()))["diagnostics"]
    suggested = {each["location"]["path"] for each in diagnostics if "suggestions" in each}
    # Only to be shown, refuted, or in a notebook whose JSON is not known: none.
    assert suggested == {"src/model.py", "src/天気/𐐀 é.py"}
