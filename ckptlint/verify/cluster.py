"""Cases run on the workers of a dask.distributed cluster, each in a fresh process there."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import pickle
import re
import signal
import sys
import threading
import time
import uuid
from concurrent import futures
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ckptlint.verify.case import Case, Failure, FailureKind, Outcome
from ckptlint.verify.crew import Crew
from ckptlint.verify.supervision import supervise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from ckptlint.verify.case import Limits

# `distributed` is imported where it is used: every case imports this module, and needs none of it.

_MUST_AGREE: Final = ("ckptlint", "torch", "earth2studio")
_ADDRESS: Final = re.compile(r"\w+://.+|[\w.-]+:\d+")
_GLANCE: Final = 1.0
_CONNECTING: Final = 10.0
_FAREWELL: Final = 5.0
"""Seconds: between two looks at what may have gone, to reach the scheduler, to end what runs."""
_CHANCES: Final = 2
"""Where many workers go at once, as at the end of a batch job, the scheduler passes a case on from
one to the next and gives up; a little later it knows who is left."""


class ClusterError(RuntimeError):
    """The cluster cannot be used, or has gone; the message is one line."""


class Requirements(NamedTuple):
    """What every worker must share with this process.

    Parameters
    ----------
    workspace : str
        The folder that all of them see.
    marker : str
        The path of a file in it, which lies there as long as the crew works.
    token : str
        What that file holds.
    versions : tuple of pairs
        The names of what must be of the same version, and the version here.
    """

    workspace: str
    marker: str
    token: str
    versions: tuple[tuple[str, str], ...]


class Terms(NamedTuple):
    """How a case is run, whatever its work; see `Case`."""

    killed_after: float | None
    is_durable: bool


class ClusterCrew(Crew):
    """Runs cases on the workers of a dask.distributed cluster.

    As many cases run at a time as the workers have threads, each in a fresh process on its
    worker's machine, within the same limits as on this machine. A case whose worker is lost is run
    again on another, twice as often as the scheduler's setting ``allowed-failures`` lets it; after
    that it has died. So a case must start anew over what an earlier try has left. The user's
    modules are read from the same paths on every machine.

    Bits are compared between workers, so these should have processors of one kind. With
    ``device="cuda:N"`` every case of a worker uses that same device: how to spread cases over
    several GPUs of one machine is left to how the workers are started, say one for each GPU with
    its own ``CUDA_VISIBLE_DEVICES``.

    Parameters
    ----------
    address : str
        The scheduler's address, as ``tcp://host:8786``, or the path of its scheduler file.
    limits : Limits
        What each case may use.
    workspace : str
        A folder that all workers see under the same path; what cases keep must lie in it.
    patience : float
        How many seconds the cluster may be without any worker.

    Raises
    ------
    ClusterError
        If the scheduler cannot be reached, no worker joins it, or a worker does not see the
        workspace or has another version of Python, ckptlint, torch or Earth2Studio.
    """

    def __init__(
        self, address: str, limits: Limits, workspace: str, patience: float = 60.0
    ) -> None:
        super().__init__(limits)
        self._patience = patience
        self._problem = "the connection to the scheduler was lost"
        self._ended = False
        self._tasks: dict[str, Any] = {}
        self._promises: dict[str, futures.Future[Outcome]] = {}
        self._requirements = _requirements(os.path.abspath(workspace))
        self._client = _connect(address)
        try:
            _mark(self._requirements)
            self._wait_for_a_worker(address)
            self._client.sync(self._inspect_workers, callback_timeout=patience)
        except BaseException as error:
            self._close()
            if isinstance(error, TimeoutError):
                raise ClusterError(
                    f"the workers of {address} do not answer within {patience:g} s"
                ) from error
            raise
        self._watch = asyncio.run_coroutine_threadsafe(
            self._notice_desertion(), self._client.loop.asyncio_loop
        )

    def submit(self, case: Case) -> futures.Future[Outcome]:
        """Begin a case as soon as a worker has room for it.

        Its outcome raises ClusterError where the cluster, not the case, is at fault.
        """
        name = f"ckptlint-{getattr(case.work, '__name__', 'case')}-{uuid.uuid4().hex}"
        promise = asyncio.run_coroutine_threadsafe(
            self._outcome(case, name), self._client.loop.asyncio_loop
        )
        self._promises[name] = promise
        promise.add_done_callback(lambda _: self._promises.pop(name, None))
        return promise

    async def _outcome(self, case: Case, name: str) -> Outcome:
        packed = pickle.dumps((case.work, case.arguments))
        try:
            terms = Terms(case.killed_after, case.is_durable)
            answer = await self._answer(name, packed, terms)
        except futures.CancelledError as error:
            raise ClusterError(self._problem) from error
        except Exception as error:
            raise ClusterError(f"the cluster cannot run cases: {_told(error)}") from error
        finally:
            self._tasks.pop(name, None)
        if isinstance(answer, str):
            if self._ended:
                raise asyncio.CancelledError
            raise ClusterError(answer)
        if answer.failure is None:
            return answer._replace(value=pickle.loads(answer.value))
        return answer

    async def _answer(self, name: str, packed: bytes, terms: Terms) -> Outcome | str:
        """Have a case run on some worker, again if workers are lost; see `_run_on_worker`."""
        from distributed import KilledWorker

        losses = 0
        for chance in range(_CHANCES):
            task = self._client.submit(
                _run_on_worker,
                packed,
                terms,
                self.limits,
                self._requirements,
                key=name if not chance else f"{name}-again",
            )
            self._tasks[name] = task
            try:
                answer: Outcome | str = await task
            except KilledWorker as lost:
                losses += lost.allowed_failures + 1
                last = lost.last_worker.address
                await asyncio.sleep(_GLANCE)
            else:
                return answer
        message = f"its worker was lost {losses} times, at last {last}"
        return Outcome(failure=Failure(FailureKind.LOST, message))

    def _wait_for_a_worker(self, address: str) -> None:
        try:
            self._client.wait_for_workers(1, timeout=self._patience)
        except TimeoutError as error:
            raise ClusterError(
                f"no worker has joined the scheduler {address} within {self._patience:g} s"
            ) from error

    async def _inspect_workers(self) -> None:
        """Ask every worker for what it lacks; those that join later are asked with each case."""
        answers = await self._client.run(_shortcoming, self._requirements, on_error="return")
        for address, answer in sorted(answers.items()):
            if isinstance(answer, OSError):
                continue  # it was lost meanwhile
            if isinstance(answer, Exception):
                answer = f"cannot run ckptlint: {_told(answer)}"
            if answer is not None:
                raise ClusterError(f"the worker {address} {answer}")

    async def _notice_desertion(self) -> None:
        """Give up what is to be done once there has been no worker for too long."""
        seen = time.monotonic()
        while True:
            await asyncio.sleep(_GLANCE)
            with suppress(OSError):
                if await asyncio.wait_for(self._client.nthreads(), _CONNECTING):
                    seen = time.monotonic()
            if time.monotonic() - seen > self._patience:
                self._problem = f"the cluster has had no worker for {self._patience:g} s"
                await self._client.cancel([*self._tasks.values()])

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End; cases that have not begun are dropped, those that run are ended.

        The cluster goes on.
        """
        self._watch.cancel()
        self._ended = True
        # What runs sees that the marker has gone, and ends; what begins sees it, too.
        _remove(self._requirements.marker)
        promises = [*self._promises.values()]
        futures.wait(promises, timeout=_FAREWELL)
        for promise in promises:
            promise.cancel()
        self._close()

    def _close(self) -> None:
        _remove(self._requirements.marker)
        self._client.close()


