"""A line on a terminal that tells how far a long run has come."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Final

from ckptlint.cli.console import Level

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from ckptlint.cli.console import Console

_PATIENCE: Final = 1.0
_INTERVAL: Final = 0.1


class Progress:
    """Shows ``Checking 120/230 files`` on stderr, from one second on, and takes it away at the end.

    Nothing is shown where stderr is not a terminal, or messages are not wanted.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = monotonic) -> None:
        self._wanted = console.level >= Level.NORMAL and sys.stderr.isatty()
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._shown = False

    @property
    def callback(self) -> Callable[[int, int], None] | None:
        """What to call after each file; None if nothing is to be shown."""
        return self._show if self._wanted else None

    def __enter__(self) -> Progress:
        """Begin; nothing is shown yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _show(self, done: int, total: int) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next = now + _INTERVAL
        self._shown = True
        sys.stderr.write(f"\r\x1b[KChecking {done}/{total} files…")
        sys.stderr.flush()
