"""Cases on the workers of real clusters: the same outcomes as on this machine, whatever is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="cases run where the extra `verify` is installed")
pytest.importorskip("distributed", reason="a cluster needs dask.distributed")

import cluster_cases
import distributed

from ckptlint.verify import cluster, recording
from ckptlint.verify.case import MEBIBYTE, Case, FailureKind, Limits
from ckptlint.verify.cluster import ClusterCrew, ClusterError
from ckptlint.verify.crew import LocalCrew
from ckptlint.verify.options import VerifyOptions
from ckptlint.verify.plan import Plan
from ckptlint.verify.subject import Subject
from ckptlint.verify.target import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ckptlint.verify.crew import Crew

ROLLOUTS = Path(__file__).parents[2] / "fixtures" / "rollouts"
SHORT = Limits(seconds=5)
LIGHTLY = "from ckptlint.verify import supervision\nsupervision._PRELOADED.clear()\n"
"""Keeps what starts a worker's cases from importing torch, which takes it 10 s."""

FATAL_MODEL = """
import multiprocessing, os, signal, time
from pathlib import Path
from good_plain import Plain


class Fatal(Plain):
    def _save_checkpoint_state(self, x, coords):
        killed = Path(__file__).with_name("killed")
        if self.checkpoint.checkpoint_write_count == 3 and not killed.exists():
            killed.touch()
            os.kill(multiprocessing.parent_process().pid, signal.SIGKILL)
            time.sleep(60)
        super()._save_checkpoint_state(x, coords)


def build():
    return Fatal()
"""


def started(
    workers: int, preload: str | None = None, allowed_failures: int = 3
) -> distributed.LocalCluster:
    settings = {"dashboard": False, "dashboard_address": ":0", "allowed_failures": allowed_failures}
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, scheduler_kwargs=settings, preload=preload
    )


@pytest.fixture(scope="module")
def lightly(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("preload") / "lightly.py"
    path.write_text(LIGHTLY)
    return str(path)


@pytest.fixture(scope="module")
def light(lightly: str) -> Iterator[distributed.LocalCluster]:
    """Two workers with nannies, which a case may lose once."""
    with started(2, lightly, allowed_failures=1) as workers:
        yield workers


@pytest.fixture(scope="module")
def local() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(), 2) as crew:
        yield crew


