from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.day import VARIABLE, Validity, is_day, today
from ckptlint.settings.errors import SettingsError

DAYS = st.dates(date(2020, 1, 1), date(2020, 2, 28)).map(date.isoformat)


def test_today_is_the_local_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    before = date.today()
    assert before.isoformat() <= today() <= (before + timedelta(days=1)).isoformat()
    monkeypatch.setenv(VARIABLE, "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", today())


def test_today_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2027-02-01")
    assert today() == "2027-02-01"
    monkeypatch.setenv(VARIABLE, "tomorrow")
    with pytest.raises(SettingsError) as caught:
        today()
    assert str(caught.value) == (
        "the environment variable CKPTLINT_TODAY: `tomorrow` is no day, write YYYY-MM-DD"
    )


@given(st.dates().map(date.isoformat))
def test_every_day_is_one(text: str) -> None:
    assert is_day(text)
    assert not is_day(text.replace("-", ""))


@given(last_days=st.lists(DAYS), then=DAYS, now=DAYS)
def test_a_result_holds_while_the_same_days_are_over(
    last_days: list[str], then: str, now: str
) -> None:
    validity = Validity.of(last_days, then)
    same = all((day < then) == (day < now) for day in last_days)
    assert validity.holds(now) == same
    assert validity.holds(then)
    assert validity.is_bounded() == bool(last_days)
