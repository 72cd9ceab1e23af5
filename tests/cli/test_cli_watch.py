"""``ckptlint check --watch`` as a process, on a pipe and on a terminal."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ckptlint.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name != "posix", reason="reads with a time limit")

FLUSHES = """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(step=1)
    session.flush()
"""
WRITES = FLUSHES.replace("    session.flush()\n", "")
FOUND = (
    "run.py:5:5: CKP301 [*] `session.flush()` commits nothing: "
    "at `flush_interval=1` each `write` has committed already\n"
)
FOUND_ONE = f"{FOUND}Found 1 error.\n[*] 1 fixable with `--fix`.\n"
GRID = Path(__file__).resolve().parents[2] / "fixtures" / "ckp201" / "good_grid.py"
PARENT = """\
from good_grid import RestartModel


class Parent(RestartModel):
    def _keep(self, x, coords):
        self._save_checkpoint_state(x, coords)
"""
CHILD = """\
from parent import Parent


class Child(Parent):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        while True:
            x, coords = self(x, coords)
            self._keep(x, coords)
            yield x, coords
"""
_END = "] Watching for file changes.\n"
_PATIENCE = 30


class Watch:
    """A watching process, of which one report after the other is read."""

    def __init__(self, folder: Path, *arguments: str, terminal: bool = False) -> None:
        variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("CKPTLINT_") and name not in ("NO_COLOR", "FORCE_COLOR")
        }
        reader, writer = os.openpty() if terminal else os.pipe()
        self._reader = reader
        self._text = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ckptlint", "check", "--watch", *arguments],
            cwd=folder,
            stdout=writer,
            stderr=writer,
            env={**variables, "TERM": "xterm"},
        )
        os.close(writer)

    def report(self) -> str:
        """Wait for a report, and give it without the times of day."""
        deadline = time.monotonic() + _PATIENCE
        while _END not in self._text:
            left = deadline - time.monotonic()
            assert left > 0, f"no further report after {self._text!r}"
            if select.select([self._reader], [], [], left)[0]:
                data = os.read(self._reader, 1 << 16)
                assert data, f"the process has ended after {self._text!r}"
                self._text += data.decode().replace("\r\n", "\n")
        report, end, self._text = self._text.partition(_END)
        without_progress = re.sub(r"\r\x1b\[K(?:Checking [^\r]*…)?", "", report + end)
        return re.sub(r"\[\d\d:\d\d:\d\d\]", "[]", without_progress)

    def has_more(self) -> bool:
        """Tell whether anything was written beyond the last report."""
        return bool(self._text) or bool(select.select([self._reader], [], [], 0)[0])

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_PATIENCE)

    def stop_reading(self) -> None:
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.stop_reading()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "run.py").write_text(FLUSHES)
    return tmp_path


@pytest.fixture
def watch(folder: Path) -> Iterator[Watch]:
    watching = Watch(folder, "--output-format=concise")
    yield watching
    watching.end()


def report(title: str, body: str) -> str:
    return f"[] {title}\n\n{body}\n[] Watching for file changes.\n"


def change(names: str, body: str) -> str:
    return report(f"File change detected: {names}", body)


START = "Starting linter in watch mode..."
PASSED = "All checks passed!\n"


def test_each_change_is_reported_until_the_user_interrupts(folder: Path, watch: Watch) -> None:
    assert watch.report() == report(START, FOUND_ONE)
    (folder / "run.py").write_text(WRITES)
    assert watch.report() == change("run.py", PASSED)
    (folder / "new.py").write_text(FLUSHES)
    assert watch.report() == change(".", FOUND_ONE.replace("run.py", "new.py"))
    (folder / "ckptlint.toml").write_text('exclude = ["new.py"]\n')
    assert watch.report() == change("ckptlint.toml", PASSED)
    (folder / "ckptlint.toml").unlink()
    assert watch.report() == change("ckptlint.toml", FOUND_ONE.replace("run.py", "new.py"))
    (folder / "new.py").unlink()
    assert watch.report() == change("new.py", PASSED)
    assert not watch.has_more()
    assert watch.interrupt() == 130


def test_faulty_settings_are_told_and_the_watch_goes_on(folder: Path, watch: Watch) -> None:
    watch.report()
    (folder / "ckptlint.toml").write_text('extend = "base.toml"\n')
    message = "error: ckptlint.toml:1: `extend` names a file that is not there: "
    assert watch.report() == change("ckptlint.toml", f"{message}{folder / 'base.toml'}\n")
    (folder / "base.toml").write_text("selct = []\n")
    message = "error: base.toml:1: unknown setting `selct` (did you mean `select`?)\n"
    assert watch.report() == change("base.toml", message)
    (folder / "base.toml").write_text('ignore = ["CKP301"]\n')
    assert watch.report() == change("base.toml", PASSED)


def test_a_base_class_in_a_file_that_is_not_checked_counts(tmp_path: Path) -> None:
    (tmp_path / "good_grid.py").write_bytes(GRID.read_bytes())
    (tmp_path / "parent.py").write_text(PARENT)
    (tmp_path / "child.py").write_text(CHILD)
    watch = Watch(tmp_path, "--output-format=concise", "--select=CKP201", "child.py")
    try:
        assert watch.report() == report(START, PASSED)
        (tmp_path / "parent.py").write_text(
            PARENT.replace("self._save_checkpoint_state(x, coords)", "print(coords)")
        )
        assert watch.report() == change(
            "parent.py",
            "child.py:10:13: CKP201 this boundary is yielded with no save since the start of "
            "the rollout\nFound 1 error.\n"
            "1 unsafe fix available with `--fix --unsafe-fixes`.\n",
        )
        (tmp_path / "parent.py").write_text(PARENT)
        assert watch.report() == change("parent.py", PASSED)
    finally:
        watch.end()


def test_fixing_does_not_answer_to_its_own_writing(folder: Path) -> None:
    (folder / "other.py").write_text("x = 1\n")
    watch = Watch(folder, "--fix", "--output-format=concise")
    try:
        fixed = "Found 1 error (1 fixed, 0 remaining).\n"
        assert watch.report() == report(START, fixed)
        assert (folder / "run.py").read_text() == WRITES
        for _ in range(2):
            (folder / "other.py").write_text(FLUSHES)
            assert watch.report() == change("other.py", fixed)
            assert (folder / "other.py").read_text() == WRITES
        assert not watch.has_more()
    finally:
        watch.end()


def test_a_report_in_a_watched_folder_is_no_change(folder: Path) -> None:
    watch = Watch(folder, "--output-format=json", "--output-file=report.md")
    try:
        assert watch.report() == report(START, "")
        assert '"CKP301"' in (folder / "report.md").read_text()
        (folder / "run.py").write_text(WRITES)
        assert watch.report() == change("run.py", "")
        assert (folder / "report.md").read_text().strip() == "[]"
        assert not watch.has_more()
    finally:
        watch.end()


def test_what_changes_nothing_is_not_shown(folder: Path, watch: Watch) -> None:
    watch.report()
    (folder / ".run.py.swp").write_bytes(b"\0")
    os.utime(folder / ".run.py.swp")
    time.sleep(0.3)
    (folder / "run.py").write_text(WRITES)
    assert watch.report() == change("run.py", PASSED)


def test_the_process_ends_with_its_reader(watch: Watch) -> None:
    watch.report()
    watch.stop_reading()
    assert watch.process.wait(_PATIENCE) == 0


def test_a_terminal_is_cleared_for_each_report(folder: Path) -> None:
    watch = Watch(folder, "--output-format=concise", "--color=never", terminal=True)
    try:
        clear = "\x1b[H\x1b[2J"
        assert watch.report() == clear + report(START, FOUND_ONE)
        (folder / "run.py").write_text(WRITES)
        assert watch.report() == clear + change("run.py", PASSED)
    finally:
        watch.end()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--diff"], "`--watch` and `--diff` exclude each other"),
        (["--fix", "--prove"], "`--watch` and `--prove` exclude each other"),
        (["--write-baseline"], "`--watch` and `--write-baseline` exclude each other"),
        (["--add-noqa"], "`--watch` and `--add-noqa` exclude each other"),
        (["--show-files"], "`--watch` and `--show-files` exclude each other"),
        (["-"], "`--watch` looks at files, and cannot be joined with `-`"),
        (
            ["--output-format=json"],
            "`--watch` would write json to stdout again and again: choose `--output-format` "
            "full, concise or grouped, or name a file with `-o`",
        ),
        (["nowhere.py"], "nowhere.py: no such file or folder"),
        (["--config", "selct = []"], "unknown setting `selct` (did you mean `select`?)"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    (project / "run.py").write_text(FLUSHES)
    assert main(["check", "--watch", *arguments]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert message in error
    assert error.count("error:") == 1
