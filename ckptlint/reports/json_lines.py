"""The format `json-lines`: one object on each line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ckptlint.reports.record import records

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding as a JSON object on a line of its own, in ASCII."""
    return "".join(
        json.dumps(record, separators=(",", ":"), sort_keys=True) + "\n"
        for record in records(result, options)
    )
