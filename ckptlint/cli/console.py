"""Standard output and error: colours, levels of messages, and encodings that cannot hold a text."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TextIO

from ckptlint.cli import output
from ckptlint.reports.pen import Ink, Pen

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Self

_LINKING_TERMINALS: Final = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"})
_PLAIN_WIDTH: Final = 100


class Level(IntEnum):
    """How much is said; each level says what those before it say, too."""

    SILENT = 0
    QUIET = 1
    NORMAL = 2
    VERBOSE = 3


class Console:
    """Where a command writes: results to stdout, everything else to stderr.

    Parameters
    ----------
    level : Level
        How much is said.
    color : str
        "auto", "always" or "never".

    Attributes
    ----------
    stdout_texts, stderr_texts : list[str]
        What has been written.
    """

    def __init__(self, level: Level = Level.NORMAL, color: str = "auto") -> None:
        self.level = level
        self.stdout_texts: list[str] = []
        self.stderr_texts: list[str] = []
        self._color = color

    @classmethod
    def of(cls, options: Namespace) -> Self:
        """Make the console that the common options ask for."""
        level = Level.NORMAL
        if options.silent:
            level = Level.SILENT
        elif options.quiet:
            level = Level.QUIET
        elif options.verbose:
            level = Level.VERBOSE
        return cls(level, options.color or "auto")

    def paints(self, stream: TextIO | None) -> bool:
        """Tell whether colours are written to `stream`, or to a file where that is None.

        With "auto" that is so for FORCE_COLOR and on a terminal, unless NO_COLOR is set or TERM
        is "dumb"; never for a file. A variable that is empty counts as unset.
        """
        if self._color != "auto" or stream is None:
            return self._color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return stream.isatty() and os.environ.get("TERM") != "dumb"

    def links(self, stream: TextIO | None) -> bool:
        """Tell whether `stream` is a terminal that is known to show links (OSC 8)."""
        if stream is None or not stream.isatty() or not self.paints(stream):
            return False
        return (
            os.environ.get("TERM_PROGRAM") in _LINKING_TERMINALS
            or "WT_SESSION" in os.environ
            or "KITTY_WINDOW_ID" in os.environ
            or os.environ.get("VTE_VERSION", "") >= "5000"
        )

    def width(self, stream: TextIO | None) -> int:
        """Give the columns that a line of `stream` may take; COLUMNS tells, else the terminal."""
        columns = os.environ.get("COLUMNS", "")
        if columns.isascii() and columns.isdigit() and int(columns):
            return int(columns)
        if stream is None or not stream.isatty():
            return _PLAIN_WIDTH
        try:
            return os.get_terminal_size(stream.fileno()).columns or _PLAIN_WIDTH
        except (OSError, ValueError):
            return _PLAIN_WIDTH

    def write(self, text: str, stream: TextIO | None = None) -> None:
        """Write a part of the result, by default to stdout."""
        if self.level > Level.SILENT:
            self._write(stream or sys.stdout, text)

    def detail(self, message: str) -> None:
        """Tell what is done, to who asked for it."""
        if self.level >= Level.VERBOSE:
            self._write(sys.stderr, f"{message}\n")

    def note(self, message: str) -> None:
        """Tell what was done, without any mark."""
        if self.level >= Level.NORMAL:
            self._write(sys.stderr, f"{message}\n")

    def warn(self, message: str) -> None:
        """Tell what the user should know."""
        if self.level >= Level.NORMAL:
            self._message("warning", Ink.WARNING, message)

    def insist(self, message: str) -> None:
        """Warn of what makes the exit code 2; no level suppresses it."""
        self._message("warning", Ink.WARNING, message)

    def error(self, message: str) -> None:
        """Tell what went wrong; no level suppresses it."""
        self._message("error", Ink.ERROR, message)

    def _message(self, kind: str, ink: Ink, message: str) -> None:
        pen = Pen(self.paints(sys.stderr))
        self._write(sys.stderr, f"{pen.paint(kind, ink)}{pen.paint(':', Ink.TITLE)} {message}\n")

    def _write(self, stream: TextIO, text: str) -> None:
        (self.stdout_texts if stream is sys.stdout else self.stderr_texts).append(text)
        output.write(stream, text)
