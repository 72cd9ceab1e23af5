"""What explains a finding below its message, as plain lines, where no code is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.location import place_text
from ckptlint.reports.proof import labelled_proof
from ckptlint.rule import Confidence

if TYPE_CHECKING:
    from ckptlint.reports.proof import Entry

NOT_SURE = "ckptlint is not sure of this finding"


def explanation(entry: Entry) -> list[str]:
    """Give the related places, the help and the proof of a finding, each as ``label: text``.

    Of one that is fixed only the proof is told. A text may have several lines, and any character.
    """
    finding = entry.finding
    lines = []
    if not entry.is_fixed:
        lines += [f"note: {place_text(each.place)}: {each.message}" for each in finding.related]
        if finding.confidence is Confidence.LOW:
            lines.append(f"note: {NOT_SURE}")
        if finding.help is not None:
            lines.append(f"help: {finding.help}")
    proof = labelled_proof(entry)
    if proof is not None:
        lines.append(": ".join(proof))
    return lines


def explained(entry: Entry) -> str:
    """Give place, code and message in a line, and below it, indented, what explains them."""
    finding = entry.finding
    first = f"{place_text(finding.place)}: {finding.code} {finding.message}"
    return "\n".join([first, *(f"  {line}" for line in explanation(entry))])
