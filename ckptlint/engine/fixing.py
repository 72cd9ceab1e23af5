"""Fixes are applied in rounds: all that do not overlap, then a new look, until none is left."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.parsing import parses
from ckptlint.rule import Applicability
from ckptlint.sources.document import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ckptlint.engine.found import Found
    from ckptlint.rule import Edit, Fix, Span
    from ckptlint.sources.document import Document
    from ckptlint.sources.source import Source

MAXIMUM_ROUNDS = 100
MAXIMUM_GROWTH = 20_000
"""Characters by which fixes may lengthen a file before they count as endless."""


def _all(document: Document, found: Sequence[Found]) -> Sequence[Found]:
    return found


class FixPolicy(NamedTuple):
    """Which fixes are wanted.

    Parameters
    ----------
    codes : frozenset[str]
        The rules whose findings are fixed.
    unsafe : bool
        Whether unsafe fixes are wanted too.
    reported : callable
        Gives those findings of a document that are reported; others are not fixed either.
    """

    codes: frozenset[str]
    unsafe: bool
    reported: Callable[[Document, Sequence[Found]], Sequence[Found]] = _all

    def wants(self, found: Found) -> bool:
        """Tell whether the fix of `found` is to be applied."""
        fix = found.finding.fix
        if fix is None or not fix.edits or found.rule.code not in self.codes:
            return False
        return fix.applicability is Applicability.SAFE or (
            self.unsafe and fix.applicability is Applicability.UNSAFE
        )


@dataclass(frozen=True, slots=True)
class Fixed:
    """A document after its fixes, how many findings of each code they mended, and what failed."""

    document: Document
    counts: Counter[str] = field(default_factory=Counter)
    faults: tuple[str, ...] = ()


def fix_document(
    document: Document,
    look: Callable[[Document], Sequence[Found]],
    policy: FixPolicy,
    name: str,
) -> Fixed:
    """Apply the wanted fixes of a document until none is left.

    A rule whose fix would break the syntax, cannot be applied or never comes to rest is left out,
    with all it did, and becomes a fault.

    Parameters
    ----------
    document : Document
        The document to fix; it is not changed.
    look : callable
        Gives the findings of a document.
    policy : FixPolicy
        Which fixes are wanted.
    name : str
        The file, for faults.
    """
    banned: set[str] = set()
    faults: list[str] = []
    while True:
        attempt = _attempt(document, look, policy, banned)
        if not attempt.culprits:
            return Fixed(attempt.document, attempt.counts, tuple(faults))
        banned.update(attempt.culprits)
        rules = ", ".join(sorted(attempt.culprits))
        faults.append(f"fix of {rules} left out in {name}: {attempt.problem}")


@dataclass(slots=True)
class _Attempt:
    document: Document
    counts: Counter[str] = field(default_factory=Counter)
    culprits: frozenset[str] = frozenset()
    problem: str = ""


def _attempt(
    document: Document,
    look: Callable[[Document], Sequence[Found]],
    policy: FixPolicy,
    banned: set[str],
) -> _Attempt:
    attempt = _Attempt(document)
    rounds: list[frozenset[str]] = []
    for _ in range(MAXIMUM_ROUNDS):
        wanted = [
            one
            for one in policy.reported(attempt.document, look(attempt.document))
            if policy.wants(one)
            and one.rule.code not in banned
            and not _is_idle(attempt.document, one)
        ]
        chosen = choose(wanted)
        if not chosen:
            return attempt
        changed, problem = _apply(attempt.document, chosen)
        if changed is None:
            attempt.culprits, attempt.problem = _find_culprits(attempt.document, chosen), problem
            return attempt
        rounds.append(frozenset(one.rule.code for one in chosen))
        attempt.document = changed
        attempt.counts.update(one.rule.code for one in chosen)
        if len(changed.text) > 2 * len(document.text) + MAXIMUM_GROWTH:
            break
    attempt.culprits = frozenset().union(*rounds[len(rounds) // 2 :])
    attempt.problem = "it does not come to rest"
    return attempt


def choose(wanted: Iterable[Found]) -> list[Found]:
    """Choose the fixes of one round: by their place, each that overlaps none chosen before it.

    Two insertions at one point overlap, for their order would be a matter of chance; the same
    edits asked for by two findings do not.
    """
    chosen: list[Found] = []
    taken: dict[int, list[Span]] = {}
    accepted: set[tuple[int, tuple[Edit, ...]]] = set()
    for one in sorted(wanted, key=_order):
        edits = _edits_of(one)
        if (one.edited, edits) not in accepted:
            spans = taken.setdefault(one.edited, [])
            if any(_overlaps_one_of(edit.span, spans) for edit in edits):
                continue
            accepted.add((one.edited, edits))
            for edit in edits:
                insort(spans, edit.span)
        chosen.append(one)
    return chosen


def _order(found: Found) -> tuple[object, ...]:
    spans = [(edit.span, edit.replacement) for edit in _edits_of(found)]
    return found.edited, spans[0][0].start, found.rule.code, spans


def _edits_of(found: Found) -> tuple[Edit, ...]:
    fix: Fix | None = found.finding.fix
    assert fix is not None
    return tuple(sorted(set(fix.edits), key=lambda edit: (edit.span, edit.replacement)))


def _overlaps_one_of(span: Span, taken: Sequence[Span]) -> bool:
    """Tell whether `span` meets a span of `taken`, which are sorted and apart from each other."""
    at = bisect_left(taken, span)
    return any(
        span.start == other.start or (span.start < other.end and other.start < span.end)
        for other in taken[max(0, at - 1) : at + 1]
    )


def _is_idle(document: Document, found: Found) -> bool:
    """Tell whether the edits of a fix write what is there already."""
    lines: Sequence[str] = document.lines()
    if found.edited != OUTSIDE:
        lines = document.sources[found.edited].text.split("\n")
    for edit in _edits_of(found):
        (first, start), (last, end) = edit.span
        stretch = [*lines[first - 1 : last]]
        if not stretch:
            return False
        if last > len(lines):
            stretch.append("")
        stretch[-1] = stretch[-1][: end - 1]
        stretch[0] = stretch[0][start - 1 :]
        if "\n".join(stretch) != edit.replacement:
            return False
    return True


def _apply(document: Document, chosen: Iterable[Found]) -> tuple[Document | None, str]:
    """Apply fixes together; None, and why, if they cannot be or a source would no longer parse."""
    edits: dict[int, dict[Edit, None]] = {}
    for one in chosen:
        edits.setdefault(one.edited, {}).update(dict.fromkeys(_edits_of(one)))
    try:
        changed = document.apply({index: [*unique] for index, unique in edits.items()})
    except ValueError as error:
        return None, f"it cannot be applied: {error}"
    if len(changed.sources) != len(document.sources):
        return None, "it would change what is code and what is not"
    for index in edits.keys() - {OUTSIDE}:
        if _broken_parts(changed.sources[index]) - _broken_parts(document.sources[index]):
            return None, "it would break the syntax"
    return changed, ""


def _broken_parts(source: Source) -> set[int]:
    """Give the numbers of the parts that do not parse; a source without parts is one."""
    if not source.parts:
        return set() if parses(source.text) else {0}
    lines = source.text.split("\n")
    return {
        number
        for number, (first, last) in enumerate(source.parts)
        if not parses("\n".join(lines[first - 1 : last]))
    }


def _find_culprits(document: Document, chosen: Sequence[Found]) -> frozenset[str]:
    """Apply the fixes one more each time, and give the codes of those that fail."""
    good: list[Found] = []
    culprits: set[str] = set()
    for one in chosen:
        if _apply(document, [*good, one])[0] is None:
            culprits.add(one.rule.code)
        else:
            good.append(one)
    return frozenset(culprits)
