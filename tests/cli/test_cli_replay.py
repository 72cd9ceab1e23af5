"""A call that is made again over unchanged files is answered from the record of the first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ckptlint.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("words", "project")

Captured = pytest.CaptureFixture[str]
CALL = ("a.py", "src", "--output-format", "concise")


@pytest.fixture(autouse=True)
def files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make two files, and trust the times of files however young."""
    monkeypatch.setattr("ckptlint.engine.replay.RACY_NANOSECONDS", -(10**18))
    (project / "src").mkdir()
    (project / "a.py").write_text("safe_word\n")
    (project / "src" / "b.py").write_text("plain_word\n")


@pytest.fixture
def is_replayed(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Callable[..., bool]:
    """Give what tells whether a call is answered without being carried out."""

    def ask(*arguments: str) -> bool:
        carried_out = []

        def dispatch(arguments: Sequence[str]) -> int:
            carried_out.append(arguments)
            return 0

        with monkeypatch.context() as patch:
            patch.setattr("ckptlint.cli.dispatch.dispatch", dispatch)
            main(arguments)
        capsys.readouterr()
        return not carried_out

    return ask


def test_the_answer_is_the_same(capsys: Captured, is_replayed: Callable[..., bool]) -> None:
    assert not is_replayed(*CALL)
    first = main(CALL), *capsys.readouterr()
    assert is_replayed(*CALL)
    assert (main(CALL), *capsys.readouterr()) == first
    assert first == (
        1,
        "a.py:1:1: CKP801 [*] Found `safe_word`\nsrc/b.py:1:1: CKP803 Found `plain_word`\n"
        "Found 2 errors.\n[*] 1 fixable with `--fix`.\n",
        "",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "a.py").write_text("longer safe_word\n"),
        lambda folder: (folder / "src" / "b.py").unlink(),
        lambda folder: (folder / "src" / "c.py").write_text(""),
        lambda folder: (folder / "src" / "ckptlint.toml").write_text(""),
        lambda folder: (folder / "pyproject.toml").write_text(""),
        lambda folder: (folder / "src" / ".gitignore").write_text("b.py\n"),
    ],
)
def test_a_change_of_anything_that_counts_calls_for_a_new_run(
    project: Path, is_replayed: Callable[..., bool], change: Callable[[Path], object]
) -> None:
    main(CALL)
    assert is_replayed(*CALL)
    change(project)
    assert not is_replayed(*CALL)


@pytest.mark.parametrize("name", ["uv.lock", "requirements-gpu.txt", "pyproject.toml"])
def test_a_changed_pin_of_earth2studio_calls_for_a_new_run(
    project: Path, is_replayed: Callable[..., bool], name: str
) -> None:
    packages = project / "env" / "site-packages"
    packages.mkdir(parents=True)
    call = (*CALL, "--config", f"environment = '{packages}'")
    main(call)
    assert is_replayed(*call)
    (project / name).write_text("")
    assert not is_replayed(*call)
    main(call)
    (packages / "earth2studio-0.18.0.dist-info").mkdir()
    assert not is_replayed(*call)


def test_the_first_run_is_recorded_although_it_makes_the_cache(
    project: Path, monkeypatch: pytest.MonkeyPatch, is_replayed: Callable[..., bool]
) -> None:
    monkeypatch.setattr("ckptlint.engine.replay.RACY_NANOSECONDS", 0)
    time.sleep(0.05)  # what changes in the tick of the clock in which the run begins is racy
    main([])
    assert (project / ".ckptlint_cache").is_dir()
    assert is_replayed()
    (project / "new.py").write_text("")
    assert not is_replayed()


def test_another_call_is_another_run(is_replayed: Callable[..., bool]) -> None:
    main(CALL)
    assert not is_replayed(*CALL, "--color", "always")
    assert not is_replayed("check", *CALL)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--fix",),
        ("--fix-only",),
        ("--no-cache",),
        ("--verbose",),
        ("-o", "report.txt"),
        ("--show-files",),
        ("--show-settings",),
        ("gone.py",),
    ],
)
def test_what_does_more_than_tell_is_done_each_time(
    is_replayed: Callable[..., bool], arguments: tuple[str, ...]
) -> None:
    main([*CALL, *arguments])
    assert not is_replayed(*CALL, *arguments)


def test_a_difference_is_told_again(is_replayed: Callable[..., bool]) -> None:
    main([*CALL, "--diff"])
    assert is_replayed(*CALL, "--diff")


def test_a_suppression_expires_between_two_calls(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a.py").write_text("safe_word  # noqa: CKP801 until=2027-01-31\n")
    (project / "src" / "b.py").unlink()
    codes = []
    for day in ("2027-01-30", "2027-01-31", "2027-02-01", "2027-02-02", "2027-01-31"):
        monkeypatch.setattr("ckptlint.engine.day.today", lambda day=day: day)
        monkeypatch.setattr("ckptlint.cli.check.today", lambda day=day: day)
        codes.append(main(CALL))
    assert codes == [0, 0, 1, 1, 0]
    assert capsys.readouterr().out.count("a.py:1:1: CKP801") == 2


def test_the_day_may_be_named(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "a.py").write_text("safe_word  # noqa: CKP801 until=2027-01-31\n")
    for day, code in (("2027-01-31", 0), ("2027-02-01", 1), ("2027-01-31", 0)):
        monkeypatch.setenv("CKPTLINT_TODAY", day)
        assert main(("a.py", "-q")) == code
    monkeypatch.setenv("CKPTLINT_TODAY", "tomorrow")
    capsys.readouterr()
    assert main(("a.py", "-q")) == 2
    assert capsys.readouterr().err == (
        "error: the environment variable CKPTLINT_TODAY: `tomorrow` is no day, write YYYY-MM-DD\n"
    )
