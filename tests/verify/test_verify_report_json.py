from __future__ import annotations

import json
from typing import Any

import pytest
from verify_samples import (
    EXACT_TARGET,
    HOSTILE,
    ONE_STOP,
    SAMPLE,
    make_options,
)

from ckptlint.verify.reports.json import finite_or_text, render
from ckptlint.verify.verdict import VerifyResult


def strictly(text: str) -> Any:
    """Read JSON as a reader does that knows no NaN."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


def test_names_that_are_promised() -> None:
    written = strictly(render(SAMPLE, make_options()))
    target = written["targets"][1]
    assert {"target", "verdict", "device", "checks"} <= target.keys()
    assert (target["target"], target["verdict"], target["device"]) == (
        "models/drift.py::DriftModel",
        "diverges",
        "cpu",
    )
    check = target["checks"][0]
    promised = {
        "name": "exact-restart",
        "verdict": "diverges",
        "stop": 3,
        "first_step": 5,
        "lead_time_hours": 30.0,
        "variable": "t2m",
        "max_abs": 0.0023,
        "max_ulp": 19371,
        "blame": "the attribute `DriftModel.noise`",
        "reason": ONE_STOP.reason,
    }
    assert {name: check[name] for name in promised} == promised
    assert check.keys() - promised == {"codes", "curves", "seconds"}


def test_exact_target_whole() -> None:
    target = EXACT_TARGET._replace(
        checks=(EXACT_TARGET.checks[0]._replace(curves=EXACT_TARGET.checks[0].curves[-1:]),)
    )
    assert strictly(render(VerifyResult((target,)), make_options())) == {
        "targets": [
            {
                "target": "models/persistence.py::build",
                "verdict": "exact",
                "device": "cuda:0",
                "checks": [
                    {
                        "name": "exact-restart",
                        "verdict": "exact",
                        "stop": None,
                        "first_step": None,
                        "lead_time_hours": None,
                        "variable": None,
                        "max_abs": None,
                        "max_ulp": None,
                        "blame": None,
                        "reason": None,
                        "codes": [],
                        "curves": [
                            {
                                "stop": 11,
                                "lead_time_hours": 66.0,
                                "reason": None,
                                "differences": [
                                    {
                                        "step": 12,
                                        "lead_time_hours": 72.0,
                                        "variable": None,
                                        "max_abs": 0.0,
                                        "max_ulp": 0,
                                    }
                                ],
                            }
                        ],
                        "seconds": 4.25,
                    }
                ],
                "filename": "/project/models/persistence.py",
                "line": 31,
                "notes": [],
                "findings": [],
                "seconds": 5.0,
            }
        ],
        "passed_over": [],
    }


def test_findings_have_the_names_of_check() -> None:
    assert strictly(render(SAMPLE, make_options()))["targets"][1]["findings"][1] == {
        "code": "CKP201",
        "name": "yield-without-save",
        "filename": "/project/models/drift.py",
        "location": {"row": 61, "column": 9},
        "message": "`yield` is reached before the state is saved",
        "confirmation": "not confirmed",
        "reason": "each boundary that was yielded had been saved",
    }


def test_passed_over() -> None:
    assert strictly(render(SAMPLE, make_options()))["passed_over"] == [
        {
            "name": "models/base.py::Template",
            "reason": "it has an abstract method, `step`, and cannot be built",
        }
    ]


def test_numbers_that_json_cannot_hold_are_texts() -> None:
    text = render(HOSTILE, make_options())
    check = strictly(text)["targets"][0]["checks"][0]
    assert check["max_abs"] == "inf"
    sizes = [each["max_abs"] for each in check["curves"][0]["differences"]]
    assert sizes == ["nan", "inf", None, 0.0]
    assert finite_or_text(-float("inf")) == "-inf"
    assert float("-inf") == float(str(finite_or_text(-float("inf"))))
    # The control: the reader does refuse what Python would write by itself.
    with pytest.raises(ValueError, match="NaN"):
        strictly(json.dumps(float("nan")))


def test_text_is_ascii_without_lone_surrogates() -> None:
    text = render(HOSTILE, make_options())
    assert text.isascii()
    assert "\\udce9" not in text
    assert strictly(text)["targets"][0]["target"] == "caf\ufffd/天気 <b>$x$.py::a\x1b[31m&b"


def test_nothing_verified() -> None:
    written = strictly(render(VerifyResult(()), make_options()))
    assert written == {"targets": [], "passed_over": []}
