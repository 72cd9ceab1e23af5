"""Workflows killed at each of their writes and run again: what the check says of them."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the workflows need the extra `verify`")

from ckptlint.verify.case import Limits
from ckptlint.verify.checks import workflow_restart
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

_HEAD = """\
import os
import random

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    rows, out = path / "rows", path / "out"
    out.mkdir(exist_ok=True)
"""


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(seconds=120), 2) as made:
        yield made


def checked(body: str, crew: LocalCrew, folder: Path) -> CheckVerdict:
    """Check a workflow whose `run(path)` has this body."""
    file = folder / "target.py"
    file.write_text(_HEAD + indent(dedent(body), "    "), "utf-8")
    target = parse_target(f"{file}::run", str(folder))
    work = folder / "work"
    work.mkdir()
    check, _ = workflow_restart.check(Subject(Plan(target, {}), VerifyOptions(), crew, str(work)))
    return check


_LOOP = """
with Checkpoint("run", path=rows{options}) as session:
    for step in range(session.write_count, 5):
        {first}
        {second}
"""
_OUTPUT = "(out / str(step)).write_text(str(step))"
_WRITE = "session.write(step=step)"


def loop(first: str = _OUTPUT, second: str = _WRITE, options: str = "") -> str:
    return _LOOP.format(first=first, second=second, options=options)


def test_the_output_before_the_write_survives_every_kill(crew: LocalCrew, tmp_path: Path) -> None:
    check = checked(loop(), crew, tmp_path)
    assert (check.verdict, check.reason) == (
        Verdict.EXACT,
        "the same output after each of 5 kills and restarts",
    )


def test_the_output_after_the_write_is_lost(crew: LocalCrew, tmp_path: Path) -> None:
    check = checked(loop(_WRITE, _OUTPUT), crew, tmp_path)
    assert (check.verdict, check.stop, check.blame) == (Verdict.DIVERGES, 0, "`out/0` is missing")
    assert check.reason == (
        "killed after its write 1 and run again, the workflow ends otherwise: `out/0` is missing"
    )
    assert "CKP304" in check.codes


def test_a_step_that_is_done_twice_makes_a_log_longer(crew: LocalCrew, tmp_path: Path) -> None:
    line = "print(step, file=open(out / 'log', 'a'))"
    check = checked(loop(line, options=", flush_interval=5"), crew, tmp_path)
    assert (check.stop, check.blame) == (0, "`out/log` is 2 bytes too long")


def test_writes_that_were_never_committed_are_told(crew: LocalCrew, tmp_path: Path) -> None:
    check = checked(loop(options=", flush_interval=2"), crew, tmp_path)
    assert (check.verdict, check.blame) == (
        Verdict.DIVERGES,
        "the last write on line 14, which no flush follows",
    )
    assert check.reason == "when the workflow ended 1 write was not committed, and so lost"
    assert check.codes == ("CKP302", "CKP306")


def test_a_flush_behind_the_with_commits_them(crew: LocalCrew, tmp_path: Path) -> None:
    check = checked(loop(options=", flush_interval=2") + "session.flush()", crew, tmp_path)
    assert (check.verdict, check.reason) == (
        Verdict.EXACT,
        "the same output after each of 6 kills and restarts",
    )


def test_what_is_returned_is_compared(crew: LocalCrew, tmp_path: Path) -> None:
    body = 'with Checkpoint("run", path=rows) as session:\n    first = session.write_count\n'
    check = checked(body + "    session.write()\nreturn [first]\n", crew, tmp_path)
    assert (check.stop, check.blame) == (0, "what it returns differs")


def test_without_output_the_last_row_is_compared(crew: LocalCrew, tmp_path: Path) -> None:
    check = checked(loop("pass").replace("out.mkdir", ""), crew, tmp_path)
    assert check.reason == "the same last row after each of 5 kills and restarts"
    again = loop("pass").replace("session.write_count", "0")
    (tmp_path / "again").mkdir()
    check = checked(again, crew, tmp_path / "again")
    assert (check.stop, check.blame) == (0, "the last row of `rows` differs")


@pytest.mark.parametrize(
    ("body", "stop", "blame"),
    [
        ("Checkpoint('run', path=rows).write(step=1)", None, "raises AttributeError: "),
        (
            loop("assert not step or step == session.write_count == 0"),
            None,
            "raises AssertionError",
        ),
        (loop("assert step == 0 or session.write_count < 3", "session.write()"), None, "raises"),
        (
            "with Checkpoint('run', path=rows) as session:\n"
            "    if session:\n        raise LookupError('a row')\n    session.write()\n",
            0,
            "raises LookupError: a row",
        ),
    ],
)
def test_what_it_raises_is_to_blame(
    crew: LocalCrew, tmp_path: Path, body: str, stop: int | None, blame: str
) -> None:
    check = checked(body, crew, tmp_path)
    assert (check.verdict, check.stop) == (Verdict.DIVERGES, stop)
    assert check.blame is not None
    assert check.blame.startswith(blame)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("pass", "the workflow writes nothing"),
        (
            loop("(out / str(step)).write_text(str(random.random()))"),
            "the workflow's output is not the same when it is run in one go with other random "
            "seeds, so this cannot be told",
        ),
        ("os._exit(3)", "the workflow failed: "),
    ],
)
def test_what_cannot_be_told(crew: LocalCrew, tmp_path: Path, body: str, reason: str) -> None:
    check = checked(body, crew, tmp_path)
    assert check.verdict is Verdict.UNPROVEN
    assert check.reason is not None
    assert check.reason.startswith(reason)


def test_a_checkpoint_elsewhere_cannot_be_judged(crew: LocalCrew, tmp_path: Path) -> None:
    body = f"with Checkpoint('run', path={str(tmp_path / 'elsewhere')!r}) as s:\n    s.write()"
    check = checked(body, crew, tmp_path)
    assert check.verdict is Verdict.UNPROVEN
    assert check.reason is not None
    assert check.reason.startswith(f"its checkpoint is kept in `{tmp_path / 'elsewhere'}`, outside")


def test_a_checkpoint_without_a_folder_is_kept_apart(crew: LocalCrew, tmp_path: Path) -> None:
    body = loop().replace(", path=rows", "")
    assert checked(body, crew, tmp_path).verdict is Verdict.EXACT


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 9, 40])
@pytest.mark.parametrize(("wanted", "most"), [(1, 3), (3, 3), (4, 4), (8, 8), (24, 8)])
def test_the_first_two_writes_and_the_last_are_tried(count: int, wanted: int, most: int) -> None:
    stops = workflow_restart.stops_to_try(count, wanted)
    assert list(stops) == sorted(set(stops))
    assert {1, min(2, count), count} <= set(stops)
    assert len(stops) == min(count, most)
