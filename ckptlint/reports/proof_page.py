"""The page of a proof, in Markdown: what was run, what was seen, and which fix it is about."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Final

from ckptlint.engine.proof import ProofVerdict
from ckptlint.reports.proof import reason_with_run

if TYPE_CHECKING:
    from ckptlint.engine.proof import FixProof
    from ckptlint.engine.proof_store import KeptProof

_MEANINGS: Final = {
    ProofVerdict.PROVED: (
        "The fault was seen when the program ran as it was. With the fix it is gone, and the "
        "uninterrupted run is the same bit for bit. This holds for the steps, the device and the "
        "initial condition that were run."
    ),
    ProofVerdict.REFUTED: (
        "With the fix the program still goes wrong, or does something else than before. "
        "Do not apply this fix as it is."
    ),
    ProofVerdict.UNPROVEN: (
        "Running the program could say nothing about this fix. It may be right or wrong."
    ),
}
_FENCE: Final = "````"
_HEADER: Final = 3
"""The lines of a difference before its first line of code."""


def verdict_line(proof: FixProof) -> str:
    """Give verdict and reason in one line of Markdown."""
    return f"**{proof.verdict}**: {reason_with_run(proof)}"


def proof_page(kept: KeptProof) -> str:
    """Write the page of a proof."""
    finding, proof = kept.finding, kept.proof
    first, last = kept.lines
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    parts = [
        f"# Proof of {finding.code} ({finding.name}): {proof.verdict}\n",
        f"{proof.reason[:1].upper()}{proof.reason[1:]}.\n",
        "\n".join(
            [
                f"- File: {finding.place.path}, {where}",
                f"- Finding: {finding.message}",
                f"- Run: {proof.target or 'nothing'}"
                + (f" on {proof.device}" if proof.device else ""),
                f"- Made: {kept.made}",
                f"- The fix is {'applied' if kept.is_applied else 'not applied'}",
            ]
        )
        + "\n",
        f"## What this means\n\n{_MEANINGS[proof.verdict]}\n",
    ]
    fix = finding.fix
    if fix is not None:
        reason = f" It is unsafe: {fix.reason}." if fix.reason else ""
        changed = [*unified_diff(fix.before, fix.after, lineterm="")][_HEADER:]
        parts.append(
            f"## The fix\n\n{fix.message}.{reason}\n\n"
            + "\n".join([f"{_FENCE}diff", *changed, _FENCE])
            + "\n"
        )
    parts.append(
        "The proof holds for this content of the file; it is made anew with "
        f"`ckptlint check --fix --prove {finding.place.path}`.\n"
    )
    return "\n".join(parts)
