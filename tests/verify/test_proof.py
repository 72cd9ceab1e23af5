"""Each fix of the fixtures proved, or refuted, by running the program before and after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from fixture_verdicts import FIXTURES, findings_of

from ckptlint.engine.applying import can_be_applied
from ckptlint.engine.proof import ProofVerdict
from ckptlint.verify.case import Limits
from ckptlint.verify.crew import LocalCrew
from ckptlint.verify.options import VerifyOptions
from ckptlint.verify.proof import Prover
from ckptlint.verify.target import parse_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.verify.proof import Judged

_STEPS = 7
GOLDEN = Path(__file__).parents[1] / "rules" / "golden"
WITH_FIX = [
    *sorted(path.relative_to(GOLDEN) for path in GOLDEN.glob("ckp301/bad_*.py")),
    *map(
        Path,
        (
            "ckp302/bad_every_second_step.py",
            "ckp302/bad_seven_steps.py",
            "ckp303/bad_each_step.py",
            "ckp304/bad_converted_on_the_way.py",
            "ckp101/bad_default_generator.py",
            "ckp101/bad_seeding.py",
            "ckp101/bad_step_counter.py",
            "ckp101/bad_unseen_parent.py",
            "ckp101/bad_wrapper.py",
            "ckp201/bad_failing_save.py",
            "ckp201/bad_history_window.py",
            "ckp201/bad_late_save.py",
            "ckp201/bad_module_template.py",
        ),
    ),
]
REFUTED = {"bad_seeding.py", "bad_step_counter.py"}
"""Their fix leaves out a random generator, or a counter, that nobody saves."""
NO_TARGET = {"bad_unseen_parent.py"}
PARTLY_SEEN = {"bad_failing_save.py", "bad_left_empty.py"}
"""Some of their findings are on lines that the rollout does not come to, or that go well there."""


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(seconds=120), 2) as made:
        yield made


def prove(file: Path, crew: LocalCrew, folder: Path) -> Judged:
    name = "run" if "\ndef run(" in file.read_text("utf-8") else "build"
    has_target = f"\ndef {name}(" in file.read_text("utf-8")
    target = parse_target(f"{file}::{name}", str(file.parent))
    targets = [(target, VerifyOptions(steps=_STEPS))] if has_target else []
    findings = [one for one in findings_of([str(file)]) if can_be_applied(one)]
    assert findings
    return Prover(targets, crew, "cpu", str(folder)).prove(str(file), file.read_bytes(), findings)


@pytest.mark.parametrize("file", WITH_FIX, ids=str)
def test_a_fix_is_proved_or_refuted(file: Path, crew: LocalCrew, tmp_path: Path) -> None:
    judged = prove(FIXTURES / file, crew, tmp_path)
    expected = {ProofVerdict.PROVED}
    if file.name in REFUTED:
        expected = {ProofVerdict.REFUTED}
    elif file.name in NO_TARGET:
        expected = {ProofVerdict.UNPROVEN}
    elif file.name in PARTLY_SEEN:
        expected |= {ProofVerdict.UNPROVEN}
    assert {proof.verdict for _, proof in judged.proofs} == expected, judged.proofs
    before = (FIXTURES / file).read_bytes()
    assert (judged.data != before) is (ProofVerdict.PROVED in expected)


def test_a_fix_that_changes_the_uninterrupted_rollout_is_refuted(
    crew: LocalCrew, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    file = folder / "bad_late_save.py"
    for name in ("bad_late_save.py", "good_grid.py"):
        (folder / name).write_bytes((FIXTURES / "ckp201" / name).read_bytes())
    findings = [one for one in findings_of([str(file)]) if can_be_applied(one)]
    (finding,) = findings
    assert finding.fix is not None
    spoilt = [
        edit._replace(replacement=edit.replacement.replace("self._save", "x = 0.5 * x; self._save"))
        for edit in finding.fix.edits
    ]
    assert spoilt != [*finding.fix.edits]
    finding = finding._replace(fix=finding.fix._replace(edits=tuple(spoilt)))
    target = parse_target(f"{file}::build", str(folder))
    (tmp_path / "work").mkdir()
    prover = Prover([(target, VerifyOptions(steps=4))], crew, "cpu", str(tmp_path / "work"))
    judged = prover.prove(str(file), file.read_bytes(), [finding])
    ((_, proof),) = judged.proofs
    assert proof.verdict is ProofVerdict.REFUTED
    assert proof.reason == "the fix changes the uninterrupted rollout from step 1 on"
    assert judged.data == file.read_bytes()
