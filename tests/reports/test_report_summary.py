from __future__ import annotations

from collections import Counter

import pytest
from report_samples import make_finding, make_options, make_place

from ckptlint.engine.result import CheckResult, LocatedFinding, ProposedFix
from ckptlint.reports.summary import Mode, render
from ckptlint.rule import Applicability


def found(applicability: Applicability | None) -> LocatedFinding:
    fix = applicability and ProposedFix("Mend it", applicability, None, (), 1, ("a",), ("b",))
    return make_finding("CKP201", make_place("a.py", 1, 1, 1, 2), fix=fix)


SAFE, UNSAFE = found(Applicability.SAFE), found(Applicability.UNSAFE)
DISPLAY, NONE = found(Applicability.DISPLAY), found(None)


@pytest.mark.parametrize(
    ("findings", "fixed", "text"),
    [
        ([], 0, "All checks passed!\n"),
        ([NONE], 0, "Found 1 error.\n"),
        ([NONE, DISPLAY], 0, "Found 2 errors.\n"),
        ([SAFE, NONE], 0, "Found 2 errors.\n[*] 1 fixable with `--fix`.\n"),
        (
            [SAFE, SAFE, UNSAFE],
            0,
            "Found 3 errors.\n[*] 2 fixable with `--fix` "
            "(1 unsafe fix available with `--fix --unsafe-fixes`).\n",
        ),
        (
            [UNSAFE, UNSAFE],
            0,
            "Found 2 errors.\n2 unsafe fixes available with `--fix --unsafe-fixes`.\n",
        ),
        ([NONE], 2, "Found 3 errors (2 fixed, 1 remaining).\n"),
        ([], 2, "Found 2 errors (2 fixed, 0 remaining).\n"),
    ],
)
def test_check(findings: list[LocatedFinding], fixed: int, text: str) -> None:
    counter = Counter({"CKP201": fixed})
    result = CheckResult(findings=findings, fixed={"a.py": counter} if fixed else {})
    assert render(result, make_options()) == text


def test_unsafe_fixes_are_not_hidden_when_they_count() -> None:
    result = CheckResult(findings=[SAFE, UNSAFE])
    options = make_options(unsafe_fixes=True)
    assert render(result, options) == "Found 2 errors.\n[*] 2 fixable with `--fix`.\n"


@pytest.mark.parametrize(
    ("mode", "findings", "fixed", "text"),
    [
        (Mode.FIX_ONLY, [NONE], 0, ""),
        (Mode.FIX_ONLY, [NONE], 1, "Fixed 1 error.\n"),
        (
            Mode.FIX_ONLY,
            [UNSAFE],
            2,
            "Fixed 2 errors (1 additional fix available with `--unsafe-fixes`).\n",
        ),
        (
            Mode.FIX_ONLY,
            [UNSAFE, UNSAFE],
            0,
            "No errors fixed (2 fixes available with `--unsafe-fixes`).\n",
        ),
        (Mode.DIFF, [NONE], 0, ""),
        (Mode.DIFF, [NONE], 2, "Would fix 2 errors.\n"),
        (
            Mode.DIFF,
            [UNSAFE, UNSAFE],
            4,
            "Would fix 4 errors (2 additional fixes available with `--unsafe-fixes`).\n",
        ),
        (
            Mode.DIFF,
            [UNSAFE],
            0,
            "No errors would be fixed (1 fix available with `--unsafe-fixes`).\n",
        ),
    ],
)
def test_other_modes(mode: Mode, findings: list[LocatedFinding], fixed: int, text: str) -> None:
    counter = Counter({"CKP201": fixed})
    result = CheckResult(findings=findings, fixed={"a.py": counter} if fixed else {})
    assert render(result, make_options(), mode) == text


def test_fixes_are_listed_when_asked() -> None:
    result = CheckResult(
        findings=[NONE],
        fixed={
            "a.py": Counter({"CKP201": 1, "CKP301": 2, "CKP999": 2}),
            "b\x1b.py": Counter({"CKP101": 1}),
        },
    )
    assert render(result, make_options(show_fixes=True)) == (
        "\nFixed 6 errors:\n"
        "- a.py:\n"
        "    2 \xd7 CKP301 (flush-without-interval)\n"
        "    2 \xd7 CKP999\n"
        "    1 \xd7 CKP201 (yield-without-save)\n"
        "- b␛.py:\n"
        "    1 \xd7 CKP101 (restart-rewrites-boundary)\n"
        "\n"
        "Found 7 errors (6 fixed, 1 remaining).\n"
    )


def test_no_list_where_nothing_was_fixed() -> None:
    assert render(CheckResult(), make_options(show_fixes=True)) == "All checks passed!\n"


def test_colour() -> None:
    text = render(CheckResult(findings=[SAFE]), make_options(color=True))
    assert text == "Found 1 error.\n[\x1b[1;96m*\x1b[0m] 1 fixable with `--fix`.\n"
