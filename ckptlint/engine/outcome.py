"""What checking one file gave, and what was to become of its fixes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter

    from ckptlint.engine.baseline import Entry
    from ckptlint.engine.result import FileDiff, LocatedFinding


class FixMode(Enum):
    """What becomes of the fixes: nothing, a new content of the file, or a difference to show."""

    NONE = "none"
    WRITE = "write"
    DIFF = "diff"


class FileOutcome:
    """What checking one file gave.

    Parameters
    ----------
    findings : tuple[LocatedFinding, ...]
        What remains to be reported.
    fixed : Counter[str] or None
        How many findings of each code were fixed; None if none was.
    diff : FileDiff or None
        What fixing changed, or would change.
    faults : tuple[str, ...]
        What went wrong inside ckptlint or a rule.
    rests_on : tuple[str, ...]
        The paths of other files that the findings rest on, whether or not something is there.
    warnings : tuple[str, ...]
        What the user should know besides.
    last_days : frozenset[str]
        The days on which suppressions of the file end, as ``YYYY-MM-DD``.
    known : tuple[LocatedFinding, ...]
        What is not reported, for the baseline knows of it.
    mended : Counter[Entry] or None
        The entries of the baseline that should have been found and were not.
    """

    def __init__(
        self,
        findings: tuple[LocatedFinding, ...] = (),
        fixed: Counter[str] | None = None,
        diff: FileDiff | None = None,
        faults: tuple[str, ...] = (),
        rests_on: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),
        last_days: frozenset[str] = frozenset(),
        known: tuple[LocatedFinding, ...] = (),
        mended: Counter[Entry] | None = None,
    ) -> None:
        self.findings = findings
        self.fixed = fixed
        self.diff = diff
        self.faults = faults
        self.rests_on = rests_on
        self.warnings = warnings
        self.last_days = last_days
        self.known = known
        self.mended = mended
