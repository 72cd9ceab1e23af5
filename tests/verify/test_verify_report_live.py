from __future__ import annotations

import io
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import TYPE_CHECKING

import pytest
from verify_samples import DIVERGING_TARGET, EXACT_TARGET, ONE_STOP, UNRUN_TARGET

from ckptlint.verify.reports.live import Live, LiveTable, PlainLines, Silent
from ckptlint.verify.reports.rich_table import RichTable
from ckptlint.verify.verdict import CheckVerdict, TargetVerdict, Verdict

if TYPE_CHECKING:
    from rich.console import RenderableType

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def tell(live: Live, *targets: TargetVerdict) -> None:
    """Tell all that a run of `targets` tells."""
    for target in targets:
        live.target_started(target.target)
        for check in target.checks:
            live.check_started(target.target, check.name, 2)
            live.case_done(target.target, check.name)
            live.case_done(target.target, check.name)
            live.check_done(target.target, check)
        live.target_done(target)


def test_plain_lines() -> None:
    stream = io.StringIO()
    with LiveTable(stream, color=False, width=80, plain=True) as live:
        tell(live, EXACT_TARGET, DIVERGING_TARGET, UNRUN_TARGET)
    assert stream.getvalue().splitlines() == [
        "models/persistence.py::build: exact-restart: exact",
        "models/persistence.py::build: generator: exact",
        "models/drift.py::DriftModel: exact-restart: diverges at step 5 (+30 h)",
        "models/drift.py::DriftModel: generator: exact",
        "models/drift.py::DriftModel: interrupted-write: unproven",
        "package.models:Broken: unproven",
    ]


def test_plain_lines_have_colors_only_if_they_are_wanted() -> None:
    stream = io.StringIO()
    PlainLines(stream, color=True).check_done("a.py::b", ONE_STOP)
    assert stream.getvalue() == (
        "\x1b[1ma.py::b: exact-restart\x1b[0m: \x1b[1;91mdiverges\x1b[0m at step 5 (+30 h)\n"
    )


def test_plain_lines_show_no_control_characters() -> None:
    stream = io.StringIO()
    PlainLines(stream, color=False).check_done("a\x1b[2J\n", CheckVerdict("c", Verdict.EXACT))
    assert stream.getvalue() == "a␛[2J␊: c: exact\n"


class SlowStream(io.StringIO):
    """Writes in two parts, and lets another thread go on between them."""

    def write(self, text: str) -> int:
        half = len(text) // 2
        written = super().write(text[:half])
        sleep(0.0005)
        return written + super().write(text[half:])


def test_plain_lines_of_many_threads_stay_whole() -> None:
    stream = SlowStream()
    with LiveTable(stream, False, 80, plain=True) as live, ThreadPoolExecutor(8) as pool:
        for number in range(100):
            pool.submit(tell, live, EXACT_TARGET._replace(target=f"target {number}"))
    written = stream.getvalue().splitlines()
    checks = [check.name for check in EXACT_TARGET.checks]
    assert sorted(written) == sorted(f"target {n}: {c}: exact" for n in range(100) for c in checks)


def test_silent_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with Silent() as live:
        tell(live, EXACT_TARGET, DIVERGING_TARGET)
    assert capfd.readouterr() == ("", "")


def shown_by(table: RichTable, height: int = 24, width: int = 80) -> list[str]:
    """Give the rows that a table shows now."""
    from rich.console import Console

    renderable: RenderableType = table._table()
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    with console.capture() as capture:
        console.print(renderable)
    return [line.rstrip() for line in capture.get().splitlines()]


def test_rows() -> None:
    table = RichTable(io.StringIO(), color=False, width=80)
    tell(table, DIVERGING_TARGET, UNRUN_TARGET)
    table.target_started("models/new.py::build")
    table.target_started("models/some.py::build")
    table.check_done("models/some.py::build", CheckVerdict("generator", Verdict.EXACT))
    table.check_started("models/some.py::build", "exact-restart", 11)
    table.case_done("models/some.py::build", "exact-restart")
    table.case_done("models/some.py::build", "exact-restart")
    rows = [re.sub("[━╸╺ ]{3,}", "   ", row) for row in shown_by(table)]
    assert rows == [
        "models/drift.py::DriftModel  diverges  1 exact, 1 diverges, 1 unproven",
        "package.models:Broken   unproven",
        "models/new.py::build   0 done   starting",
        "models/some.py::build   1 done   exact-restart 2/11",
    ]


