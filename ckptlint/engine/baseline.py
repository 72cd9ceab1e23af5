"""The baseline: the findings that a project knows of, kept in a file, so that only new ones count.

An entry recognises a finding as its fingerprint does: by rule, file and the code on the line. Its
message, without the numbers in it, only tells apart what stands on one line. Paths start at the
folder of the baseline file.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.engine.fingerprint import posix_path, without_spaces
from ckptlint.engine.selection import ALWAYS_ON
from ckptlint.rule import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DEFAULT_BASELINE: Final = ".ckptlint-baseline.json"
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?!\w|\.\d)")


class Entry(NamedTuple):
    """One known finding.

    Parameters
    ----------
    path : str
        Its file, from the folder of the baseline, with slashes.
    code : str
        The code of its rule.
    text : str
        The code on its line, as its fingerprint has it.
    message : str
        Its message, without the numbers in it.
    is_sure : bool
        Whether it is found without ``--preview`` too.
    """

    path: str
    code: str
    text: str
    message: str
    is_sure: bool = True

    @classmethod
    def of(cls, path: str, code: str, text: str, message: str, confidence: Confidence) -> Entry:
        """Make the entry of a finding."""
        plain = " ".join(_NUMBER.sub("#", message).split())
        return cls(path, code, text, plain, confidence is Confidence.HIGH)


class Baseline:
    """Known findings, and how many of each there are.

    Parameters
    ----------
    path : str
        The absolute path of the file.
    entries : Counter[Entry]
        The findings.
    """

    def __init__(self, path: str, entries: Counter[Entry]) -> None:
        self.path = path
        self.entries = entries
        self._by_path: dict[str, Counter[Entry]] = {}
        for entry, count in entries.items():
            self._by_path.setdefault(entry.path, Counter())[entry] = count

    def path_of(self, file: str) -> str:
        """Give the name by which entries know a file; its path may start at the current folder."""
        return posix_path(file, os.getcwd(), os.path.dirname(self.path))

    def of_file(self, path: str) -> Counter[Entry]:
        """Give the entries of one file, named as `path_of` does."""
        return self._by_path.get(path, Counter())

    def file_of(self, path: str) -> str:
        """Give the absolute path of a file that entries name by `path`."""
        return os.path.normpath(os.path.join(os.path.dirname(self.path), path))

    def files(self) -> Iterator[str]:
        """Give the path of each file that has entries, as they name it."""
        yield from self._by_path

    def updated(self, found: Iterable[Entry], mended: Counter[Entry]) -> Baseline:
        """Give the baseline that holds `found` too, and no longer what is mended.

        An entry that `found` has not been compared with, for its file or its rule was not looked
        at, stays.
        """
        here: dict[str, list[Entry]] = {}
        for entry in found:
            if entry.code not in ALWAYS_ON:
                here.setdefault(entry.path, []).append(entry)
        remaining = Baseline(self.path, self.entries - mended)
        entries = remaining.entries
        for path, new in here.items():
            old = remaining.of_file(path)
            entries = entries - (old - recognise(new, old).left) + Counter(new)
        return Baseline(self.path, entries)


class Recognised(NamedTuple):
    """Which findings are known, in their order, and the entries that recognise none of them."""

    is_known: tuple[bool, ...]
    left: Counter[Entry]


def recognise(found: Sequence[Entry], known: Counter[Entry]) -> Recognised:
    """Tell which findings of one file are known; an entry that counts N recognises N of them.

    Of several findings that an entry could stand for, that with its very message comes first,
    then the first in order. What says that a file could not be checked is never known.
    """
    left = Counter(known)
    is_known = [False] * len(found)
    for index, entry in enumerate(found):
        if left[entry] > 0 and entry.code not in ALWAYS_ON:
            left[entry] -= 1
            is_known[index] = True
    by_content: dict[tuple[str, str], list[Entry]] = {}
    for entry in sorted(+left):
        by_content.setdefault((entry.code, without_spaces(entry.text)), []).append(entry)
    for index, entry in enumerate(found):
        alike = by_content.get((entry.code, without_spaces(entry.text)), [])
        one = next((one for one in alike if left[one] > 0), None)
        if not is_known[index] and one is not None and entry.code not in ALWAYS_ON:
            left[one] -= 1
            is_known[index] = True
    return Recognised(tuple(is_known), +left)
