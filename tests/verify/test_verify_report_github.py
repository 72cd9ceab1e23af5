from __future__ import annotations

from verify_samples import DIVERGING_TARGET, HOSTILE, SAMPLE, UNRUN_TARGET, make_options

from ckptlint.verify.reports.github import render
from ckptlint.verify.verdict import Confirmation, VerifyResult


def test_what_is_not_exact_is_an_annotation_at_its_target() -> None:
    lines = render(VerifyResult((DIVERGING_TARGET,)), make_options()).splitlines()
    assert [line.partition("::models")[0] for line in lines] == [
        "::error title=ckptlint verify (CKP102),file=/project/models/drift.py,line=12",
        "::warning title=ckptlint verify (interrupted-write),file=/project/models/drift.py,line=12",
        "::error title=ckptlint (CKP102),file=/project/models/drift.py,line=48,col=13::CKP102 "
        "The state that is restored is older than the boundary%0A  confirmed: the restart after "
        "step 3 leaves the trajectory at step 5",
    ]
    assert lines[0].endswith("reason: " + str(DIVERGING_TARGET.checks[0].reason))


def test_a_confirmed_finding_is_an_error_at_its_place_once() -> None:
    first, *_ = DIVERGING_TARGET.findings
    confirmed = first._replace(confirmation=Confirmation.CONFIRMED, message="50% of it", reason="r")
    target = DIVERGING_TARGET._replace(checks=(), notes=(), findings=(confirmed,))
    lines = render(VerifyResult((target, target)), make_options()).splitlines()
    assert lines[-1] == (
        "::error title=ckptlint (CKP102),file=/project/models/drift.py,line=48,col=13::"
        "CKP102 50%25 of it%0A  confirmed: r"
    )
    assert len(lines) == 2


def test_a_target_without_a_file_has_no_place() -> None:
    (line,) = render(VerifyResult((UNRUN_TARGET,)), make_options()).splitlines()
    assert line.startswith(
        "::warning title=ckptlint verify (target)::package.models:Broken: target:"
    )


def test_exact_targets_say_nothing() -> None:
    assert render(VerifyResult(SAMPLE.targets[:1]), make_options()) == ""
    assert render(VerifyResult(()), make_options()) == ""


def test_no_text_ends_a_command() -> None:
    lines = render(HOSTILE, make_options()).split("\n")
    assert lines.pop() == ""
    assert lines
    assert all(line.startswith("::") for line in lines)
