"""What holds of proofs in every format, in the counts and in the closing lines."""

from __future__ import annotations

import io
import json
import re
from argparse import Namespace
from collections import Counter
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import (
    PROVED,
    PROVED_EARLIER,
    REFUTED,
    RULES,
    SAMPLE,
    SAMPLE_WITH_PROOFS,
    UNPROVEN,
    WITHOUT_PROOF,
    make_finding,
    make_judged,
    make_options,
    make_place,
)

from ckptlint.cli.console import Console
from ckptlint.cli.reporting import Reporter
from ckptlint.engine.check import FixMode
from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.engine.result import CheckResult
from ckptlint.reports import concise, full, statistics, summary
from ckptlint.reports.formats import FORMATS
from ckptlint.reports.summary import Mode
from ckptlint.settings.settings import Settings

# They list problems, and what was fixed is none.
OF_WHAT_REMAINS = {"azure", "gitlab", "pylint", "rdjson"}


@pytest.mark.parametrize("name", FORMATS)
def test_without_proofs_nothing_speaks_of_them(name: str) -> None:
    text = FORMATS.load(name)(SAMPLE, make_options())
    assert not re.search(r"proof|prove|refuted|notice|\bfixed\b|\"kind\": \"pass\"", text)


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"grouped"} - OF_WHAT_REMAINS))
def test_proved_findings_come_last_and_in_order(name: str) -> None:
    lines = (30, 4, 12)
    result = CheckResult(
        findings=[make_judged("CKP101", 99)],
        proved=[make_judged("CKP201", line, ProofVerdict.PROVED) for line in lines],
    )
    text = FORMATS.load(name)(result, make_options())
    written = re.findall(r'a\.py:(\d+):5|"row": ?(\d+)|"startLine": ?(\d+)', text)
    numbers = [int("".join(each)) for each in written]
    assert list(dict.fromkeys(numbers)) == [99, 4, 12, 30]


@pytest.mark.parametrize("name", sorted(OF_WHAT_REMAINS))
def test_what_was_fixed_is_left_out_of_a_list_of_problems(name: str) -> None:
    remaining = [UNPROVEN, REFUTED]
    both = CheckResult(findings=remaining, proved=[PROVED, PROVED_EARLIER])
    render = FORMATS.load(name)
    assert render(both, make_options()) == render(CheckResult(remaining), make_options())


hostile = st.text(st.sampled_from("\x1b[31m\x07\x9b\x08\r\n\x85\u202e\u2028\udce9天a\t%:,"))


