from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ckptlint
from ckptlint.engine import replay
from ckptlint.engine.day import Validity
from ckptlint.engine.replay import Replayed, lookup, names_beside, record

if TYPE_CHECKING:
    from collections.abc import Callable

ARGUMENTS = ["check", "src"]
LATER = time.time_ns() + 86_400 * 10**9  # later than any test of this run


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith("CKPTLINT_"):
            monkeypatch.delenv(name)


def cache() -> str:
    return str(Path.cwd() / ".ckptlint_cache")


def keep(*watched: Path, arguments: list[str] = ARGUMENTS, started: int = LATER) -> bool:
    run = Replayed("a.py:1:1 CKP201 é\n", "warning\n", 1)
    names = names_beside(cache())
    return record(arguments, run, [str(path) for path in watched], started, cache(), names)


def found(arguments: list[str] = ARGUMENTS) -> tuple[str, str, int] | None:
    run = lookup(arguments)
    return None if run is None else (run.stdout, run.stderr, run.exit_code)


KEPT = ("a.py:1:1 CKP201 é\n", "warning\n", 1)


def test_the_same_call_gives_the_same_run() -> None:
    assert found() is None
    assert keep()
    assert found() == KEPT
    assert found(["check", "."]) is None
    assert found([]) is None


@pytest.mark.parametrize("name", ["file.py", "folder", "missing.py"])
def test_a_run_is_replayed_while_everything_is_as_it_was(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.py").write_text("x = 1\n")
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    assert keep(tmp_path / "file.py", tmp_path / "folder", tmp_path / "missing.py")
    assert found() == KEPT
    if name == "folder":
        (path / "new.py").write_text("")
    else:
        path.write_text("x = 22\n")
    assert found() is None


@pytest.mark.parametrize(
    ("change", "is_seen"),
    [
        (lambda folder: (folder / ".ckptlint_cache" / "new").write_text(""), False),
        (lambda folder: (folder / "new.py").write_text(""), True),
        (lambda folder: (folder / "a.py").unlink(), True),
        (lambda folder: (folder / "a.py").rename(folder / "b.py"), True),
        (lambda folder: ((folder / "a.py").unlink(), (folder / "a.py").mkdir()), True),
        (lambda folder: (folder / "below").rmdir(), True),
    ],
)
def test_the_folder_around_the_cache_is_known_by_what_lies_in_it(
    tmp_path: Path, change: Callable[[Path], object], is_seen: bool
) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "below").mkdir()
    names = names_beside(cache())
    Path(cache()).mkdir()
    now = time.time_ns()  # the times of the folder and of what is in it are too young to trust
    assert record(ARGUMENTS, Replayed(*KEPT), [str(tmp_path)], now, cache(), names)
    assert found() == KEPT
    change(tmp_path)
    assert found() == (None if is_seen else KEPT)


def test_what_comes_beside_the_cache_while_it_is_run_is_not_recorded(tmp_path: Path) -> None:
    names = names_beside(cache())
    (tmp_path / "new.py").write_text("")
    assert not record(ARGUMENTS, Replayed(*KEPT), [str(tmp_path)], LATER, cache(), names)


def test_a_change_that_keeps_size_and_time_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    before = path.stat()
    keep(path)
    other = tmp_path / "b.py"
    other.write_text("y = 1\n")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert found() is None


