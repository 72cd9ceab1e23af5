"""Python files and stubs: the file's text is the code."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.sources.document import Document
from ckptlint.sources.source import Place, Source

if TYPE_CHECKING:
    from ckptlint.sources.source import Edit


class PythonFile(Document):
    """A Python file or a stub: one source, with the file's own lines."""

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The whole file."""
        return (Source(self.path, self.kind, self.text),)

    def map_edit(self, source_index: int, edit: Edit) -> tuple[Place, str]:
        """Give the edit as it is: source and file have the same lines."""
        return Place(self.path, edit.span), edit.replacement
