"""When which document is checked: the newest text first, one at a time, and none for nothing."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, TypeVar

from ckptlint.engine.live import Cancelled, FileOutcome
from ckptlint.server.inspection import Checked, Inspector
from ckptlint.server.worker import Worker
from ckptlint.settings.settings import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from ckptlint.server.documents import Documents, OpenDocument
    from ckptlint.server.folders import FolderSettings

logger = logging.getLogger(__name__)

T = TypeVar("T")

DEBOUNCE: Final = 0.03
"""How long a document is left alone after a change that came close upon another: seconds."""

TIME_LIMIT: Final = 20.0
"""How long a check may take: seconds."""


class _Check:
    """One document that is to be checked, or is being checked."""

    def __init__(self, uri: str, due: float, future: asyncio.Future[Checked | None]) -> None:
        self.uri = uri
        self.due = due
        self.future = future
        self.is_outdated = False
        self.document: OpenDocument | None = None
        self.touched: tuple[str, ...] = ()
        self.alarm: asyncio.TimerHandle | None = None


class Checking:
    """Checks open documents in the worker; everything here is called in the main loop.

    Parameters
    ----------
    documents : Documents
        The open documents.
    folders : FolderSettings
        Which settings hold where.

    Attributes
    ----------
    on_checked : list[Callable[[Checked], None]]
        Called with each new result.
    on_closed : list[Callable[[str], None]]
        Called with the URI of each document that is closed.
    debounce, time_limit : float
        Seconds; see `DEBOUNCE` and `TIME_LIMIT`.
    """

    def __init__(self, documents: Documents, folders: FolderSettings) -> None:
        self.on_checked: list[Callable[[Checked], None]] = []
        self.on_closed: list[Callable[[str], None]] = []
        self.debounce = DEBOUNCE
        self.time_limit = TIME_LIMIT
        self._documents = documents
        self._loop = asyncio.get_running_loop()
        self._worker = Worker()
        self._inspector = Inspector(folders)
        self._results: dict[str, Checked] = {}
        self._waiting: dict[str, _Check] = {}
        self._running: _Check | None = None
        self._wake: asyncio.TimerHandle | None = None
        self._is_held = False
        # What the inspector has not been told yet, and where what it knows is open.
        self._changed: dict[str, None] = {}
        self._closed: list[str] = []
        self._uris: dict[str, str] = {}
        self._last_change: dict[str, float] = {}

    def prepare(self) -> None:
        """Load the rules before there is something to check."""
        self._in_worker(lambda inspector: inspector.registry.faults, _log_faults)

    def hold(self) -> None:
        """Check nothing until `release`."""
        self._is_held = True

    def release(self) -> None:
        """Check what has been waiting."""
        self._is_held = False
        self._pump()

    def changed(self, uri: str) -> None:
        """Check a document that was opened or changed."""
        now = self._loop.time()
        is_burst = now - self._last_change.get(uri, float("-inf")) < self.debounce
        self._last_change[uri] = now
        self._changed[uri] = None
        self._schedule(uri, now + self.debounce if is_burst else now)

    def closed(self, uri: str) -> None:
        """Forget a document that was closed, and look at what rests on it."""
        self._changed.pop(uri, None)
        self._last_change.pop(uri, None)
        self._results.pop(uri, None)
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            _answer(waiting, None)
        if self._running is not None and self._running.uri == uri:
            self._running.is_outdated = True
        path = next((path for path, open_at in self._uris.items() if open_at == uri), None)
        if path is not None:
            del self._uris[path]
            self._closed.append(path)
            closed = self._take_closed()
            self._in_worker(lambda inspector: inspector.take((), closed), self._recheck)
        for tell in self.on_closed:
            tell(uri)

    async def checked(self, uri: str) -> Checked | None:
        """Give what checking a document, or the notebook around a cell, gives as it is now.

        None if it is not open, or nothing that is checked.
        """
        owner = self._documents.owner(uri)
        if owner is None:
            return None
        known = self._results.get(owner)
        if known is not None:
            return known
        check = self._waiting.get(owner)
        if check is None and self._running is not None and self._running.uri == owner:
            check = self._running
        if check is None:
            check = self._schedule(owner, self._loop.time())
        return await asyncio.shield(check.future)

    def latest(self, uri: str) -> Checked | None:
        """Give the last result of a document if it still holds."""
        return self._results.get(self._documents.owner(uri) or uri)

    def recheck(self, uris: Iterable[str] | None = None) -> None:
        """Check documents again, by default all that are open."""
        for uri in [*self._documents] if uris is None else [*uris]:
            self._schedule(uri, self._loop.time())

    def files_changed(self, paths: Iterable[str]) -> None:
        """Look at the disk anew, and check again what rests on what changed there."""
        changed = tuple(paths)
        self._in_worker(lambda inspector: inspector.forget(changed), self._recheck)

    def settings_changed(self, change: Callable[[FolderSettings], None]) -> None:
        """Change the settings, and check all documents again."""
        self._in_worker(lambda inspector: change(inspector.folders), lambda _: self.recheck())

    async def run(self, work: Callable[[Inspector], T]) -> T:
        """Have some other work done in the worker, on the documents as they are now."""
        changed, closed = self._take_changed(), self._take_closed()

        def do(inspector: Inspector) -> tuple[tuple[str, ...], T]:
            return inspector.take(changed, closed), work(inspector)

        future: asyncio.Future[tuple[tuple[str, ...], T]] = self._loop.create_future()
        inspector = self._inspector
        submitted = self._worker.submit(lambda: do(inspector))
        self._tell_loop(submitted, lambda done: _copy(done, future))
        touched, result = await future
        self._recheck(touched)
        return result

    def stop(self) -> None:
        """Give up whatever is being done."""
        self._worker.abandon()

    def _schedule(self, uri: str, due: float) -> _Check:
        self._results.pop(uri, None)
        running = self._running if self._running and self._running.uri == uri else None
        if running is not None:
            running.is_outdated = True
        check = self._waiting.get(uri)
        if check is None:
            # Who waits for the outdated check gets the result of the one after it.
            future = self._loop.create_future() if running is None else running.future
            check = self._waiting[uri] = _Check(uri, due, future)
        else:
            check.due = max(due, check.due)
        self._pump()
        return check

    def _pump(self) -> None:
        """Start the check that is due, if none is running."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if self._is_held or self._running is not None or not self._waiting:
            return
        check = min(self._waiting.values(), key=lambda each: each.due)
        wait = check.due - self._loop.time()
        if wait > 0:
            self._wake = self._loop.call_later(wait, self._pump)
            return
        del self._waiting[check.uri]
        self._start(check)

    def _start(self, check: _Check) -> None:
        document = self._documents.get(check.uri)
        if document is None:
            _answer(check, None)
            self._loop.call_soon(self._pump)
            return
        check.document = document
        self._running = check
        changed, closed = self._take_changed(), self._take_closed()
        inspector = self._inspector

        def work() -> Checked:
            check.touched = inspector.take(changed, closed)
            return inspector.inspect(document, lambda: check.is_outdated)

        check.alarm = self._loop.call_later(self.time_limit, self._give_up, check)
        self._tell_loop(self._worker.submit(work), lambda done: self._finish(check, done))

    def _finish(self, check: _Check, done: Future[Checked]) -> None:
        if self._running is not check:
            return  # it took too long, and has been answered
        self._running = None
        assert check.alarm is not None
        check.alarm.cancel()
        error = done.exception()
        if check.is_outdated or isinstance(error, Cancelled):
            if check.uri not in self._waiting:
                _answer(check, None)  # it was closed
        elif error is not None:
            logger.error("checking %s failed", check.uri, exc_info=error)
            self._report(check, f"checking {check.uri} failed: {error!r}")
        else:
            self._settle(check, done.result())
        self._recheck(check.touched)
        self._pump()

    def _settle(self, check: _Check, checked: Checked) -> None:
        self._results[check.uri] = checked
        for tell in self.on_checked:
            tell(checked)
        _answer(check, checked)

    def _give_up(self, check: _Check) -> None:
        """Leave a check that does not end, and go on in another thread."""
        self._worker.abandon()
        self._worker = Worker()
        self._inspector = Inspector(self._inspector.folders.copy())
        self._changed.update(dict.fromkeys(self._documents))
        self._running = None
        limit = f"{self.time_limit:g} s"
        self._report(check, f"checking {check.uri} took more than {limit} and was given up")
        self._pump()

    def _report(self, check: _Check, fault: str) -> None:
        document = check.document
        assert document is not None
        settings = resolve((), self._documents.base)
        self._settle(check, Checked(document, settings, FileOutcome(faults=(fault,))))

    def _recheck(self, paths: Iterable[str]) -> None:
        self.recheck(self._uris[path] for path in paths if path in self._uris)

    def _take_changed(self) -> list[OpenDocument]:
        found = [self._documents.get(uri) for uri in self._changed]
        self._changed.clear()
        changed = [document for document in found if document is not None]
        self._uris.update((document.path, document.uri) for document in changed)
        return changed

    def _take_closed(self) -> list[str]:
        closed, self._closed = self._closed, []
        return closed

    def _in_worker(self, work: Callable[[Inspector], T], then: Callable[[T], object]) -> None:
        inspector = self._inspector

        def finish(done: Future[T]) -> None:
            error = done.exception()
            if error is None:
                then(done.result())
            else:
                logger.error("work failed", exc_info=error)

        self._tell_loop(self._worker.submit(lambda: work(inspector)), finish)

    def _tell_loop(self, future: Future[T], tell: Callable[[Future[T]], object]) -> None:
        def done(future: Future[T]) -> None:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(tell, future)

        future.add_done_callback(done)


def _log_faults(faults: Iterable[str]) -> None:
    for fault in faults:
        logger.error("%s", fault)


def _answer(check: _Check, checked: Checked | None) -> None:
    if not check.future.done():
        check.future.set_result(checked)


def _copy(done: Future[T], future: asyncio.Future[T]) -> None:
    if future.done():
        return
    error = done.exception()
    if error is None:
        future.set_result(done.result())
    else:
        future.set_exception(error)
