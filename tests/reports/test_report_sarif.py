from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from jsonschema import Draft4Validator
from report_samples import (
    IN_A_NOTEBOOK,
    IN_MARKDOWN,
    IN_ONE_FILE,
    RULES,
    SAMPLE,
    make_finding,
    make_options,
    make_place,
)

from ckptlint.engine.result import CheckResult, LocatedFinding, RelatedPlace
from ckptlint.reports.sarif import render
from ckptlint.rule import Confidence, Step

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.schema.json"
Log = dict[str, Any]


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def log_of(*findings: LocatedFinding) -> Log:
    loaded: Log = json.loads(render(CheckResult(findings=list(findings)), make_options()))
    return loaded


def run_of_samples() -> Any:
    return json.loads(render(SAMPLE, make_options()))["runs"][0]


def result_of(finding: LocatedFinding) -> Any:
    return log_of(finding)["runs"][0]["results"][0]


def test_what_is_not_sure_says_so() -> None:
    place = make_place("a.py", 1, 1, 1, 2)
    sure = result_of(make_finding("CKP201", place))
    unsure = result_of(make_finding("CKP201", place, confidence=Confidence.LOW))
    assert unsure.pop("properties") == {"confidence": "low"}
    assert unsure == sure


@pytest.mark.parametrize("result", [SAMPLE, CheckResult()])
def test_schema(validator: Draft4Validator, result: CheckResult) -> None:
    log = json.loads(render(result, make_options()))
    assert [error.message for error in validator.iter_errors(log)] == []


def _no_text(log: Log) -> None:
    del log["runs"][0]["results"][3]["message"]["text"]


def _line_zero(log: Log) -> None:
    location = log["runs"][0]["results"][3]["locations"][0]
    location["physicalLocation"]["region"]["startLine"] = 0


def _unknown_field(log: Log) -> None:
    log["runs"][0]["results"][3]["fixes"][0]["artifactChanges"][0]["path"] = "a.py"


def _unknown_level(log: Log) -> None:
    log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["level"] = "fatal"


@pytest.mark.parametrize("spoil", [_no_text, _line_zero, _unknown_field, _unknown_level])
def test_schema_refuses_what_is_wrong(
    validator: Draft4Validator, spoil: Callable[[Log], None]
) -> None:
    log = json.loads(render(SAMPLE, make_options()))
    spoiled = copy.deepcopy(log)
    spoil(spoiled)
    assert validator.is_valid(log)
    assert not validator.is_valid(spoiled)


def test_run() -> None:
    run = run_of_samples()
    assert run["tool"]["driver"]["name"] == "ckptlint"
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": "file:///project/"}}
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {"text": "CKP101 raised ValueError in src/broken.py"},
                },
                {
                    "level": "warning",
                    "message": {"text": "unknown code CKP999 in src/model.py:3"},
                },
            ],
            "workingDirectory": {"uri": "file:///project/"},
        }
    ]
    assert run["automationDetails"] == {"id": "ckptlint/"}
    assert run["newlineSequences"] == ["\r\n", "\n", "\r"]


