from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from verify_samples import (
    DIVERGING_TARGET,
    HOSTILE,
    ONE_STOP,
    SAMPLE,
    UNRUN_TARGET,
    make_options,
)

from ckptlint.verify.reports.junit import render
from ckptlint.verify.verdict import CheckVerdict, TargetVerdict, Verdict, VerifyResult

SCHEMA = Path(__file__).parent.parent / "reports" / "data" / "junit-10.xsd"


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def read(result: VerifyResult) -> Any:
    return etree.fromstring(render(result, make_options()).encode())


@pytest.mark.parametrize("result", [SAMPLE, HOSTILE, VerifyResult(())])
def test_schema(schema: Any, result: VerifyResult) -> None:
    schema.assertValid(read(result))


@pytest.mark.parametrize(
    ("place", "name"),
    [(".//testcase", "name"), (".//testsuite", "tests"), (".//property", "value")],
)
def test_schema_refuses_what_is_wrong(schema: Any, place: str, name: str) -> None:
    root = read(SAMPLE)
    assert schema.validate(root)
    del root.find(place).attrib[name]
    assert not schema.validate(root)


def test_suites() -> None:
    suites = read(SAMPLE).findall("testsuite")
    counts = [
        tuple(suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped"))
        for suite in suites
    ]
    assert counts == [
        ("models/persistence.py::build", "2", "0", "0", "0"),
        ("models/drift.py::DriftModel", "3", "1", "1", "0"),
        ("package.models:Broken", "1", "0", "1", "0"),
        ("passed over", "1", "0", "0", "1"),
    ]
    assert [suite.get("time") for suite in suites] == ["5.000", "7.000", "0.000", None]
    assert [suite.get("file") for suite in suites[:3]] == [
        "models/persistence.py",
        "models/drift.py",
        None,
    ]


def test_totals_are_those_of_the_suites() -> None:
    root = read(SAMPLE)
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root)
    assert root.get("time") == "12.000"
    assert len(root.findall(".//testcase")) == int(root.get("tests"))
    assert len(root.findall(".//failure")) == int(root.get("failures"))
    assert len(root.findall(".//error")) == int(root.get("errors"))


def test_cases() -> None:
    exact, diverging, unproven = (
        read(VerifyResult((DIVERGING_TARGET,))).findall(".//testcase")[place] for place in (1, 0, 2)
    )
    assert dict(exact.attrib) == {
        "classname": "models/drift.py::DriftModel",
        "name": "generator",
        "time": "0.250",
    }
    assert len(exact) == 0
    (failure,) = diverging
    assert (failure.tag, failure.get("type"), failure.get("message")) == (
        "failure",
        "diverges",
        ONE_STOP.reason,
    )
    assert failure.text == (
        "models/drift.py::DriftModel: exact-restart: diverges: stopped after step 3 (+18 h), "
        "first wrong at step 5 (+30 h); differs: t2m, up to 0.0023 (19371 ULP); "
        f"blame: {ONE_STOP.blame}; reason: {ONE_STOP.reason}\nrules: CKP102"
    )
    (error,) = unproven
    assert (error.tag, error.get("type")) == ("error", "unproven")


def test_notes_and_findings_are_output() -> None:
    output = read(VerifyResult((DIVERGING_TARGET,))).findtext(".//system-out")
    assert output.splitlines()[0] == "note: CUDA was not tried: there is no device"
    assert output.splitlines()[1].startswith("models/drift.py:48:13: CKP102 The state")
    assert "(not confirmed: each boundary" in output


def test_target_that_could_not_be_run_is_an_error() -> None:
    (case,) = read(VerifyResult((UNRUN_TARGET,))).findall(".//testcase")
    assert case.get("name") == "target"
    assert case.find("error").get("message") == UNRUN_TARGET.notes[0]


def test_characters_that_xml_forbids() -> None:
    text = render(HOSTILE, make_options())
    assert text.isascii()
    failure = etree.fromstring(text.encode()).find(".//failure")
    assert failure.get("message") == (
        "Traceback:\n\tline one\n\tline two ␀␛[2J␋\N{REPLACEMENT CHARACTER} ]]> <script>&"
    )


@pytest.mark.parametrize("code", [*range(0x20), 0x7F, 0x85, 0x2028, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_every_strange_character(code: int) -> None:
    strange = f"a{chr(code)}b"
    check = CheckVerdict(strange, Verdict.DIVERGES, blame=strange, reason=strange)
    target = TargetVerdict(strange, Verdict.DIVERGES, strange, (check,), notes=(strange,))
    root = read(VerifyResult((target,)))
    assert root.find(".//failure").get("message")[::2] == "ab"