@pytest.mark.parametrize("change", ["chmod", "unlink", "to folder"])
def test_what_else_is_a_change(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    keep(path)
    if change == "chmod":
        path.chmod(0o600 if path.stat().st_mode & 0o077 else 0o644)
    else:
        path.unlink()
        if change == "to folder":
            path.mkdir()
    assert found() is None


@pytest.mark.parametrize("variable", ["NO_COLOR", "VIRTUAL_ENV", "CKPTLINT_OUTPUT_FORMAT"])
def test_another_environment_is_another_call(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    keep()
    monkeypatch.setenv(variable, "something")
    assert found() is None


def test_another_folder_is_another_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep()
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert found() is None
    assert record(ARGUMENTS, Replayed(*KEPT), [], LATER, str(tmp_path / ".ckptlint_cache"), b"")
    assert found() == KEPT


@pytest.mark.parametrize("arguments", [["--cache-dir", "kept"], ["--cache-dir=kept"]])
def test_the_cache_folder_that_is_named_is_used(tmp_path: Path, arguments: list[str]) -> None:
    assert not keep(arguments=arguments)
    assert record(arguments, Replayed(*KEPT), [], LATER, str(tmp_path / "kept"), b"")
    assert found(arguments) == KEPT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]


def test_the_cache_folder_of_the_environment_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKPTLINT_CACHE_DIR", "kept")
    assert not keep()
    assert record(ARGUMENTS, Replayed(*KEPT), [], LATER, str(tmp_path / "kept"), b"")
    assert found() == KEPT


def test_a_run_over_files_that_have_just_changed_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    changed = max(path.stat().st_mtime_ns, path.stat().st_ctime_ns)
    assert not keep(path, started=changed + 10**9)
    assert not keep(path, started=changed - 10**9)
    assert found() is None
    assert keep(path, started=changed + 3 * 10**9)


def test_a_run_whose_output_could_not_be_told_apart_is_not_kept() -> None:
    assert not record(ARGUMENTS, Replayed("a\0b", "", 0), [], LATER, cache(), b"")


def test_a_run_is_the_same_until_a_suppression_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    validity = Validity.of(["2027-01-30", "2027-02-03"], "2027-01-31")
    assert record(ARGUMENTS, Replayed(*KEPT), [], LATER, cache(), b"", validity)
    same = []
    for day in ("2027-01-30", "2027-01-31", "2027-02-03", "2027-02-04"):
        monkeypatch.setattr("ckptlint.engine.day.today", lambda day=day: day)
        same.append(found() == KEPT)
    assert same == [False, True, True, False]


def test_a_run_without_last_days_does_not_ask_for_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    assert record(
        ARGUMENTS, Replayed(*KEPT), [], LATER, cache(), b"", Validity.of([], "2027-01-31")
    )
    monkeypatch.delattr("ckptlint.engine.day.today")
    assert found() == KEPT


def test_only_the_newest_runs_are_kept() -> None:
    for number in range(replay.KEPT_RUNS + 5):
        keep(arguments=["check", str(number)])
    assert len([*Path(cache()).rglob("runs/*")]) == replay.KEPT_RUNS
    assert found(["check", str(replay.KEPT_RUNS + 4)]) == KEPT


def test_a_cache_that_cannot_be_written_keeps_nothing() -> None:
    Path(".ckptlint_cache").write_text("")
    assert not keep()
    assert found() is None


@given(st.integers(0, 10**6), st.integers(0, 9), st.binary(max_size=4))
def test_a_damaged_record_counts_as_none(
    tmp_path_factory: pytest.TempPathFactory, position: int, lost: int, damage: bytes
) -> None:
    folder = tmp_path_factory.mktemp("project")
    previous = Path.cwd()
    os.chdir(folder)
    try:
        keep(folder / "missing.py")
        (path,) = Path(cache()).rglob("runs/*")
        whole = path.read_bytes()
        position %= len(whole) + 1
        damaged = whole[:position] + damage + whole[position + lost :]
        path.write_bytes(damaged)
        assert found() == (KEPT if damaged == whole else None)
    finally:
        os.chdir(previous)


@given(st.lists(st.binary(max_size=6), max_size=8))
def test_a_foreign_record_with_a_right_checksum_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, fields: list[bytes]
) -> None:
    from zlib import crc32

    folder = tmp_path_factory.mktemp("project")
    previous = Path.cwd()
    os.chdir(folder)
    try:
        keep()
        (path,) = Path(cache()).rglob("runs/*")
        key = path.read_bytes().partition(b"\n")[2].partition(b"\0")[0]
        payload = b"\0".join([key, *fields])
        path.write_bytes(b"ckptlint run 1 %08x %d\n%s" % (crc32(payload), len(payload), payload))
        run = lookup(ARGUMENTS)
        assert run is None or isinstance(run.exit_code, int)
    finally:
        os.chdir(previous)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner here")
def test_a_record_of_another_user_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    keep()
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)
    assert found() is None


def test_lookup_imports_nothing_of_weight() -> None:
    script = (
        "import sys; before = set(sys.modules)\n"
        "from ckptlint.engine.replay import lookup\n"
        "lookup(['check'])\n"
        "print(sorted(set(sys.modules) - before - {'zlib', '__future__'}))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "['ckptlint', 'ckptlint.engine', 'ckptlint.engine.replay']\n"


def test_every_environment_variable_that_is_read_is_part_of_the_call() -> None:
    (package,) = ckptlint.__path__
    read: set[str] = set()
    for path in Path(package).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        is_replayed = {"server", "verify"}.isdisjoint(path.relative_to(package).parts)
        if "environ" in text and path.name != "replay.py" and is_replayed:
            constants = [
                node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)
            ]
            read |= {
                node.value
                for node in constants
                if isinstance(node.value, str)
                and node.value.isidentifier()
                and node.value.isupper()
                and len(node.value) > 3
            }
    assert {"NO_COLOR", "VIRTUAL_ENV"} <= read
    # What Python itself reads shows in `sys.path`, which is part of the call; codes are no names.
    elsewhere = ("CKPTLINT_", "PYTHON", "CKP9")
    unlisted = {name for name in read if not name.startswith(elsewhere)} - {*replay.VARIABLES}
    assert unlisted == set()
