"""Standard output and error: colours, levels of messages, and encodings that cannot hold a text."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import IntEnum
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from ckptlint.reports.pen import Ink, Pen

if TYPE_CHECKING:
    from argparse import Namespace


class Level(IntEnum):
    """How much is said; each level says what those before it say, too."""

    SILENT = 0
    QUIET = 1
    NORMAL = 2
    VERBOSE = 3


@dataclass(frozen=True, slots=True)
class Console:
    """Where a command writes: results to stdout, everything else to stderr.

    `color` is "auto", "always" or "never".
    """

    level: Level = Level.NORMAL
    color: str = "auto"

    @classmethod
    def of(cls, options: Namespace) -> Console:
        """Make the console that the common options ask for."""
        level = Level.NORMAL
        if options.silent:
            level = Level.SILENT
        elif options.quiet:
            level = Level.QUIET
        elif options.verbose:
            level = Level.VERBOSE
        return cls(level, options.color or "auto")

    def paints(self, stream: TextIO) -> bool:
        """Tell whether colours are written to `stream`.

        With "auto" that is so for FORCE_COLOR and on a terminal, unless NO_COLOR is set or TERM
        is "dumb". A variable that is empty counts as unset.
        """
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return stream.isatty() and os.environ.get("TERM") != "dumb"

    def write(self, text: str) -> None:
        """Write a part of the result to stdout."""
        if self.level > Level.SILENT:
            _write(sys.stdout, text)

    def detail(self, message: str) -> None:
        """Tell what is done, to who asked for it."""
        if self.level >= Level.VERBOSE:
            _write(sys.stderr, f"{message}\n")

    def warn(self, message: str) -> None:
        """Tell what the user should know."""
        if self.level >= Level.NORMAL:
            self._message("warning", Ink.WARNING, message)

    def error(self, message: str) -> None:
        """Tell what went wrong; no level suppresses it."""
        self._message("error", Ink.ERROR, message)

    def _message(self, kind: str, ink: Ink, message: str) -> None:
        pen = Pen(self.paints(sys.stderr))
        _write(sys.stderr, f"{pen.paint(kind, ink)}{pen.paint(':', Ink.TITLE)} {message}\n")


def _write(stream: TextIO, text: str) -> None:
    """Write `text`; a character that the stream's encoding lacks becomes an escape."""
    if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="backslashreplace")
    try:
        stream.write(text)
    except BrokenPipeError:
        discard(stream)


def discard(stream: TextIO) -> None:
    """Send what is still to be written to `stream` nowhere: its reader has gone."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
