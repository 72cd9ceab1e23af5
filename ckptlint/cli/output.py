"""Writing to streams whose reader may go away, or whose disk may be full."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from ckptlint.cli.errors import CallError

TYPE_CHECKING = False  # `typing` would cost every call 3 ms
if TYPE_CHECKING:
    from typing import TextIO


def write(stream: TextIO, text: str) -> None:
    """Write `text`; it is no mistake if the reader has gone away.

    A character that the stream's encoding lacks becomes an escape.

    Raises
    ------
    CallError
        If the text cannot be written for another reason, as on a full disk.
    """
    if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="backslashreplace")
    try:
        stream.write(text)
    except OSError as error:
        _give_up(stream, error)


def write_bytes(stream: TextIO, data: bytes) -> None:
    """Write `data` as it is after all text that was written; see `write`."""
    try:
        stream.flush()
        stream.buffer.write(data)
    except OSError as error:
        _give_up(stream, error)


def flush(stream: TextIO) -> None:
    """Write what is still held back; see `write`."""
    try:
        stream.flush()
    except OSError as error:
        _give_up(stream, error)


def replace_closed_streams() -> None:
    """Let a process without stdout or stderr write to nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _give_up(stream: TextIO, error: OSError) -> None:
    """Send what is still held back nowhere, so that the process can end in peace."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
    if not isinstance(error, BrokenPipeError):
        raise CallError(f"cannot write the output: {error.strerror or error}") from error
