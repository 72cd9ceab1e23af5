"""What verify finds in Earth2Studio 0.19.0's own models, without any hint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from ckptlint.verify.case import Limits
from ckptlint.verify.crew import LocalCrew
from ckptlint.verify.options import Request, VerifyOptions
from ckptlint.verify.reports.live import Silent
from ckptlint.verify.target import parse_target
from ckptlint.verify.verdict import CheckVerdict, Verdict
from ckptlint.verify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS = Path(__file__).parents[2] / "fixtures" / "earth2studio"


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(seconds=240), 2) as made:
        yield made


def checks_of(crew: LocalCrew, name: str, steps: int, *checks: str) -> dict[str, CheckVerdict]:
    target = parse_target(f"{MODELS / name}.py::build", str(MODELS))
    options = VerifyOptions(checks, device="cpu", steps=steps, jobs=2)
    (found,) = Verifier(crew, Silent()).verify([Request(target, options)]).targets
    assert [one.name for one in found.checks] == [*checks]
    return {one.name: one for one in found.checks}


def test_persistence_is_exact_alone_and_wrong_in_an_ensemble(crew: LocalCrew) -> None:
    found = checks_of(
        crew, "persistence", 4, "exact-restart", "fresh-state", "independent-iterators", "members"
    )
    assert found["exact-restart"].verdict is Verdict.EXACT
    assert found["fresh-state"].verdict is Verdict.EXACT
    members = found["members"]
    assert members.verdict is Verdict.DIVERGES
    assert members.codes == ("CKP104",)
    assert members.reason == (
        "`run.ensemble` with 3 members in batches of 1, killed after its write 1 and restarted, "
        "member 1 is wrong at 0 h"
    )
    assert found["independent-iterators"].codes == ("CKP104",)


def test_fcn_is_exact_alone_and_ignores_what_it_is_called_with(crew: LocalCrew) -> None:
    found = checks_of(crew, "fcn", 2, "exact-restart", "independent-iterators")
    assert found["exact-restart"].verdict is Verdict.EXACT
    iterators = found["independent-iterators"]
    assert iterators.verdict is Verdict.DIVERGES
    assert iterators.codes == ("CKP104", "CKP105")
    assert iterators.reason is not None
    assert iterators.reason.endswith(
        "after a restart, calling the model ignores what it is given and steps what was saved"
    )
