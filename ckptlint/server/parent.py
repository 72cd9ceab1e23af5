"""Ends the process when the editor that started it has died."""

from __future__ import annotations

import logging
import os
import sys
import time
from threading import Thread
from typing import Final

logger = logging.getLogger(__name__)

_INTERVAL: Final = 2.0
"""How often is looked: seconds."""


def end_with(process: int) -> None:
    """End this process when another one ends; nothing happens if there is no such process."""
    if process == os.getpid() or not _is_alive(process):
        return
    Thread(target=_watch, args=(process,), name="ckptlint-parent", daemon=True).start()


def _watch(process: int) -> None:
    while _is_alive(process):
        time.sleep(_INTERVAL)
    logger.info("process %d, which started the server, has ended", process)
    logging.shutdown()
    os._exit(1)  # the main loop may be waiting for a stream that somebody else holds open


if sys.platform == "win32":
    import ctypes

    def _is_alive(process: int) -> bool:
        synchronize, timed_out = 0x00100000, 0x102
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(synchronize, False, process)
        if not handle:
            return False
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == timed_out)
        finally:
            kernel.CloseHandle(handle)

else:

    def _is_alive(process: int) -> bool:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True
