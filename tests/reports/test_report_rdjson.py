from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from report_samples import (
    EVERY_KIND,
    IN_A_NOTEBOOK,
    IN_ASTRAL_TEXT,
    IN_ONE_FILE,
    make_finding,
    make_options,
    make_place,
)
from report_schemas import schema_of

from ckptlint.engine.result import CheckResult, FileEdit, LocatedFinding, ProposedFix
from ckptlint.reports.rdjson import render
from ckptlint.rule import Applicability

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = schema_of("rdjson")


def written(result: CheckResult) -> Any:
    return json.loads(render(result, make_options()))


def diagnostic_of(finding: LocatedFinding) -> Any:
    (diagnostic,) = written(CheckResult([finding]))["diagnostics"]
    return diagnostic


def extent(line: int, column: int | None, end: int, end_column: int | None) -> Any:
    start, stop = {"line": line, "column": column}, {"line": end, "column": end_column}
    if column is None:
        del start["column"], stop["column"]
    return {"start": start, "end": stop}


@pytest.mark.parametrize("result", [EVERY_KIND, CheckResult()])
def test_schema(result: CheckResult) -> None:
    assert [error.message for error in SCHEMA.iter_errors(written(result))] == []


def _column_zero(log: Any) -> None:
    log["diagnostics"][3]["location"]["range"]["start"]["column"] = 0


def _no_message(log: Any) -> None:
    del log["diagnostics"][3]["message"]


def _suggestion_without_text(log: Any) -> None:
    del log["diagnostics"][3]["suggestions"][0]["text"]


def _unknown_severity(log: Any) -> None:
    log["diagnostics"][3]["severity"] = "error"


@pytest.mark.parametrize(
    "spoil", [_column_zero, _no_message, _suggestion_without_text, _unknown_severity]
)
def test_schema_refuses_what_is_wrong(spoil: Callable[[Any], None]) -> None:
    spoiled = copy.deepcopy(written(EVERY_KIND))
    assert SCHEMA.is_valid(spoiled)
    spoil(spoiled)
    assert not SCHEMA.is_valid(spoiled)


def test_diagnostic() -> None:
    assert written(CheckResult([IN_ONE_FILE]))["source"] == {"name": "ckptlint"}
    assert diagnostic_of(IN_ONE_FILE) == {
        "message": "`yield` is reached before the state is saved\n"
        "help: Save the state that is yielded, on every path\nand before each `yield`\n"
        "fix: Save before the `yield` (unsafe: the names of the fields are a guess)",
        "location": {"path": "src/model.py", "range": extent(104, 13, 104, 28)},
        "severity": "ERROR",
        "code": {"value": "CKP201"},
        "suggestions": [
            {
                "range": extent(104, 1, 104, 28),
                "text": "            self.save(x, coords)\n            yield x, coords",
            }
        ],
        "related_locations": [
            {
                "message": "the state is restored here",
                "location": {"path": "src/model.py", "range": extent(101, 13, 101, 29)},
            },
            {
                "message": "it is advanced here",
                "location": {"path": "src/model.py", "range": extent(103, 3, 103, 19)},
            },
            {
                "message": "the parent saves nothing",
                # The text of another file is not known, so these are whole lines.
                "location": {"path": "src/base.py", "range": extent(7, None, 9, None)},
            },
        ],
    }


def test_columns_count_bytes_of_utf_8() -> None:
    diagnostic = diagnostic_of(IN_ASTRAL_TEXT)
    before = "  𐐀 = '天𐐀é'; "
    assert len(before) == 13
    assert diagnostic["location"]["range"]["start"] == {"line": 7, "column": 17 + 3 + 2 + 3 + 1}
    assert diagnostic["location"]["path"] == "src/天気/𐐀 é.py"
    assert diagnostic["suggestions"][0]["text"] == "  𐐀 = '天𐐀é'  # 𐐀"
    assert diagnostic["related_locations"][0]["location"] == {
        "path": "../other/é.py",
        "range": extent(3, None, 3, None),
    }


def test_a_notebook_is_named_by_its_cell_at_the_top_of_the_file() -> None:
    diagnostic = diagnostic_of(IN_A_NOTEBOOK)
    assert diagnostic["message"] == (
        "cell 4:3:5: `flush` does nothing here: 100% is written, always"
    )
    assert diagnostic["location"]["range"] == extent(1, 1, 1, 1)
    assert diagnostic["severity"] == "WARNING"
    assert "suggestions" not in diagnostic


def suggested(
    edit: FileEdit, first: int, before: tuple[str, ...], after: tuple[str, ...], **known: Any
) -> Any:
    fix = ProposedFix("Mend it", Applicability.SAFE, None, (edit,), first, before, after)
    finding = make_finding("CKP201", make_place("a.py", 1, 1, 1, 2), fix=fix, **known)
    return diagnostic_of(finding).get("suggestions")


def test_suggestions_far_from_the_finding() -> None:
    inserted = FileEdit(make_place("a.py", 40, 1, 40, 1), "new\n")
    assert suggested(inserted, 40, (), ("new",)) == [
        {"range": extent(40, 1, 40, 1), "text": "new\n"}
    ]
    deleted = FileEdit(make_place("a.py", 40, 1, 42, 1), "")
    assert suggested(deleted, 40, ("a", "b"), ()) == [{"range": extent(40, 1, 42, 1), "text": ""}]


def test_a_line_is_inserted_after_the_last_where_its_text_is_known() -> None:
    edit = FileEdit(make_place("a.py", 2, 3, 2, 3), "\nnew")
    assert suggested(edit, 3, (), ("new",), context="x\né", context_start=1) == [
        {"range": extent(2, 3, 2, 3), "text": "\nnew"}
    ]
    assert suggested(edit, 3, (), ("new",)) is None
