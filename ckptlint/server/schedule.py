"""Which document is checked next: what was typed first, and not amid a burst of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from ckptlint.server.documents import OpenDocument
    from ckptlint.server.inspection import Checked

DEBOUNCE: Final = 0.03
"""How long a document is left alone after a change that came close upon another: seconds."""


class Check:
    """One document that is to be checked, or is being checked.

    Attributes
    ----------
    uri : str
        The document.
    due : float
        When to begin, on the clock of the loop: seconds.
    future : asyncio.Future[Checked | None]
        The result.
    is_typed : bool
        Whether somebody looks at the document, and not only something that it rests on changed.
    is_outdated : bool
        Whether it has begun, and nobody wants its result any more.
    document : OpenDocument or None
        The document as it is checked.
    touched : tuple[str, ...]
        The paths of other documents that rest on what has changed.
    alarm : asyncio.TimerHandle or None
        What ends the check if it takes too long.
    """

    def __init__(
        self, uri: str, due: float, future: asyncio.Future[Checked | None], is_typed: bool
    ) -> None:
        self.uri = uri
        self.due = due
        self.future = future
        self.is_typed = is_typed
        self.is_outdated = False
        self.document: OpenDocument | None = None
        self.touched: tuple[str, ...] = ()
        self.alarm: asyncio.TimerHandle | None = None

    @property
    def name(self) -> str:
        """The document, as the user knows it."""
        return self.uri if self.document is None else self.document.path

    def answer(self, checked: Checked | None) -> None:
        """Give the result to who waits for it."""
        if not self.future.done():
            self.future.set_result(checked)


class Schedule:
    """The checks to come, at most one for each document, and the one that is running.

    Parameters
    ----------
    make_future : callable
        Makes what a check's result is put into.
    """

    def __init__(self, make_future: Callable[[], asyncio.Future[Checked | None]]) -> None:
        self.debounce = DEBOUNCE
        self.running: Check | None = None
        self._make_future = make_future
        self._waiting: dict[str, Check] = {}
        self._last_change: dict[str, float] = {}

    def change(self, uri: str, now: float) -> None:
        """Add a check of a document that was opened or changed.

        It is due at once, unless the change came close upon another. A check that nobody looks at
        gives way.
        """
        last = self._last_change.get(uri)
        is_burst = last is not None and now - last < self.debounce
        self._last_change[uri] = now
        running = self.running
        if running is not None and not running.is_typed and running.uri != uri:
            self.add(running.uri, now)
        self.add(uri, now + self.debounce if is_burst else now, is_typed=True)

    def add(self, uri: str, due: float, *, is_typed: bool = False) -> Check:
        """Add a check; one that is running of the same document is outdated."""
        running = self.running_on(uri)
        if running is not None:
            running.is_outdated = True
        check = self._waiting.get(uri)
        if check is None:
            # Who waits for the outdated check gets the result of the one after it.
            future = self._make_future() if running is None else running.future
            check = self._waiting[uri] = Check(uri, due, future, is_typed)
        else:
            check.due = max(due, check.due)
            check.is_typed = check.is_typed or is_typed
        return check

    def drop(self, uri: str) -> None:
        """Take a document that was closed from the checks; who waits for it gets nothing."""
        self._last_change.pop(uri, None)
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.answer(None)
        running = self.running_on(uri)
        if running is not None:
            running.is_outdated = True

    def find(self, uri: str) -> Check | None:
        """Give the check that will tell of a document as it is now."""
        return self._waiting.get(uri) or self.running_on(uri)

    def next(self) -> Check | None:
        """Give the check to begin with when it is due; None if there is none."""
        return min(
            self._waiting.values(), key=lambda check: (not check.is_typed, check.due), default=None
        )

    def begin(self, check: Check) -> None:
        """Take a check from those to come."""
        del self._waiting[check.uri]
        self.running = check

    def end(self) -> None:
        """Take note that nothing is running."""
        running, self.running = self.running, None
        if running is not None and running.is_outdated and running.uri not in self._waiting:
            running.answer(None)

    def running_on(self, uri: str) -> Check | None:
        """Give the check that is running if it is of this document."""
        return self.running if self.running is not None and self.running.uri == uri else None