@pytest.fixture(scope="module")
def full(
    tmp_path_factory: pytest.TempPathFactory, local: LocalCrew
) -> Iterator[tuple[ClusterCrew, Path]]:
    """A crew of two workers that have imported Earth2Studio, and its workspace."""
    workspace = tmp_path_factory.mktemp("workspace")
    here = local.submit(Case(cluster_cases.double, (1,)))
    with (
        started(2) as workers,
        ClusterCrew(workers.scheduler_address, Limits(), str(workspace)) as crew,
    ):
        there = [crew.submit(Case(time.sleep, (1,))) for _ in range(2)]
        assert [future.result().failure for future in [here, *there]] == [None] * 3
        yield crew, workspace


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def comes_true(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def subject_of(file: Path, crew: Crew, folder: Path) -> Subject:
    folder.mkdir()
    target = parse_target(f"{file}::build", str(file.parent), (str(file.parent),))
    return Subject(Plan(target, {}), VerifyOptions(steps=6), crew, str(folder))


def rows_of(subject: Subject) -> int:
    return len(list(recording.Folders(subject.root).store.glob("**/commits/*")))


@pytest.mark.parametrize("name", ["good_plain", "bad_late_save"])
def test_restarts_are_those_of_this_machine(
    name: str, local: LocalCrew, full: tuple[ClusterCrew, Path]
) -> None:
    crew, workspace = full
    file = ROLLOUTS / f"{name}.py"
    here = subject_of(file, local, workspace / f"{name}-here").restarts
    there = subject_of(file, crew, workspace / f"{name}-there").restarts
    assert [one.is_exact for one in there.values()] == [name == "good_plain"] * 6
    assert there == here
    # A worker's own process stays small: only what starts its cases has imported torch.
    assert list(crew._client.run(lambda: "torch" in sys.modules).values()) == [False] * 2


def test_a_rollout_whose_worker_is_killed_is_recorded_as_if_nothing_were(
    local: LocalCrew, full: tuple[ClusterCrew, Path], tmp_path: Path
) -> None:
    crew, workspace = full
    for name in ("grid.py", "good_plain.py"):
        shutil.copy(ROLLOUTS / name, tmp_path)
    file = tmp_path / "fatal.py"
    file.write_text(FATAL_MODEL)
    killed = tmp_path / "killed"
    killed.touch()
    here = subject_of(file, local, workspace / "fatal-here")
    assert here.recorded.length == 7
    killed.unlink()
    there = subject_of(file, crew, workspace / "fatal-there")
    assert there.recorded._replace(seconds=0) == here.recorded._replace(seconds=0)
    assert killed.exists()
    assert rows_of(there) == rows_of(here) == 7


def test_what_an_earlier_try_recorded_is_gone(local: LocalCrew, tmp_path: Path) -> None:
    subject = subject_of(ROLLOUTS / "bad_late_save.py", local, tmp_path / "subject")
    first = subject.recorded
    again = local.submit(Case(recording.record, (subject.plan, subject.root))).result().value
    assert again._replace(seconds=0) == first._replace(seconds=0)
    assert rows_of(subject) == first.length


def test_outcomes_are_those_of_this_machine(
    local: LocalCrew, light: distributed.LocalCluster, tmp_path: Path
) -> None:
    local.submit(Case(cluster_cases.double, (1,))).result()  # the limit is not for the import
    notes = {name: tmp_path / name for name in ("here", "there")}
    with (
        LocalCrew(SHORT, 2) as here,
        ClusterCrew(light.scheduler_address, SHORT, str(tmp_path)) as there,
    ):
        begun = {}
        for crew, (name, folder) in zip((here, there), notes.items(), strict=True):
            folder.mkdir()
            cases = [
                Case(cluster_cases.double, (21,)),
                Case(int, ("no number",)),
                Case(sys.exit, (3,)),
                Case(cluster_cases.abort, (str(folder),)),
                Case(cluster_cases.wait_to_be_killed, (), 0.2),
                Case(time.sleep, (60,)),
            ]
            begun[name] = [crew.submit(case) for case in cases]
        outcomes = {
            name: [future.result(60) for future in futures] for name, futures in begun.items()
        }
    assert [one.value for one in outcomes["there"]] == [42] + [None] * 5
    failures = {
        name: [one.failure[:2] for one in found[1:] if one.failure is not None]
        for name, found in outcomes.items()
    }
    assert failures["there"] == failures["here"]
    assert [kind for kind, _ in failures["there"]] == [
        FailureKind.RAISED,
        FailureKind.EXITED,
        FailureKind.DIED,
        FailureKind.KILLED,
        FailureKind.TIME,
    ]
    raised = outcomes["there"][1].failure
    assert raised is not None
    assert raised.details.endswith("ValueError: " + raised.message.partition(": ")[2] + "\n")
    assert len(list(notes["there"].iterdir())) == 1  # a case that dies is no lost worker


@pytest.mark.parametrize(
    ("case", "limits", "kind"),
    [
        (
            Case(cluster_cases.fill_memory, (400,)),
            Limits(memory=200 * MEBIBYTE, seconds=30),
            FailureKind.MEMORY,
        ),
        (
            Case(cluster_cases.print_much, (4,)),
            Limits(output=2 * MEBIBYTE, seconds=30),
            FailureKind.OUTPUT,
        ),
    ],
    ids=["memory", "output"],
)
def test_limits_hold_on_a_worker(
    case: Case, limits: Limits, kind: FailureKind, light: distributed.LocalCluster, tmp_path: Path
) -> None:
    with ClusterCrew(light.scheduler_address, limits, str(tmp_path)) as crew:
        failure = crew.submit(case).result().failure
    assert failure is not None
    assert failure.kind is kind


def test_a_case_whose_worker_is_killed_runs_again(
    light: distributed.LocalCluster, tmp_path: Path
) -> None:
    tried = tmp_path / "tried"
    with ClusterCrew(light.scheduler_address, Limits(), str(tmp_path)) as crew:
        outcome = crew.submit(Case(cluster_cases.kill_first_worker, (str(tried),))).result(60)
        assert outcome.value == "the second try"
        # The process of the first try must not write beside that of the second.
        assert comes_true(lambda: not is_running(int(tried.read_text())))


def test_a_case_that_loses_every_worker_dies(
    light: distributed.LocalCluster, tmp_path: Path
) -> None:
    with ClusterCrew(light.scheduler_address, Limits(), str(tmp_path)) as crew:
        failure = crew.submit(Case(cluster_cases.kill_worker)).result(60).failure
        assert failure is not None
        assert failure.kind is FailureKind.LOST
        assert failure.message.startswith("its worker was lost 4 times, at last tcp://127.0.0.1:")
        # The nannies have new workers, and the crew goes on with them.
        assert crew.submit(Case(cluster_cases.double, (2,))).result(60).value == 4


def test_the_end_of_a_crew_is_not_that_of_its_cluster(
    light: distributed.LocalCluster, tmp_path: Path
) -> None:
    notes = [tmp_path / f"process{number}" for number in range(8)]
    with ClusterCrew(light.scheduler_address, Limits(), str(tmp_path)) as crew:
        futures = [crew.submit(Case(cluster_cases.note_process, (str(note),))) for note in notes]
        assert comes_true(lambda: sum(note.exists() for note in notes) == 2)
        ending = time.monotonic()
    assert time.monotonic() - ending < 5
    running = [int(note.read_text()) for note in notes if note.exists()]
    assert len(running) == 2
    assert not any(map(is_running, running))
    assert all(future.done() for future in futures)
    assert sum(future.cancelled() for future in futures) == 6
    assert not list(tmp_path.glob(".ckptlint-*"))
    with ClusterCrew(light.scheduler_address, Limits(), str(tmp_path)) as crew:
        assert crew.submit(Case(cluster_cases.double, (3,))).result(60).value == 6


def test_a_case_that_has_no_room_is_dropped(
    light: distributed.LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_FAREWELL", 0.5)
    note = tmp_path / "process"
    with distributed.Client(light.scheduler_address, set_as_default=False) as client:
        others = client.map(time.sleep, [2.0, 2.1])
        with ClusterCrew(light.scheduler_address, Limits(), str(tmp_path)) as crew:
            future = crew.submit(Case(cluster_cases.note_process, (str(note),)))
        assert future.cancelled()
        client.gather(others)
    assert not note.exists()


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs /proc")
def test_a_worker_that_does_not_see_the_workspace_is_named(
    light: distributed.LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This path means another folder to each process, as an unshared disk does on each machine."""
    monkeypatch.chdir(tmp_path)
    with distributed.Client(light.scheduler_address, set_as_default=False) as client:
        before = client.run(os.getcwd)
        blind = sorted(before)[1]
        try:
            client.run(os.chdir, str(tmp_path))
            with ClusterCrew(light.scheduler_address, Limits(), "/proc/self/cwd") as crew:
                assert crew.submit(Case(cluster_cases.double, (4,))).result(60).value == 8
            client.run(os.chdir, "/", workers=[blind])
            with pytest.raises(ClusterError) as raised:
                ClusterCrew(light.scheduler_address, Limits(), "/proc/self/cwd")
        finally:
            for address, folder in before.items():
                client.run(os.chdir, folder, workers=[address])
    assert str(raised.value) == f"the worker {blind} does not see the workspace `/proc/self/cwd`"
    assert not list(tmp_path.glob(".ckptlint-*"))


def test_other_versions_are_named(
    light: distributed.LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = dict(cluster._versions())
    assert set(versions) == {"Python", "ckptlint", "torch", "earth2studio"}
    others = tuple({**versions, "torch": "1.0", "earth2studio": "0.1"}.items())
    monkeypatch.setattr(cluster, "_versions", lambda: others)
    with pytest.raises(ClusterError) as raised:
        ClusterCrew(light.scheduler_address, Limits(), str(tmp_path))
    told = (
        f" has torch {versions['torch']} where 1.0 is required"
        f" and earth2studio {versions['earth2studio']} where 0.1 is required"
    )
    assert str(raised.value).startswith("the worker tcp://127.0.0.1:")
    assert str(raised.value).endswith(told)


def test_a_worker_that_cannot_run_ckptlint_is_named(
    light: distributed.LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_shortcoming", lambda _: __import__("no_such_module"))
    with pytest.raises(ClusterError) as raised:
        ClusterCrew(light.scheduler_address, Limits(), str(tmp_path))
    told = " cannot run ckptlint: ModuleNotFoundError: No module named 'no_such_module'"
    assert str(raised.value).startswith("the worker tcp://127.0.0.1:")
    assert str(raised.value).endswith(told)


def test_a_worker_that_joins_later_is_looked_at_too(
    light: distributed.LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if none had been there at first: only what comes with the case asks for versions."""

    async def look_away(crew: ClusterCrew) -> None:
        pass

    monkeypatch.setattr(ClusterCrew, "_inspect_workers", look_away)
    monkeypatch.setattr(cluster, "_versions", lambda: (("Python", "2.7"),))
    with ClusterCrew(light.scheduler_address, Limits(), str(tmp_path)) as crew:
        future = crew.submit(Case(cluster_cases.double, (5,)))
        with pytest.raises(ClusterError, match=r"the worker tcp://.* where 2\.7 is required"):
            future.result(60)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nowhere.json", "`nowhere.json` is neither an address nor a scheduler file"),
        ("tcp://127.0.0.1:1", "the scheduler tcp://127.0.0.1:1 cannot be reached: "),
    ],
)
def test_a_scheduler_that_is_not_there(
    address: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_CONNECTING", 0.5)
    with pytest.raises(ClusterError) as raised:
        ClusterCrew(address, Limits(), str(tmp_path))
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_workers_by_command_until_all_are_gone(lightly: str, tmp_path: Path) -> None:
    """One with a nanny, one without; the scheduler is found by its file.

    It gives a case up at the first loss, as it does where many workers go at once.
    """
    with started(0, allowed_failures=0) as scheduler:
        file = tmp_path / "scheduler.json"
        with distributed.Client(scheduler, set_as_default=False) as client:
            client.write_scheduler_file(str(file))
        with pytest.raises(ClusterError, match=r"no worker has joined the scheduler .* within 0.5"):
            ClusterCrew(str(file), Limits(), str(tmp_path), patience=0.5)
        command = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-dashboard"]
        command += ["--scheduler-file", str(file), "--nthreads", "2", "--preload", lightly]
        command += ["--local-directory", str(tmp_path)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        processes = [
            subprocess.Popen(
                [*command, nanny],
                env=environment,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for nanny in ("--nanny", "--no-nanny")
        ]
        try:
            scheduler.wait_for_workers(2, timeout=30)
            with ClusterCrew(str(file), Limits(), str(tmp_path), patience=2) as crew:
                notes = [tmp_path / f"process{number}" for number in range(4)]
                futures = [
                    crew.submit(Case(cluster_cases.note_process, (str(note),))) for note in notes
                ]
                assert comes_true(lambda: all(note.exists() for note in notes))
                for process in processes:
                    os.killpg(process.pid, signal.SIGKILL)
                for future in futures:
                    with pytest.raises(ClusterError, match="has had no worker for 2 s"):
                        future.result(30)
                with pytest.raises(ClusterError, match="has had no worker for 2 s"):
                    crew.submit(Case(cluster_cases.double, (6,))).result(30)
        finally:
            for process in processes:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        assert comes_true(lambda: not any(is_running(int(note.read_text())) for note in notes))
