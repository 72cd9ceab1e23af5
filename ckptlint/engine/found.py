"""A finding on its way to the report: which rule made it, and in which source of its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.sources.document import OUTSIDE

if TYPE_CHECKING:
    from ckptlint.rule import Finding, Rule
    from ckptlint.sources.source import Place


class Found(NamedTuple):
    """One finding before it is placed in the file.

    `place` is set for what stands in the file outside its sources: a comment of Markdown itself.
    Its fix then edits the file's lines, and `source` may be `OUTSIDE`.
    """

    rule: Rule
    source: int
    finding: Finding
    place: Place | None = None

    @property
    def edited(self) -> int:
        """The index of the source that its fix edits, or `OUTSIDE`."""
        return self.source if self.place is None else OUTSIDE
