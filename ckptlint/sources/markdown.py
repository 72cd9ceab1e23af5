"""Markdown files: each fenced block of Python is a source of its own."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.sources.blocks import Block
from ckptlint.sources.document import Document
from ckptlint.sources.fences import Fence, find_comments, find_fences, may_hold_python
from ckptlint.sources.guards import refuse_damage
from ckptlint.sources.source import LineOrigin, Place, Position, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ckptlint.sources.source import Edit


_SUPPRESSION = re.compile(r"<!--\s*ckptlint:")


class Markdown(Document):
    """A Markdown file with its blocks of Python, read by CommonMark."""

    @cached_property
    def _fences(self) -> list[Fence]:
        return find_fences(self.lines()) if may_hold_python(self.text) else []

    @cached_property
    def other_comments(self) -> tuple[tuple[Position, str], ...]:
        """The HTML comments with a suppression that stand before no block, as `block_comments`."""
        if not _SUPPRESSION.search(self.text):
            return ()
        before_blocks = {comment for fence in self._fences for comment in fence.comments}
        return tuple(
            comment
            for comment in find_comments(self.lines())
            if _SUPPRESSION.match(comment[1]) and comment not in before_blocks
        )

    @cached_property
    def _blocks(self) -> list[Block]:
        return [Block.of(fence, self.lines()) for fence in self._fences]

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """One source for each block of Python."""
        return tuple(self._source(block) for block in self._blocks)

    def _source(self, block: Block) -> Source:
        text = "".join(f"{text}\n" for text in block.texts)
        lines = range(block.first, block.first + len(block.texts) + 1)
        origins = tuple(map(LineOrigin, lines, (*block.removed, 0)))
        return Source(self.path, self.kind, text, origins, is_fragment=True)

    @property
    def block_comments(self) -> Mapping[int, tuple[tuple[Position, str], ...]]:
        """For each source that has some, the HTML comments right before its block."""
        return {index: fence.comments for index, fence in enumerate(self._fences) if fence.comments}

    def map_edit(self, source_index: int, edit: Edit) -> tuple[Place, str]:
        """Give an edit of a block as an edit of the file."""
        mapped = self._blocks[source_index].map_edit(edit)
        return Place(self.path, mapped.span), mapped.replacement

    def _edited(self, index: int, edits: Sequence[Edit]) -> str:
        block = self._blocks[index]
        for edit in edits:
            refuse_damage(block.texts, block.guards, edit)
        return super()._edited(index, edits)
