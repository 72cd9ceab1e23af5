"""The format `junit`: a suite per file with findings, a failed case per finding.

A finding that was fixed and proved is a case that passes. The last suite, of ckptlint itself, has a
case that passes for the files without findings, and one that is an error for each fault.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.explanation import explained
from ckptlint.reports.junit_document import Suite, document
from ckptlint.reports.location import position_text
from ckptlint.reports.proof import entries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions
    from ckptlint.reports.proof import Entry

_TOOL = "ckptlint"


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write the findings as JUnit XML, in ASCII."""
    listed = sorted(entries(result), key=_path)
    suites = [_suite(path, group) for path, group in groupby(listed, key=_path)]
    return document(_TOOL, [*suites, _own_suite(result)])


def _path(entry: Entry) -> str:
    return printable(entry.finding.place.path)


def _suite(path: str, group: Iterable[Entry]) -> Suite:
    suite = Suite(path, file=path)
    # CI services take cases of equal names for one.
    seen: Counter[str] = Counter()
    for entry in group:
        finding = entry.finding
        name = f"{finding.code} {finding.name} {position_text(finding.place)}"
        seen[name] += 1
        case = suite.add_case(path, name if seen[name] == 1 else f"{name} ({seen[name]})")
        if entry.is_fixed:
            case.add_output(explained(entry))
        else:
            case.end("failure", finding.severity.value, finding.message, explained(entry))
    return suite


def _own_suite(result: CheckResult) -> Suite:
    suite = Suite(_TOOL)
    without = result.files - len({finding.place.path for finding in result.findings})
    if without > 0:
        case = suite.add_case(_TOOL, "files without findings")
        case.add_output(f"{without} of {result.files} files")
    for number, fault in enumerate(result.faults, 1):
        suite.add_case(_TOOL, f"fault {number}").end("error", "fault", fault)
    if result.warnings:
        suite.add_output("\n".join(result.warnings), "system-err")
    return suite