def test_bar_is_as_long_as_what_is_done() -> None:
    def bar(done: int) -> str:
        table = RichTable(io.StringIO(), color=False, width=80)
        table.check_started("a", "c", 4)
        for _ in range(done):
            table.case_done("a", "c")
        return shown_by(table)[0]

    assert [bar(done).count("━") for done in (0, 2, 4)] == [0, 6, 12]
    # More cases than were announced are no mistake worth an end.
    assert "4/4" in bar(9)


def test_checks_that_run_at_once_are_all_named() -> None:
    table = RichTable(io.StringIO(), color=False, width=100)
    table.check_started("a", "one", 3)
    table.check_started("a", "two", 5)
    table.case_done("a", "two")
    assert shown_by(table, width=100)[0].endswith("one 0/3, two 1/5")


def test_events_in_any_order_are_taken() -> None:
    table = RichTable(io.StringIO(), color=False, width=80)
    table.case_done("a", "never started")
    table.check_done("b", CheckVerdict("c", Verdict.EXACT))
    table.target_done(EXACT_TARGET)
    assert [row.split()[0] for row in shown_by(table)] == ["a", "b", EXACT_TARGET.target]


def test_what_has_no_room_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "6")
    monkeypatch.setenv("COLUMNS", "80")
    table = RichTable(io.StringIO(), color=False, width=80)
    for number in range(5):
        tell(table, EXACT_TARGET._replace(target=f"exact {number}"))
    tell(table, DIVERGING_TARGET._replace(target="wrong"))
    for number in range(2):
        table.target_started(f"new {number}")
    rows = shown_by(table, height=6)
    assert [row.split("  ")[0] for row in rows] == [
        "exact 4",
        "wrong",
        "new 0",
        "new 1",
        "and 4 targets more: 4 exact",
    ]


@pytest.mark.parametrize("width", [30, 50, 80])
def test_rows_fit_the_width(width: int) -> None:
    table = RichTable(io.StringIO(), color=False, width=width)
    tell(table, DIVERGING_TARGET._replace(target="a/very/long/path/to/a/file/" * 4 + "m.py::end"))
    table.check_started("another/" * 9, "a-check-with-a-long-name", 100)
    rows = shown_by(table, width=width)
    assert len(rows) == 2
    assert max(map(len, rows)) <= width
    assert "::end" in rows[0]


def test_table_shows_no_control_characters_and_no_markup() -> None:
    table = RichTable(io.StringIO(), color=False, width=80)
    table.check_started("a\x1b[2J[red]b[/]", "c\x07[bold]", 1)
    (row,) = shown_by(table)
    assert row.startswith("a␛[2J[red]b[/]  ")
    assert row.endswith("c␇[bold] 0/1")


@pytest.mark.parametrize("color", [False, True])
def test_table_goes_away(color: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = io.StringIO()
    with LiveTable(stream, color=color, width=80, plain=False) as live:
        tell(live, DIVERGING_TARGET)
    text = stream.getvalue()
    assert "models/drift.py::DriftModel" in text
    # The cursor is back, and what stood there is erased, line after line from below.
    assert text.endswith("\x1b[1A\x1b[2K")
    assert "\x1b[?25h" in text
    assert ("\x1b[1;91mdiverges" in text) is color
    assert "diverges" in ESCAPE.sub("", text)


def test_table_goes_away_on_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = io.StringIO()

    def interrupted() -> None:
        with LiveTable(stream, color=False, width=80, plain=False) as live:
            live.target_started("a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "\x1b[?25h" in stream.getvalue()


def test_without_rich_there_are_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ckptlint.verify.reports.rich_table")
    for name in [name for name in sys.modules if name.partition(".")[0] == "rich"]:
        monkeypatch.setitem(sys.modules, name, None)  # type: ignore[arg-type]
    stream = io.StringIO()
    with LiveTable(stream, color=False, width=80, plain=False) as live:
        tell(live, UNRUN_TARGET)
    assert stream.getvalue() == "package.models:Broken: unproven\n"
