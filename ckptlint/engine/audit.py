"""Findings about suppression comments themselves: unused, unknown, unexplained, expired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.engine.directives import Form, Item, without_items
from ckptlint.engine.found import Found
from ckptlint.rule import Applicability, Edit, Finding, Fix, Place, Position, Span
from ckptlint.settings.suggestion import did_you_mean
from ckptlint.sources.document import OUTSIDE
from ckptlint.sources.lines import advance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ckptlint.engine.comments import Comment
    from ckptlint.engine.directives import Directive
    from ckptlint.engine.registry import Registry
    from ckptlint.engine.suppression import Suppression
    from ckptlint.rule import Rule
    from ckptlint.sources.document import Document
    from ckptlint.sources.source import Source

UNUSED = "CKP901"
UNKNOWN = "CKP902"
WITHOUT_REASON = "CKP903"
EXPIRED = "CKP905"


class Audit:
    """Looks at every suppression of a document once all findings have met them.

    Parameters
    ----------
    registry : Registry
        The rules there are.
    enabled : collection of str
        The codes that are reported in this file.
    document : Document
        The document.
    ran : sequence of frozenset[str]
        For each source the codes of the rules that looked at it to the end.
    """

    def __init__(
        self,
        registry: Registry,
        enabled: frozenset[str],
        document: Document,
        ran: Sequence[frozenset[str]],
    ) -> None:
        self._registry = registry
        self._document = document
        self._ran = ran
        self._ran_everywhere = frozenset[str].intersection(*ran) if ran else enabled
        self._reporters: list[tuple[Rule, Callable[[Suppression], Iterable[Finding]]]] = [
            (registry.by_code[code], report)
            for code, report in (
                (UNUSED, self._unused),
                (UNKNOWN, self._unknown),
                (WITHOUT_REASON, self._without_reason),
                (EXPIRED, self._expired),
            )
            if code in enabled and code in registry.by_code
        ]

    def findings(self, suppressions: Iterable[Suppression]) -> Iterator[Found]:
        """Yield what is wrong with the suppressions."""
        for suppression in suppressions:
            for rule, report in self._reporters:
                for finding in report(suppression):
                    place = None
                    if not suppression.in_code:
                        place = Place(self._document.path, finding.span)
                    yield Found(rule, suppression.source, finding, place)

    def _unused(self, suppression: Suppression) -> Iterator[Finding]:
        directive = suppression.directive
        if directive.problem is not None:
            return
        is_file_wide = suppression.lines is None
        if suppression.source == OUTSIDE and not is_file_wide:
            why = "it stands before no block of Python"
            yield self._unused_finding(suppression, directive.items or (), why)
            return
        ran = self._ran_everywhere if is_file_wide else self._ran[suppression.source]
        if directive.items is None:
            if directive.form is not Form.NOQA and self._is_unused(
                suppression, self._on_by_default(), ran
            ):
                yield self._unused_finding(suppression, (), "it hides no finding")
            return
        items = [
            item
            for item in directive.items
            if self._is_unused(suppression, suppression.codes[item], ran)
        ]
        if items:
            yield self._unused_finding(
                suppression, items, f"no finding of {_listed(items)} is hidden here"
            )

    def _is_unused(
        self, suppression: Suppression, codes: Iterable[str], ran: frozenset[str]
    ) -> bool:
        checked = {code for code in codes if self._registry.by_code[code].check is not None}
        return bool(checked) and checked <= ran and not suppression.hidden.intersection(codes)

    def _on_by_default(self) -> Iterable[str]:
        return [rule.code for rule in self._registry.rules if rule.on_by_default]

    def _unused_finding(self, suppression: Suppression, items: Sequence[Item], why: str) -> Finding:
        comment, directive = suppression.comment, suppression.directive
        text = without_items(comment.text, directive, items)
        if suppression.in_code:
            source = self._document.sources[suppression.source]
            edit = replace_comment(source, suppression, text)
        else:
            edit = replace_block_comment(self._document.lines(), comment, text)
        fix = Fix("Remove the unused suppression", (edit,), Applicability.SAFE)
        return Finding(_span(suppression), f"Unused suppression: {why}", fix=fix)

    def _unknown(self, suppression: Suppression) -> Iterator[Finding]:
        directive = suppression.directive
        if directive.problem is not None:
            if not self._is_foreign_alone(directive):
                message = f"Suppression not understood: {directive.problem}"
                yield Finding(_span(suppression), message)
            return
        for item in directive.items or ():
            if suppression.codes[item] or (directive.form is Form.NOQA and self._is_foreign(item)):
                continue
            hint = did_you_mean(item.text, self._registry.selectors())
            yield Finding(
                _span(suppression, item.start, item.end),
                f"Unknown rule `{item.text}` in a suppression{hint}",
            )
        first_word = directive.reason.partition(" ")[0].rstrip(",:")
        if (
            directive.items is None
            and directive.form is not Form.NOQA
            and (first_word in self._registry.by_code or first_word in self._registry.by_name)
        ):
            form = directive.form.value
            yield Finding(
                _span(suppression),
                f"`{form} {first_word}` hides every rule, not only {first_word}",
                help=f"write `{form}[{first_word}]`",
            )

    def _is_foreign_alone(self, directive: Directive) -> bool:
        """Tell whether a ``noqa`` names rules, and none of ours."""
        items = directive.items or ()
        return directive.form is Form.NOQA and bool(items) and all(map(self._is_foreign, items))

    def _is_foreign(self, item: Item) -> bool:
        letters = item.text.rstrip("0123456789").upper()
        return letters not in self._registry.prefixes

    def _without_reason(self, suppression: Suppression) -> Iterator[Finding]:
        directive = suppression.directive
        if (
            directive.form is Form.NOQA
            or directive.problem is not None
            or any(character.isalnum() for character in directive.reason)
        ):
            return
        yield Finding(
            _span(suppression),
            "Suppression without a reason",
            help="write the reason after it: `ckptlint: ignore[CODE] REASON`",
        )

    def _expired(self, suppression: Suppression) -> Iterator[Finding]:
        directive = suppression.directive
        if suppression.is_expired and suppression.hidden:
            yield Finding(
                _span(suppression),
                f"Suppression expired: {directive.until} was its last day",
                help="mend what it has hidden, or give it another day",
            )


def _listed(items: Sequence[Item]) -> str:
    *most, last = [item.text for item in items]
    return f"{', '.join(most)} or {last}" if most else last


def _span(suppression: Suppression, start: int | None = None, end: int | None = None) -> Span:
    """Give the span of a stretch of a comment's text, by default of the whole directive.

    A directive in Markdown itself is the whole comment.
    """
    directive, comment = suppression.directive, suppression.comment
    if start is None or end is None:
        start, end = directive.start, directive.end
        if not suppression.in_code:
            start, end = 0, len(comment.text)
    return Span(
        advance(comment.start, comment.text[:start]), advance(comment.start, comment.text[:end])
    )


def replace_comment(source: Source, suppression: Suppression, text: str) -> Edit:
    """Replace a comment; one that is left empty goes with the space before it, or its line."""
    comment = suppression.comment
    line, column = comment.start
    lines = source.text.split("\n")
    end = Position(line, column + len(comment.text))
    if text:
        return Edit(Span(comment.start, end), text)
    before = lines[line - 1][: column - 1]
    if before.strip():
        return Edit(Span(Position(line, len(before.rstrip()) + 1), end), "")
    first, last = next(
        (part for part in source.parts if part[0] <= line <= part[1]), (1, len(lines))
    )
    if line < last:
        return Edit(Span(Position(line, 1), Position(line + 1, 1)), "")
    if line > first:
        return Edit(Span(Position(line - 1, len(lines[line - 2]) + 1), end), "")
    return Edit(Span(Position(line, 1), end), "")


def replace_block_comment(lines: Sequence[str], comment: Comment, text: str) -> Edit:
    """Replace a comment of Markdown; one that is left empty goes with its lines if it fills them.

    `lines` are those of the file.
    """
    start, end = comment.start, advance(comment.start, comment.text)
    before = lines[start.line - 1][: start.column - 1]
    after = lines[end.line - 1][end.column - 1 :]
    if text or before.strip(" \t>") or after.strip():
        return Edit(Span(start, end), text)
    return Edit(Span(Position(start.line, 1), Position(end.line + 1, 1)), "")
