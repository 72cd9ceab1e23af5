"""What `keystrokes.py` has measured, as benchmarks/TYPING.md."""

from __future__ import annotations

import datetime
import math
import os
import platform
import statistics
from dataclasses import dataclass
from importlib.metadata import version

from typing_file import LINES

OWN = "ckptlint"
REFERENCE = "ruff, pull"
OTHER_FILE = "the base class, in another file"
"""What is typed where only ckptlint sees that other files rest on it."""

COLUMNS = "median | 95th percentile | largest | median to that of ruff | keystrokes |"
RULE = "--:|--:|--:|--:|--:|"


@dataclass
class Measured:
    """What one server has shown.

    `seconds` are those from each keystroke to its diagnostics, by what was typed, `start` those
    from its start to the first diagnostics, and `memory` is its peak in KiB.
    """

    name: str
    seconds: dict[str, list[float]]
    start: float
    memory: int = 0

    @property
    def in_one_file(self) -> list[float]:
        """The seconds of all keystrokes that every server was timed with."""
        kinds = (samples for kind, samples in self.seconds.items() if kind != OTHER_FILE)
        return [sample for samples in kinds for sample in samples]


def percentile(samples: list[float], part: float) -> float:
    """Give the smallest sample that no more than the rest of them exceed."""
    return sorted(samples)[math.ceil(len(samples) * part) - 1]


def heading(pause: tuple[float, float], seed: int) -> str:
    """Say what was measured, with what and when."""
    tools = ", ".join(f"{name} {version(name)}" for name in ("ruff", "python-lsp-server", "flake8"))
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    state = f"load {os.getloadavg()[0]:.1f}, niceness {os.nice(0)}"
    shortest, longest = (1000 * seconds for seconds in pause)
    return f"""# A keystroke to its diagnostics: ckptlint {version("ckptlint")}

`make bench-typing` wrote this file on {datetime.date.today()}: Python {platform.python_version()}
on {machine}, {state}; {tools}.

Somebody types in a restart-aware file of {LINES:,} lines. A time runs from the moment when a change
is sent to the server until the diagnostics of the new text have come back, over the standard input
and output of a real server process. The servers are warm and get the same keystrokes in turn, in
shuffled order (seed {seed}); between two, one rests {shortest:.0f} to {longest:.0f} ms, or more.
*Pull* and *push* are the two ways in which an editor gets diagnostics. pylsp waits 500 ms before it
looks at a change. The ratios carry over to other machines; the times are those of one.
"""


def tables(results: list[Measured]) -> str:
    """Write all keystrokes of each server, ckptlint's by what is typed, start and memory."""
    reference = next(one for one in results if one.name == REFERENCE)
    lines = [f"## All keystrokes in the file\n\n| | {COLUMNS}\n|---|{RULE}"]
    lines += [_row(one.name, one.in_one_file, reference.in_one_file) for one in results]
    lines.append(f"\n## ckptlint, by what is typed\n\n| | | {COLUMNS}\n|---|---|{RULE}")
    for one in results:
        if one.name.startswith(OWN):
            lines += [
                _row(f"{_way(one.name)} | {kind}", samples, reference.seconds.get(kind, []))
                for kind, samples in one.seconds.items()
            ]
    lines.append(
        f"\nWith *{OTHER_FILE}*, the time ends with the diagnostics of the file with the models.\n"
        "\n## Start and memory\n\n"
        "pylsp starts flake8 anew each time; that process is not counted.\n\n"
        "| | start to the first diagnostics | peak memory |\n|---|--:|--:|"
    )
    lines += [
        f"| {one.name} | {one.start:.2f} s | {one.memory / 1024:.0f} MiB |" for one in results
    ]
    return "\n".join(lines) + "\n"


def _way(name: str) -> str:
    return name.rpartition(" ")[2]


def _row(name: str, samples: list[float], reference: list[float]) -> str:
    """Write one row; `reference` is what another server took for the same."""
    median = statistics.median(samples)
    ratio = f"{median / statistics.median(reference):.1f}" if reference else ""
    return (
        f"| {name} | {median * 1000:.1f} ms | {percentile(samples, 0.95) * 1000:.1f} ms "
        f"| {max(samples) * 1000:.0f} ms | {ratio} | {len(samples)} |"
    )
