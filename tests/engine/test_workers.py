from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ckptlint.engine.check import CheckRequest, FixMode, Target, check
from ckptlint.engine.packs import PackEntry
from ckptlint.engine.registry import Registry, load_registry
from ckptlint.engine.workers import FILES_PER_WORKER, worker_count
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.settings import Settings

PACK = '''
"""Finds BAD. A file with KILL ends its process; with KILL_ONCE only the first time."""
import os
from pathlib import Path
from ckptlint.rule import *

def check(program):
    text = program.module.source.text
    marker = Path(program.module.source.path).with_suffix(".killed")
    if "KILL_ONCE" in text and not marker.exists():
        marker.write_text("")
        os._exit(7)
    if "KILL_ALWAYS" in text:
        os._exit(7)
    if "RAISE" in text:
        raise ValueError("no luck")
    span = Span(Position(1, 1), Position(1, 4))
    fix = Fix("Replace", (Edit(span, "GOOD"),), Applicability.SAFE)
    yield Finding(span, f"found BAD, process is main: {os.getpid() == MAIN}", fix=fix)

MAIN = MAIN_PROCESS
RULE = Rule(
    code="XYZ101", name="bad-word", documentation=__doc__, severity=Severity.ERROR,
    needles=((b"BAD",),), fix=FixAvailability.ALWAYS, evidence=(Evidence.STATIC,), check=check,
)
'''


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry with one pack, which worker processes can load too; the folder is empty."""
    name = f"pack_{uuid4().hex}"
    pack = tmp_path / "packs" / f"{name}.py"
    pack.parent.mkdir()
    pack.write_text(PACK.replace("MAIN_PROCESS", str(os.getpid())))
    monkeypatch.syspath_prepend(str(pack.parent))
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    return load_registry((PackEntry("extra", name, "extra", "1"),))


def asked(registry: Registry, processes: int, contents: list[str], **options: Any) -> CheckRequest:
    here = str(Path.cwd())
    settings = Settings(root=here, src=(here,), cache_dir=f"{here}/cache")
    targets = []
    for number, content in enumerate(contents):
        path = Path(f"file_{number:03}.py")
        path.write_text(content)
        targets.append(Target(str(path), settings))
    return CheckRequest(targets, registry=registry, processes=processes, **options)


MANY = 2 * FILES_PER_WORKER


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)


@pytest.mark.parametrize(
    ("files", "jobs", "count"),
    [
        (0, None, 1),
        (MANY - 1, None, 1),
        (MANY, None, 2),
        (100 * MANY, None, 2),
        (100 * MANY, 1, 1),
        (100 * MANY, 4, 4),
        (MANY, 4, 2),
    ],
)
def test_processes_are_started_only_where_there_is_enough_to_parse(
    files: int, jobs: int | None, count: int
) -> None:
    assert worker_count(files, jobs) == count


def messages(registry: Registry, processes: int, contents: list[str], **options: Any) -> list[str]:
    result = check(asked(registry, processes, contents, **options))
    assert result.faults == []
    return [f"{one.place.path} {one.message}" for one in result.findings]


def test_several_processes_find_what_one_finds_in_the_same_order(registry: Registry) -> None:
    contents = ["BAD = 1\n", "x = 1\n"] * MANY
    together = messages(registry, 2, contents)
    alone = messages(registry, 1, contents)
    assert alone == [
        f"file_{number:03}.py found BAD, process is main: True" for number in range(0, 2 * MANY, 2)
    ]
    assert together == [message.replace("True", "False") for message in alone]


def test_progress_reaches_the_end(registry: Registry) -> None:
    told: list[tuple[int, int]] = []
    contents = ["BAD = 1\n"] * MANY
    messages(registry, 2, contents, on_progress=lambda *step: told.append(step))
    assert told == [(done, MANY) for done in range(1, MANY + 1)]


def test_what_processes_found_is_kept(registry: Registry) -> None:
    contents = ["BAD = 1\n"] * MANY
    found = messages(registry, 2, contents, use_cache=True)
    assert found[0] == "file_000.py found BAD, process is main: False"
    assert messages(registry, 1, contents, use_cache=True) == found


def test_files_are_written_by_one_process_only(registry: Registry) -> None:
    contents = ["BAD = 1\n"] * MANY
    result = check(asked(registry, 2, contents, fix_mode=FixMode.DIFF))
    assert [diff.after for diff in result.diffs] == ["GOOD = 1\n"] * MANY
    assert Path("file_000.py").read_text() == "BAD = 1\n"
    check(asked(registry, 2, contents, fix_mode=FixMode.WRITE))
    assert {path.read_text() for path in Path.cwd().glob("*.py")} == {"GOOD = 1\n"}


def test_faults_in_processes_are_told(registry: Registry) -> None:
    contents = ["BAD = 1\n"] * MANY + ["BAD = 1  # RAISE\n"]
    result = check(asked(registry, 2, contents))
    (fault,) = result.faults
    assert fault.startswith(f"rule XYZ101 failed on file_{MANY:03}.py: ValueError: no luck (")
    assert len(result.findings) == MANY


def test_a_file_whose_process_dies_is_checked_again(registry: Registry) -> None:
    contents = ["BAD = 1\n"] * MANY
    contents[3] = "BAD = 1  # KILL_ONCE\n"
    assert len(messages(registry, 2, contents)) == MANY


def test_a_file_whose_process_dies_again_is_a_fault(registry: Registry) -> None:
    contents = ["BAD = 1\n"] * MANY
    contents[3] = contents[20] = "BAD = 1  # KILL_ALWAYS\n"
    result = check(asked(registry, 2, contents))
    assert result.faults == [
        "checking file_003.py failed: its process died twice",
        "checking file_020.py failed: its process died twice",
    ]
    assert len(result.findings) == MANY - 2


def test_wrong_settings_found_by_a_process_are_an_error(registry: Registry) -> None:
    made = asked(registry, 2, ["BAD = 1\n"] * MANY)
    wrong = Settings(root=str(Path.cwd()), environment=str(Path.cwd() / "missing"))
    targets = [Target(target.path, wrong) for target in made.targets]
    with pytest.raises(SettingsError) as raised:
        check(CheckRequest(targets, registry=registry, processes=2))
    assert str(raised.value) == f"environment {Path.cwd()}/missing is not a directory"


INTERRUPTED = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run in the background
sys.path.insert(0, sys.argv[2])
from ckptlint.engine.check import CheckRequest, Target, check
from ckptlint.engine.packs import PackEntry
from ckptlint.engine.registry import load_registry
from ckptlint.settings.settings import Settings

def main():
    os.sched_getaffinity = lambda process: {0, 1}
    settings = Settings(root=os.getcwd(), src=(os.getcwd(),))
    targets = [Target(name, settings) for name in sorted(os.listdir())]
    registry = load_registry((PackEntry("extra", sys.argv[1], "extra", "1"),))
    try:
        check(CheckRequest(targets, registry=registry, processes=2))
    except KeyboardInterrupt:
        print("interrupted")

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_an_interruption_leaves_no_process(tmp_path: Path, registry: Registry) -> None:
    mark = uuid4().hex
    pack = tmp_path / "packs" / f"sleepy_{mark}.py"
    sleep = "    Path('../started').write_text('')\n    import time; time.sleep(60)\n"
    pack.write_text(PACK.replace("MAIN_PROCESS", "0").replace("    span =", f"{sleep}    span ="))
    for number in range(MANY):
        Path(f"file_{number}.py").write_text("BAD = 1\n")
    script = tmp_path / f"script_{mark}.py"
    script.write_text(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, str(script), pack.stem, str(pack.parent)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (tmp_path / "started").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60) == ("interrupted\n", "")

    def left() -> list[str]:
        session = str(process.pid)
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[3] == session and fields[0] != "Z":
                found.append(status.parent.name)
        return found

    deadline = time.monotonic() + 30
    while left() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left() == []
