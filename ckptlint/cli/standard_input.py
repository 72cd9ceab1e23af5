"""Fixed text from stdin to stdout, in the bytes that it came in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ckptlint.cli.output import write_bytes
from ckptlint.sources.document import read_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.engine.result import FileDiff


def write_fixed(data: bytes, diffs: Sequence[FileDiff]) -> None:
    """Write what stdin held to stdout, with its fixes.

    Encoding and line ends are kept; without any fix the bytes are those of stdin.
    """
    for diff in diffs:
        document = read_document(Path(diff.path), data)
        newline = "\r\n" if "\r\n" in document.raw else "\n"
        data = document.encoding.encode(diff.after.replace("\n", newline))
    write_bytes(sys.stdout, data)
