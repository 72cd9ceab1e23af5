"""Rollouts that come to an end by themselves: a restart must end with them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from fixture_verdicts import FIXTURES

from ckptlint.verify.case import Limits
from ckptlint.verify.checks import exact_restart
from ckptlint.verify.crew import LocalCrew
from ckptlint.verify.options import VerifyOptions
from ckptlint.verify.plan import Plan
from ckptlint.verify.subject import Subject
from ckptlint.verify.target import parse_target
from ckptlint.verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ckptlint.verify.verdict import CheckVerdict

MODEL = """\
import numpy as np
from earth2studio.models.batch import batch_func
from grid import RestartModel

END = np.timedelta64(30, "h")


class Ending(RestartModel):
    @batch_func()
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        {loop}:
            x, coords = self._forward(x), self.output_coords(coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build() -> Ending:
    return Ending()
"""


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(seconds=120), 2) as made:
        yield made


def judged(loop: str, crew: LocalCrew, folder: Path) -> CheckVerdict:
    shutil.copyfile(FIXTURES / "rollouts" / "grid.py", folder / "grid.py")
    (folder / "ending.py").write_text(MODEL.replace("{loop}", loop), encoding="utf-8")
    (folder / "kept").mkdir()
    target = parse_target(f"{folder / 'ending.py'}::build", str(folder))
    subject = Subject(Plan(target, {}), VerifyOptions(), crew, str(folder / "kept"))
    check = exact_restart.check(subject)
    assert subject.recorded.length == 6
    return check


def test_a_restart_that_ends_with_the_rollout_is_exact(crew: LocalCrew, tmp_path: Path) -> None:
    check = judged('while coords["lead_time"][-1] < END', crew, tmp_path)
    assert check.verdict is Verdict.EXACT
    assert check.reason == "bit for bit after 5 stops, over 5 steps"


def test_a_restart_that_goes_on_too_long_diverges(crew: LocalCrew, tmp_path: Path) -> None:
    check = judged("for _ in range(5)", crew, tmp_path)
    assert check.verdict is Verdict.DIVERGES
    assert (check.stop, check.first_step, check.variable) == (1, 6, "one boundary more")
