"""Rollouts killed at random instants, and the checks that the table of fixtures leaves out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from fixture_verdicts import FIXTURES

from ckptlint.verify.case import Limits
from ckptlint.verify.checks import cost, kill, placement
from ckptlint.verify.crew import LocalCrew
from ckptlint.verify.options import VerifyOptions
from ckptlint.verify.plan import Plan
from ckptlint.verify.subject import Subject
from ckptlint.verify.target import parse_target
from ckptlint.verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLS = 20


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(seconds=120), 2) as made:
        yield made


def subject_of(name: str, crew: LocalCrew, folder: Path, **options: int) -> Subject:
    target = parse_target(f"{FIXTURES / 'rollouts' / name}.py::build", str(FIXTURES))
    chosen = VerifyOptions(steps=8)._replace(**options)  # type: ignore[arg-type]
    return Subject(Plan(target, {}), chosen, crew, str(folder))


def test_killed_rollouts_go_on_exactly_from_their_last_row(crew: LocalCrew, tmp_path: Path) -> None:
    check = kill.check(subject_of("good_plain", crew, tmp_path, kills=KILLS))
    assert check.verdict is Verdict.EXACT, check
    found = re.fullmatch(
        r"killed (\d+) times, with (\d+) to (\d+) rows committed: nothing torn, and every restart "
        r"exact",
        check.reason or "",
    )
    assert found is not None, check.reason
    deaths, fewest, most = map(int, found.groups())
    # How many come in time is a matter of the machine's load.
    assert KILLS / 4 < deaths <= KILLS
    assert fewest < most


def test_a_torn_row_is_found(crew: LocalCrew, tmp_path: Path) -> None:
    subject = subject_of("good_plain", crew, tmp_path)
    assert subject.recorded.length == 9
    store = tmp_path / "whole" / "rows"
    array = min((store / "commits").rglob("*.npy"))
    array.write_bytes(array.read_bytes()[:-8])
    survived = kill.survive(subject.plan, subject.root, subject.root)
    assert survived.restarted is None
    assert re.match(r"row \d is torn: ValueError: ", survived.torn or "")


def test_what_is_restored_elsewhere_and_back_is_right(crew: LocalCrew, tmp_path: Path) -> None:
    check = placement.between(subject_of("good_two_frames", crew, tmp_path), "cpu")
    assert check.verdict is Verdict.EXACT, check


def test_placement_needs_a_second_device(crew: LocalCrew, tmp_path: Path) -> None:
    check = placement.check(subject_of("good_plain", crew, tmp_path))
    assert check.verdict is Verdict.UNPROVEN
    assert check.reason is not None
    assert check.reason.startswith("this takes two devices")


def test_cost_tells_what_saving_adds(crew: LocalCrew, tmp_path: Path) -> None:
    check = cost.check(subject_of("good_plain", crew, tmp_path))
    assert check.verdict is Verdict.EXACT
    assert re.fullmatch(
        r"saving a row adds [\d.e+]+ ms to a step of [\d.]+ ms, and [\d.]+ MiB; memory grows by "
        r"[\d.]+ MiB a step",
        check.reason or "",
    ), check.reason
