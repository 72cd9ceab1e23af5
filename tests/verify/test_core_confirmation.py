"""Static findings held against what running a target showed, and the choice of a device."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from concurrent.futures import Future

from ckptlint.engine.result import LocatedFinding
from ckptlint.rule import Position as Point
from ckptlint.rule import Severity, Span
from ckptlint.settings.device_names import is_device
from ckptlint.sources.source import Place
from ckptlint.verify.case import Case, Failure, FailureKind, Limits, Outcome
from ckptlint.verify.confirmation import Seen
from ckptlint.verify.crew import Crew
from ckptlint.verify.device import Chosen, NoSuchDevice, choose_device
from ckptlint.verify.flushing import Flushed
from ckptlint.verify.inspecting import cuda_devices
from ckptlint.verify.position import Position
from ckptlint.verify.verdict import CheckVerdict, Confirmation, Verdict

if TYPE_CHECKING:
    from pathlib import Path

YES, NO, UNPROVEN = Confirmation.CONFIRMED, Confirmation.NOT_CONFIRMED, Confirmation.UNPROVEN
HERE = os.path.realpath("model.py")
EXACT = CheckVerdict("exact-restart", Verdict.EXACT)
WRONG = CheckVerdict("exact-restart", Verdict.DIVERGES, reason="it is late", codes=("CKP201",))
HIDDEN = CheckVerdict("hidden-state", Verdict.DIVERGES, reason="no rng", codes=("CKP407",))


def finding(code: str, first: int = 5, last: int = 5) -> LocatedFinding:
    place = Place("model.py", Span(Point(first, 3), Point(last, 9)))
    return LocatedFinding(code, "a-rule", "It is so", Severity.ERROR, place)


def judged(code: str, *checks: CheckVerdict, **seen: Any) -> tuple[Confirmation, str]:
    (verdict,) = Seen(checks, **seen).judge([finding(code)])
    return verdict.confirmation, verdict.reason


def test_a_verdict_repeats_the_finding() -> None:
    (verdict,) = Seen([EXACT]).judge([finding("CKP101")])
    assert verdict[:6] == ("CKP101", "a-rule", "model.py", 5, 3, "It is so")


@pytest.mark.parametrize("code", ["CKP900", "CKP904"])
def test_findings_about_suppressions_and_syntax_are_left_out(code: str) -> None:
    assert Seen([WRONG]).judge([finding(code)]) == ()


@pytest.mark.parametrize(
    ("code", "checks", "expected"),
    [
        ("CKP407", [HIDDEN], (YES, "hidden-state diverges: no rng")),
        ("CKP407", [EXACT, HIDDEN], (YES, "hidden-state diverges: no rng")),
        ("CKP101", [HIDDEN], (UNPROVEN, "hidden-state diverges, but for another reason")),
        ("CKP201", [WRONG], (UNPROVEN, "exact-restart diverges, but for another reason")),
        ("CKP101", [EXACT], (NO, "every restart that was tried is exact")),
        ("CKP101", [], (UNPROVEN, "no restart could be tried")),
        ("CKP101", [EXACT._replace(verdict=Verdict.UNPROVEN)],
         (UNPROVEN, "no restart could be tried")),
        ("CKP101", [CheckVerdict("cost", Verdict.EXACT)], (UNPROVEN, "no restart could be tried")),
        ("CKP101", [CheckVerdict("no-op-flush", Verdict.EXACT)],
         (UNPROVEN, "no restart could be tried")),
    ],
)  # fmt: skip
def test_by_the_verdicts_of_the_checks(
    code: str, checks: list[CheckVerdict], expected: tuple[Confirmation, str]
) -> None:
    assert judged(code, *checks) == expected


@pytest.mark.parametrize(
    ("path", "line", "confirmed"),
    [(HERE, 5, True), (HERE, 7, True), (HERE, 4, False), (HERE, 8, False), ("/other.py", 5, False)],
)
def test_a_yield_is_confirmed_where_it_stands(path: str, line: int, confirmed: bool) -> None:
    seen = Seen([WRONG], unsaved=[Position(path, line, "rollout")])
    (verdict,) = seen.judge([finding("CKP201", 5, 7)])
    assert (verdict.confirmation is YES) == confirmed
    if confirmed:
        assert verdict.reason == "a restart from what was saved at this yield is wrong"


@pytest.mark.parametrize(
    ("flushes", "expected"),
    [
        ([], (UNPROVEN, "no target runs this flush")),
        ([Flushed(HERE, 6, False)], (UNPROVEN, "no target runs this flush")),
        ([Flushed(HERE, 5, False)], (YES, "the checkpoint was the same before and after it")),
        ([Flushed(HERE, 5, False), Flushed(HERE, 5, True)], (NO, "the flush commits a row")),
    ],
)
def test_flushes(flushes: list[Flushed], expected: tuple[Confirmation, str]) -> None:
    assert judged("CKP301", EXACT, flushes=flushes) == expected


def test_a_file_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("")
    (tmp_path / "link.py").symlink_to(tmp_path / "model.py")
    linked = finding("CKP301")
    linked = linked._replace(place=linked.place._replace(path=str(tmp_path / "link.py")))
    real = os.path.realpath(tmp_path / "model.py")
    (verdict,) = Seen([], flushes=[Flushed(real, 5, False)]).judge([linked])
    assert verdict.confirmation is YES


class Counting(Crew):
    """Answers how many CUDA devices there are."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(Limits())
        self.outcome = outcome
        self.asked: list[Case] = []

    def submit(self, case: Case) -> Future[Outcome]:
        self.asked.append(case)
        future: Future[Outcome] = Future()
        future.set_result(self.outcome)
        return future

    def __exit__(self, *error: object) -> None: ...


