"""Files checked by several processes at once, where there is enough to parse."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.outcome import FileOutcome
from ckptlint.engine.process_start import processors, safe_path, without_interruption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext
    from multiprocessing.process import BaseProcess

    from ckptlint.engine.packs import PackEntry
    from ckptlint.engine.target import Profile, Ways

FILES_PER_WORKER = 16
"""In the time that a process needs to start and to read the environment, another checks so many."""


class Crew(NamedTuple):
    """What every worker process is told before its first file.

    Parameters
    ----------
    packs : tuple[PackEntry, ...]
        The rule packs to load.
    ways : Ways
        How files are checked.
    profiles : tuple[Profile, ...]
        What holds for the files, which name their profile by its index.
    """

    packs: tuple[PackEntry, ...]
    ways: Ways
    profiles: tuple[Profile, ...]


Task = tuple[str, bool, str | None, int]
"""A file without its settings: path, is_explicit, shown_as, index of its profile."""


def worker_count(files: int, jobs: int | None) -> int:
    """Tell how many processes are worth their start for so many files to parse.

    `jobs` is the most that the user allows; None for as many as there are processors.
    """
    return max(1, min(files // FILES_PER_WORKER, jobs or processors()))


def check_in_processes(
    tasks: Sequence[Task], crew: Crew, count: int, on_done: Callable[[], None]
) -> list[FileOutcome]:
    """Check files in `count` processes, and give what each file gave, in the order of the files.

    A file whose process dies is checked again in a process of its own; if that dies too, the file
    becomes a fault. No process is left when this returns or raises.

    Raises
    ------
    SettingsError
        If a worker finds the settings wrong.
    """
    context = _context()
    outcomes: list[FileOutcome | None] = [None] * len(tasks)
    for number, outcome in _run(context, crew, count, deque(enumerate(tasks))):
        outcomes[number] = outcome
        if outcome is not None:
            on_done()
    results: list[FileOutcome] = []
    for task, outcome in zip(tasks, outcomes, strict=True):
        if outcome is None:
            ((_, outcome),) = _run(context, crew, 1, deque([(0, task)]))
            on_done()
        results.append(outcome or _died(task))
    return results


def _died(task: Task) -> FileOutcome:
    path, _, shown_as, _ = task
    return FileOutcome(faults=(f"checking {shown_as or path} failed: its process died twice",))


def _context() -> ForkServerContext | SpawnContext:
    """Start processes in the way that is safe whatever this process holds: never by plain fork."""
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ckptlint.engine.worker_process"])
    with safe_path(), without_interruption():
        forkserver.ensure_running()
    return context


def _run(
    context: ForkServerContext | SpawnContext,
    crew: Crew,
    count: int,
    waiting: deque[tuple[int, Task]],
) -> Iterator[tuple[int, FileOutcome | None]]:
    """Yield outcomes as they come, None for a file whose process died; no file is tried twice."""
    from multiprocessing.connection import wait

    from ckptlint.engine.worker_process import serve

    working: dict[Connection, int] = {}
    processes: list[BaseProcess] = []
    try:
        while waiting or working:
            while waiting and len(working) < count:
                ours, theirs = context.Pipe()
                process = context.Process(target=serve, args=(theirs, crew), daemon=True)
                with safe_path():
                    process.start()
                theirs.close()
                processes.append(process)
                working[ours] = _hand_out(ours, waiting)
            ready = wait([*working])
            for connection in [one for one in working if one in ready]:
                number = working.pop(connection)
                try:
                    answer = connection.recv()
                except (EOFError, OSError):
                    connection.close()
                    yield number, None
                    continue
                if isinstance(answer, Exception):
                    raise answer
                yield number, answer
                if waiting:
                    working[connection] = _hand_out(connection, waiting)
                else:
                    connection.close()
    finally:
        for started in processes:
            started.terminate()
        for started in processes:
            started.join()


def _hand_out(connection: Connection, waiting: deque[tuple[int, Task]]) -> int:
    number, task = waiting.popleft()
    with suppress(OSError):  # if the process has died, that shows when its answer is awaited
        connection.send(task)
    return number
