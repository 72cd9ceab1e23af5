"""The format `json`: one array of findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ckptlint.reports.record import records

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write all findings as one JSON array, in ASCII."""
    return json.dumps(records(result, options), indent=2, sort_keys=True) + "\n"
