"""The format `junit`: a test suite per target, a test case per check, as CI services read them.

A check that diverges is a failure, one that is unproven an error. What was passed over is a suite
of its own, of skipped cases.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ckptlint.verify.reports.wording import check_text, explained_checks
from ckptlint.verify.reports.wrapping import legal_in_xml
from ckptlint.verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.verify.reports.options import VerifyReportOptions
    from ckptlint.verify.verdict import CheckVerdict, PassedOver, TargetVerdict, VerifyResult

_OUTCOMES = {Verdict.DIVERGES: "failure", Verdict.UNPROVEN: "error"}


def render(result: VerifyResult, options: VerifyReportOptions) -> str:
    """Write the result as JUnit XML, in ASCII."""
    root = Element("testsuites", name="ckptlint verify")
    cases = [explained_checks(target) for target in result.targets]
    for target, checks in zip(result.targets, cases, strict=True):
        _suite(root, target, checks)
    if result.passed_over:
        _skipped(root, result.passed_over)
    every = [check for checks in cases for check in checks]
    root.attrib |= _counts(every, len(every) + len(result.passed_over))
    root.set("time", _time(sum(target.seconds for target in result.targets)))
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, "us-ascii").decode()}\n'


def _counts(checks: Sequence[CheckVerdict], tests: int) -> dict[str, str]:
    verdicts = Counter(check.verdict for check in checks)
    return {
        "tests": str(tests),
        "failures": str(verdicts[Verdict.DIVERGES]),
        "errors": str(verdicts[Verdict.UNPROVEN]),
    }


def _suite(root: Element, target: TargetVerdict, checks: Sequence[CheckVerdict]) -> None:
    name = legal_in_xml(target.target)
    suite = SubElement(root, "testsuite", name=name)
    suite.attrib |= _counts(checks, len(checks))
    suite.set("skipped", "0")
    suite.set("time", _time(target.seconds))
    if target.path is not None:
        suite.set("file", legal_in_xml(target.path))
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", name="device", value=legal_in_xml(target.device))
    SubElement(properties, "property", name="verdict", value=target.verdict.value)
    for check in checks:
        _case(suite, target.target, check)
    remarks = [
        *(f"note: {note}" for note in target.notes),
        *(
            f"{each.path}:{each.line}:{each.column}: {each.code} {each.message} "
            f"({each.confirmation}: {each.reason})"
            for each in target.findings
        ),
    ]
    if remarks:
        SubElement(suite, "system-out").text = "\n".join(map(legal_in_xml, remarks))


def _case(suite: Element, target: str, check: CheckVerdict) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=legal_in_xml(target),
        name=legal_in_xml(check.name),
        time=_time(check.seconds),
    )
    if check.verdict is Verdict.EXACT:
        return
    outcome = SubElement(case, _OUTCOMES[check.verdict], type=check.verdict.value)
    outcome.set("message", legal_in_xml(check.reason or check.verdict))
    outcome.text = legal_in_xml(check_text(target, check))
    if check.codes:
        outcome.text += legal_in_xml(f"\nrules: {', '.join(check.codes)}")


def _skipped(root: Element, passed_over: Sequence[PassedOver]) -> None:
    count = str(len(passed_over))
    suite = SubElement(
        root, "testsuite", name="passed over", tests=count, failures="0", errors="0", skipped=count
    )
    for each in passed_over:
        case = SubElement(suite, "testcase", classname="passed over", name=legal_in_xml(each.name))
        SubElement(case, "skipped", type="passed over", message=legal_in_xml(each.reason))


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
