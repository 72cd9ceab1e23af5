"""Files are written whole: beside the old one, then by rename."""

from __future__ import annotations

import errno
import os
from contextlib import suppress


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Replace the content of a file at once, or not at all.

    The mode is kept, and the owner where that is allowed. A symbolic link stays, and what it leads
    to is replaced. A file that is not there is created.

    Raises
    ------
    OSError
        Where the file may not be written, or cannot be; it is then as it was before.
    """
    target = os.path.realpath(path)
    try:
        old = os.stat(target)
    except FileNotFoundError:
        old = None
    if old is not None and not os.access(target, os.W_OK):
        # A rename would not mind.
        raise PermissionError(errno.EACCES, "the file is read-only", os.fspath(path))
    temporary = os.path.join(os.path.dirname(target), f".ckptlint-{os.urandom(8).hex()}.tmp")
    file = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if old is not None:
            if hasattr(os, "chown"):
                with suppress(PermissionError):
                    os.chown(temporary, old.st_uid, old.st_gid)
            os.chmod(temporary, old.st_mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