@settings(deadline=None)
@given(hostile, hostile, hostile, st.sampled_from(ProofVerdict))
def test_no_control_character_leaks(
    reason: str, target: str, device: str, verdict: ProofVerdict
) -> None:
    place = make_place("a.py", 1, 1, 1, 2)
    finding = make_finding("CKP201", place, proof=FixProof(verdict, reason, target, device))
    result = CheckResult(findings=[finding], proved=[finding])
    for name in FORMATS:
        text = FORMATS.load(name)(result, make_options())
        text.encode()
        left = {each for each in text if category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
        assert left <= ({"\n", "\t"} if name == "junit" else {"\n"})
        assert "\\ud" not in text
        if name in {"concise", "github", "azure", "pylint"}:
            assert text.count("\n") == (1 if name in OF_WHAT_REMAINS else 2)


def test_statistics_count_what_remains() -> None:
    options = make_options()
    table = "2\tCKP101\trestart-rewrites-boundary\n1\tCKP301\tflush-without-interval\n"
    assert statistics.render_table(SAMPLE_WITH_PROOFS, options) == table
    counts = json.loads(statistics.render_json(SAMPLE_WITH_PROOFS, options))
    assert {each["code"]: each["count"] for each in counts} == {"CKP101": 2, "CKP301": 1}
    assert statistics.render_table(CheckResult(proved=[PROVED]), options) == ""


@pytest.mark.parametrize(
    ("fixed", "proved", "remaining", "text"),
    [
        (2, 2, 1, "Found 3 errors (2 fixed and proved, 1 remaining).\n"),
        (1, 1, 0, "Found 1 error (1 fixed and proved, 0 remaining).\n"),
        (3, 2, 1, "Found 4 errors (3 fixed, 2 of them proved, 1 remaining).\n"),
        (2, 0, 1, "Found 3 errors (2 fixed, 1 remaining).\n"),
        (0, 0, 1, "Found 1 error.\n"),
        (0, 0, 0, "All checks passed!\n"),
    ],
)
def test_summary(fixed: int, proved: int, remaining: int, text: str) -> None:
    result = CheckResult(
        findings=[WITHOUT_PROOF] * remaining,
        fixed={"a.py": Counter({"CKP201": fixed})} if fixed else {},
        proved=[PROVED] * proved,
    )
    assert summary.render(result, make_options()) == text


@pytest.mark.parametrize(
    ("mode", "proved", "text"),
    [
        (Mode.FIX_ONLY, 0, "Fixed 2 errors.\n"),
        (Mode.FIX_ONLY, 1, "Fixed 2 errors, 1 of them proved.\n"),
        (Mode.FIX_ONLY, 2, "Fixed and proved 2 errors.\n"),
        (Mode.DIFF, 2, "Would fix 2 errors.\n"),
    ],
)
def test_summary_of_other_modes(mode: Mode, proved: int, text: str) -> None:
    fixed = {"a.py": Counter({"CKP201": 2})}
    result = CheckResult(fixed=fixed, proved=[PROVED] * proved)
    assert summary.render(result, make_options(), mode) == text


def test_a_refuted_fix_is_not_advertised() -> None:
    unsafe = PROVED._replace(proof=FixProof(ProofVerdict.REFUTED, "worse"))
    result = CheckResult(findings=[REFUTED, unsafe])
    for unsafe_fixes in (False, True):
        options = make_options(unsafe_fixes=unsafe_fixes)
        assert summary.render(result, options) == "Found 2 errors.\n"
        assert "[*]" not in concise.render(result, options)
        counts = json.loads(statistics.render_json(result, options))
        assert [each["fixable_count"] for each in counts] == [0, 0]


def test_an_unproven_fix_can_still_be_applied_without_proof() -> None:
    unproven = REFUTED._replace(proof=FixProof(ProofVerdict.UNPROVEN, "no target"))
    result = CheckResult(findings=[unproven])
    assert summary.render(result, make_options()) == (
        "Found 1 error.\n[*] 1 fixable with `--fix`.\n"
    )
    assert concise.render(result, make_options()).endswith(
        "CKP301 [*] `flush` does nothing here: 100% is written, always [unproven] no target\n"
    )


def reported(result: CheckResult, *, statistics: bool = False, **changes: Any) -> str:
    stream = io.StringIO()
    options = Namespace(statistics=statistics, output_file=None)
    told = Settings("/project", fix=True, **changes)
    Reporter(Console(), options, told, RULES, FixMode.WRITE, stream).write(result)
    return stream.getvalue()


ALL_PROVED = CheckResult(fixed=SAMPLE_WITH_PROOFS.fixed, proved=SAMPLE_WITH_PROOFS.proved)
OF_PROVED = full.render(CheckResult(proved=SAMPLE_WITH_PROOFS.proved), make_options())


def test_proved_findings_stand_before_the_closing_lines() -> None:
    assert reported(ALL_PROVED) == (
        f"{OF_PROVED}Found 2 errors (2 fixed and proved, 0 remaining).\n"
    )
    lines = concise.render(SAMPLE_WITH_PROOFS, make_options())
    assert reported(SAMPLE_WITH_PROOFS, output_format="concise") == (
        f"{lines}Found 5 errors (2 fixed and proved, 3 remaining).\n"
    )


def test_fix_only_tells_what_was_proved_and_not_what_remains() -> None:
    assert reported(SAMPLE_WITH_PROOFS, fix_only=True) == (
        f"{OF_PROVED}Fixed and proved 2 errors.\n"
    )
    loaded = json.loads(reported(SAMPLE_WITH_PROOFS, fix_only=True, output_format="json"))
    assert [record["fixed"] for record in loaded] == [True, True]


def test_statistics_of_a_run_in_which_all_was_proved() -> None:
    assert reported(ALL_PROVED, statistics=True) == (
        "Found 2 errors (2 fixed and proved, 0 remaining).\n"
    )
