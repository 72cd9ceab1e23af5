"""What is blamed where a restart is wrong, for places where a model may hide what it carries."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from ckptlint.verify.case import Limits
from ckptlint.verify.checks import exact_restart, fresh_state, hidden_state
from ckptlint.verify.crew import LocalCrew
from ckptlint.verify.options import VerifyOptions
from ckptlint.verify.plan import Plan
from ckptlint.verify.restarting import is_within
from ckptlint.verify.subject import CannotRoll, Subject
from ckptlint.verify.target import Reference, parse_target
from ckptlint.verify.verdict import StepDifference, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROLLOUTS = Path(__file__).parents[2] / "fixtures" / "rollouts"

MODEL = """\
import itertools
import random
import threading
from datetime import datetime, timedelta
from types import SimpleNamespace

import torch
from earth2studio.models.batch import batch_func
from grid import RestartModel

{before}

class Model(RestartModel):
    def __init__(self):
        super().__init__()
{init}

    @batch_func()
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self._forward(x), self.output_coords(coords)
{step}
            self._save_checkpoint_state(x, coords)
            yield x, coords
"""
HOOK = """
def counting():
    count = 0

    def hook(x):
        nonlocal count
        count += 1
        return count * x

    return hook
"""
SLOTS = """
class Clock:
    __slots__ = ("now",)

    def __init__(self):
        self.now = datetime(2024, 1, 1)

    def tick(self):
        self.now += timedelta(days=1)
        return self.now.day