def _connect(address: str) -> Any:
    """Connect to a scheduler by its address or its scheduler file."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("a cluster takes the package `distributed`, which is missing") from error
    where: dict[str, str] = {"scheduler_file": os.path.abspath(address)}
    if not os.path.isfile(address):
        if not _ADDRESS.fullmatch(address):
            raise ClusterError(f"`{address}` is neither an address nor a scheduler file")
        where = {"address": address}
    try:
        return Client(**where, timeout=_CONNECTING, set_as_default=False, name="ckptlint-verify")
    except (OSError, ValueError, KeyError) as error:
        raise ClusterError(f"the scheduler {address} cannot be reached: {_told(error)}") from error


def _requirements(workspace: str) -> Requirements:
    """Say what every worker must share with this process."""
    token = uuid.uuid4().hex
    marker = os.path.join(workspace, f".ckptlint-cluster-{token}")
    return Requirements(workspace, marker, token, _versions())


def _mark(requirements: Requirements) -> None:
    """Write the marker file."""
    try:
        Path(requirements.marker).write_text(requirements.token)
    except OSError as error:
        problem = f"nothing can be written into `{requirements.workspace}`: {_told(error)}"
        raise ClusterError(problem) from error


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Give the versions of all that a rollout's bits may depend on."""
    found = [("Python", f"{sys.version_info.major}.{sys.version_info.minor}")]
    for name in _MUST_AGREE:
        try:
            found.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name, "none"))
    return tuple(found)


