"""The format `sarif`: SARIF 2.1.0, which code scanning services and editors read.

The log holds no time and no random identifier, so the same run gives the same text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ckptlint.engine.fingerprint import fingerprints
from ckptlint.reports.display import without_surrogates
from ckptlint.reports.proof import entries
from ckptlint.reports.sarif_location import ROOT_ID, root_uri
from ckptlint.reports.sarif_result import result_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.reports.options import ReportOptions
    from ckptlint.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write the run as a SARIF log with one run, in ASCII."""
    # What was fixed comes last, so that what remains has the fingerprints of the next run.
    listed = entries(result)
    findings = [entry.finding for entry in listed]
    rules = _rules(options.rules, findings)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    marks = fingerprints(findings, options.root, options.project_root or options.root)
    results = [
        result_object(entry, index[entry.finding.code], fingerprint, options)
        for entry, fingerprint in zip(listed, marks, strict=True)
    ]
    run = {
        "tool": {"driver": {"name": "ckptlint", "version": options.version, "rules": rules}},
        "invocations": [_invocation(result)],
        "originalUriBaseIds": {ROOT_ID: {"uri": root_uri(options.root)}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rules(rules: Sequence[Rule], findings: Sequence[LocatedFinding]) -> list[dict[str, Any]]:
    """Describe the rules that ran, and by name any other that a finding belongs to."""
    described = {
        finding.code: {"id": finding.code, "name": finding.name} for finding in findings
    } | {rule.code: rule_object(rule) for rule in rules}
    return [described[code] for code in sorted(described)]


def rule_object(rule: Rule) -> dict[str, Any]:
    """Give the SARIF description of a rule."""
    documentation = rule.documentation.strip()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {"enabled": rule.on_by_default, "level": rule.severity.value},
        "properties": {
            "evidence": [evidence.value for evidence in rule.evidence],
            "fixAvailability": rule.fix.value,
            "problem.severity": rule.severity.value,
        },
    }


def _invocation(result: CheckResult) -> dict[str, Any]:
    notifications = [_notification("error", fault) for fault in result.faults]
    notifications += [_notification("warning", warning) for warning in result.warnings]
    return {
        "executionSuccessful": not result.faults,
        "toolExecutionNotifications": notifications,
    }


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": without_surrogates(text)}}
