"""The format `json`: everything that was found, as one object.

A number that JSON cannot hold is written as the text that Python's ``float`` reads: ``"nan"``,
``"inf"`` or ``"-inf"``. What is unknown is null.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any

from ckptlint.reports.display import without_surrogates
from ckptlint.reports.location import absolute

if TYPE_CHECKING:
    from ckptlint.reports.options import ReportOptions
    from ckptlint.verify.verdict import (
        CheckVerdict,
        FindingVerdict,
        StopCurve,
        TargetVerdict,
        VerifyResult,
    )


def render(result: VerifyResult, options: ReportOptions) -> str:
    """Write the result as one JSON object, in ASCII."""
    written = {
        "targets": [_target(target, options.root) for target in result.targets],
        "passed_over": [
            {"name": _text(each.name), "reason": _text(each.reason)} for each in result.passed_over
        ],
    }
    return json.dumps(written, indent=2, allow_nan=False) + "\n"


def _target(target: TargetVerdict, root: str) -> dict[str, Any]:
    filename = None if target.path is None else _text(absolute(target.path, root))
    return {
        "target": _text(target.target),
        "verdict": target.verdict.value,
        "device": _text(target.device),
        "checks": [_check(check) for check in target.checks],
        "filename": filename,
        "line": target.line,
        "notes": [_text(note) for note in target.notes],
        "findings": [_finding(finding, root) for finding in target.findings],
        "seconds": finite_or_text(target.seconds),
    }


def _check(check: CheckVerdict) -> dict[str, Any]:
    return {
        "name": _text(check.name),
        "verdict": check.verdict.value,
        "stop": check.stop,
        "first_step": check.first_step,
        "lead_time_hours": finite_or_text(check.lead_time_hours),
        "variable": _text(check.variable),
        "max_abs": finite_or_text(check.max_abs),
        "max_ulp": check.max_ulp,
        "blame": _text(check.blame),
        "reason": _text(check.reason),
        "codes": [_text(code) for code in check.codes],
        "curves": [_curve(curve) for curve in check.curves],
        "seconds": finite_or_text(check.seconds),
    }


def _curve(curve: StopCurve) -> dict[str, Any]:
    return {
        "stop": curve.stop,
        "lead_time_hours": finite_or_text(curve.lead_time_hours),
        "reason": _text(curve.reason),
        "differences": [
            {
                "step": each.step,
                "lead_time_hours": finite_or_text(each.lead_time_hours),
                "variable": _text(each.variable),
                "max_abs": finite_or_text(each.max_abs),
                "max_ulp": each.max_ulp,
            }
            for each in curve.differences
        ],
    }


def _finding(finding: FindingVerdict, root: str) -> dict[str, Any]:
    """Give a static finding with the names that the JSON of ``ckptlint check`` has for it."""
    return {
        "code": _text(finding.code),
        "name": _text(finding.name),
        "filename": _text(absolute(finding.path, root)),
        "location": {"row": finding.line, "column": finding.column},
        "message": _text(finding.message),
        "confirmation": finding.confirmation.value,
        "reason": _text(finding.reason),
    }


def _text(text: str | None) -> str | None:
    return None if text is None else without_surrogates(text)


def finite_or_text(number: float | None) -> float | str | None:
    """Give a number as JSON can hold it."""
    return number if number is None or isfinite(number) else str(float(number))
