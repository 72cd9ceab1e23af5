"""The progress line: on a terminal only, after a second, and gone at the end."""

from __future__ import annotations

import io
import sys

import pytest

from ckptlint.cli.console import Console, Level
from ckptlint.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def use_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def run(console: Console, times: list[float]) -> None:
    clock = Clock()
    with Progress(console, clock) as progress:
        for done, now in enumerate(times, start=1):
            clock.now = 100.0 + now
            if progress.callback is not None:
                progress.callback(done, len(times))


def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = use_terminal(monkeypatch)
    run(Console(), [0.1, 0.5, 0.99])
    assert terminal.getvalue() == ""


def test_a_long_run_is_shown_now_and_then_and_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = use_terminal(monkeypatch)
    run(Console(), [0.5, 1.0, 1.05, 1.2])
    assert terminal.getvalue() == (
        "\r\x1b[KChecking 2/4 files\N{HORIZONTAL ELLIPSIS}"
        "\r\x1b[KChecking 4/4 files\N{HORIZONTAL ELLIPSIS}"
        "\r\x1b[K"
    )


def test_the_line_goes_away_when_the_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = use_terminal(monkeypatch)
    clock = Clock()

    def fail() -> None:
        with Progress(Console(), clock) as progress:
            clock.now += 2
            assert progress.callback is not None
            progress.callback(1, 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert terminal.getvalue().endswith("files\N{HORIZONTAL ELLIPSIS}\r\x1b[K")


@pytest.mark.parametrize("level", [Level.QUIET, Level.SILENT])
def test_who_wants_no_messages_gets_no_line(monkeypatch: pytest.MonkeyPatch, level: Level) -> None:
    terminal = use_terminal(monkeypatch)
    run(Console(level), [2.0, 3.0])
    assert terminal.getvalue() == ""


def test_nothing_is_shown_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    run(Console(), [2.0, 3.0])
    assert stream.getvalue() == ""
