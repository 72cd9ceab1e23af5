"""Fingerprints: what tells a finding from others, run after run, whatever line it has moved to.

A finding is recognised by its rule, its file and the code on the line where it starts. Its line
number, its message, which may hold line numbers, and the cell of a notebook say nothing of it. So
it stays the same while code around it comes, goes and moves, and while its line is indented,
spaced or commented anew. Equal ones are counted: a second copy of the same line is a new finding.
A file that is renamed has new findings, for nothing but its name tells its debts from another's.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.result import STANDARD_INPUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from ckptlint.engine.result import LocatedFinding

_BEFORE_COMMENT = re.compile(
    r"""(?: [^'"#]+ | '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | ['"] )*""", re.VERBOSE
)
_NUMBER = re.compile(r"\d+")


class Content(NamedTuple):
    """What a finding is recognised by.

    Parameters
    ----------
    code : str
        The code of its rule.
    path : str
        Its file, as `posix_path` gives it.
    text : str
        The code on the line where it starts, as `recognised_text` gives it.
    """

    code: str
    path: str
    text: str


def content_of(finding: LocatedFinding, folder: str, root: str) -> Content:
    """Give what a finding is recognised by.

    Parameters
    ----------
    finding : LocatedFinding
        The finding.
    folder : str
        The absolute folder at which its path starts if that is relative.
    root : str
        The absolute folder at which the paths of contents start.
    """
    path = posix_path(finding.place.path, folder, root)
    return Content(finding.code, path, text_of(finding))


def text_of(finding: LocatedFinding) -> str:
    """Give the text that a finding is recognised by."""
    index = finding.place.span.start.line - finding.context_start
    line = finding.context[index] if 0 <= index < len(finding.context) else ""
    return recognised_text(line, finding.message)


def recognised_text(line: str, message: str) -> str:
    """Give the text that a finding on `line` with `message` is recognised by.

    It is the code on that line with single spaces, else the comment, else the message without its
    numbers.
    """
    code = _BEFORE_COMMENT.match(line)
    assert code is not None
    return " ".join(code[0].split()) or " ".join(line.split()) or _NUMBER.sub("#", message)


def posix_path(path: str, folder: str, root: str, system: ModuleType = os.path) -> str:
    """Give a file's path from `root`, with slashes; one on another drive keeps its whole path.

    A relative `path` starts at `folder`; standard input keeps its name. `system` is what paths
    are made by.
    """
    if path == STANDARD_INPUT:
        return path
    whole: str = system.normpath(system.join(folder, path))
    try:
        relative: str = system.relpath(whole, root)
    except ValueError:
        relative = whole
    return relative.replace(system.sep, "/")


def fingerprints(findings: Sequence[LocatedFinding], folder: str, root: str) -> list[str]:
    """Give each finding its fingerprint: a hash of its content, and after a colon a number.

    Spaces in the text do not count. The number counts findings of equal content in the order of
    the report, from 1, so that no two fingerprints of a report are the same. `folder` and `root`
    are those of `content_of`.
    """
    contents = (content_of(finding, folder, root) for finding in findings)
    return numbered_hashes((code, path, without_spaces(text)) for code, path, text in contents)


def without_spaces(text: str) -> str:
    """Give a text as it is compared: a formatter may set its words apart anew."""
    return "".join(text.split())


def numbered_hashes(contents: Iterable[tuple[str, ...]]) -> list[str]:
    """Give for each content its hash, and after a colon how many times it came up so far."""
    seen: Counter[str] = Counter()
    written = []
    for content in contents:
        digest = sha256("\0".join(content).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[digest] += 1
        written.append(f"{digest}:{seen[digest]}")
    return written
