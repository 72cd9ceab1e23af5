"""Whole runs, kept so that the same call over unchanged files is answered by `stat` alone.

`lookup` runs before anything else is imported, and imports nothing but what is built in.
"""

from __future__ import annotations

import os
import sys
from zlib import crc32

from ckptlint import __version__

TYPE_CHECKING = False  # `typing` would cost more than all the rest
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ckptlint.engine.day import Validity

CACHE_FOLDER = ".ckptlint_cache"
KEPT_RUNS = 32
RACY_NANOSECONDS = 2_000_000_000
"""A file that changed this shortly before a run may change again within one tick of its clock."""

VARIABLES = (
    "CI_PROJECT_DIR",
    "COLUMNS",
    "CONDA_PREFIX",
    "FORCE_COLOR",
    "HOME",
    "KITTY_WINDOW_ID",
    "LANG",
    "LC_ALL",
    "NO_COLOR",
    "PRE_COMMIT",
    "TERM",
    "TERM_PROGRAM",
    "USERPROFILE",
    "VIRTUAL_ENV",
    "VTE_VERSION",
    "WT_SESSION",
    "XDG_CONFIG_HOME",
)
"""The environment variables that a run may depend on, besides those that begin with CKPTLINT_."""

_MAGIC = b"ckptlint run 2"
_ABSENT = b"-"


class Replayed:
    """What a run wrote and returned."""

    __slots__ = ("exit_code", "stderr", "stdout")

    def __init__(self, stdout: str, stderr: str, exit_code: int) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.exit_code = exit_code


def lookup(argv: Sequence[str]) -> Replayed | None:
    """Find the record of this very call, if nothing has changed that it rests on.

    A record that is damaged, that another user has written, or whose files differ in any way is
    as good as none.
    """
    try:
        key = _key(argv)
        for folder in _folders(argv):
            fields = _read(_record_path(folder, key))
            if fields is None:
                continue
            stored_key, stdout, stderr, exit_code, days, *watched = fields
            if stored_key == key and _holds_today(days) and _is_unchanged(watched, folder):
                return Replayed(stdout.decode(), stderr.decode(), int(exit_code))
    except (OSError, ValueError):
        return None
    return None


def record(
    argv: Sequence[str],
    run: Replayed,
    watched: Iterable[str],
    started: int,
    cache_folder: str,
    beside: bytes,
    validity: Validity | None = None,
) -> bool:
    """Keep a run for `lookup`.

    The caller answers for it that the run is a plain check without faults, that `watched` names
    every file and folder whose state it rests on, also where there was none, and that all of its
    output is there.

    Parameters
    ----------
    argv : sequence of str
        The arguments of the call.
    run : Replayed
        What the run wrote and returned.
    watched : iterable of str
        Absolute paths.
    started : int
        When the run began, in nanoseconds since the epoch.
    cache_folder : str
        The cache folder of the settings.
    beside : bytes
        What `names_beside` gave for that folder before the run listed anything.
    validity : Validity or None
        The days on which the run says the same; by default all.

    Returns
    -------
    bool
        Whether it was kept: not where a watched file is too young for its time to be trusted, nor
        where `lookup` would not look into `cache_folder` or nothing can be written there.
    """
    cache_folder = os.path.normpath(cache_folder)
    if cache_folder not in _folders(argv):
        return False
    pairs: list[bytes] = []
    for path in sorted(set(watched)):
        if path == os.path.dirname(cache_folder):
            if names_beside(cache_folder) != beside:
                return False
            pairs += [os.fsencode(path), beside]
            continue
        state = _stat(path)
        if state is not None and max(state.st_mtime_ns, state.st_ctime_ns) > started - (
            RACY_NANOSECONDS
        ):
            return False
        pairs += [os.fsencode(path), _signature(state)]
    key = _key(argv)
    days = b""
    if validity is not None and validity.is_bounded():
        days = f"{validity.after} {validity.through}".encode()
    fields = [key, run.stdout.encode(), run.stderr.encode(), b"%d" % run.exit_code, days, *pairs]
    payload = b"\0".join(fields)
    if payload.count(b"\0") != len(fields) - 1:
        return False
    from ckptlint.engine.cache_folder import CacheFolder

    path = _record_path(cache_folder, key)
    header = b"%s %08x %d\n" % (_MAGIC, crc32(payload), len(payload))
    folder = CacheFolder(cache_folder)
    folder.write(path, header + payload)
    if folder.problem is not None:
        return False
    _forget_the_oldest(os.path.dirname(path))
    return True


