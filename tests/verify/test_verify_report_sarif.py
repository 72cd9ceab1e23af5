from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft4Validator
from verify_samples import (
    DIVERGING_TARGET,
    EXACT_TARGET,
    FINDINGS,
    HOSTILE,
    ONE_STOP,
    RULES,
    SAMPLE,
    UNRUN_TARGET,
    make_options,
)

from ckptlint.verify.reports.sarif import render
from ckptlint.verify.verdict import Confirmation, TargetVerdict, Verdict, VerifyResult

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = Path(__file__).parent.parent / "reports" / "data" / "sarif-2.1.0-rtm.5.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def run_of(result: VerifyResult = SAMPLE, **changes: Any) -> Any:
    return json.loads(render(result, make_options(rules=RULES, **changes)))["runs"][0]


def results_of(*targets: TargetVerdict) -> Any:
    return run_of(VerifyResult(targets))["results"]


@pytest.mark.parametrize("result", [SAMPLE, HOSTILE, VerifyResult(())])
@pytest.mark.parametrize("rules", [(), RULES])
def test_schema(validator: Draft4Validator, result: VerifyResult, rules: Any) -> None:
    log = json.loads(render(result, make_options(rules=rules)))
    assert [error.message for error in validator.iter_errors(log)] == []


def _unknown_kind(result: Any) -> None:
    result["kind"] = "exact"


def _unknown_level(result: Any) -> None:
    result["level"] = "diverges"


def _line_zero(result: Any) -> None:
    result["locations"][0]["physicalLocation"]["region"]["startLine"] = 0


def _no_message(result: Any) -> None:
    del result["message"]


@pytest.mark.parametrize("spoil", [_unknown_kind, _unknown_level, _line_zero, _no_message])
def test_schema_refuses_what_is_wrong(
    validator: Draft4Validator, spoil: Callable[[Any], None]
) -> None:
    log = json.loads(render(SAMPLE, make_options()))
    assert validator.is_valid(log)
    spoil(log["runs"][0]["results"][0])
    assert not validator.is_valid(log)


def test_check_that_diverges() -> None:
    result = results_of(DIVERGING_TARGET)[0]
    assert result.pop("partialFingerprints")["primaryLocationLineHash"].endswith(":1")
    assert result.pop("ruleIndex") == 0
    assert result == {
        "ruleId": "CKP102",
        "kind": "fail",
        "level": "error",
        "message": {
            "text": "models/drift.py::DriftModel: exact-restart: diverges: stopped after step 3 "
            "(+18 h), first wrong at step 5 (+30 h); differs: t2m, up to 0.0023 (19371 ULP); "
            f"blame: {ONE_STOP.blame}; reason: {ONE_STOP.reason}"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "models/drift.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 12},
                },
                "logicalLocations": [{"fullyQualifiedName": "models/drift.py::DriftModel"}],
            }
        ],
        "properties": {
            "target": "models/drift.py::DriftModel",
            "device": "cpu",
            "check": "exact-restart",
            "verdict": "diverges",
            "codes": ["CKP102"],
            "stop": 3,
            "firstStep": 5,
            "leadTimeHours": 30.0,
            "variable": "t2m",
            "maxAbs": 0.0023,
            "maxUlp": 19371,
            "blame": ONE_STOP.blame,
        },
    }


def test_kinds_and_levels() -> None:
    written = [
        (each["ruleId"], each["kind"], each["level"])
        for each in results_of(EXACT_TARGET, DIVERGING_TARGET, UNRUN_TARGET)
        if "kind" in each
    ]
    assert written == [
        ("verify/exact-restart", "pass", "none"),
        ("verify/generator", "pass", "none"),
        ("CKP102", "fail", "error"),
        ("verify/generator", "pass", "none"),
        ("verify/interrupted-write", "fail", "warning"),
        ("verify/target", "fail", "warning"),
    ]


def test_rules_are_described_once() -> None:
    run = run_of()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [
        "CKP102",
        "CKP201",
        "verify/exact-restart",
        "verify/generator",
        "verify/interrupted-write",
        "verify/target",
    ]
    assert rules[0]["shortDescription"] == {"text": "What CKP102 finds."}
    assert rules[2] == {"id": "verify/exact-restart", "name": "exact-restart"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_name_of_a_rule_is_never_that_of_a_check() -> None:
    run = json.loads(
        render(VerifyResult((DIVERGING_TARGET._replace(findings=()),)), make_options())
    )["runs"][0]
    assert run["tool"]["driver"]["rules"][0] == {"id": "CKP102"}


def test_static_finding() -> None:
    result = results_of(DIVERGING_TARGET)[-1]
    del result["partialFingerprints"], result["ruleIndex"]
    assert result == {
        "ruleId": "CKP201",
        "level": "warning",
        "message": {"text": "`yield` is reached before the state is saved"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "models/drift.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 61, "startColumn": 9},
                }
            }
        ],
        "properties": {
            "confirmation": "not confirmed",
            "targets": [
                {
                    "target": "models/drift.py::DriftModel",
                    "confirmation": "not confirmed",
                    "reason": "each boundary that was yielded had been saved",
                }
            ],
        },
    }


def test_finding_that_two_targets_run_is_one_result_as_sure_as_the_surest() -> None:
    def target(name: str, confirmation: Confirmation) -> TargetVerdict:
        finding = FINDINGS[1]._replace(confirmation=confirmation)
        return TargetVerdict(name, Verdict.EXACT, "cpu", EXACT_TARGET.checks, findings=(finding,))

    both = (target("a", Confirmation.NOT_CONFIRMED), target("b", Confirmation.CONFIRMED))
    (result,) = (each for each in results_of(*both) if each["ruleId"] == "CKP201")
    assert result["properties"]["confirmation"] == "confirmed"
    assert [each["target"] for each in result["properties"]["targets"]] == ["a", "b"]


def test_target_without_a_file_has_its_name_for_a_place() -> None:
    (result,) = results_of(UNRUN_TARGET)
    assert result["locations"] == [
        {"logicalLocations": [{"fullyQualifiedName": "package.models:Broken"}]}
    ]
    assert result["message"]["text"].endswith(UNRUN_TARGET.notes[0])


def test_passed_over_is_told_without_being_a_result() -> None:
    assert run_of()["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                {
                    "level": "note",
                    "message": {
                        "text": "passed over models/base.py::Template: it has an abstract method, "
                        "`step`, and cannot be built"
                    },
                }
            ],
            "workingDirectory": {"uri": "file:///project/"},
        }
    ]
    assert run_of()["automationDetails"] == {"id": "ckptlint-verify/"}


def fingerprints_of(*targets: TargetVerdict) -> list[str]:
    return [each["partialFingerprints"]["primaryLocationLineHash"] for each in results_of(*targets)]


def test_fingerprints_survive_other_numbers_and_are_unique() -> None:
    checks = (ONE_STOP._replace(max_abs=7.5, stop=4), *DIVERGING_TARGET.checks[1:])
    later = DIVERGING_TARGET._replace(checks=checks, line=99)
    found = fingerprints_of(DIVERGING_TARGET, EXACT_TARGET)
    assert fingerprints_of(later, EXACT_TARGET) == found
    assert len(set(found)) == len(found)
    assert fingerprints_of(DIVERGING_TARGET._replace(target="other"))[0] not in found


def test_text_is_ascii_and_the_same_each_time() -> None:
    text = render(HOSTILE, make_options())
    assert text.isascii()
    assert "\\udce9" not in text
    assert "NaN" not in text
    assert text == render(HOSTILE, make_options())
