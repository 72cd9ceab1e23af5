"""What is known of a file by the baseline is taken out of its report, and out of what is fixed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ckptlint.engine.baseline import Entry, recognise
from ckptlint.engine.fingerprint import recognised_text, text_of
from ckptlint.engine.selection import ALWAYS_ON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ckptlint.engine.baseline import Baseline
    from ckptlint.engine.found import Found
    from ckptlint.engine.outcome import FileOutcome
    from ckptlint.engine.result import LocatedFinding
    from ckptlint.sources.document import Document
    from ckptlint.sources.source import Place


def entries_of(findings: Iterable[LocatedFinding], path: str) -> list[Entry]:
    """Give the entries that would recognise the findings of one file, which entries name `path`."""
    return [
        Entry.of(path, finding.code, text_of(finding), finding.message, finding.confidence)
        for finding in findings
    ]


def hide_known(
    outcome: FileOutcome,
    baseline: Baseline,
    file: str,
    enabled: frozenset[str],
    unsure: frozenset[str],
) -> None:
    """Move what the baseline knows from the findings of a file to its known ones.

    Parameters
    ----------
    outcome : FileOutcome
        What checking the file gave; it is changed.
    baseline : Baseline
        What is known.
    file : str
        The file, absolute or from the current folder.
    enabled : frozenset[str]
        The codes that are reported in this file. An entry of another one is not mended.
    unsure : frozenset[str]
        Those of them that are reported even where they are not sure.
    """
    outcome.rests_on = (*outcome.rests_on, baseline.path)
    path = baseline.path_of(file)
    recognised = recognise(entries_of(outcome.findings, path), baseline.of_file(path))
    marked = [*zip(outcome.findings, recognised.is_known, strict=True)]
    outcome.findings = tuple(finding for finding, is_known in marked if not is_known)
    outcome.known = tuple(finding for finding, is_known in marked if is_known)
    is_broken = any(finding.code in ALWAYS_ON for finding in outcome.findings)
    if outcome.faults or is_broken or not enabled >= ALWAYS_ON:
        return  # not all of the file was looked at, or nobody can tell
    outcome.mended = Counter(
        {
            entry: count
            for entry, count in recognised.left.items()
            if entry.code in enabled and (entry.is_sure or entry.code in unsure)
        }
    )


def without_known(
    document: Document, found: Sequence[Found], baseline: Baseline, file: str
) -> list[Found]:
    """Leave out what the baseline knows of a document that may have been fixed in part."""
    path = baseline.path_of(file)
    placed: dict[tuple[Place, str, str], list[Found]] = {}
    for one in found:
        place = one.place or document.sources[one.source].place(one.finding.span)
        placed.setdefault((place, one.rule.code, one.finding.message), []).append(one)
    ordered = sorted(placed, key=lambda key: (key[0].cell or 0, key[0].span, *key[1:]))
    entries = [
        Entry.of(
            path, code, _text_at(document, place, message), message, here[0].finding.confidence
        )
        for place, code, message in ordered
        for here in [placed[place, code, message]]
    ]
    recognised = recognise(entries, baseline.of_file(path))
    return [
        one
        for key, is_known in zip(ordered, recognised.is_known, strict=True)
        if not is_known
        for one in placed[key]
    ]


def _text_at(document: Document, place: Place, message: str) -> str:
    lines = document.lines(place.cell)
    index = place.span.start.line - 1
    return recognised_text(lines[index] if index < len(lines) else "", message)
