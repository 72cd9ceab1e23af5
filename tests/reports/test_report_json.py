from __future__ import annotations

import json
from typing import Any

from report_samples import SAMPLE, make_options

from ckptlint.engine.result import CheckResult
from ckptlint.reports import json as json_format
from ckptlint.reports import json_lines

RUFF_FIELDS = {
    "cell",
    "code",
    "end_location",
    "filename",
    "fix",
    "location",
    "message",
    "name",
    "noqa_row",
    "severity",
    "url",
}


def records() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(json_format.render(SAMPLE, make_options()))
    return loaded


def test_fields_are_those_of_ruff_and_three_more() -> None:
    assert [set(record) for record in records()] == [
        RUFF_FIELDS | {"confidence", "help", "related"}
    ] * 4


def test_notebook_finding() -> None:
    assert records()[2] == {
        "cell": 4,
        "code": "CKP301",
        "end_location": {"column": 17, "row": 3},
        "filename": "/project/notes/run.ipynb",
        "fix": {
            "applicability": "safe",
            "edits": [
                {
                    "content": "",
                    "end_location": {"column": 17, "row": 3},
                    "location": {"column": 18, "row": 2},
                }
            ],
            "message": "Remove the `flush`",
            "reason": None,
        },
        "help": None,
        "location": {"column": 5, "row": 3},
        "message": "`flush` does nothing here: 100% is written, always",
        "name": "flush-without-interval",
        "noqa_row": 3,
        "related": [
            {
                "cell": 4,
                "end_location": {"column": 22, "row": 1},
                "filename": "/project/notes/run.ipynb",
                "location": {"column": 6, "row": 1},
                "message": "the interval is 1",
            },
            {
                "cell": 2,
                "end_location": {"column": 9, "row": 2},
                "filename": "/project/notes/run.ipynb",
                "location": {"column": 1, "row": 2},
                "message": "imported here",
            },
        ],
        "confidence": "high",
        "severity": "warning",
        "url": None,
    }


def test_syntax_error_has_no_line_for_a_suppression() -> None:
    record = records()[0]
    assert (record["code"], record["noqa_row"], record["fix"]) == ("CKP900", None, None)
    assert record["filename"] == "/project/caf\ufffd.py"


def test_texts_survive() -> None:
    found = records()[1]
    assert found["message"] == 'Line one\nline two: "quoted", 50%, 天気 \x1b[31m'
    assert found["filename"] == "/project/docs/a guide,v1:2.md"
    assert found["fix"]["applicability"] == "display"
    assert found["fix"]["reason"] == "the arguments are unknown"
    unsafe = records()[3]["fix"]
    assert unsafe["edits"][0]["content"] == "            self.save(x, coords)\n"


def test_json_lines_are_the_same_objects() -> None:
    lines = json_lines.render(SAMPLE, make_options()).splitlines()
    assert [json.loads(line) for line in lines] == records()


def test_text_is_ascii_that_any_reader_takes() -> None:
    for text in (
        json_format.render(SAMPLE, make_options()),
        json_lines.render(SAMPLE, make_options()),
    ):
        assert text.isascii()
        json.loads(text.splitlines()[0] if text.startswith("{") else text)
        assert "\\udce9" not in text


def test_nothing_found() -> None:
    assert json_format.render(CheckResult(), make_options()) == "[]\n"
    assert json_lines.render(CheckResult(), make_options()) == ""
