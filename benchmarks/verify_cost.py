"""Measure what verifying costs, in multiples of the bare rollout, and write benchmarks/VERIFY.md.

``make bench-verify`` runs it. The model takes tens of milliseconds a step, so that its steps weigh
more than the start of a process. For each number of steps the bare rollout, and exact-restart with
a restart after every stop, are timed in turn.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import psutil

from ckptlint.engine.process_start import processors
from ckptlint.verify.case import MEBIBYTE, Case, Limits
from ckptlint.verify.checks import cost, exact_restart
from ckptlint.verify.crew import Crew, LocalCrew
from ckptlint.verify.inspecting import inspect_target
from ckptlint.verify.options import VerifyOptions
from ckptlint.verify.plan import Plan
from ckptlint.verify.subject import Subject
from ckptlint.verify.target import Reference, parse_target
from ckptlint.verify.verdict import Verdict

FOLDER = Path(__file__).resolve().parent
_STEPS = (6, 12, 24)


class Round(NamedTuple):
    """One measurement: seconds of the bare rollout and of its verification, peak memory in MiB."""

    bare: float
    verified: float
    own_peak: float
    child_peak: float


class MemoryWatch(threading.Thread):
    """Looks at this process and at its largest descendant ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own = 0
        self.child = 0
        self._done = threading.Event()

    def run(self) -> None:
        """Look until it is told to stop."""
        me = psutil.Process()
        while not self._done.wait(0.1):
            try:
                self.own = max(self.own, me.memory_info().rss)
                sizes = [each.memory_info().rss for each in me.children(recursive=True)]
                self.child = max([self.child, *sizes])
            except psutil.NoSuchProcess:
                continue

    def stop(self) -> None:
        """Look no more."""
        self._done.set()
        self.join()


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    target = parse_target(f"{FOLDER / 'rolling_model.py'}::build", str(FOLDER))
    started = time.perf_counter()
    with LocalCrew(Limits(), processors()) as crew:
        crew.run([Case(inspect_target, (Plan(target, {}),))])
        first = time.perf_counter() - started
        started = time.perf_counter()
        crew.run([Case(inspect_target, (Plan(target, {}),))])
        later = time.perf_counter() - started
        found = {steps: [measure(target, steps, crew) for _ in range(rounds)] for steps in _STEPS}
    (FOLDER / "VERIFY.md").write_text(report(found, rounds, first, later), "utf-8")


def measure(target: Reference, steps: int, crew: Crew) -> Round:
    """Time the bare rollout, then its verification at every stop."""
    plan = Plan(target, {}, steps=steps)
    (outcome,) = crew.run([Case(cost.measure, (plan, None))])
    bare = outcome.value.seconds * steps
    watch = MemoryWatch()
    watch.start()
    with tempfile.TemporaryDirectory() as folder:
        options = VerifyOptions(steps=steps, stops=steps)
        started = time.perf_counter()
        check = exact_restart.check(Subject(plan, options, crew, folder))
        verified = time.perf_counter() - started
    watch.stop()
    if check.verdict is not Verdict.EXACT or len(check.curves) != steps:
        sys.exit(f"the model is not exact at every stop: {check}")
    return Round(bare, verified, watch.own / MEBIBYTE, watch.child / MEBIBYTE)


def report(found: dict[int, list[Round]], rounds: int, first: float, later: float) -> str:
    """Write the table of medians."""
    lines = [
        f"# The cost of verifying, ckptlint {version('ckptlint')}\n\n",
        f"`make bench-verify` wrote this file on {datetime.date.today()}: Python "
        f"{platform.python_version()}, torch {version('torch')}, earth2studio "
        f"{version('earth2studio')},\n{processors()} cores, load {os.getloadavg()[0]:.1f}; medians "
        f"of {rounds} {'round' if rounds == 1 else 'rounds'}.\n\n",
        "`exact-restart` after every stop of a rollout of N steps: a first look, the recorded\n"
        "rollout, and N restarts, which together take N(N - 1)/2 steps, several at a time. The\n"
        "bare rollout takes N steps in one process, with one thread as in each restart.\n\n",
        "| steps and stops | bare rollout | verified | times the bare rollout | steps taken | "
        "times as many | ckptlint's memory | largest child |\n",
        "|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    ]
    for steps, measured in found.items():
        bare, verified, own, child = map(statistics.median, zip(*measured, strict=True))
        taken = 2 * steps + steps * (steps - 1) // 2 + steps
        lines.append(
            f"| {steps} | {bare:.2f} s | {verified:.2f} s | {verified / bare:.1f} | {taken} | "
            f"{taken / steps:.1f} | {own:.0f} MiB | {child:.0f} MiB |\n"
        )
    lines.append(
        f"\nThe first process waits {first:.1f} s for torch and Earth2Studio to be imported; each "
        f"later one\nstarts, imports the model and answers within {later * 1000:.0f} ms.\n"
    )
    return "".join(lines)


if __name__ == "__main__":
    main()