"""


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(seconds=60), 2) as made:
        yield made


@pytest.fixture
def subject_of(crew: LocalCrew, tmp_path: Path) -> Callable[..., Subject]:
    def make(target: Reference, **options: object) -> Subject:
        chosen = VerifyOptions(steps=4)._replace(**options)  # type: ignore[arg-type]
        return Subject(Plan(target, {}), chosen, crew, str(tmp_path / "kept"))

    return make


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Reference]:
    def write(step: str, init: str = "pass", before: str = "") -> Reference:
        body = (indent(dedent(init), " " * 8), indent(dedent(step), " " * 12))
        text = MODEL.format(before=before, init=body[0], step=body[1])
        (tmp_path / "core_written.py").write_text(text)
        return parse_target("core_written.py::Model", str(tmp_path), (str(ROLLOUTS),))

    return write


@pytest.mark.parametrize(
    ("step", "init", "before", "name", "code"),
    [
        ("x = self.hook(x)", "self.hook = counting()", HOOK,
         "`self.hook.__closure__[0].cell_contents`", "CKP406"),
        ("x = self.clock.tick() * x", "self.clock = Clock()", SLOTS, "`self.clock.now`", "CKP406"),
        ("x = next(self.numbers) * x", "self.numbers = itertools.count(1)", "", "`self.numbers`",
         "CKP406"),
        ("x = self.draws.random() * x", "self.draws = random.Random(3)", "",
         "the random generator `self.draws`", "CKP407"),
        ("HELD['count'] += 1; x = HELD['count'] * x", "pass", "HELD = {'count': 0}\n",
         "the global `HELD['count']` of `core_written`", "CKP406"),
        ("Model.count += 1; x = Model.count * x", "Model.count = 0", "",
         "the global `Model.count` of `core_written`", "CKP406"),
    ],
)  # fmt: skip
def test_what_a_restart_lacks_is_planted(
    subject_of: Callable[..., Subject], written: Callable[..., Reference],
    step: str, init: str, before: str, name: str, code: str,
) -> None:  # fmt: skip
    subject = subject_of(written(step, init, before))
    diagnosis = subject.diagnosis
    assert diagnosis is not None
    assert diagnosis.blame == name
    assert diagnosis.reason == f"with {name} as before the stop, the restart is exact"
    assert (diagnosis.codes, diagnosis.is_hidden_state) == ((code,), True)
    assert fresh_state.check(subject).verdict is Verdict.EXACT
    found = hidden_state.check(subject)
    assert (found.verdict, found.blame, found.stop) == (Verdict.DIVERGES, name, 1)
    assert found.first_step == 2


def test_a_suspect_that_cannot_be_taken_along_shifts_no_other(
    subject_of: Callable[..., Subject], written: Callable[..., Reference]
) -> None:
    target = written(
        "self.a = SimpleNamespace(number=self.a.number + 1, lock=threading.Lock())\n"
        "self.parts.append(self.a)\nself.z.inner.count += 1\nx = self.z.inner.count * x",
        "self.parts = []\nself.a = SimpleNamespace(number=0)\n"
        "self.z = SimpleNamespace(inner=SimpleNamespace(count=0))",
    )
    subject = subject_of(target)
    assert subject.first_wrong is not None
    suspects = [one.spot.words for one in subject.first_wrong.suspects if one.changes]
    assert "`self.parts.__len__()`" in suspects  # locks cannot be taken along
    assert subject.diagnosis is not None
    assert subject.diagnosis.blame == "`self.z.inner.count`"
    assert subject.diagnosis.reason.endswith("the restart is exact")


def test_the_sign_of_a_zero_is_not_exact(
    subject_of: Callable[..., Subject], written: Callable[..., Reference]
) -> None:
    target = written("self.count += 1\nx = torch.zeros_like(x) * (1.0 if self.count < 3 else -1.0)",
                     "self.count = 0")  # fmt: skip
    subject = subject_of(target)
    first = subject.first_wrong
    assert first is not None
    wrong = next(one for one in first.curve.differences if one.differs)
    assert wrong == StepDifference(3, 18.0, "t2m", 0.0, 0)
    assert not is_within(first, 0.0)
    assert is_within(first, 1e-9)
    assert exact_restart.check(subject).verdict is Verdict.DIVERGES


def test_a_tolerance(subject_of: Callable[..., Subject], written: Callable[..., Reference]) -> None:
    target = written("self.count += 1\nx = torch.full_like(x, self.count * 0.25)", "self.count = 0")
    subject = subject_of(target, tolerance=1.0)
    found = exact_restart.check(subject)
    assert (found.verdict, found.max_abs) == (Verdict.EXACT, 0.75)
    assert found.reason == "not bit for bit, but within the tolerance of 1: at most 0.75"
    assert len(found.curves) == 4


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("raise LookupError('no weights')", "LookupError: no weights"),
        ("yield 3", "TypeError: cannot unpack non-iterable int object (core_written.py:26)"),
        ("return", "it yields 1 boundaries, so there is nothing to restart"),
    ],
)
def test_what_cannot_be_rolled_out(
    subject_of: Callable[..., Subject], written: Callable[..., Reference], step: str, message: str
) -> None:
    subject = subject_of(written(step))
    with pytest.raises(CannotRoll) as caught:
        _ = subject.recorded
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("steps", "stops", "expected"),
    [
        (5, 24, (0, 1, 2, 3, 4)),
        (20, 3, (0, 1, 19)),
        (20, 1, (0, 1, 19)),
        (20, 5, (0, 1, 6, 13, 19)),
        (20, 20, tuple(range(20))),
        (100, 4, (0, 1, 50, 99)),
    ],
)
def test_the_stops_that_are_tried(
    subject_of: Callable[..., Subject], steps: int, stops: int, expected: tuple[int, ...]
) -> None:
    subject = subject_of(Reference("x", "x"), stops=stops)

    class Recorded:
        length = steps + 1

    vars(subject)["recorded"] = Recorded
    assert subject.stops == expected


def test_progress_is_told(subject_of: Callable[..., Subject]) -> None:
    subject = subject_of(parse_target("good_plain.py::build", str(ROLLOUTS)))
    told: list[int] = []
    subject.on_case = told.append
    assert len(subject.restarts) == 4
    assert sorted(told) == [0] * 6 + [1, 1, 4]
    assert all(one.is_exact for one in subject.restarts.values())
    assert subject.first_wrong is None
    assert subject.diagnosis is None
