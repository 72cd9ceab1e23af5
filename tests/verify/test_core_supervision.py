"""Cases in child processes: whatever one does, there is an outcome, and nothing is left of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import core_cases

from ckptlint.verify.case import MEBIBYTE, Case, FailureKind, Limits, Outcome
from ckptlint.verify.crew import LocalCrew
from ckptlint.verify.supervision import supervise

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = Limits(seconds=20, memory=2048 * MEBIBYTE, output=MEBIBYTE)


def line_of(marker: str) -> str:
    """Give the place of the line that carries a marker, as messages write it."""
    path = Path(core_cases.__file__)
    lines = path.read_text("utf-8").splitlines()
    [number] = [number for number, line in enumerate(lines, 1) if line.endswith(f"# {marker}")]
    return f"{path.name}:{number}"


RAISED = line_of("raised")


@pytest.fixture(scope="module", autouse=True)
def server() -> Outcome:
    """Wait for the server; its start counts to no case, so that a short limit does no harm."""
    return supervise(Case(core_cases.answer), LIMITS._replace(seconds=3))


def run(work: Callable[..., Any], *arguments: Any, limits: Limits = LIMITS, **rest: Any) -> Outcome:
    return supervise(Case(work, arguments, **rest), limits)


def beats(folder: Path) -> bool:
    """Tell whether a process still writes its file."""
    before = (folder / "beat").stat().st_mtime_ns
    time.sleep(0.2)
    return (folder / "beat").stat().st_mtime_ns != before


def test_the_import_of_the_server_counts_to_no_case(server: Outcome) -> None:
    assert (server.value, server.failure) == ((), None)


def test_a_value() -> None:
    outcome = run(core_cases.answer, 1, "größe", None)
    assert (outcome.value, outcome.failure) == ((1, "größe", None), None)
    assert 0 < outcome.seconds < 10


@pytest.mark.parametrize(
    ("work", "arguments", "kind", "message"),
    [
        (core_cases.raise_error, ("a\n b",), FailureKind.RAISED, f"ValueError: a b ({RAISED})"),
        (core_cases.raise_error, ("",), FailureKind.RAISED, f"ValueError ({RAISED})"),
        (core_cases.raise_error, ("x" * 600,), FailureKind.RAISED,
         f"ValueError: {'x' * 500}... ({RAISED})"),
        (core_cases.raise_awkward_error, (), FailureKind.RAISED,
         f"AwkwardError ({line_of('awkward')})"),
        (core_cases.interrupt, (), FailureKind.RAISED,
         f"KeyboardInterrupt ({line_of('interrupted')})"),
        (core_cases.leave, (3,), FailureKind.EXITED, "the code called sys.exit(3)"),
        (core_cases.leave, (None,), FailureKind.EXITED, "the code called sys.exit(None)"),
        (core_cases.leave, ("no",), FailureKind.EXITED, "the code called sys.exit('no')"),
        (core_cases.leave_at_once, (0,), FailureKind.EXITED, "its process exited with code 0"),
        (core_cases.leave_at_once, (7,), FailureKind.EXITED, "its process exited with code 7"),
        (core_cases.end_by, (signal.SIGKILL,), FailureKind.DIED,
         "its process was ended by SIGKILL"),
        (core_cases.end_by, (signal.SIGSEGV,), FailureKind.DIED,
         "its process was ended by SIGSEGV"),
    ],
)  # fmt: skip
def test_an_end_without_an_answer(
    work: Callable[..., Any], arguments: tuple[Any, ...], kind: FailureKind, message: str
) -> None:
    outcome = run(work, *arguments)
    assert outcome.value is None
    assert outcome.failure is not None
    assert (outcome.failure.kind, outcome.failure.message) == (kind, message)


def test_the_details_of_a_failure() -> None:
    raised = run(core_cases.raise_error, "no").failure
    assert raised is not None
    assert raised.details.startswith("Traceback (most recent call last):")
    assert raised.details.endswith("ValueError: no\n")
    died = run(core_cases.leave_at_once, 1).failure
    assert died is not None
    assert died.details == "last words\n"


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (core_cases.give_lambda, "AttributeError: Can't pickle local object"),
        (core_cases.give_untaken, "its answer cannot be read: FileNotFoundError: "),
    ],
)
def test_an_answer_that_cannot_be_taken(work: Callable[[], Any], message: str) -> None:
    failure = run(work).failure
    assert failure is not None
    assert failure.kind is FailureKind.RAISED
    assert failure.message.startswith(message)


@pytest.mark.parametrize(
    ("work", "arguments", "limits", "kind", "message"),
    [
        (core_cases.hang, (), LIMITS._replace(seconds=0.3), FailureKind.TIME,
         "it took longer than 0.3 s and was ended"),
        (core_cases.take_memory, (900 * MEBIBYTE,), LIMITS._replace(memory=800 * MEBIBYTE),
         FailureKind.MEMORY, "it took more than 800 MiB of memory and was ended"),
        (core_cases.take_memory_in_a_child, (900 * MEBIBYTE,),
         LIMITS._replace(memory=800 * MEBIBYTE), FailureKind.MEMORY,
         "it took more than 800 MiB of memory and was ended"),
        (core_cases.flood, (), LIMITS, FailureKind.OUTPUT,
         "it printed more than 1 MiB and was ended"),
    ],
)  # fmt: skip
def test_limits(
    work: Callable[..., Any],
    arguments: tuple[Any, ...],
    limits: Limits,
    kind: FailureKind,
    message: str,
) -> None:
    outcome = run(work, *arguments, limits=limits)
    assert outcome.failure is not None
    assert (outcome.failure.kind, outcome.failure.message) == (kind, message)
    assert outcome.seconds < 10
    if kind is FailureKind.MEMORY:
        assert outcome.memory > 800 * MEBIBYTE
    if kind is FailureKind.OUTPUT:
        assert outcome.failure.details == "x" * 2000


@pytest.mark.parametrize("new_session", [False, True])
def test_what_a_case_has_started_ends_with_it(tmp_path: Path, new_session: bool) -> None:
    outcome = run(
        core_cases.start_others, str(tmp_path), True, new_session,
        limits=LIMITS._replace(seconds=1.5),
    )  # fmt: skip
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.TIME
    assert not beats(tmp_path)


def test_what_a_case_leaves_behind_in_its_group_ends_too(tmp_path: Path) -> None:
    assert run(core_cases.start_others, str(tmp_path), False, False).failure is None
    assert not beats(tmp_path)


def test_a_case_may_use_processes_of_its_own() -> None:
    assert run(core_cases.use_a_pool).value == [2, 4, 6]


def test_a_kill_is_counted_from_when_the_case_is_under_way(tmp_path: Path) -> None:
    outcome = run(core_cases.walk, str(tmp_path / "lines"), 0.5, killed_after=0.4)
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.KILLED
    assert outcome.failure.message == "it was killed on purpose"
    assert 0.9 <= outcome.seconds < 5
    assert 5 <= len((tmp_path / "lines").read_text().splitlines()) <= 100


def test_a_case_that_is_never_under_way_is_not_killed() -> None:
    assert run(core_cases.answer, 1, killed_after=0.0).value == (1,)


def test_the_stop_event() -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    outcome = supervise(Case(core_cases.hang), LIMITS, stop)
    assert outcome.failure is not None
    assert (outcome.failure.kind, outcome.failure.message) == (
        FailureKind.KILLED,
        "it was interrupted",
    )
    assert outcome.seconds < 5


def test_what_is_printed_goes_nowhere_and_nothing_is_read(capfd: Any) -> None:
    assert run(core_cases.speak).value == ""
    assert capfd.readouterr() == ("", "")


def test_each_case_has_a_fresh_process_and_a_scratch_folder() -> None:
    outcomes = [run(core_cases.surroundings).value for _ in range(2)]
    for number, session, scratch, main, folder in outcomes:
        assert number == session != os.getsid(0)
        assert not Path(scratch).exists()
        assert (main, folder) == ("__main__", str(Path.cwd()))
    assert outcomes[0][0] != outcomes[1][0]
    assert outcomes[0][2] != outcomes[1][2]
    assert [run(core_cases.count_calls).value for _ in range(2)] == [1, 1]


def test_the_server_has_imported_what_takes_long_and_no_more() -> None:
    names = ("torch", "earth2studio.utils.checkpoint", "earth2studio.run", "pytest", __name__)
    assert run(core_cases.imported, *names).value == [*names[:3]]


def test_a_crew_keeps_the_order() -> None:
    with LocalCrew(LIMITS, 3) as crew:
        found = crew.run([Case(core_cases.answer, (number,)) for number in range(6)])
    assert [outcome.value for outcome in found] == [(number,) for number in range(6)]


def test_an_error_ends_what_a_crew_runs() -> None:
    started = time.monotonic()
    crew = LocalCrew(LIMITS, 1)
    with pytest.raises(LookupError), crew:  # noqa: PT012 - all of it is what the error ends
        running, waiting = (crew.submit(Case(core_cases.hang)) for _ in range(2))
        time.sleep(0.2)
        raise LookupError
    failure = running.result().failure
    assert failure is not None
    assert failure.message == "it was interrupted"
    assert waiting.cancelled()
    assert time.monotonic() - started < 10
