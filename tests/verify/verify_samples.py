"""Results of `verify` built by hand: one for each thing that its reports must get right."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING, Any

from ckptlint.reports.options import ReportOptions
from ckptlint.rule import Evidence, FixAvailability, Rule, Severity
from ckptlint.verify.verdict import (
    CheckVerdict,
    Confirmation,
    FindingVerdict,
    PassedOver,
    StepDifference,
    StopCurve,
    TargetVerdict,
    Verdict,
    VerifyResult,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = "/project"
HOURS = 6.0


def make_options(**changes: Any) -> ReportOptions:
    return ReportOptions(**{"root": ROOT, "version": "1.2.3", "width": 80, **changes})


def make_curve(stop: int, steps: int, difference: Callable[[int], float | None]) -> StopCurve:
    """Make the curve of a stop; `difference` gives that of each later step, 0 if none."""
    differences = []
    for step in range(stop + 1, steps + 1):
        largest = difference(step)
        differences.append(
            StepDifference(step, step * HOURS)
            if largest == 0
            else StepDifference(
                step, step * HOURS, "t2m", largest, None if largest is None else int(largest * 8e6)
            )
        )
    return StopCurve(stop, stop * HOURS, tuple(differences))


def no_difference(step: int) -> float:
    return 0.0


def growing(first: int, rate: float = 3.0) -> Callable[[int], float]:
    """Make differences that begin with one unit in the last place at `first`, and grow."""
    return lambda step: 0.0 if step < first else min(1.2e-7 * rate ** (step - first), 8.0)


def make_curves(steps: int, **wrong: Callable[[int], float | None]) -> tuple[StopCurve, ...]:
    """Make a curve for each stop, all exact but those named ``stop_NUMBER``."""
    return tuple(
        make_curve(stop, steps, wrong.get(f"stop_{stop}", no_difference))
        for stop in range(1, steps)
    )


RULES = tuple(
    Rule(
        code=code,
        name=name,
        documentation=f"\nWhat {code} finds.\n\n## Why is this bad?\nA restart differs.\n",
        severity=severity,
        needles=((b"Checkpoint",),),
        fix=FixAvailability.SOMETIMES,
        evidence=(Evidence.ROLLOUT,),
        check=None,
    )
    for code, name, severity in (
        ("CKP102", "restart-from-old-state", Severity.ERROR),
        ("CKP201", "yield-without-save", Severity.WARNING),
    )
)

EXACT_TARGET = TargetVerdict(
    "models/persistence.py::build",
    Verdict.EXACT,
    "cuda:0",
    checks=(
        CheckVerdict("exact-restart", Verdict.EXACT, curves=make_curves(12), seconds=4.25),
        CheckVerdict("generator", Verdict.EXACT, seconds=0.5),
    ),
    path="models/persistence.py",
    line=31,
    seconds=5.0,
)

ONE_STOP = CheckVerdict(
    "exact-restart",
    Verdict.DIVERGES,
    stop=3,
    first_step=5,
    lead_time_hours=30.0,
    variable="t2m",
    max_abs=0.0023,
    max_ulp=19371,
    blame="the attribute `DriftModel.noise`",
    reason=(
        "the restarted rollout draws its noise from a generator that starts anew, since only "
        "`x` and `coords` are saved at a boundary"
    ),
    codes=("CKP102",),
    curves=make_curves(12, stop_3=growing(5)),
    seconds=6.5,
)

FINDINGS = (
    FindingVerdict(
        "CKP102",
        "restart-from-old-state",
        "models/drift.py",
        48,
        13,
        "The state that is restored is older than the boundary",
        Confirmation.CONFIRMED,
        "the restart after step 3 leaves the trajectory at step 5",
    ),
    FindingVerdict(
        "CKP201",
        "yield-without-save",
        "models/drift.py",
        61,
        9,
        "`yield` is reached before the state is saved",
        Confirmation.NOT_CONFIRMED,
        "each boundary that was yielded had been saved",
    ),
)

DIVERGING_TARGET = TargetVerdict(
    "models/drift.py::DriftModel",
    Verdict.DIVERGES,
    "cpu",
    checks=(
        ONE_STOP,
        CheckVerdict("generator", Verdict.EXACT, seconds=0.25),
        CheckVerdict(
            "interrupted-write",
            Verdict.UNPROVEN,
            stop=4,
            reason="the process that was to be stopped had ended before",
        ),
    ),
    notes=("CUDA was not tried: there is no device",),
    findings=FINDINGS,
    path="models/drift.py",
    line=12,
    seconds=7.0,
)

UNRUN_TARGET = TargetVerdict(
    "package.models:Broken",
    Verdict.UNPROVEN,
    "cpu",
    notes=("building it raised ImportError: no module named `physics`",),
)

HOSTILE_TARGET = TargetVerdict(
    "caf\udce9/天気 <b>$x$.py::a\x1b[31m&b",
    Verdict.DIVERGES,
    "cpu",
    checks=(
        CheckVerdict(
            "exact-restart",
            Verdict.DIVERGES,
            stop=0,
            first_step=1,
            lead_time_hours=1.5,
            variable="t\x002m",
            max_abs=inf,
            reason="Traceback:\n\tline one\n\tline two \x00\x1b[2J\x0b\ufffe ]]> <script>&",
            curves=(
                StopCurve(
                    0,
                    0.0,
                    (
                        StepDifference(1, 1.5, "t\x002m", nan, None),
                        StepDifference(2, 3.0, "u<10>m", inf, None),
                        StepDifference(3, None, "lat", None, None),
                        StepDifference(4, 6.0, "zero", 0.0, 3),
                    ),
                ),
                StopCurve(2, None, (), "the restart raised <KeyError>"),
            ),
        ),
        CheckVerdict(
            "coordinates", Verdict.DIVERGES, variable="lead_time", blame="the coordinate \u202e"
        ),
    ),
    path="caf\udce9/天気 <b>.py",
    line=3,
)

SAMPLE = VerifyResult(
    (EXACT_TARGET, DIVERGING_TARGET, UNRUN_TARGET),
    (
        PassedOver(
            "models/base.py::Template", "it has an abstract method, `step`, and cannot be built"
        ),
    ),
)

HOSTILE = VerifyResult((HOSTILE_TARGET,), (PassedOver("a\x07b", "x\x00y\n<z>"),))
