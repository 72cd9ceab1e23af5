"""What running the program said of fixes, as reports write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ckptlint.engine.proof import ProofVerdict
from ckptlint.engine.result import sort_findings
from ckptlint.reports.display import printable, without_surrogates
from ckptlint.reports.pen import Ink

if TYPE_CHECKING:
    from ckptlint.engine.proof import FixProof
    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.reports.pen import Pen

_INKS = {
    ProofVerdict.PROVED: Ink.ADDED,
    ProofVerdict.REFUTED: Ink.ERROR,
    ProofVerdict.UNPROVEN: Ink.WARNING,
}


class Entry(NamedTuple):
    """A finding that a report lists.

    `is_fixed` says that its fix was proved and applied: the finding is as it was before.
    """

    finding: LocatedFinding
    is_fixed: bool = False


def entries(result: CheckResult) -> list[Entry]:
    """Give what a report lists: what remains, then what was fixed and proved."""
    remaining = [Entry(finding) for finding in result.findings]
    return remaining + [Entry(finding, is_fixed=True) for finding in sort_findings(result.proved)]


def verdict_marker(verdict: ProofVerdict, pen: Pen) -> str:
    """Give the mark of a verdict, as in ``[refuted]``."""
    return f"[{pen.paint(verdict, _INKS[verdict])}]"


def reason_with_run(proof: FixProof) -> str:
    """Give the reason, and in parentheses what was run and where, as far as something was."""
    device = None if proof.device is None else f"on {proof.device}"
    run = " ".join(each for each in (proof.target, device) if each is not None)
    return f"{proof.reason} ({run})" if run else proof.reason


def labelled_proof(entry: Entry) -> tuple[str, str] | None:
    """Give the label of the line that tells the proof and its text; None without a proof."""
    proof = entry.finding.proof
    if proof is None:
        return None
    text = reason_with_run(proof)
    return ("proved", text) if entry.is_fixed else ("proof", f"{proof.verdict}: {text}")


def in_one_line(entry: Entry, marker: str, pen: Pen) -> str:
    """Give marker, message and proof of a finding in one line.

    Parameters
    ----------
    entry : Entry
        The finding.
    marker : str
        What marks it as fixable, a space after it, or nothing.
    pen : Pen
        What writes the marks.
    """
    message = printable(entry.finding.message)
    proof = entry.finding.proof
    if entry.is_fixed:
        reason = "" if proof is None else f" ({printable(proof.reason)})"
        return f"{verdict_marker(ProofVerdict.PROVED, pen)} {message}{reason}"
    if proof is None:
        return f"{marker}{message}"
    return f"{marker}{message} {verdict_marker(proof.verdict, pen)} {printable(proof.reason)}"


def proof_record(proof: FixProof) -> dict[str, Any]:
    """Give the JSON object of a proof."""
    return {
        "verdict": proof.verdict.value,
        "reason": without_surrogates(proof.reason),
        "target": None if proof.target is None else without_surrogates(proof.target),
        "device": None if proof.device is None else without_surrogates(proof.device),
    }