def test_a_warning_is_no_failure() -> None:
    result = CheckResult(warnings=["no files"])
    invocation = json.loads(render(result, make_options()))["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is True


def test_rules() -> None:
    run = run_of_samples()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["CKP101", "CKP201", "CKP301", "CKP900"]
    assert rules[2] == {
        "id": "CKP301",
        "name": "flush-without-interval",
        "shortDescription": {"text": "What CKP301 finds."},
        "fullDescription": {"text": "What CKP301 finds."},
        "help": {
            "text": "What CKP301 finds.\n\n## Why is this bad?\nA restart differs.",
            "markdown": "What CKP301 finds.\n\n## Why is this bad?\nA restart differs.",
        },
        "defaultConfiguration": {"enabled": True, "level": "warning"},
        "properties": {
            "evidence": ["rollout", "session"],
            "fixAvailability": "always",
            "precision": "high",
            "problem.severity": "warning",
            "tags": ["correctness", "restart"],
        },
    }
    assert rules[3] == {"id": "CKP900", "name": "syntax-error"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_result_with_related_places_and_a_fix() -> None:
    def at(path: str, *numbers: int) -> dict[str, Any]:
        keys = ("startLine", "startColumn", "endLine", "endColumn")
        return {
            "physicalLocation": {
                "artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"},
                "region": dict(zip(keys, numbers, strict=True)),
            }
        }

    own = at("src/model.py", 104, 13, 104, 28)
    shown = copy.deepcopy(own)
    shown["physicalLocation"]["contextRegion"] = {
        "startLine": 104,
        "endLine": 104,
        "snippet": {"text": "            yield x, coords"},
    }
    steps = [
        {**at("src/model.py", 101, 13, 101, 29), "message": {"text": "the state is restored here"}},
        {**at("src/model.py", 103, 3, 103, 19), "message": {"text": "it is advanced here"}},
        {**at("src/base.py", 7, 5, 9, 9), "message": {"text": "the parent saves nothing"}},
    ]
    message = {"text": "`yield` is reached before the state is saved"}
    result = result_of(IN_ONE_FILE)
    fingerprint = result.pop("partialFingerprints")["primaryLocationLineHash"]
    assert fingerprint.endswith(":1")
    assert result == {
        "ruleId": "CKP201",
        "ruleIndex": 1,
        "level": "error",
        "message": message,
        "locations": [shown],
        "relatedLocations": [{"id": i, **step} for i, step in enumerate(steps, 1)],
        "codeFlows": [
            {
                "threadFlows": [
                    {
                        "locations": [
                            {"location": step, "executionOrder": order}
                            for order, step in enumerate([*steps, {**own, "message": message}], 1)
                        ]
                    }
                ]
            }
        ],
        "fixes": [
            {
                "description": {"text": "Save before the `yield`"},
                "artifactChanges": [
                    {
                        "artifactLocation": own["physicalLocation"]["artifactLocation"],
                        "replacements": [
                            {
                                "deletedRegion": {
                                    "startLine": 104,
                                    "startColumn": 1,
                                    "endLine": 104,
                                    "endColumn": 1,
                                },
                                "insertedContent": {"text": "            self.save(x, coords)\n"},
                            }
                        ],
                    }
                ],
                "properties": {
                    "applicability": "unsafe",
                    "reason": "the names of the fields are a guess",
                },
            }
        ],
        "properties": {
            "help": "Save the state that is yielded, on every path\nand before each `yield`"
        },
    }


def test_the_flow_goes_to_the_finding_and_on_from_there() -> None:
    def related(line: int, step: Step) -> RelatedPlace:
        return RelatedPlace(make_place("a.py", line, 1, line, 2), step.value, step)

    def flow_of(*steps: tuple[int, Step]) -> Any:
        places = tuple(related(*each) for each in steps)
        finding = make_finding("CKP201", make_place("a.py", 5, 1, 5, 2), related=places)
        result = result_of(finding)
        assert len(result["relatedLocations"]) == len(steps)
        if "codeFlows" not in result:
            return None
        (flow,) = result["codeFlows"]
        (thread,) = flow["threadFlows"]
        places_of = (each["location"]["physicalLocation"] for each in thread["locations"])
        return [place["region"]["startLine"] for place in places_of]

    assert flow_of((9, Step.AFTER), (3, Step.ASIDE), (8, Step.BEFORE), (2, Step.AFTER)) == [
        8,
        5,
        9,
        2,
    ]
    assert flow_of((3, Step.ASIDE)) is None


def test_the_full_description_says_what_is_found_and_where() -> None:
    page = "A boundary.\n\n## What it does\n\nFinds each\n`yield`.\n\nNo more.\n"
    rule = RULES[0]._replace(documentation=page)
    log = json.loads(render(CheckResult(), make_options(rules=[rule])))
    (described,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert described["fullDescription"] == {"text": "A boundary. Finds each `yield`."}


def test_notebook_has_a_cell_and_claims_no_line_of_its_file() -> None:
    result = result_of(IN_A_NOTEBOOK)
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "notes/run.ipynb", "uriBaseId": "%SRCROOT%"}
            },
            "logicalLocations": [
                {"name": "cell 4", "kind": "cell", "fullyQualifiedName": "cell 4"}
            ],
            "properties": {
                "cell": 4,
                "startLine": 3,
                "startColumn": 5,
                "endLine": 3,
                "endColumn": 17,
            },
        }
    ]
    assert "fixes" not in result


def test_fix_that_is_only_shown_is_left_out() -> None:
    assert "fixes" not in result_of(IN_MARKDOWN)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docs/a guide,v1:2.md", "docs/a%20guide%2Cv1%3A2.md"),
        ("caf\udce9.py", "caf%E9.py"),
        ("天/気%20.py", "%E5%A4%A9/%E6%B0%97%2520.py"),
        ("a:b.py", "a%3Ab.py"),
        ("/project/src/../x.py", "x.py"),
        ("./x.py", "x.py"),
        ("a#b?c.py", "a%23b%3Fc.py"),
    ],
)
def test_uris_are_relative_and_percent_encoded(path: str, uri: str) -> None:
    finding = make_finding("CKP201", make_place(path, 1, 1, 1, 2))
    written = result_of(finding)["locations"][0]["physicalLocation"]["artifactLocation"]
    assert written == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert unquote_to_bytes(uri).decode("utf-8", "surrogateescape") in path or ".." in path


def test_file_outside_of_the_root_and_standard_input() -> None:
    def uri(path: str) -> Any:
        finding = make_finding("CKP201", make_place(path, 1, 1, 1, 2))
        return result_of(finding)["locations"][0]["physicalLocation"]["artifactLocation"]

    assert uri("../other/a b.py") == {"uri": "file:///other/a%20b.py"}
    assert uri("/projects.py") == {"uri": "file:///projects.py"}
    assert uri("-") == {"uri": "-"}


def fingerprints_of(*findings: LocatedFinding) -> list[str]:
    results = log_of(*findings)["runs"][0]["results"]
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]


def at_line(line: int, text: str, path: str = "a.py", code: str = "CKP201") -> LocatedFinding:
    place = make_place(path, line, 5, line, 6)
    return make_finding(code, place, f"before {line}\n{text}", context_start=line - 1)


def test_fingerprint_survives_a_move() -> None:
    there = fingerprints_of(at_line(10, "    yield x"))
    moved = fingerprints_of(at_line(99, "        yield x  "))
    assert there == moved
    assert there != fingerprints_of(at_line(10, "    yield y"))


def test_fingerprints_are_unique() -> None:
    findings = [at_line(line, "yield x") for line in (10, 20, 30)]
    findings += [at_line(10, "yield x", code="CKP101"), at_line(10, "yield x", path="b.py")]
    found = fingerprints_of(*findings)
    assert len(set(found)) == 5
    assert [each.rpartition(":")[2] for each in found] == ["1", "2", "3", "1", "1"]
    assert len({each.rpartition(":")[0] for each in found[:3]}) == 1


def test_same_run_same_text() -> None:
    assert render(SAMPLE, make_options()) == render(SAMPLE, make_options())


def test_text_is_ascii_without_lone_surrogates() -> None:
    text = render(SAMPLE, make_options())
    assert text.isascii()
    json.loads(text)
    assert "\\udce9" not in text
