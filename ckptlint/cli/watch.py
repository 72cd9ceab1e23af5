"""``ckptlint check --watch``: check again whenever something changes that the findings rest on."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

from ckptlint.cli import output
from ckptlint.cli.check import check_once
from ckptlint.cli.console import Console, Level
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.cli.overrides import discovery_for
from ckptlint.cli.targets import STANDARD_INPUT
from ckptlint.engine.changes import Changes
from ckptlint.engine.watching import checked_paths
from ckptlint.reports.formats import FORMATS
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.reading import shown_path

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import TextIO

_SHORTEST_PAUSE: Final = 0.1
_SHARE: Final = 20
"""How many times as long as a look at all paths takes the pause after it is, at least."""
_SETTLING: Final = 0.03
_LONGEST_SETTLING: Final = 1.0
_MOST_NAMES: Final = 3
_CLEAR: Final = "\x1b[H\x1b[2J"
_ALONE: Final = {
    "diff": "--diff",
    "prove": "--prove",
    "show_files": "--show-files",
    "show_settings": "--show-settings",
    "write_baseline": "--write-baseline",
    "add_noqa": "--add-noqa",
}
"""What is done once; by the names that argparse gives the options."""


def watch(options: Namespace, words: Sequence[str]) -> int:
    """Check, report and wait, again and again, until the user interrupts or stops reading.

    Raises
    ------
    CallError, SettingsError
        If the call is wrong, or the settings are when the watch begins. Later on a mistake in the
        settings is reported like a finding, and the watch goes on.
    """
    _refuse_what_is_done_once(options, words)
    _refuse_records_on_stdout(options)
    watching = _Watching(options, words)
    if watching.begin() is ExitCode.FAILURE:
        return ExitCode.FAILURE
    while _has_reader(sys.stdout):
        watching.wait()
        if watching.changed:
            watching.go_on()
    return ExitCode.CLEAN


def _refuse_what_is_done_once(options: Namespace, words: Sequence[str]) -> None:
    for name, option in _ALONE.items():
        if getattr(options, name, None) not in (None, False):
            raise CallError(f"`--watch` and `{option}` exclude each other")
    if STANDARD_INPUT in words:
        raise CallError("`--watch` looks at files, and cannot be joined with `-`")


def _refuse_records_on_stdout(options: Namespace) -> None:
    """Refuse to write what programs read as a whole to one stream again and again."""
    folder = os.getcwd()
    name = discovery_for(options, folder).of_folder(folder).output_format
    if name in FORMATS and not FORMATS.find(name).for_people and options.output_file is None:
        raise CallError(
            f"`--watch` would write {name} to stdout again and again: choose `--output-format` "
            "full, concise or grouped, or name a file with `-o`"
        )


class _Held(Console):
    """A console that writes nothing before it is told to."""

    def __init__(self, level: Level = Level.NORMAL, color: str = "auto") -> None:
        super().__init__(level, color)
        self.held: list[tuple[TextIO, str]] = []

    def _write(self, stream: TextIO, text: str) -> None:
        self.held.append((stream, text))

    def release(self) -> None:
        """Write what was held back, in the order in which it came."""
        for stream, text in self.held:
            output.write(stream, text)
            output.flush(stream)
        self.held.clear()


class _Watching:
    """One call of ``check --watch``: what was shown last, and what that rests on."""

    def __init__(self, options: Namespace, words: Sequence[str]) -> None:
        self.changed: list[str] = []
        self._options = options
        self._words = words
        self._changes = Changes()
        self._named = {os.path.abspath(word) for word in words or ["."]}
        self._paths = set(self._named)
        self._targets: set[str] = set()
        self._shown: list[tuple[TextIO, str]] = []
        self._pause = _SHORTEST_PAUSE

    def begin(self) -> ExitCode:
        """Check for the first time; what cannot even be begun is not waited for."""
        console = _Held.of(self._options)
        try:
            exit_code = self._check(console)
        except SettingsError:
            console.release()
            raise
        if exit_code is ExitCode.FAILURE and not self._targets:
            console.release()
            return exit_code
        self._show(console, "Starting linter in watch mode...")
        return ExitCode.CLEAN

    def wait(self) -> None:
        """Sleep for a while, look for changes, and let them come to an end."""
        time.sleep(self._pause)
        started = time.monotonic()
        self.changed = self._changes.found()
        self._pause = max(_SHORTEST_PAUSE, _SHARE * (time.monotonic() - started))
        while self.changed and time.monotonic() - started < _LONGEST_SETTLING:
            time.sleep(_SETTLING)
            more = self._changes.found()
            if not more:
                break
            self.changed += [path for path in more if path not in self.changed]

    def go_on(self) -> None:
        """Check again; show it if anything is new, or a file that is checked has changed."""
        console = _Held.of(self._options)
        before = self._targets
        try:
            self._check(console)
        except SettingsError as error:
            console.error(str(error))
        is_about_a_target = not (before | self._targets).isdisjoint(self.changed)
        if is_about_a_target or console.held != self._shown:
            self._show(console, f"File change detected: {self._names_of_changes()}")

    def _check(self, console: _Held) -> ExitCode:
        started = time.time_ns()
        discovery = discovery_for(self._options, os.getcwd())
        written: dict[str, bytes] = {}
        try:
            checked = check_once(self._options, self._words, discovery, console)
        except SettingsError:
            self._paths |= discovery.looked_for
            raise
        else:
            targets, result = checked.inputs.targets, checked.result
            assert result is not None
            self._targets = {os.path.abspath(target.path) for target in targets}
            self._paths = self._named | checked_paths(result, targets) | checked.inputs.looked_at
            written = {os.path.abspath(diff.path): diff.data for diff in result.diffs}
            if self._options.output_file is not None:
                self._paths.discard(os.path.abspath(self._options.output_file))
        finally:
            self._changes.rest_on(self._paths, started, written)
        return checked.exit_code

    def _show(self, console: _Held, title: str) -> None:
        self._shown = [*console.held]
        if console.level >= Level.NORMAL:
            if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
                output.write(sys.stdout, _CLEAR)
            output.write(sys.stdout, f"[{_clock()}] {title}\n\n")
            output.flush(sys.stdout)  # what follows may go to stderr
            console.write(f"\n[{_clock()}] Watching for file changes.\n")
        console.release()

    def _names_of_changes(self) -> str:
        """Name what has changed; a folder only where no file has."""
        files = [path for path in self.changed if not os.path.isdir(path)]
        here = os.getcwd()
        paths = sorted(files or self.changed)
        names = [os.curdir if path == here else shown_path(path) for path in paths]
        rest = len(names) - _MOST_NAMES
        return ", ".join(names[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def _clock() -> str:
    return time.strftime("%H:%M:%S")


def _has_reader(stream: TextIO) -> bool:
    """Tell whether somebody may still read what is written; for a pipe that can be known."""
    import select

    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(stream.fileno(), 0)
    return not any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
