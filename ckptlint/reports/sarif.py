"""The format `sarif`: SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.engine.fingerprint import fingerprints
from ckptlint.reports.proof import entries
from ckptlint.reports.sarif_log import described_rules, log, notification
from ckptlint.reports.sarif_result import result_object

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write the run as a SARIF log with one run, in ASCII."""
    # What was fixed comes last, so that what remains has the fingerprints of the next run.
    listed = entries(result)
    findings = [entry.finding for entry in listed]
    rules = described_rules(
        options.rules, ({"id": each.code, "name": each.name} for each in findings)
    )
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    marks = fingerprints(findings, options.root, options.project_root or options.root)
    results = [
        result_object(entry, index[entry.finding.code], mark, options)
        for entry, mark in zip(listed, marks, strict=True)
    ]
    notifications = [
        *(notification("error", fault) for fault in result.faults),
        *(notification("warning", warning) for warning in result.warnings),
    ]
    return log("ckptlint", rules, results, notifications, options, is_successful=not result.faults)
