"""The format `junit`: a test suite per target, a test case per check, as CI services read them.

A check that diverges is a failure, one that is unproven an error. What was passed over is a suite
of its own, of skipped cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.reports.junit_document import Suite, document
from ckptlint.verify.reports.wording import check_text, explained_checks
from ckptlint.verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from ckptlint.reports.options import ReportOptions
    from ckptlint.verify.verdict import CheckVerdict, PassedOver, TargetVerdict, VerifyResult

_OUTCOMES: Final[dict[Verdict, Literal["failure", "error"]]] = {
    Verdict.DIVERGES: "failure",
    Verdict.UNPROVEN: "error",
}
_PASSED_OVER = "passed over"


def render(result: VerifyResult, options: ReportOptions) -> str:
    """Write the result as JUnit XML, in ASCII."""
    suites = [_suite(target) for target in result.targets]
    if result.passed_over:
        suites.append(_skipped(result.passed_over))
    seconds = sum(target.seconds for target in result.targets)
    return document("ckptlint verify", suites, seconds)


def _suite(target: TargetVerdict) -> Suite:
    properties = {"device": target.device, "verdict": target.verdict.value}
    suite = Suite(target.target, target.path, target.seconds, properties)
    for check in explained_checks(target):
        _add_case(suite, target.target, check)
    remarks = [
        *(f"note: {note}" for note in target.notes),
        *(
            f"{each.path}:{each.line}:{each.column}: {each.code} {each.message} "
            f"({each.confirmation}: {each.reason})"
            for each in target.findings
        ),
    ]
    if remarks:
        suite.add_output("\n".join(remarks), "system-out")
    return suite


def _add_case(suite: Suite, target: str, check: CheckVerdict) -> None:
    case = suite.add_case(target, check.name, check.seconds)
    if check.verdict is Verdict.EXACT:
        return
    text = check_text(target, check)
    if check.codes:
        text += f"\nrules: {', '.join(check.codes)}"
    outcome = _OUTCOMES[check.verdict]
    case.end(outcome, check.verdict.value, check.reason or check.verdict, text)


def _skipped(passed_over: Iterable[PassedOver]) -> Suite:
    suite = Suite(_PASSED_OVER)
    for each in passed_over:
        suite.add_case(_PASSED_OVER, each.name).end("skipped", _PASSED_OVER, each.reason)
    return suite
