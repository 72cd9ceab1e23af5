"""Cases that the tests of supervision run in child processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ckptlint.verify import child


class AwkwardError(Exception):
    """An error that cannot be told."""

    def __str__(self) -> str:
        raise LookupError


class Untaken:
    """A value that another process cannot make again."""

    def __reduce__(self) -> Any:
        return os.stat, ("/nowhere at all",)


def answer(*values: Any) -> Any:
    return values


def raise_error(message: str) -> None:
    print("before")
    raise ValueError(message)  # raised


def raise_awkward_error() -> None:
    raise AwkwardError  # awkward


def interrupt() -> None:
    raise KeyboardInterrupt  # interrupted


def leave(code: Any) -> None:
    sys.exit(code)


def leave_at_once(code: int) -> None:
    os.write(2, b"last words\n")
    os._exit(code)


def end_by(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(60)


def hang() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)


def take_memory(size: int) -> None:
    held = bytearray(size)
    held[::4096] = b"x" * len(held[::4096])
    time.sleep(60)


def take_memory_in_a_child(size: int) -> None:
    code = f"import time; held = b'x' * {size}; time.sleep(60)"
    subprocess.run([sys.executable, "-c", code], check=True)


def flood() -> None:
    while True:
        os.write(1, b"x" * 65536)


def speak() -> str:
    print("out")
    print("error", file=sys.stderr)
    os.system("echo from a program")
    return sys.stdin.read()


def give_lambda() -> Any:
    return lambda: 1


def give_untaken() -> Any:
    return Untaken()


def start_others(folder: str, stays: bool, new_session: bool) -> int:
    """Start a process that writes a file every moment; give its number."""
    code = (
        "import itertools, pathlib, time\n"
        "for number in itertools.count():\n"
        f"    pathlib.Path({folder!r}, 'beat').write_text(str(number))\n"
        "    time.sleep(0.02)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", code], start_new_session=new_session)
    while not Path(folder, "beat").exists():
        time.sleep(0.02)
    if stays:
        time.sleep(60)
    return other.pid


def double(number: int) -> int:
    return 2 * number


def use_a_pool() -> list[int]:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.map(double, [1, 2, 3])


def walk(path: str, waits: float) -> None:
    """Write a line every hundredth of a second, and tell when that begins."""
    time.sleep(waits)
    child.under_way()
    with Path(path).open("a") as file:
        for _ in range(6000):
            file.write("x\n")
            file.flush()
            time.sleep(0.01)


def surroundings() -> tuple[Any, ...]:
    with tempfile.NamedTemporaryFile() as file:
        scratch = str(Path(file.name).parent)
    return (os.getpid(), os.getsid(0), scratch, sys.modules["__main__"].__name__, str(Path.cwd()))


def imported(*names: str) -> list[str]:
    return [name for name in names if name in sys.modules]


def count_calls(counted: list[int] = []) -> int:  # noqa: B006 - it would tell of another's calls
    counted.append(1)
    return len(counted)
