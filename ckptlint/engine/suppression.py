"""What the suppression comments of one document hide, and which of them hid something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ckptlint.engine.comments import Comment, Layout, read_layout
from ckptlint.engine.directives import Directive, Form, Item, read_directives
from ckptlint.engine.registry import EVERYTHING
from ckptlint.sources.document import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ckptlint.engine.found import Found
    from ckptlint.engine.registry import Registry
    from ckptlint.sources.document import Document
    from ckptlint.sources.source import Position, Source

ABOUT_SUPPRESSIONS = frozenset({"CKP901", "CKP902", "CKP903", "CKP905"})
"""A suppression hides what is said about suppressions only if it names that very rule."""

_END = 1 << 62


@dataclass(slots=True)
class Suppression:
    """One directive of one comment: where it stands, what it covers, and what it has hidden.

    Parameters
    ----------
    directive : Directive
        What the comment says.
    comment : Comment
        The comment; in Markdown outside the code, its position is one of the file.
    source : int
        The source that it stands in, or that it stands before; `OUTSIDE` if there is none.
    in_code : bool
        Whether it is a comment of the code, not of the Markdown around it.
    lines : tuple[tuple[int, int], ...] or None
        The lines of the source, first and last, that it covers; None for the whole file.
    codes : Mapping[Item, frozenset[str]]
        What each of its items stands for; nothing, if that is unknown.
    is_expired : bool
        Whether its last day is over, so that it hides nothing any more.
    hidden : set[str]
        The codes of what it has hidden, or would have before it expired.
    """

    directive: Directive
    comment: Comment
    source: int
    in_code: bool
    lines: tuple[tuple[int, int], ...] | None
    codes: Mapping[Item, frozenset[str]]
    is_expired: bool = False
    hidden: set[str] = field(default_factory=set)

    def covers(self, found: Found) -> bool:
        """Tell whether this suppression hides `found`, or would if it had not expired."""
        if self.directive.problem is not None:
            return False
        code = found.rule.code
        if code in ABOUT_SUPPRESSIONS:
            if {code} not in self.codes.values():
                return False
        elif self.codes and not any(code in codes for codes in self.codes.values()):
            return False
        if self.lines is None:
            return True
        line = found.finding.span.start.line
        return self.source == found.source and any(
            first <= line <= last for first, last in self.lines
        )


class Suppressions:
    """All suppressions of one document.

    Parameters
    ----------
    registry : Registry
        What codes and names stand for.
    layouts : Mapping[int, Layout]
        The comments and logical lines of those sources that may hold a suppression.
    block_comments : Mapping[int, ...]
        The comments of Markdown that stand before a source, with their position in the file.
    other_comments : Sequence
        Those that stand before none; only what is said of the file counts there.
    today : str
        The day by which suppressions have expired or not.
    """

    def __init__(
        self,
        registry: Registry,
        layouts: Mapping[int, Layout],
        block_comments: Mapping[int, Sequence[tuple[Position, str]]],
        other_comments: Sequence[tuple[Position, str]],
        today: str,
    ) -> None:
        self._registry = registry
        self._today = today
        self.all = [
            *self._of_markdown({**block_comments, OUTSIDE: other_comments}),
            *(one for index, layout in layouts.items() for one in self._of_code(index, layout)),
        ]

    def remaining(self, found: Iterable[Found]) -> list[Found]:
        """Give what no suppression hides, and note for each suppression what it hid."""
        rest: list[Found] = []
        for one in found:
            covering = [suppression for suppression in self.all if suppression.covers(one)]
            for suppression in covering:
                suppression.hidden.add(one.rule.code)
            if all(suppression.is_expired for suppression in covering):
                rest.append(one)
        return rest

    def _of_markdown(
        self, by_source: Mapping[int, Sequence[tuple[Position, str]]]
    ) -> Iterable[Suppression]:
        for index, comments in by_source.items():
            for position, text in comments:
                for directive in read_directives(text):
                    is_file_wide = directive.form is Form.IGNORE_FILE
                    lines = None if is_file_wide else ((1, _END),)
                    comment = Comment(position, text, stands_alone=True)
                    yield self._make(directive, comment, index, False, lines)

    def _of_code(self, index: int, layout: Layout) -> Iterable[Suppression]:
        for comment in layout.comments:
            for directive in read_directives(comment.text):
                lines = _covered_lines(directive, comment, layout)
                yield self._make(directive, comment, index, True, lines)

    def _make(
        self,
        directive: Directive,
        comment: Comment,
        source: int,
        in_code: bool,
        lines: tuple[tuple[int, int], ...] | None,
    ) -> Suppression:
        is_expired = directive.until is not None and directive.until < self._today
        codes = self._codes_of(directive)
        return Suppression(directive, comment, source, in_code, lines, codes, is_expired)

    @property
    def last_days(self) -> set[str]:
        """The days on which suppressions end, over or not."""
        return {one.directive.until for one in self.all if one.directive.until is not None}

    def _codes_of(self, directive: Directive) -> Mapping[Item, frozenset[str]]:
        return {
            item: frozenset(rule.code for rule in self._registry.find(selector_of(item.text)))
            for item in directive.items or ()
        }


def selector_of(text: str) -> str:
    """Give what a suppression's word selects; codes count in any case, names are small anyway."""
    upper = text.upper()
    is_code = upper == EVERYTHING or (upper[:3].isalpha() and upper[3:].isdecimal())
    return upper if is_code else text


def _covered_lines(
    directive: Directive, comment: Comment, layout: Layout
) -> tuple[tuple[int, int], ...] | None:
    if directive.form is Form.IGNORE_FILE:
        return None
    line = comment.start.line
    around = layout.logical_line_at(line)
    if comment.stands_alone and directive.form is Form.IGNORE:
        if around.first < line <= around.last:
            return ((line + 1, line + 1),)
        below = layout.statement_below(line)
        return () if below is None else ((below.first, below.last),)
    if line == around.last:
        return ((around.first, around.last),)
    return ((line, line),)


def read_suppressions(
    registry: Registry,
    document: Document,
    indexes: Iterable[int],
    today: str,
    layout_of: Callable[[Source], Layout] | None = None,
) -> Suppressions:
    """Read the suppressions of the sources at `indexes`, and of the comments around them."""
    layouts = {index: (layout_of or read_layout)(document.sources[index]) for index in indexes}
    return Suppressions(registry, layouts, document.block_comments, document.other_comments, today)
