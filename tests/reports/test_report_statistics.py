from __future__ import annotations

import json

from report_samples import make_finding, make_options, make_place

from ckptlint.engine.result import CheckResult, LocatedFinding, ProposedFix
from ckptlint.reports.statistics import render_json, render_table
from ckptlint.rule import Applicability


def found(code: str, applicability: Applicability | None = None) -> LocatedFinding:
    fix = applicability and ProposedFix("Mend it", applicability, None, (), 1, ("a",), ("b",))
    return make_finding(code, make_place("a.py", 1, 1, 1, 2), fix=fix)


RESULT = CheckResult(
    findings=[
        *(found("CKP301", Applicability.SAFE) for _ in range(10)),
        found("CKP201", Applicability.SAFE),
        found("CKP201", Applicability.UNSAFE),
        found("CKP101", Applicability.DISPLAY),
        found("CKP101"),
        found("CKP900"),
    ]
)


def test_table() -> None:
    assert render_table(RESULT, make_options()) == (
        "10\tCKP301\t[*] flush-without-interval\n"
        " 2\tCKP101\t[ ] restart-rewrites-boundary\n"
        " 2\tCKP201\t[-] yield-without-save\n"
        " 1\tCKP900\t[ ] syntax-error\n"
    )


def test_unsafe_fixes_count_when_asked() -> None:
    assert " 2\tCKP201\t[*] " in render_table(RESULT, make_options(unsafe_fixes=True))


def test_no_column_for_fixes_where_there_are_none() -> None:
    result = CheckResult(findings=[found("CKP900")])
    assert render_table(result, make_options()) == "1\tCKP900\tsyntax-error\n"


def test_colour() -> None:
    result = CheckResult(findings=[found("CKP301", Applicability.SAFE)])
    assert render_table(result, make_options(color=True)) == (
        "\x1b[1m1\x1b[0m\t\x1b[1;91mCKP301\x1b[0m\t[\x1b[1;96m*\x1b[0m] flush-without-interval\n"
    )


def test_json() -> None:
    assert json.loads(render_json(RESULT, make_options()))[:3] == [
        {
            "code": "CKP301",
            "name": "flush-without-interval",
            "count": 10,
            "fixable": True,
            "fixable_count": 10,
        },
        {
            "code": "CKP101",
            "name": "restart-rewrites-boundary",
            "count": 2,
            "fixable": False,
            "fixable_count": 0,
        },
        {
            "code": "CKP201",
            "name": "yield-without-save",
            "count": 2,
            "fixable": False,
            "fixable_count": 1,
        },
    ]


def test_nothing_found() -> None:
    assert render_table(CheckResult(), make_options()) == ""
    assert render_json(CheckResult(), make_options()) == "[]\n"
