from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from report_samples import (
    EVERY_KIND,
    IN_A_NOTEBOOK,
    IN_ONE_FILE,
    make_finding,
    make_options,
    make_place,
)
from report_schemas import schema_of

from ckptlint.engine.result import CheckResult
from ckptlint.reports import sarif
from ckptlint.reports.gitlab import render

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = schema_of("gitlab-code-quality")


def issues_of(result: CheckResult, **options: Any) -> Any:
    return json.loads(render(result, make_options(**options)))


@pytest.mark.parametrize("result", [EVERY_KIND, CheckResult()])
def test_schema(result: CheckResult) -> None:
    assert [error.message for error in SCHEMA.iter_errors(issues_of(result))] == []


def _no_fingerprint(issue: Any) -> None:
    del issue["fingerprint"]


def _line_zero(issue: Any) -> None:
    issue["location"]["lines"]["begin"] = 0


def _dot(issue: Any) -> None:
    issue["location"]["path"] = "./a.py"


def _other_severity(issue: Any) -> None:
    issue["severity"] = "error"


@pytest.mark.parametrize("spoil", [_no_fingerprint, _line_zero, _dot, _other_severity])
def test_schema_refuses_what_is_wrong(spoil: Callable[[Any], None]) -> None:
    spoiled = copy.deepcopy(issues_of(EVERY_KIND))
    assert SCHEMA.is_valid(spoiled)
    spoil(spoiled[2])
    assert not SCHEMA.is_valid(spoiled)


def test_issue() -> None:
    (issue,) = issues_of(CheckResult([IN_ONE_FILE]))
    assert issue == {
        "type": "issue",
        "check_name": "CKP201",
        "description": "CKP201: `yield` is reached before the state is saved",
        "categories": ["Bug Risk"],
        "severity": "major",
        "fingerprint": issue["fingerprint"],
        "location": {
            "path": "src/model.py",
            "lines": {"begin": 104, "end": 104},
            "positions": {
                "begin": {"line": 104, "column": 13},
                "end": {"line": 104, "column": 28},
            },
        },
        "content": {
            "body": "note: src/model.py:101:13: the state is restored here\n\n"
            "note: src/model.py:103:3: it is advanced here\n\n"
            "note: src/base.py:7:5: the parent saves nothing\n\n"
            "help: Save the state that is yielded, on every path\nand before each `yield`"
        },
    }


def test_a_notebook_is_named_by_its_cell_at_the_top_of_the_file() -> None:
    (issue,) = issues_of(CheckResult([IN_A_NOTEBOOK]))
    assert issue["description"] == (
        "CKP301: cell 4:3:5: `flush` does nothing here: 100% is written, always"
    )
    assert issue["location"]["lines"] == {"begin": 1, "end": 1}
    assert issue["severity"] == "minor"


def test_fingerprints_are_unique_and_those_of_sarif() -> None:
    findings = [
        make_finding("CKP201", make_place("a.py", line, 1, line, 2), "yield x", context_start=line)
        for line in (1, 5, 9)
    ]
    for result in (CheckResult(findings), EVERY_KIND):
        marks = [issue["fingerprint"] for issue in issues_of(result)]
        assert len(set(marks)) == len(marks)
        run = json.loads(sarif.render(result, make_options()))["runs"][0]
        remaining = [each for each in run["results"] if each.get("kind") != "pass"]
        assert marks == [
            each["partialFingerprints"]["primaryLocationLineHash"] for each in remaining
        ]


def test_paths_start_where_gitlab_has_the_repository() -> None:
    def path(name: str, checkout: str | None) -> Any:
        result = CheckResult([make_finding("CKP201", make_place(name, 1, 1, 1, 2))])
        return issues_of(result, checkout=checkout)[0]["location"]["path"]

    assert path("src/a.py", None) == "src/a.py"
    assert path("./src/../a b.py", None) == "a b.py"
    assert path("src/a.py", "/") == "project/src/a.py"
    assert path("/project/a.py", None) == "a.py"