NONE = ("CUDA is unproven: this machine has no CUDA device that torch can use",)


@pytest.mark.parametrize(
    ("asked", "count", "chosen"),
    [
        ("cpu", 2, Chosen("cpu")),
        ("rehearse", 2, Chosen("rehearse")),
        ("auto", 0, Chosen("cpu", NONE)),
        ("auto", 1, Chosen("cuda:0")),
        ("cuda", 1, Chosen("cuda:0")),
        ("cuda:1", 2, Chosen("cuda:1")),
    ],
)
def test_the_choice_of_a_device(asked: str, count: int, chosen: Chosen) -> None:
    crew = Counting(Outcome(count))
    assert choose_device(asked, crew) == chosen
    assert crew.asked == ([] if asked in ("cpu", "rehearse") else [Case(cuda_devices)])


@pytest.mark.parametrize(
    ("asked", "count", "told"),
    [
        ("cuda", 0, "no CUDA device 0 for `--device cuda`: there is none"),
        ("cuda:3", 2, "no CUDA device 3 for `--device cuda:3`: there are 2, numbered from 0"),
    ],
)
def test_a_device_that_is_not_there(asked: str, count: int, told: str) -> None:
    with pytest.raises(NoSuchDevice) as caught:
        choose_device(asked, Counting(Outcome(count)))
    assert str(caught.value) == (
        f"{told} that torch can use here; "
        "`--device rehearse` finds a tensor on the wrong device without one"
    )


def test_devices_that_cannot_be_counted() -> None:
    crew = Counting(Outcome(failure=Failure(FailureKind.TIME, "it took too long")))
    reason = "whether there is a CUDA device cannot be told: it took too long"
    assert choose_device("auto", crew) == Chosen("cpu", (f"CUDA is unproven: {reason}",))
    with pytest.raises(NoSuchDevice) as caught:
        choose_device("cuda", crew)
    assert str(caught.value) == f"`--device cuda`: {reason}"


@pytest.mark.parametrize("text", ["auto", "cpu", "rehearse", "cuda", "cuda:0", "cuda:12"])
def test_names_of_devices(text: str) -> None:
    assert is_device(text)


@pytest.mark.parametrize(
    "text", ["", "CPU", "cuda:", "cuda:-1", "cuda:a", "cuda:0\n", "mps", "cpu:0"]
)
def test_other_names(text: str) -> None:
    assert not is_device(text)
