"""Which files a call of ``check`` means, each with the settings that hold for it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ckptlint.cli.dispatch import COMMANDS
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.engine.check import Target
from ckptlint.settings.suggestion import nearest
from ckptlint.sources.walk import FileSelection, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.cli.console import Console
    from ckptlint.settings.discovery import Discovery
    from ckptlint.settings.settings import Settings

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is to be checked.

    Parameters
    ----------
    targets : tuple[Target, ...]
        The files.
    data : bytes or None
        What stdin holds, for the only target; None where files are checked.
    exit_code : ExitCode
        What the search for files alone makes of the exit code.
    """

    targets: tuple[Target, ...]
    data: bytes | None = None
    exit_code: ExitCode = ExitCode.CLEAN


def find_inputs(
    words: Sequence[str], stdin_name: str | None, discovery: Discovery, console: Console
) -> Inputs:
    """Find what the words of a call mean: stdin for ``-``, else files and folders.

    A path that is not there is named on stderr and makes the exit code 2; so does a call under
    whose paths there is no file at all.

    Raises
    ------
    CallError
        If ``-`` is joined with paths, or ``--stdin-filename`` is misplaced.
    SettingsError
        If the settings of a file cannot be used.
    """
    if STANDARD_INPUT not in words:
        if stdin_name is not None:
            raise CallError("`--stdin-filename` goes with `-`, which reads stdin")
        return _files(words or ["."], discovery, console)
    if len(words) > 1:
        raise CallError("`-` reads stdin, and cannot be joined with other paths")
    if stdin_name == "":
        raise CallError("`--stdin-filename` needs a name")
    return _standard_input(stdin_name or STANDARD_INPUT, discovery)


def _standard_input(name: str, discovery: Discovery) -> Inputs:
    settings = discovery.of_file(os.path.abspath(name))
    return Inputs((Target(name, settings, is_explicit=True),), sys.stdin.buffer.read())


def _files(words: Sequence[str], discovery: Discovery, console: Console) -> Inputs:
    exit_code = ExitCode.CLEAN
    targets = []
    present = []
    for word in words:
        if os.path.lexists(word):
            present.append(word)
        else:
            exit_code = ExitCode.FAILURE
            console.error(f"{word}: no such file or folder{_hint(word)}")
    for found in walk(present, lambda folder: _selection(discovery.of_folder(folder))):
        settings = discovery.of_file(os.path.abspath(found.path))
        targets.append(Target(found.path, settings, found.is_explicit))
    if present and not targets:
        exit_code = max(exit_code, _tell_nothing_found(present, console))
    return Inputs(tuple(targets), exit_code=exit_code)


def _hint(word: str) -> str:
    near = nearest(word, COMMANDS)
    return f" (did you mean the command `{near}`?)" if near else ""


def _tell_nothing_found(paths: Sequence[str], console: Console) -> ExitCode:
    if all(os.path.isfile(path) for path in paths):
        console.warn("All of the named files are excluded")
        return ExitCode.CLEAN
    names = ", ".join(paths)
    console.insist(f"No Python, notebook or Markdown files found under {names}")
    return ExitCode.FAILURE


def _selection(settings: Settings) -> FileSelection:
    return FileSelection(settings)
