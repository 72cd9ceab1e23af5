"""Time ckptlint beside other linters that run one rule, and write benchmarks/RESULTS.md.

``make bench`` runs it in an environment that holds all of them. Every command runs in turn and in
a new order each round, so that what else the machine does falls on all of them alike.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent
BARE = "`python -c pass`"
FIRST_RULES = "CKP101,CKP201,CKP301"
"""The rules that were asked for first; the whole catalogue is held against them."""


class Cache(Enum):
    """What a command finds in its cache."""

    UNUSED = "no cache"
    EMPTY = "first run"
    FULL = "second run"


@dataclass(frozen=True)
class Command:
    """One row of a table: a program, its arguments, and the state it starts from.

    `cache_folder` is where the program keeps its cache, for those that are timed with one.
    """

    name: str
    arguments: tuple[str, ...]
    rounds: int
    good_exits: frozenset[int] = frozenset({0, 1})
    cache: Cache = Cache.UNUSED
    cache_folder: Path | None = None


class Sample(NamedTuple):
    """One run: wall-clock seconds, and peak resident memory in KiB."""

    seconds: float
    peak: int


class Figures(NamedTuple):
    """The medians of a command's runs: seconds, and peak resident memory in KiB."""

    seconds: float
    peak: float


class Corpus(NamedTuple):
    """Code to lint: its title in the report and the folder of a copy that nothing else touches."""

    title: str
    folder: Path