def _shortcoming(requirements: Requirements) -> str | None:
    """Say what this process lacks that a worker must have, if anything, to end a sentence."""
    try:
        token = Path(requirements.marker).read_text()
    except OSError:
        token = ""
    if token != requirements.token:
        return f"does not see the workspace `{requirements.workspace}`"
    here = dict(_versions())
    differing = [
        f"{name} {here[name]} where {version} is required"
        for name, version in requirements.versions
        if here[name] != version
    ]
    return "has " + " and ".join(differing) if differing else None


def _run_on_worker(
    packed: bytes, terms: Terms, limits: Limits, requirements: Requirements
) -> Outcome | str:
    """Run a case in a child process of a worker, or say why this worker cannot.

    The value of the outcome is pickled. The worker itself unpickles neither the case nor that
    value: it would import torch.
    """
    problem = _shortcoming(requirements)
    if problem is not None:
        from distributed import get_worker

        return f"the worker {get_worker().address} {problem}"
    case = Case(_run_in_child, (packed, requirements.marker), *terms)
    with _FREEDOM.to_have_children():
        return supervise(case, limits)


class _Freedom:
    """Lets a process have children while cases run in it, though it may be daemonic itself.

    A nanny makes its worker daemonic, and `multiprocessing` then refuses it children, for these
    would outlive a worker that is ended. Ours do not.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cases = 0
        self._was_daemonic = False

    @contextmanager
    def to_have_children(self) -> Iterator[None]:
        """Have it for a while; several threads may at a time."""
        import multiprocessing

        process = multiprocessing.current_process()
        with self._lock:
            if not self._cases:
                self._was_daemonic = process.daemon
                process.daemon = False
            self._cases += 1
        try:
            yield
        finally:
            with self._lock:
                self._cases -= 1
                if not self._cases:
                    process.daemon = self._was_daemonic


_FREEDOM: Final = _Freedom()


def _run_in_child(packed: bytes, marker: str) -> bytes:
    """Run a case in its own process, but only as long as anybody waits for it."""
    threading.Thread(target=_end_when_forsaken, args=(marker,), daemon=True).start()
    work, arguments = pickle.loads(packed)
    return pickle.dumps(work(*arguments))


def _end_when_forsaken(marker: str) -> None:
    """End this process and all that it has started once its worker has died or its crew has gone.

    A lost case is run again elsewhere, and two must not write into one folder.
    """
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    assert parent is not None
    while not wait([parent.sentinel], timeout=_GLANCE):
        try:
            os.close(os.open(marker, os.O_RDONLY))  # unlike `stat`, it asks a file server anew
        except FileNotFoundError:
            break
        except OSError:
            continue  # a shared file system may stumble
    with suppress(ProcessLookupError):
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
