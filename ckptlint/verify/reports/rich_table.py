"""The live table on a terminal, drawn by rich."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ckptlint.reports.display import printable
from ckptlint.verify.reports.wording import verdict_counts
from ckptlint.verify.reports.wrapping import columns, shortened
from ckptlint.verify.verdict import Verdict, overall

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self, TextIO

    from rich.console import RenderableType

    from ckptlint.verify.verdict import CheckVerdict, TargetVerdict

_STYLES = {
    Verdict.EXACT: "green",
    Verdict.DIVERGES: "bold bright_red",
    Verdict.UNPROVEN: "bold bright_yellow",
}
_BAR_WIDTH = 12
_GAP = 2
# The line that counts what does not fit, and the line of the cursor.
_LINES_BESIDE_ROWS = 2


@dataclass(slots=True)
class _Check:
    """A check that runs: how many cases it has, and how many of them are done."""

    cases: int
    done: int = 0


@dataclass(slots=True)
class _Row:
    """What is known about a target."""

    running: dict[str, _Check] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    verdict: Verdict | None = None


class RichTable:
    """Shows a row per target: its checks, how far those that run have come, its verdict."""

    def __init__(self, stream: TextIO, color: bool, width: int) -> None:
        self._console = Console(
            file=stream,
            width=width,
            force_terminal=True,
            color_system="standard" if color else None,
            highlight=False,
        )
        self._rows: dict[str, _Row] = {}
        self._lock = Lock()
        # What a model prints is then shown above the table instead of through it.
        self._live = Live(
            console=self._console,
            get_renderable=self._table,
            refresh_per_second=8,
            transient=True,
            redirect_stdout=sys.stdout is not None and sys.stdout.isatty(),
            redirect_stderr=sys.stderr is not None and sys.stderr.isatty(),
        )

    def target_started(self, target: str) -> None:
        """Show the row of a target."""
        with self._lock:
            self._rows.setdefault(target, _Row())

    def check_started(self, target: str, check: str, cases: int) -> None:
        """Show that a check runs, which has so many cases."""
        with self._lock:
            self._rows.setdefault(target, _Row()).running[check] = _Check(cases)

    def case_done(self, target: str, check: str) -> None:
        """Move the bar of a target on."""
        with self._lock:
            running = self._rows.setdefault(target, _Row()).running
            if check in running:
                running[check].done += 1

    def check_done(self, target: str, check: CheckVerdict) -> None:
        """Count a check among those that are done."""
        with self._lock:
            row = self._rows.setdefault(target, _Row())
            row.running.pop(check.name, None)
            row.verdicts.append(check.verdict)

    def target_done(self, target: TargetVerdict) -> None:
        """Show the verdict on a target."""
        with self._lock:
            row = self._rows.setdefault(target.target, _Row())
            row.running.clear()
            row.verdict = target.verdict

    def __enter__(self) -> Self:
        """Begin to show."""
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the table away."""
        self._live.stop()

    def _table(self) -> RenderableType:
        with self._lock:
            limit = max(1, self._console.height - _LINES_BESIDE_ROWS)
            shown, hidden = _divide(self._rows, limit)
            state_width = max(map(len, Verdict))
            room = max(self._console.width - state_width - 2 * _GAP, 2)
            name_width = min(max(map(columns, shown), default=0), room // 2)
            table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
            table.add_column(width=name_width, no_wrap=True)
            table.add_column(width=state_width, no_wrap=True)
            table.add_column(width=room - name_width, no_wrap=True, overflow="ellipsis")
            for name in shown:
                table.add_row(Text(shortened(name, name_width)), *_cells(self._rows[name]))
            rest = _rest([self._rows[name] for name in hidden])
            return Group(table, rest) if rest else table


def _divide(rows: dict[str, _Row], limit: int) -> tuple[list[str], list[str]]:
    """Tell which targets are shown, in their order, and which have no room.

    Those that run come first, then those that are not exact, then the latest.
    """
    names = list(rows)
    if len(names) <= limit:
        return names, []

    def urgency(place: int) -> tuple[bool, bool, int]:
        verdict = rows[names[place]].verdict
        return verdict is not None, verdict is Verdict.EXACT, -place

    kept = {names[place] for place in sorted(range(len(names)), key=urgency)[:limit]}
    shown = [name for name in names if name in kept]
    return shown, [name for name in names if name not in kept]


def _cells(row: _Row) -> tuple[RenderableType, RenderableType]:
    """Give the verdict with its checks; before there is one, what is done and what runs."""
    if row.verdict is not None:
        return Text(row.verdict, style=_STYLES[row.verdict]), _painted_counts(row.verdicts)
    done = Text(f"{len(row.verdicts)} done")
    if row.verdicts:
        done.stylize(_STYLES[overall(row.verdicts)])
    return done, _progress(row)


def _progress(row: _Row) -> RenderableType:
    """Draw one bar for all cases of the checks that run, and name those."""
    if not row.running:
        return Text("" if row.verdicts else "starting", style="dim")
    counts = {name: (min(each.done, each.cases), each.cases) for name, each in row.running.items()}
    done = sum(done for done, _ in counts.values())
    total = sum(cases for _, cases in counts.values())
    names = ", ".join(f"{printable(name)} {done}/{all_}" for name, (done, all_) in counts.items())
    bar = ProgressBar(
        total=max(total, 1), completed=done, complete_style="cyan", finished_style="cyan"
    )
    progress = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    progress.add_column(width=_BAR_WIDTH)
    progress.add_column(no_wrap=True, overflow="ellipsis")
    progress.add_row(bar, Text(names))
    return progress


def _painted_counts(verdicts: Sequence[Verdict]) -> Text:
    """Count checks by verdict, each count in its colour."""
    counts = [
        Text(counted, style=_STYLES[verdict])
        for verdict in Verdict
        if (counted := verdict_counts(each for each in verdicts if each is verdict))
    ]
    return Text(", ").join(counts)


def _rest(rows: Sequence[_Row]) -> Text:
    """Count the targets that have no room."""
    if not rows:
        return Text("")
    counts = verdict_counts(row.verdict for row in rows if row.verdict is not None)
    noun = "target" if len(rows) == 1 else "targets"
    return Text(f"and {len(rows)} {noun} more{f': {counts}' if counts else ''}", style="dim")
