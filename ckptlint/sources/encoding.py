"""Bytes to text and back, as Python itself reads a file: byte order mark, cookie, UTF-8."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from ckptlint.sources.lines import EditRefusedError, Lines
from ckptlint.sources.source import Position

# The two patterns of PEP 263: a cookie, and a line that may stand before one.
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_NO_CODE = re.compile(rb"[ \t\f]*(?:#|$)")


class UnreadableFile(Exception):  # noqa: N818 - it says what the file is
    """A file whose text cannot be had.

    Parameters
    ----------
    message : str
        What is wrong, in one line without a final stop.
    position : Position or None
        Where, in the lines of the file (of the cell, where `cell` is given).
    cell : int or None
        The 1-based number of the notebook's cell.
    """

    def __init__(
        self, message: str, position: Position | None = None, cell: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.cell = cell


class Encoding(NamedTuple):
    """How a file's text is written as bytes."""

    name: str = "utf-8"
    mark: bytes = b""

    @classmethod
    def of_python(cls, data: bytes) -> Encoding:
        """Tell the encoding of Python source, by PEP 263.

        Raises
        ------
        UnreadableFile
            Where the cookie names no text encoding, or contradicts the byte order mark.
        """
        encoding = cls.of_utf8(data)
        cookie = _find_cookie(data[len(encoding.mark) :])
        if cookie is None:
            return encoding
        name, position = cookie
        try:
            b"#".decode(name)  # of empty bytes nothing is looked up
            codec = codecs.lookup(name).name
        except (LookupError, UnicodeError):
            raise UnreadableFile(f"unknown encoding '{name}'", position) from None
        if codec in ("utf-8", "utf-8-sig"):
            return encoding
        if encoding.mark:
            message = f"the encoding is declared as '{name}', but a UTF-8 byte order mark is there"
            raise UnreadableFile(message, position)
        return cls(name)

    @classmethod
    def of_utf8(cls, data: bytes) -> Encoding:
        """Tell the encoding of a file that is always UTF-8, with or without a byte order mark."""
        return cls(mark=codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b"")

    def decode(self, data: bytes) -> str:
        """Give the text of `data` without its byte order mark; line ends stay as they are.

        Raises
        ------
        UnreadableFile
            Where the bytes are no text in this encoding.
        """
        body = data[len(self.mark) :]
        try:
            return body.decode(self.name)
        except UnicodeDecodeError as error:
            before = body[: error.start].decode(self.name, errors="replace")
            lines = Lines.split(before).texts
            message = f"byte 0x{body[error.start]:02x} is not valid {self.name}"
            if self.name == "utf-8":
                message += ", and no other encoding is declared"
            raise UnreadableFile(message, Position(len(lines), len(lines[-1]) + 1)) from error
        except UnicodeError as error:
            raise UnreadableFile(f"not valid {self.name}: {error}") from error

    def encode(self, text: str) -> bytes:
        """Give the bytes of `text`, with the byte order mark.

        Raises
        ------
        EditRefusedError
            Where the encoding has no such character.
        """
        try:
            return self.mark + text.encode(self.name)
        except UnicodeError as error:
            raise EditRefusedError(f"the file's encoding cannot hold the text: {error}") from error


def _find_cookie(body: bytes) -> tuple[str, Position] | None:
    rest = body
    for number in (1, 2):
        line = re.split(rb"[\r\n]", rest, maxsplit=1)[0]
        if match := _COOKIE.match(line):
            column = len(line[: match.start(1)].decode("utf-8", "replace")) + 1
            return match[1].decode("ascii"), Position(number, column)
        if not _NO_CODE.match(line):
            return None
        rest = rest[len(line) :]
        rest = rest[2:] if rest.startswith(b"\r\n") else rest[1:]
    return None
