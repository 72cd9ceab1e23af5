"""Text as XML may hold it."""

from __future__ import annotations

from ckptlint.reports.display import printable

# Noncharacters, which XML forbids, and which are no control characters either.
_FORBIDDEN = str.maketrans(dict.fromkeys("\ufffe\uffff", "\N{REPLACEMENT CHARACTER}"))


def legal_in_xml(text: str) -> str:
    """Give `text` with a visible character for each that XML forbids."""
    return printable(text, keep="\t\n").translate(_FORBIDDEN)
