"""Fixes of chosen findings applied to the content of one Python file."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ckptlint.engine.parsing import parses
from ckptlint.rule import Applicability, Edit
from ckptlint.sources.document import read_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.engine.result import LocatedFinding
    from ckptlint.rule import Span


class FixCannotBeApplied(ValueError):  # noqa: N818 - it says what is the matter
    """The fixes together would break the file."""


def can_be_applied(finding: LocatedFinding) -> bool:
    """Tell whether a finding has a fix that is more than shown."""
    fix = finding.fix
    return fix is not None and bool(fix.edits) and fix.applicability is not Applicability.DISPLAY


def apply_fixes(path: str, data: bytes, findings: Iterable[LocatedFinding]) -> bytes:
    """Give the content of a Python file with the fixes of findings, each once.

    Parameters
    ----------
    path : str
        The file.
    data : bytes
        Its content, in which the findings were made.
    findings : iterable of LocatedFinding
        What to fix.

    Raises
    ------
    FixCannotBeApplied
        If edits overlap, or the result would not parse.
    """
    edits = {
        Edit(edit.place.span, edit.replacement)
        for finding in findings
        if finding.fix is not None
        for edit in finding.fix.edits
    }
    ordered = sorted(edits, key=lambda edit: (edit.span, edit.replacement))
    for one, other in pairwise(ordered):
        if _overlap(one.span, other.span):
            raise FixCannotBeApplied("two fixes change the same place")
    try:
        changed = read_document(path, data).apply({0: ordered})
    except ValueError as error:
        raise FixCannotBeApplied(f"the fix cannot be written: {error}") from error
    if not all(parses(source.text) for source in changed.sources):
        raise FixCannotBeApplied("the fix would break the syntax")
    return changed.to_bytes()


def _overlap(one: Span, other: Span) -> bool:
    return one.start == other.start or other.start < one.end
