"""The process of a proof ends with its standard input, and else as ``ckptlint`` does."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = (sys.executable, "-P", "-m", "ckptlint.server.proof_process")


@contextmanager
def begun(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Begin as a server does that runs in the background of a shell, where Ctrl-C is ignored."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_ends_as_ckptlint_does_while_its_input_is_open(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("x = = 1\n", encoding="utf-8")
    with begun("check", "--isolated", "broken.py", folder=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"CKP900" in process.stdout.read()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_it_ends_when_its_input_is_closed(tmp_path: Path) -> None:
    # It waits for an editor that never comes.
    with begun("server", "--tcp", folder=tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"ckptlint server listens on 127.0.0.1:")
        process.stdin.close()
        assert process.wait(60) == 130
