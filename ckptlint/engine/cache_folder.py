"""The folder in which ckptlint keeps what it may forget: results of files, records of runs."""

from __future__ import annotations

import os
from contextlib import suppress

from ckptlint import __version__

_MARK = """Signature: 8a477f597d28d172789f06886806bc55
# This folder is the cache of ckptlint; it may be deleted at any time.
# For information about such tags see https://bford.info/cachedir/
"""


class CacheFolder:
    """One cache folder, in which each version of ckptlint has a folder of its own.

    Parameters
    ----------
    path : str
        The folder; it is made when the first file is written.

    Attributes
    ----------
    problem : str or None
        Why nothing can be written, once that is known; nothing is tried again then.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.problem: str | None = None
        self._is_marked = False

    def file(self, *parts: str) -> str:
        """Give the path of a file in the folder of this version."""
        return os.path.join(self.path, __version__, *parts)

    def read(self, path: str) -> bytes | None:
        """Read a file; None if it cannot be."""
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            return None

    def write(self, path: str, data: bytes) -> None:
        """Write a file at once, so that no reader sees a part of it; a failure is only noted."""
        if self.problem is not None:
            return
        temporary = f"{path}.{os.getpid()}.tmp"
        try:
            self._mark()
            os.makedirs(os.path.dirname(path), exist_ok=True)
            try:
                with open(temporary, "wb") as file:
                    file.write(data)
                os.replace(temporary, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
        except OSError as error:
            self.problem = f"the cache {self.path} cannot be written: {error.strerror or error}"

    def _mark(self) -> None:
        """Mark the folder as a cache for backup programs, and hide it from Git."""
        if self._is_marked:
            return
        os.makedirs(self.path, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _MARK), (".gitignore", "*\n")):
            with suppress(FileExistsError), open(os.path.join(self.path, name), "x") as file:
                file.write(text)
        self._is_marked = True
