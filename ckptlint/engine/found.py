"""A finding on its way to the report: which rule made it, and in which source of its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ckptlint.rule import Finding, Rule
    from ckptlint.sources.source import Place


class Found(NamedTuple):
    """One finding before it is placed in the file.

    `place` is set for what stands in the file outside its sources: a comment of Markdown itself.
    """

    rule: Rule
    source: int
    finding: Finding
    place: Place | None = None
