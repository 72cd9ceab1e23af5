"""What can be seen while `verify` runs: a live table on a terminal, lines elsewhere, or nothing."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Protocol

from ckptlint.reports.display import printable
from ckptlint.reports.pen import Ink, Pen
from ckptlint.verify.reports.inks import VERDICT_INKS
from ckptlint.verify.reports.wording import step_text
from ckptlint.verify.verdict import Verdict

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self, TextIO

    from ckptlint.verify.verdict import CheckVerdict, TargetVerdict


class Live(Protocol):
    """What a run tells as it goes on; any thread may call any method."""

    def target_started(self, target: str) -> None:
        """Tell that work on a target begins."""

    def check_started(self, target: str, check: str, cases: int) -> None:
        """Tell that a check begins, which has so many cases."""

    def case_done(self, target: str, check: str) -> None:
        """Tell that one more case of a check is done."""

    def check_done(self, target: str, check: CheckVerdict) -> None:
        """Tell what a check found."""

    def target_done(self, target: TargetVerdict) -> None:
        """Tell what was found about a target."""

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave nothing behind that the final report says again."""


class Silent:
    """Shows nothing, for reports that programs read."""

    def target_started(self, target: str) -> None:
        """Show nothing."""

    def check_started(self, target: str, check: str, cases: int) -> None:
        """Show nothing."""

    def case_done(self, target: str, check: str) -> None:
        """Show nothing."""

    def check_done(self, target: str, check: CheckVerdict) -> None:
        """Show nothing."""

    def target_done(self, target: TargetVerdict) -> None:
        """Show nothing."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End."""


class PlainLines(Silent):
    """Writes a line for each check that is done, and for each target that has no checks."""

    def __init__(self, stream: TextIO, color: bool) -> None:
        self._stream = stream
        self._pen = Pen(color)
        self._lock = Lock()

    def check_done(self, target: str, check: CheckVerdict) -> None:
        """Write what a check found."""
        where = ""
        if check.verdict is not Verdict.EXACT and check.first_step is not None:
            where = f" at {step_text(check.first_step, check.lead_time_hours)}"
        self._line(f"{target}: {check.name}", check.verdict, where)

    def target_done(self, target: TargetVerdict) -> None:
        """Write the verdict on a target of which no line has told yet."""
        if not target.checks:
            self._line(target.target, target.verdict)

    def _line(self, subject: str, verdict: Verdict, where: str = "") -> None:
        said = self._pen.paint(verdict, VERDICT_INKS[verdict])
        title = self._pen.paint(printable(subject), Ink.TITLE)
        with self._lock:
            self._stream.write(f"{title}: {said}{where}\n")
            self._stream.flush()


class LiveTable:
    """A table with a row per target while `verify` runs; it is gone when the report comes.

    Parameters
    ----------
    stream : TextIO
        Where to write: stderr.
    color : bool
        Whether to write ANSI colours.
    width : int
        How many columns a row may take.
    plain : bool
        Whether to write lines instead, as where no terminal shows the stream. That is also done
        where rich is not installed.
    """

    def __init__(self, stream: TextIO, color: bool, width: int, plain: bool) -> None:
        self._shown: Live = PlainLines(stream, color)
        if not plain:
            try:
                from ckptlint.verify.reports.rich_table import RichTable
            except ImportError:
                return
            self._shown = RichTable(stream, color, width)

    def target_started(self, target: str) -> None:
        """Show that work on a target begins."""
        self._shown.target_started(target)

    def check_started(self, target: str, check: str, cases: int) -> None:
        """Show that a check begins, which has so many cases."""
        self._shown.check_started(target, check, cases)

    def case_done(self, target: str, check: str) -> None:
        """Show that one more case of a check is done."""
        self._shown.case_done(target, check)

    def check_done(self, target: str, check: CheckVerdict) -> None:
        """Show what a check found."""
        self._shown.check_done(target, check)

    def target_done(self, target: TargetVerdict) -> None:
        """Show what was found about a target."""
        self._shown.target_done(target)

    def __enter__(self) -> Self:
        """Begin to show."""
        self._shown.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the table away; lines stay."""
        self._shown.__exit__(kind, error, traceback)
