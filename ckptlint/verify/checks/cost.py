"""cost: the time and memory that saving adds to a step, and whether memory grows.

CIME calls it PFS and PEM. On CUDA steps are timed with events, and memory is the device's.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import torch

from ckptlint.verify.case import MEBIBYTE, Case
from ckptlint.verify.checks.outcomes import failed_case
from ckptlint.verify.rollout import boundaries, saved_run, unsaved_run, write_row
from ckptlint.verify.verdict import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.verify.plan import Plan
    from ckptlint.verify.rollout import Run
    from ckptlint.verify.subject import Subject

NAME: Final = "cost"
_SHORTEST = 6
_NOISE = 2 * MEBIBYTE
"""What a process may take more of from step to step for reasons of its own."""


class Cost(NamedTuple):
    """What the steps of a rollout took.

    Parameters
    ----------
    seconds : float
        The median time of a step, its row included where rows are written.
    peak : int
        The largest memory after a step, in bytes: on CUDA of the device, else resident memory.
    growth : float
        The memory by which the second half of the steps grew, in bytes a step.
    """

    seconds: float
    peak: int
    growth: float


def check(subject: Subject) -> CheckVerdict:
    """Time a rollout without and with a checkpoint, one after the other."""
    rows = os.path.join(subject.folder, "cost")
    found = []
    for store in (None, rows):
        outcome = subject.run_one(Case(measure, (subject.plan, store), is_durable=True))
        if outcome.failure is not None:
            return failed_case(NAME, "the rollout that was to be timed failed", outcome.failure)
        found.append(outcome.value)
    bare, saved = found
    added = (saved.seconds - bare.seconds) * 1000
    memory = (saved.peak - bare.peak) / MEBIBYTE
    growth = saved.growth / MEBIBYTE
    reason = (
        f"saving a row adds {added:.2g} ms to a step of {bare.seconds * 1000:.2g} ms, and "
        f"{max(0.0, memory):.1f} MiB; memory grows by {max(0.0, growth):.2f} MiB a step"
    )
    if saved.growth > bare.growth + _NOISE and subject.plan.steps >= _SHORTEST:
        blame = "what is saved, which is kept from step to step"
        return CheckVerdict(NAME, Verdict.UNPROVEN, blame=blame, reason=reason)
    return CheckVerdict(NAME, Verdict.EXACT, reason=reason)


def measure(plan: Plan, store: str | None) -> Cost:
    """Time each step of a rollout, and look at the memory after it.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    store : str or None
        The folder of a checkpoint that a row is written to at each step; None to write none.
    """
    if store is None:
        with unsaved_run(plan) as run:
            return _cost([*_steps(run)])
    shutil.rmtree(store, ignore_errors=True)  # of a worker that was lost
    with saved_run(plan, Path(store)) as run:
        return _cost([*_steps(run)])


def _steps(run: Run) -> Iterator[tuple[float, int]]:
    """Give the seconds and the memory of each step after the initial condition."""
    on_cuda = torch.device(run.plan.device).type == "cuda"
    drawn = boundaries(run.start(), run.plan.steps + 1)
    first = next(drawn)
    if run.session is not None:
        write_row(run.session, first)
    del first
    while True:
        watch = _CudaWatch() if on_cuda else _Watch()
        boundary = next(drawn, None)
        if boundary is None:
            return
        if run.session is not None:
            write_row(run.session, boundary)
        seconds = watch.seconds()
        memory = torch.cuda.memory_allocated() if on_cuda else _resident_memory()
        yield seconds, memory


class _Watch:
    """Measures wall-clock time."""

    def __init__(self) -> None:
        self._started = time.perf_counter()

    def seconds(self) -> float:
        return time.perf_counter() - self._started


class _CudaWatch:
    """Measures the time of the device's own work, transfers included."""

    def __init__(self) -> None:
        self._start = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        self._end = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        self._start.record()

    def seconds(self) -> float:
        self._end.record()
        self._end.synchronize()
        return float(self._start.elapsed_time(self._end)) / 1000


def _cost(steps: list[tuple[float, int]]) -> Cost:
    memory = [held for _, held in steps]
    half = len(memory) // 2
    growth = (memory[-1] - memory[half]) / max(1, len(memory) - 1 - half)
    return Cost(statistics.median(seconds for seconds, _ in steps), max(memory), growth)


def _resident_memory() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)
