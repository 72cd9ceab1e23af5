"""``ckptlint`` in a process that ends as by Ctrl-C when its standard input is closed.

So it ends with the server that started it, however that ends, and ends all that it runs itself.
"""

from __future__ import annotations

import os
import runpy
import signal
from threading import Thread


def _end_with_input() -> None:
    # Not through `sys.stdin`: a thread that reads it when Python ends aborts the process.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)  # it also wakes what waits


if __name__ == "__main__":
    # A server that was started in the background may have left this signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Thread(target=_end_with_input, daemon=True).start()
    runpy.run_module("ckptlint", run_name="__main__")
