from __future__ import annotations

from math import inf, nan

import pytest
from verify_samples import DIVERGING_TARGET, EXACT_TARGET, ONE_STOP, UNRUN_TARGET, make_curves

from ckptlint.verify.reports.wording import (
    check_text,
    explained_checks,
    lead_text,
    leaves_trajectory,
    stops_text,
    ulp_text,
    value_text,
)
from ckptlint.verify.reports.wrapping import shortened, wrapped
from ckptlint.verify.verdict import CheckVerdict, StepDifference, StopCurve, Verdict


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.2e-7, "1.2e-07"),
        (0.00099, "9.9e-04"),
        (0.001, "0.001"),
        (0.125, "0.125"),
        (3.0, "3"),
        (273.15, "273"),
        (1234.5, "1234"),
        (101325.0, "1.0e+05"),
        (5e-324, "4.9e-324"),
        (0.0, "0"),
        (inf, "inf"),
        (nan, "nan"),
    ],
)
def test_values(value: float, text: str) -> None:
    assert value_text(value) == text


def test_ulp() -> None:
    assert [ulp_text(each) for each in (1, 99_999, 2**31)] == ["1 ULP", "99999 ULP", "2.1e+09 ULP"]


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (24.0, "+24 h"),
        (1.5, "+1.5 h"),
        (0.0, "+0 h"),
        (-0.0, "+0 h"),
        (-6.0, "-6 h"),
        (10 / 60, "+0.17 h"),
        (1_000_000.0, "+1000000 h"),
        (100.0, "+100 h"),
        (inf, "+inf h"),
    ],
)
def test_lead_times(hours: float, text: str) -> None:
    assert lead_text(hours) == text


def test_stops() -> None:
    assert stops_text(ONE_STOP) == "wrong after 1 of 11"
    assert stops_text(ONE_STOP._replace(curves=make_curves(12))) is None
    assert stops_text(ONE_STOP._replace(curves=ONE_STOP.curves[2:3])) is None


@pytest.mark.parametrize(
    ("curve", "leaves"),
    [
        (StopCurve(1, None, ()), False),
        (StopCurve(1, None, (), "it raised"), True),
        (StopCurve(1, None, (StepDifference(2, None),)), False),
        (StopCurve(1, None, (StepDifference(2, None, "t2m", 0.0, 1),)), True),
        (StopCurve(1, None, (StepDifference(2, None, None, None, None),)), True),
    ],
)
def test_leaving_the_trajectory(curve: StopCurve, leaves: bool) -> None:
    assert leaves_trajectory(curve) is leaves


def test_check_in_a_line() -> None:
    check = CheckVerdict("a", Verdict.DIVERGES, stop=0, first_step=1, max_abs=2.0, max_ulp=7)
    assert check_text("t", check) == (
        "t: a: diverges: stopped after step 0, first wrong at step 1; differs: up to 2 (7 ULP)"
    )
    assert check_text("t", check._replace(verdict=Verdict.EXACT)) == "t: a: exact"


def test_target_whose_checks_do_not_say_its_verdict() -> None:
    assert explained_checks(EXACT_TARGET) == EXACT_TARGET.checks
    assert explained_checks(DIVERGING_TARGET) == DIVERGING_TARGET.checks
    own = CheckVerdict("target", Verdict.UNPROVEN, reason=UNRUN_TARGET.notes[0])
    assert explained_checks(UNRUN_TARGET) == (own,)
    odd = EXACT_TARGET._replace(verdict=Verdict.UNPROVEN)
    assert explained_checks(odd) == (
        *EXACT_TARGET.checks,
        CheckVerdict("target", Verdict.UNPROVEN),
    )


def test_wrapping() -> None:
    assert wrapped("", 10) == [""]
    assert wrapped("a bb\n\tccc", 4) == ["a bb", "ccc"]
    assert wrapped("a/very/long/path is kept", 8) == ["a/very/long/path", "is kept"]
    assert wrapped("天気 天気", 6) == ["天気", "天気"]


def test_shortening() -> None:
    assert shortened("models/a.py::build", 18) == "models/a.py::build"
    assert shortened("models/a.py::build", 9) == "…y::build"
    assert shortened("天気天気", 5) == "…天気"