def measured(command: Command) -> Sample:
    """Run a command once and measure it.

    Raises
    ------
    SystemExit
        Where it exits as it does when it could not do its work.
    """
    if command.cache is Cache.EMPTY and command.cache_folder is not None:
        shutil.rmtree(command.cache_folder, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-I", "-S", FOLDER / "measure.py", *command.arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, status, peak = done.stdout.split()
    if int(status) not in command.good_exits:
        sys.exit(f"{command.name} exited with {status}:\n{done.stderr}")
    return Sample(float(seconds), int(peak))


def figures(commands: list[Command], seed: int) -> dict[str, Figures]:
    """Measure all commands, interleaved, and give the medians of each by its name."""
    order = random.Random(seed)
    samples: dict[str, list[Sample]] = {command.name: [] for command in commands}
    for command in commands:
        if command.cache is not Cache.EMPTY:
            measured(command)
    for done in range(max(command.rounds for command in commands)):
        due = [command for command in commands if done < command.rounds]
        order.shuffle(due)
        for command in due:
            samples[command.name].append(measured(command))
    return {
        name: Figures(
            statistics.median(sample.seconds for sample in runs),
            statistics.median(sample.peak for sample in runs),
        )
        for name, runs in samples.items()
    }


def program(name: str) -> str:
    """Find a program of the environment that runs this script.

    Raises
    ------
    SystemExit
        Where it is not installed.
    """
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        sys.exit(f"{name} is not installed beside {sys.executable}; `make bench` installs it")
    return str(path)


def fast_commands(target: Path, rounds: int) -> list[Command]:
    """Name bare Python, and ckptlint and ruff in each state of their caches beside `target`."""
    commands = [
        Command(BARE, (sys.executable, "-c", "pass"), rounds),
        Command("`ckptlint --version`", (program("ckptlint"), "--version"), rounds),
    ]
    linters = {
        "ckptlint": (program("ckptlint"), "check", "--isolated"),
        "ruff": (program("ruff"), "check", "--isolated", "--select=F401"),
    }
    for name, arguments in linters.items():
        for cache in Cache:
            folder = target.with_name(f"{target.name}-{name}-{cache.name}")
            option = "--no-cache" if cache is Cache.UNUSED else f"--cache-dir={folder}"
            commands.append(
                Command(
                    f"{name}, {cache.value}",
                    (*arguments, option, str(target)),
                    rounds,
                    cache=cache,
                    cache_folder=folder,
                )
            )
    few = (*linters["ckptlint"], f"--select={FIRST_RULES}", "--no-cache", str(target))
    commands.append(Command(f"ckptlint, {Cache.UNUSED.value}, three rules", few, rounds))
    return commands


def slow_commands(target: Path) -> list[Command]:
    """Name the linters written in Python, each with one rule; they have no cache of results."""
    flake8 = (program("flake8"), "--isolated", "--select=F401", str(target))
    pylint = (
        program("pylint"),
        f"--rcfile={os.devnull}",
        "--persistent=n",
        "--disable=all",
        "--enable=unused-import",
        str(target),
    )
    return [
        Command("flake8, one rule", flake8, rounds=3),
        # pylint's exit status is a sum of bits: 1 is a fatal message, 32 a wrong call.
        Command("pylint, one rule", pylint, rounds=1, good_exits=frozenset(range(0, 32, 2))),
    ]


def copied(source: Path, parent: Path, *left_out: str) -> Path:
    """Copy the Python files of a folder, so that no settings or ignore file above it counts."""
    target = parent / source.name
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", *left_out))
    return target


def earth2studio(parent: Path) -> Corpus:
    """Copy the installed earth2studio package.

    Raises
    ------
    SystemExit
        Where it is not installed.
    """
    found = importlib.util.find_spec("earth2studio")
    if found is None or found.origin is None:
        sys.exit("earth2studio is not installed; `make bench` installs it")
    package = copied(Path(found.origin).parent, parent)
    return Corpus(f"earth2studio {version('earth2studio')}", package)


def standard_library(parent: Path) -> Corpus:
    """Copy the standard library of the running Python."""
    library = copied(Path(sysconfig.get_path("stdlib")), parent, "site-packages")
    return Corpus(f"The standard library of Python {platform.python_version()}", library)


def table(commands: list[Command], medians: dict[str, Figures]) -> str:
    """Write the figures as a Markdown table, in the order of the commands."""
    lines = [
        "| | to bare Python | to ruff in the same state | median | peak memory | runs |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for command in commands:
        own = medians[command.name]
        to_bare = own.seconds / medians[BARE].seconds
        to_ruff = own.seconds / medians[f"ruff, {command.cache.value}"].seconds
        lines.append(
            f"| {command.name} | {to_bare:.1f} | {to_ruff:.2f} | {own.seconds * 1000:.0f} ms "
            f"| {own.peak / 1024:.0f} MiB | {command.rounds} |"
        )
    return "\n".join(lines)


def section(corpus: Corpus, commands: list[Command], seed: int) -> str:
    """Measure all commands on one corpus and write its part of the report."""
    files = [path for path in corpus.folder.rglob("*") if path.suffix in {".py", ".pyi"}]
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    title = f"## {corpus.title}: {len(files)} files, {megabytes:.1f} MB"
    return f"{title}\n\n{table(commands, figures(commands, seed))}\n"


def heading(rounds: int, seed: int) -> str:
    """Say what was measured, with what and when."""
    tools = ", ".join(f"{name} {version(name)}" for name in ("ruff", "flake8", "pylint"))
    load = os.getloadavg()[0]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}"
    return f"""# The speed of ckptlint {version("ckptlint")}

`make bench` wrote this file on {datetime.date.today()}: Python {platform.python_version()} on
{machine}; {tools}.

ckptlint runs all its rules, the others run one: unused imports. The commands run in turn, {rounds}
rounds in shuffled order (seed {seed}), the slow ones fewer; figures are medians. *No cache* reads
and checks everything; *first run* fills a cache as well; *second run* finds it full; *three rules*
are {FIRST_RULES}. The ratios carry over to other machines; the times are those of one.
"""


def main() -> None:
    """Measure, print the report and write it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=21, help="runs of each fast command")
    parser.add_argument("--seed", type=int, default=0, help="of the order of the commands")
    parser.add_argument("--no-slow", action="store_true", help="leave out flake8 and pylint")
    parser.add_argument("--output", type=Path, default=FOLDER / "RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        package, library = earth2studio(Path(temporary)), standard_library(Path(temporary))
        slow = [] if options.no_slow else slow_commands(package.folder)
        parts = [
            heading(options.rounds, options.seed),
            section(package, fast_commands(package.folder, options.rounds) + slow, options.seed),
            section(library, fast_commands(library.folder, options.rounds), options.seed),
        ]
    report = "\n".join(parts)
    print(report)
    options.output.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
