"""What one worker process does; importing it brings all that checking needs."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from ckptlint.engine import file_check as _file_check  # noqa: F401 - loaded once, like the rest
from ckptlint.engine.checker import Checker
from ckptlint.engine.registry import load_registry
from ckptlint.engine.target import Target
from ckptlint.program import program as _program  # noqa: F401 - loaded once, before any fork
from ckptlint.settings.errors import SettingsError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from ckptlint.engine.workers import Crew


def serve(connection: Connection, crew: Crew) -> None:
    """Check the files that come through `connection`, until it is closed.

    An interruption is left to the process that waits for the answers; it ends this one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    checker = Checker(load_registry(crew.packs), crew.ways)
    while True:
        try:
            path, is_explicit, shown_as, index = connection.recv()
        except EOFError:
            return
        profile = crew.profiles[index]
        target = Target(path, profile.settings, is_explicit, shown_as)
        try:
            connection.send(checker.check_file(target, profile))
        except SettingsError as error:
            connection.send(error)
