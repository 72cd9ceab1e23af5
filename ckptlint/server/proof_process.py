"""``ckptlint`` in a process that ends as by Ctrl-C when its standard input is closed.

So it ends with the server that started it, however that ends, and ends all that it runs itself.
"""

from __future__ import annotations

import _thread
import runpy
import sys
from threading import Thread


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    _thread.interrupt_main()


if __name__ == "__main__":
    Thread(target=_end_with_input, daemon=True).start()
    runpy.run_module("ckptlint", run_name="__main__")
