"""What holds for all tests: the processes that they start can be interrupted."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    # A run in the background of a shell is started with this signal ignored, and hands that on.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
