"""When which document is checked: the newest text first, one at a time, and none for nothing."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, TypeVar

from ckptlint.engine.live import Cancelled, FileOutcome
from ckptlint.server.inspection import Checked, Inspector
from ckptlint.server.schedule import Check, Schedule
from ckptlint.server.worker import Abandoned, Worker
from ckptlint.settings.settings import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from ckptlint.server.documents import Documents, OpenDocument
    from ckptlint.server.folders import FolderSettings

logger = logging.getLogger(__name__)

T = TypeVar("T")

TIME_LIMIT: Final = 60.0
"""How long a check may take: seconds."""

_GLANCE: Final = 1.0
"""How often files are looked at where the client does not watch them: seconds."""


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
    on_files_changed : list[Callable[[Iterable[str]], None]]
        Called with the paths of files that were seen to have changed on the disk.
    schedule : Schedule
        What is to be checked.
    time_limit : float
        See `TIME_LIMIT`.
    glances : bool
        Whether to look every now and then whether files have changed that results rest on.
    """

    def __init__(self, documents: Documents, folders: FolderSettings) -> None:
        self.on_checked: list[Callable[[Checked], None]] = []
        self.on_closed: list[Callable[[str], None]] = []
        self.on_files_changed: list[Callable[[Iterable[str]], None]] = []
        self.time_limit = TIME_LIMIT
        self.glances = False
        self._documents = documents
        self._loop = asyncio.get_running_loop()
        self._worker = Worker(self._loop)
        self._inspector = Inspector(folders)
        self.schedule = Schedule(self._loop.create_future)
        self._results: dict[str, Checked] = {}
        self._wake: asyncio.TimerHandle | None = None
        self._is_held = False
        self._last_glance = self._loop.time()
        # What the inspector has not been told yet, and where what it knows is open.
        self._changed: dict[str, None] = {}
        self._closed: list[str] = []
        self._uris: dict[str, str] = {}

    def prepare(self, tell: Callable[[str], object]) -> None:
        """Load the rules before there is something to check, and tell what is wrong with them."""
        self._in_worker(lambda inspector: inspector.prepare(), lambda faults: [*map(tell, faults)])

    def hold(self) -> None:
        """Check nothing until `release`."""
        self._is_held = True

    def release(self) -> None:
        """Check what has been waiting."""
        self._is_held = False
        self._pump()

    def changed(self, uri: str) -> None:
        """Check a document that was opened or changed, before all others."""
        self._changed[uri] = None
        self._results.pop(uri, None)
        self.schedule.change(uri, self._loop.time())
        self._pump()

    def closed(self, uri: str) -> None:
        """Forget a document that was closed, and look at what rests on it."""
        self._changed.pop(uri, None)
        self._results.pop(uri, None)
        self.schedule.drop(uri)
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
        check = self.schedule.find(owner) or self._schedule(owner, is_typed=True)
        return await asyncio.shield(check.future)

    def recheck(self, uris: Iterable[str] | None = None) -> None:
        """Check documents again, by default all that are open."""
        for uri in [*self._documents] if uris is None else [*uris]:
            self._schedule(uri)

    def files_changed(self, paths: Iterable[str]) -> None:
        """Look at the disk anew, and check again what rests on what changed there.

        A file that is open counts as it is in the editor.
        """
        changed = [path for path in paths if path not in self._uris]
        if changed:
            self._in_worker(lambda inspector: inspector.forget(changed), self._follow)

    def glance(self) -> None:
        """Look whether files have changed that results rest on, if the client does not watch."""
        if self.glances:
            self._last_glance = self._loop.time()
            self._in_worker(lambda inspector: inspector.glance(), self._follow)

    def settings_changed(self, change: Callable[[FolderSettings], None]) -> None:
        """Change the settings, and check all documents again."""
        self._in_worker(lambda inspector: change(inspector.folders), lambda _: self.recheck())

    async def run(self, work: Callable[[Inspector], T]) -> T:
        """Have some other work done in the worker, on the documents as they are now."""
        changed, closed = self._take_changed(), self._take_closed()
        future: asyncio.Future[tuple[tuple[str, ...], T]] = self._loop.create_future()

        def do(inspector: Inspector) -> tuple[tuple[str, ...], T]:
            return inspector.take(changed, closed), work(inspector)

        def then(done: Future[tuple[tuple[str, ...], T]]) -> None:
            error = done.exception()
            if future.done():
                return
            if error is None:
                future.set_result(done.result())
            elif isinstance(error, Exception):
                future.set_exception(error)
            else:
                future.cancel()  # it was given up

        inspector = self._inspector
        self._worker.do(lambda: do(inspector), then)
        touched, result = await future
        self._recheck(touched)
        return result

    def stop(self) -> None:
        """Give up whatever is being done."""
        self._worker.abandon()

    def _schedule(self, uri: str, *, is_typed: bool = False) -> Check:
        self._results.pop(uri, None)
        check = self.schedule.add(uri, self._loop.time(), is_typed=is_typed)
        self._pump()
        return check

    def _pump(self) -> None:
        """Start the check that is due, if none is running."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        check = self.schedule.next()
        if self._is_held or self.schedule.running is not None or check is None:
            return
        wait = check.due - self._loop.time()
        if wait > 0:
            self._wake = self._loop.call_later(wait, self._pump)
            return
        self.schedule.begin(check)
        document = self._documents.get(check.uri)
        if document is None:
            check.answer(None)
            self.schedule.end()
            self._loop.call_soon(self._pump)
            return
        check.document = document
        self._start(check, document)

    def _start(self, check: Check, document: OpenDocument) -> None:
        if self._loop.time() - self._last_glance > _GLANCE:
            self.glance()
        changed, closed = self._take_changed(), self._take_closed()
        inspector = self._inspector

        def work() -> Checked:
            check.touched = inspector.take(changed, closed)
            return inspector.inspect(document, lambda: check.is_outdated)

        check.alarm = self._loop.call_later(self.time_limit, self._give_up, check)
        self._worker.do(work, lambda done: self._finish(check, done))

    def _finish(self, check: Check, done: Future[Checked]) -> None:
        if self.schedule.running is not check:
            return  # it took too long, and has been answered
        assert check.alarm is not None
        check.alarm.cancel()
        self.schedule.end()
        error = done.exception()
        if error is None and not check.is_outdated:
            self._settle(check, done.result())
        elif error is not None and not isinstance(error, Cancelled | Abandoned):
            logger.error("checking %s failed", check.name, exc_info=error)
            self._report(check, f"checking {check.name} failed: {error!r}")
        self._recheck(check.touched)
        self._pump()

    def _settle(self, check: Check, checked: Checked) -> None:
        self._results[check.uri] = checked
        check.answer(checked)
        for tell in self.on_checked:
            try:
                tell(checked)
            except Exception:
                logger.exception("telling of %s failed", check.name)

    def _give_up(self, check: Check) -> None:
        """Leave a check that does not end, and go on in another thread."""
        self._worker.abandon()
        self._worker = Worker(self._loop)
        self._inspector = self._inspector.successor()
        self._changed.update(dict.fromkeys(self._documents))
        self.schedule.end()
        self._report(check, f"checking {check.name} took more than {self.time_limit:g} s")
        self._pump()

    def _report(self, check: Check, fault: str) -> None:
        """Let a check that failed give nothing but that."""
        assert check.document is not None
        if check.is_outdated:
            return
        settings = resolve((), self._documents.base)
        self._settle(check, Checked(check.document, settings, FileOutcome(faults=(fault,))))

    def _follow(self, seen: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        """Check again what rests on files that have changed."""
        changed, resting = seen
        for tell in self.on_files_changed:
            tell(changed)
        self._recheck(resting)

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
            elif not isinstance(error, Abandoned):
                logger.error("work failed", exc_info=error)

        self._worker.do(lambda: work(inspector), finish)
