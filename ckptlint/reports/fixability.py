"""Which fixes count as applicable, and how that is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.engine.proof import ProofVerdict
from ckptlint.reports.pen import Ink
from ckptlint.rule import Applicability

if TYPE_CHECKING:
    from ckptlint.engine.result import LocatedFinding, ProposedFix
    from ckptlint.reports.pen import Pen
    from ckptlint.reports.proof import Entry


def is_fixable(finding: LocatedFinding, unsafe_fixes: bool) -> bool:
    """Whether ``--fix`` would mend the finding, with or without ``--unsafe-fixes``.

    A fix that running the program refuted would mend nothing.
    """
    if finding.fix is None or is_refuted(finding):
        return False
    applicability = finding.fix.applicability
    return applicability is Applicability.SAFE or (
        unsafe_fixes and applicability is Applicability.UNSAFE
    )


def is_fixable_unsafely(finding: LocatedFinding) -> bool:
    """Whether the finding has a fix that only ``--unsafe-fixes`` applies."""
    if finding.fix is None or is_refuted(finding):
        return False
    return finding.fix.applicability is Applicability.UNSAFE


def is_refuted(finding: LocatedFinding) -> bool:
    """Whether running the program showed that the fix is wrong."""
    return finding.proof is not None and finding.proof.verdict is ProofVerdict.REFUTED


def fix_in_file(entry: Entry) -> ProposedFix | None:
    """Give the fix that another program may offer to apply, by lines and columns of the file.

    There is none where the fix is applied, refuted or only to be shown, nor in a notebook where it
    is not known what becomes of its JSON.
    """
    fix = entry.finding.fix
    if fix is None or entry.is_fixed or is_refuted(entry.finding) or not fix.edits:
        return None
    is_applicable = fix.applicability is not Applicability.DISPLAY
    in_file = all(edit.place.cell is None for edit in fix.edits)
    return fix if is_applicable and (in_file or fix.file_lines is not None) else None


def star(pen: Pen) -> str:
    """Give the mark of what can be fixed."""
    return f"[{pen.paint('*', Ink.FIXABLE)}]"


def star_if_fixable(finding: LocatedFinding, unsafe_fixes: bool, pen: Pen) -> str:
    """Give the mark with a space after it, or nothing."""
    return f"{star(pen)} " if is_fixable(finding, unsafe_fixes) else ""
