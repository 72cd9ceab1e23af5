"""Samples that are run: commands with what they print, and Python that stands alone.

A line `...` stands for any lines. What differs from run to run is evened out on both sides: `#`
takes the place of a number before ms, s, MiB or `seconds`, and of what the checks `kill` and `cost`
of `verify` say; `.` that of the folder of the run.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ckptlint.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterable

    from samples import Sample

PROGRAMS: Final = frozenset(
    {"cat", "ckptlint", "cp", "diff", "flake8", "git", "head", "ls", "mkdir", "pytest", "python"}
)
"""What a sample may run; anything else is shown in a block of bash, which is not run."""

_PROMPT: Final = "$ "
_OMITTED: Final = "..."
_BY_CHANCE: Final = re.compile(r"^(  (?:kill|cost) +exact +).+(?:\n {30}.+)*", re.MULTILINE)
_MEASURED: Final = re.compile(r"\b\d[\d.]*(?:e[+-]?\d+)?(?= (?:ms|s|MiB|seconds)\b|s\b)")


@dataclass(frozen=True)
class Command:
    """A line that is typed, and the lines that it prints."""

    typed: str
    printed: tuple[str, ...]


def commands_of(sample: Sample) -> list[Command]:
    """Divide a block of `console` into its commands.

    Raises
    ------
    ValueError
        If the block does not begin with a prompt.
    """
    commands: list[tuple[str, list[str]]] = []
    for line in sample.text.splitlines():
        if line.startswith(_PROMPT):
            commands.append((line.removeprefix(_PROMPT), []))
        elif not commands:
            raise ValueError(f"{sample.place}: a block of console begins with `$ `")
        elif commands[-1][0].endswith("\\"):
            typed, printed = commands[-1]
            commands[-1] = (typed.removesuffix("\\") + line.strip(), printed)
        else:
            commands[-1][1].append(line)
    return [Command(typed, tuple(printed)) for typed, printed in commands]


def faults_of_commands(sample: Sample, folder: Path) -> list[str]:
    """Run the commands of a block in the page's folder, and compare what they print."""
    faults = []
    for command in commands_of(sample):
        program = command.typed.split()[0]
        if program not in PROGRAMS:
            faults.append(f"{sample.place}: `{program}` is nothing that a sample may run")
            continue
        printed = normalised(run(command.typed, folder), folder).rstrip("\n")
        expected = normalised("\n".join(command.printed), folder)
        if not agrees(expected.splitlines(), printed.splitlines()):
            faults.append(
                f"{sample.place}: `{command.typed}` prints\n{printed}\nand not\n{expected}"
            )
    return faults


def run(typed: str, folder: Path) -> str:
    """Run one line of shell and give what it prints; of `verify`, without its progress on stderr.

    A plain call of ckptlint is made in this process, so that what its children import is paid once.
    """
    words = shlex.split(typed)
    if words[0] == "ckptlint" and not re.search(r"[|<>;&*$]", typed):
        out = StringIO()
        err = StringIO() if "verify" in words else out
        with chdir(folder), redirect_stdout(out), redirect_stderr(err):
            main(words[1:])
        return out.getvalue() or err.getvalue()
    done = subprocess.run(
        ["bash", "-c", typed],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=environment(folder),
    )
    return done.stdout


def environment(folder: Path) -> dict[str, str]:
    """Give the variables for a command, which finds this ckptlint and the tools beside it."""
    bin_folder = folder.parent / "bin"
    if not bin_folder.exists():
        bin_folder.mkdir()
        script = bin_folder / "ckptlint"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ckptlint "$@"\n')
        script.chmod(0o755)
    tools = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": os.pathsep.join((str(bin_folder), tools, os.environ["PATH"]))}


def normalised(text: str, folder: Path) -> str:
    """Take away what differs from run to run."""
    return _MEASURED.sub("#", _BY_CHANCE.sub(r"\1#", text.replace(str(folder), ".")))


def agrees(expected: Iterable[str], printed: Iterable[str]) -> bool:
    """Tell whether lines are as expected, where `...` stands for any."""
    parts = [
        r"(?:.*\n)*" if line.strip() == _OMITTED else re.escape(line.rstrip()) + r"\n"
        for line in expected
    ]
    text = "".join(f"{line.rstrip()}\n" for line in printed)
    return re.fullmatch("".join(parts), text) is not None


def faults_of_python(samples: list[Sample], folder: Path) -> list[str]:
    """Run blocks that stand alone, each with names of its own, in one fresh process."""
    if not samples:
        return []
    runner = "\n".join(
        f"exec(compile({sample.text!r}, {sample.place!r}, 'exec'), {{'__name__': 'sample'}})"
        for sample in samples
    )
    done = subprocess.run(
        [sys.executable, "-c", runner], cwd=folder, capture_output=True, text=True, check=False
    )
    return [done.stderr] if done.returncode else []
