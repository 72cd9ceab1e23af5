"""Which files a call of ``check`` means, each with the settings that hold for it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

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
_ALL_EXCLUDED = "All of the named files are excluded"


class Inputs(NamedTuple):
    """What is to be checked.

    Parameters
    ----------
    targets : tuple[Target, ...]
        The files.
    data : bytes or None
        What stdin holds, for the only target if it is not excluded; None where files are checked.
    exit_code : ExitCode
        What the search for files alone makes of the exit code.
    looked_at : frozenset[str]
        The absolute paths of what was listed or read in the search, or was not there.
    """

    targets: tuple[Target, ...]
    data: bytes | None = None
    exit_code: ExitCode = ExitCode.CLEAN
    looked_at: frozenset[str] = frozenset()


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
    if "" in words:
        raise CallError("a path is empty: leave it out to check the current folder, or write `.`")
    if STANDARD_INPUT not in words:
        if stdin_name is not None:
            raise CallError("`--stdin-filename` goes with `-`, which reads stdin")
        return _files(words or ["."], discovery, console)
    if len(words) > 1:
        raise CallError("`-` reads stdin, and cannot be joined with other paths")
    if stdin_name == "":
        raise CallError("`--stdin-filename` needs a name")
    return _standard_input(stdin_name or STANDARD_INPUT, discovery, console)


def _standard_input(name: str, discovery: Discovery, console: Console) -> Inputs:
    path = os.path.abspath(name)
    settings = discovery.of_file(path)
    if sys.stdin is None:
        raise CallError("standard input is closed, so there is nothing to check for `-`")
    data = sys.stdin.buffer.read()
    selection = _selection_of(settings)
    if selection.force_exclude and selection.excluded.match_within(path):
        console.warn(_ALL_EXCLUDED)
        return Inputs((), data)
    return Inputs((Target(name, settings, is_explicit=True),), data)


def _files(words: Sequence[str], discovery: Discovery, console: Console) -> Inputs:
    search = _Search(words, discovery, console)
    targets = tuple(
        Target(found.path, discovery.of_file(os.path.abspath(found.path)), found.is_explicit)
        for found in walk(
            words,
            search.selection_for,
            search.on_error,
            search.looked_at.add,
            search.looked_at.add,
        )
    )
    if not targets and search.exit_code is ExitCode.CLEAN:
        search.tell_that_nothing_was_found()
    looked_at = frozenset(search.looked_at | discovery.looked_for)
    return Inputs(targets, exit_code=search.exit_code, looked_at=looked_at)


def _selection_of(settings: Settings) -> FileSelection:
    return FileSelection(
        settings.include, settings.exclude, settings.force_exclude, settings.respect_gitignore
    )


class _Search:
    """What the walk asks for and tells while it looks for files."""

    def __init__(self, words: Sequence[str], discovery: Discovery, console: Console) -> None:
        self.exit_code = ExitCode.CLEAN
        self.looked_at: set[str] = set()
        self._words = words
        self._discovery = discovery
        self._console = console
        self._selections: dict[Settings, FileSelection] = {}

    def selection_for(self, folder: str) -> FileSelection:
        """Give what is taken in a folder; folders with one settings object share the answer."""
        settings = self._discovery.of_folder(folder)
        selection = self._selections.get(settings)
        if selection is None:
            selection = self._selections[settings] = _selection_of(settings)
        return selection

    def on_error(self, path: str, error: OSError) -> None:
        """Tell of a path that cannot be read."""
        if not isinstance(error, FileNotFoundError):
            self._fail(f"{path}: {error.strerror or error}")
        elif os.path.islink(path):
            self._console.warn(f"{path}: a link that leads nowhere")
        else:
            near = nearest(path, COMMANDS)
            hint = f" (did you mean the command `{near}`?)" if near else ""
            self._fail(f"{path}: no such file or folder{hint}")

    def tell_that_nothing_was_found(self) -> None:
        """Tell that there is no file to check."""
        if all(os.path.isfile(word) for word in self._words):
            self._console.warn(_ALL_EXCLUDED)
            return
        names = ", ".join(self._words)
        self._console.insist(f"No Python, notebook or Markdown files found under {names}")
        self.exit_code = ExitCode.FAILURE

    def _fail(self, message: str) -> None:
        self._console.error(message)
        self.exit_code = ExitCode.FAILURE
