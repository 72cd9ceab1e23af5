"""Calls of ckptlint in this process, and the files that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ckptlint.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

Captured = pytest.CaptureFixture[str]


def call(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    """Give the exit code of a call, what it wrote to stdout, and what to stderr."""
    code = main(arguments)
    return code, *capsys.readouterr()


def write(path: Path, text: str) -> Path:
    """Write a file as it is given, its folders too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path
