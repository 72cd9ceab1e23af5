"""The format `json`: one array of findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ckptlint.reports.record import record

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write all findings as one JSON array, in ASCII."""
    records = [record(finding, options) for finding in result.findings]
    return json.dumps(records, indent=2, sort_keys=True) + "\n"
