"""What json, github and sarif make of findings whose fix was proved, or was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator
from report_samples import (
    PROVED,
    REFUTED,
    SAMPLE_WITH_PROOFS,
    UNPROVEN,
    WITHOUT_PROOF,
    make_judged,
    make_options,
)

from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.engine.result import CheckResult
from ckptlint.reports import github, json_lines, sarif
from ckptlint.reports import json as json_format

SCHEMA = Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.schema.json"

PROOFS = [
    {
        "verdict": "unproven",
        "reason": "nothing here can be run",
        "target": None,
        "device": None,
    },
    {
        "verdict": "refuted",
        "reason": "step 2 differs after the fix:\n天気 by 50%",
        "target": "notes/run.py::build",
        "device": "cuda:0",
    },
    None,
    {
        "verdict": "proved",
        "reason": "all 4 stops are exact",
        "target": "notes.run:build",
        "device": None,
    },
    {
        "verdict": "proved",
        "reason": "a restart at step 1 was wrong before, is exact after",
        "target": "src/model.py::build",
        "device": "cpu",
    },
]


def records(result: CheckResult) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(json_format.render(result, make_options()))
    return loaded


def sarif_results(result: CheckResult) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(sarif.render(result, make_options()))["runs"][0][
        "results"
    ]
    return loaded


def test_a_finding_without_proof_is_written_beside_proofs_as_it_is_alone() -> None:
    alone = CheckResult(findings=[WITHOUT_PROOF])
    command = github.render(alone, make_options())
    assert command in github.render(SAMPLE_WITH_PROOFS, make_options())
    assert sarif_results(alone)[0] in sarif_results(SAMPLE_WITH_PROOFS)


def test_json() -> None:
    written = records(SAMPLE_WITH_PROOFS)
    assert [record["proof"] for record in written] == PROOFS
    assert [record["fixed"] for record in written] == [False, False, False, True, True]
    ordered = [UNPROVEN, REFUTED, WITHOUT_PROOF, SAMPLE_WITH_PROOFS.proved[1], PROVED]
    plain = records(CheckResult(findings=[each._replace(proof=None) for each in ordered]))
    for record in written:
        del record["proof"], record["fixed"]
    assert written == plain


def test_json_lines_are_the_same_objects() -> None:
    lines = json_lines.render(SAMPLE_WITH_PROOFS, make_options()).splitlines()
    assert [json.loads(line) for line in lines] == records(SAMPLE_WITH_PROOFS)


def test_github() -> None:
    lines = github.render(SAMPLE_WITH_PROOFS, make_options()).splitlines()
    assert lines == [
        "::error title=ckptlint (CKP101),file=/project/docs/a guide%2Cv1%3A2.md,"
        "line=12,endLine=14::docs/a guide,v1:2.md:12:10: CKP101 The parent restarts"
        "%0A  help: Restore inside the rollout%0A  proof: unproven: nothing here can be run",
        "::warning title=ckptlint (CKP301),file=/project/notes/run.ipynb,"
        "line=1,col=1,endLine=1,endColumn=1::notes/run.ipynb:cell 4:3:5: CKP301 "
        "`flush` does nothing here: 100%25 is written, always"
        "%0A  note: notes/run.ipynb:cell 4:1:6: the interval is 1"
        "%0A  note: notes/run.ipynb:cell 2:2:1: imported here"
        "%0A  proof: refuted: step 2 differs after the fix:"
        "%0A天気 by 50%25 (notes/run.py::build on cuda:0)",
        "::error title=ckptlint (CKP101),file=/project/src/model.py,"
        "line=9,col=1,endLine=9,endColumn=2::src/model.py:9:1: CKP101 Something is wrong",
        "::notice title=ckptlint (CKP101),file=/project/notes/run.ipynb,"
        "line=1,col=1,endLine=1,endColumn=1::notes/run.ipynb:cell 12:2:1: CKP101 "
        "Something is wrong%0A  proved: all 4 stops are exact (notes.run:build)",
        "::notice title=ckptlint (CKP201),file=/project/src/model.py,"
        "line=104,col=13,endLine=104,endColumn=28::src/model.py:104:13: CKP201 "
        "`yield` is reached before the state is saved"
        "%0A  proved: a restart at step 1 was wrong before, is exact after "
        "(src/model.py::build on cpu)",
    ]


def test_sarif_is_valid() -> None:
    validator = Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    log = json.loads(sarif.render(SAMPLE_WITH_PROOFS, make_options()))
    assert [error.message for error in validator.iter_errors(log)] == []
    log["runs"][0]["results"][-1]["kind"] = "proved"
    assert not validator.is_valid(log)


def test_sarif() -> None:
    results = sarif_results(SAMPLE_WITH_PROOFS)
    assert [(each.get("kind"), each["level"]) for each in results] == [
        (None, "error"),
        (None, "warning"),
        (None, "error"),
        ("pass", "none"),
        ("pass", "none"),
    ]
    assert [each.get("properties", {}).get("proof") for each in results] == PROOFS
    assert results[-1]["properties"]["help"] == PROVED.help
    assert results[-1]["message"] == {"text": PROVED.message}
    region = results[-1]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (104, 13)


def test_sarif_offers_a_fix_only_where_it_may_still_be_right() -> None:
    def offers(**changes: Any) -> list[bool]:
        return ["fixes" in each for each in sarif_results(CheckResult(**changes))]

    unsafe = PROVED._replace(proof=None)
    refuted, unproven = (
        unsafe._replace(proof=FixProof(verdict, "seen"))
        for verdict in (ProofVerdict.REFUTED, ProofVerdict.UNPROVEN)
    )
    assert offers(findings=[unsafe, unproven, refuted]) == [True, True, False]
    assert offers(proved=[PROVED]) == [False]


def test_sarif_fingerprints_of_what_remains_are_those_of_the_next_run() -> None:
    proved, remains = make_judged("CKP201", 10, ProofVerdict.PROVED), make_judged("CKP201", 20)

    def prints(result: CheckResult) -> list[str]:
        return [
            each["partialFingerprints"]["primaryLocationLineHash"] for each in sarif_results(result)
        ]

    now = prints(CheckResult(findings=[remains], proved=[proved]))
    assert now[:1] == prints(CheckResult(findings=[remains]))
    assert len(set(now)) == 2


def test_sarif_describes_the_rule_of_what_is_proved() -> None:
    result = CheckResult(proved=[make_judged("CKP201", 1, ProofVerdict.PROVED)])
    run = json.loads(sarif.render(result, make_options(rules=())))["runs"][0]
    assert run["tool"]["driver"]["rules"] == [{"id": "CKP201", "name": "yield-without-save"}]
    assert run["results"][0]["ruleIndex"] == 0
