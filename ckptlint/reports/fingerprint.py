"""Fingerprints: what tells a finding from others, whatever line it has moved to."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from ckptlint.reports.sarif_location import artifact_location

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.engine.result import LocatedFinding


def fingerprints(findings: Iterable[LocatedFinding], root: str) -> list[str]:
    """Give each finding its fingerprint, a hash and a number.

    The hash is that of the rule, the file and the text of the line, indentation aside; the number
    counts the findings of equal hash in the order of the report, from 1.
    """
    return numbered_hashes(
        (finding.code, artifact_location(finding.place.path, root)["uri"], _line_text(finding))
        for finding in findings
    )


def numbered_hashes(contents: Iterable[tuple[str, ...]]) -> list[str]:
    """Give for each content its hash, and after a colon how many times it came up so far."""
    seen: Counter[str] = Counter()
    written = []
    for content in contents:
        digest = sha256("\0".join(content).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[digest] += 1
        written.append(f"{digest}:{seen[digest]}")
    return written


def _line_text(finding: LocatedFinding) -> str:
    """Give the text of the line where the finding starts; its message where there is none."""
    index = finding.place.span.start.line - finding.context_start
    if 0 <= index < len(finding.context):
        return finding.context[index].strip()
    return finding.message