def names_beside(cache_folder: str) -> bytes:
    """Tell what lies in the folder around a cache folder, that one itself left out.

    The first run makes the cache folder, and so changes the time of the folder around it. By the
    names in it that one is recognised all the same.
    """
    own = os.path.basename(cache_folder)
    try:
        with os.scandir(os.path.dirname(cache_folder)) as entries:
            names = [
                os.fsencode(entry.name) + b"/" * entry.is_dir()
                for entry in entries
                if entry.name != own
            ]
    except OSError:
        return _ABSENT
    return b"/".join([b"names", *sorted(names)])


def _key(argv: Sequence[str]) -> bytes:
    """Put together what makes two calls the same."""
    parts = [__version__, sys.version, sys.executable, os.getcwd(), *argv, ""]
    parts += sys.path
    for name in sorted(os.environ):
        if name in VARIABLES or name.startswith("CKPTLINT_"):
            parts.append(f"{name}={os.environ[name]}")
    for stream in (sys.stdout, sys.stderr):
        is_terminal = stream.isatty()
        parts.append(f"{stream.encoding} {is_terminal}")
        if is_terminal:
            parts.append(str(os.get_terminal_size(stream.fileno()).columns))
    return os.fsencode("\x1f".join(parts))


def _folders(argv: Sequence[str]) -> list[str]:
    """Give the cache folders in which a record of this call may lie, without reading settings."""
    named = os.environ.get("CKPTLINT_CACHE_DIR") or None
    for index, word in enumerate(argv):
        if word == "--cache-dir" and index + 1 < len(argv):
            named = argv[index + 1]
        elif word.startswith("--cache-dir="):
            named = word.partition("=")[2]
    folder = os.getcwd()
    if named is not None:
        return [os.path.normpath(os.path.join(folder, os.path.expanduser(named)))]
    folders = [folder]
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        folders.append(folder)
    return [os.path.join(folder, CACHE_FOLDER) for folder in folders]


def _record_path(folder: str, key: bytes) -> str:
    return os.path.join(folder, __version__, "runs", f"{crc32(key):08x}")


def _read(path: str) -> list[bytes] | None:
    try:
        with open(path, "rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            data = file.read()
    except OSError:
        return None
    header, _, payload = data.partition(b"\n")
    if header != b"%s %08x %d" % (_MAGIC, crc32(payload), len(payload)):
        return None
    fields = payload.split(b"\0")
    return fields if len(fields) >= 5 and len(fields) % 2 == 1 else None


def _holds_today(days: bytes) -> bool:
    """Tell whether a run says the same today; the day is looked up only if that matters."""
    if not days:
        return True
    from ckptlint.engine.day import Validity, today

    return Validity(*days.decode().split(" ")).holds(today())


def _is_unchanged(watched: Sequence[bytes], cache_folder: str) -> bool:
    around = os.fsencode(os.path.dirname(cache_folder))
    return all(
        (names_beside(cache_folder) if path == around else _signature(_stat(path))) == signature
        for path, signature in zip(watched[::2], watched[1::2], strict=True)
    )


def _stat(path: str | bytes) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _signature(state: os.stat_result | None) -> bytes:
    if state is None:
        return _ABSENT
    return b"%d %d %d %d %d" % (
        state.st_mtime_ns,
        state.st_ctime_ns,
        state.st_size,
        state.st_ino,
        state.st_mode,
    )


def _forget_the_oldest(folder: str) -> None:
    from contextlib import suppress

    with suppress(OSError):  # another process may do the same
        with os.scandir(folder) as entries:
            by_age = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries)
        for _, path in by_age[:-KEPT_RUNS]:
            os.unlink(path)
