from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml
from lxml import etree
from report_samples import (
    EVERY_KIND,
    IN_ONE_FILE,
    PROVED,
    make_finding,
    make_options,
    make_place,
)

from ckptlint.engine.result import CheckResult
from ckptlint.reports.junit import render
from ckptlint.rule import Severity

SCHEMA = Path(__file__).parent / "data" / "junit-10.xsd"
CLEAN = CheckResult(files=230)


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def read(result: CheckResult) -> Any:
    return etree.fromstring(render(result, make_options()).encode())


def suites_of(result: CheckResult) -> list[tuple[str | None, ...]]:
    names = ("name", "file", "tests", "failures", "errors", "skipped")
    return [tuple(map(suite.get, names)) for suite in read(result)]


@pytest.mark.parametrize("result", [EVERY_KIND, CLEAN, CheckResult()])
def test_schema(schema: Any, result: CheckResult) -> None:
    schema.assertValid(read(result))


@pytest.mark.parametrize(("place", "name"), [(".//testcase", "name"), (".//testsuite", "tests")])
def test_schema_refuses_what_is_wrong(schema: Any, place: str, name: str) -> None:
    root = read(EVERY_KIND)
    assert schema.validate(root)
    del root.find(place).attrib[name]
    assert not schema.validate(root)


def test_a_clean_run_has_a_case_that_passes() -> None:
    assert suites_of(CLEAN) == [("ckptlint", None, "1", "0", "0", "0")]
    (case,) = read(CLEAN).findall(".//testcase")
    assert dict(case.attrib) == {"classname": "ckptlint", "name": "files without findings"}
    assert case.findtext("system-out") == "230 of 230 files"
    assert suites_of(CheckResult()) == [("ckptlint", None, "0", "0", "0", "0")]


def test_a_finding_is_a_failure_of_its_file() -> None:
    result = CheckResult([IN_ONE_FILE], files=3)
    assert suites_of(result) == [
        ("src/model.py", "src/model.py", "1", "1", "0", "0"),
        ("ckptlint", None, "1", "0", "0", "0"),
    ]
    case = read(result).find(".//testcase")
    assert dict(case.attrib) == {
        "classname": "src/model.py",
        "name": "CKP201 yield-without-save 104:13",
    }
    (failure,) = case
    assert (failure.tag, failure.get("type"), failure.get("message")) == (
        "failure",
        "error",
        "`yield` is reached before the state is saved",
    )
    assert failure.text == (
        "src/model.py:104:13: CKP201 `yield` is reached before the state is saved\n"
        "  note: src/model.py:101:13: the state is restored here\n"
        "  note: src/model.py:103:3: it is advanced here\n"
        "  note: src/base.py:7:5: the parent saves nothing\n"
        "  help: Save the state that is yielded, on every path\nand before each `yield`"
    )
    assert read(result).findtext(".//system-out") == "2 of 3 files"


def test_counts_are_those_that_junitparser_makes() -> None:
    for suite in JUnitXml.fromstring(render(EVERY_KIND, make_options()).encode()):
        outcomes = [outcome for case in suite for outcome in case.result]
        assert suite.tests == len(list(suite))
        assert suite.failures == sum(isinstance(each, Failure) for each in outcomes)
        assert suite.errors == sum(isinstance(each, Error) for each in outcomes)
    root = read(EVERY_KIND)
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root)


def test_names_of_cases_are_unique() -> None:
    place = make_place("a.ipynb", 3, 5, 3, 6, cell=2)
    findings = [make_finding("CKP201", place, message=message) for message in "ab"]
    cases = read(CheckResult(findings)).findall(".//testcase")
    assert [case.get("name") for case in cases] == [
        "CKP201 yield-without-save cell 2:3:5",
        "CKP201 yield-without-save cell 2:3:5 (2)",
    ]


def test_faults_are_errors_and_warnings_are_told() -> None:
    root = read(EVERY_KIND)
    (error,) = root.findall(".//error")
    assert (error.get("type"), error.get("message")) == (
        "fault",
        "CKP101 raised ValueError: ]]> ␀\N{REPLACEMENT CHARACTER} in src/broken.py",
    )
    assert error.getparent().get("name") == "fault 1"
    assert root.findtext(".//system-err") == "unknown code CKP999 in src/model.py:3"


def test_a_warning_fails_too() -> None:
    warning = make_finding("CKP301", make_place("a.py", 1, 1, 1, 2), severity=Severity.WARNING)
    assert read(CheckResult([warning])).find(".//failure").get("type") == "warning"


def test_what_was_proved_passes() -> None:
    (case, without) = read(CheckResult(proved=[PROVED], files=1)).findall(".//testcase")
    assert case.find("failure") is None
    assert case.findtext("system-out").splitlines()[1] == (
        "  proved: a restart at step 1 was wrong before, is exact after "
        "(src/model.py::build on cpu)"
    )
    assert without.findtext("system-out") == "1 of 1 files"


@pytest.mark.parametrize("code", [*range(0x20), 0x7F, 0x85, 0x2028, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_every_strange_character(schema: Any, code: int) -> None:
    strange = f"a{chr(code)}b"
    place = make_place(strange, 1, 1, 1, 2)
    finding = make_finding("CKP201", place, message=strange, help=strange)
    root = read(CheckResult([finding], faults=[strange], warnings=[strange]))
    schema.assertValid(root)
    assert root.find(".//failure").get("message")[::2] == "ab"
