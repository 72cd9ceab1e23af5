"""What the cases of `test_cluster` do in their own processes; importing it is cheap."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

from ckptlint.verify import child


def double(number: int) -> int:
    return 2 * number


def abort(folder: str) -> None:
    """Take note of this try, and die."""
    Path(folder, f"try-{os.getpid()}").touch()
    os.abort()


def wait_to_be_killed() -> None:
    child.under_way()
    time.sleep(60)


def fill_memory(mebibytes: int) -> None:
    held = bytearray(os.urandom(1024)) * (1024 * mebibytes)
    time.sleep(60)
    del held


def print_much(mebibytes: int) -> None:
    for _ in range(mebibytes):
        print("." * (1 << 20), flush=True)
    time.sleep(60)


def note_process(path: str) -> None:
    """Write down which process this is, and hang."""
    part = Path(path).with_suffix(".part")
    part.write_text(str(os.getpid()))
    part.rename(path)
    time.sleep(60)


def kill_first_worker(path: str) -> str:
    """Kill the worker at the first try, and hang; give an answer at the second."""
    if Path(path).exists():
        return "the second try"
    Path(path).write_text(str(os.getpid()))
    kill_worker()
    return "the first try"


def kill_worker() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    assert parent.pid is not None
    os.kill(parent.pid, signal.SIGKILL)
    time.sleep(60)
