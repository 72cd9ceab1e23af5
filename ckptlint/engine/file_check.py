"""One file from its bytes to what is reported about it, and to its fixed text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ckptlint.engine.looking import describe
from ckptlint.engine.outcome import FileOutcome
from ckptlint.engine.result import FileDiff, LocatedFinding
from ckptlint.rule import Place, Position, Span

if TYPE_CHECKING:
    from ckptlint.engine.fixing import FixPolicy
    from ckptlint.engine.found import Found
    from ckptlint.engine.looking import Look, Looker
    from ckptlint.engine.registry import Registry
    from ckptlint.sources.document import Document

UNREADABLE = "CKP904"


def unreadable(
    registry: Registry,
    enabled: frozenset[str],
    path: str,
    message: str,
    position: Position | None = None,
    cell: int | None = None,
) -> FileOutcome:
    """Report that a file cannot be read."""
    if UNREADABLE not in enabled or UNREADABLE not in registry.by_code:
        return FileOutcome()
    rule = registry.by_code[UNREADABLE]
    at = position or Position(1, 1)
    place = Place(path, Span(at, at), cell)
    finding = LocatedFinding(rule.code, rule.name, message, rule.severity, place)
    return FileOutcome((finding,))


class _Memory:
    """Looks at documents, keeps the last look, and every fault once."""

    def __init__(self, looker: Looker) -> None:
        self.looker = looker
        self.faults: dict[str, None] = {}
        self.last_days: set[str] = set()
        self.last: tuple[Document, Look] | None = None

    def look(self, document: Document) -> list[Found]:
        if self.last is None or self.last[0] is not document:
            self.last = document, self.looker.look(document)
        self.faults.update(dict.fromkeys(self.last[1].faults))
        self.last_days |= self.last[1].last_days
        return self.last[1].found

    @property
    def warnings(self) -> list[str]:
        return self.last[1].warnings if self.last is not None else []


def check_document(
    document: Document, looker: Looker, path: str, policy: FixPolicy | None
) -> tuple[FileOutcome, Document]:
    """Check a document, and fix it if there is a policy of what to fix.

    Returns
    -------
    tuple[FileOutcome, Document]
        What to report, and the document with its fixes; the same object if nothing was fixed.
    """
    memory = _Memory(looker)
    counts: Counter[str] = Counter()
    fixed = document
    faults: tuple[str, ...] = ()
    if policy is not None:
        from ckptlint.engine.fixing import fix_document

        mended = fix_document(document, memory.look, policy, path)
        fixed, counts, faults = mended.document, mended.counts, mended.faults
    findings: tuple[LocatedFinding, ...] = ()
    if found := memory.look(fixed):
        from ckptlint.engine.locating import locate_all

        findings = tuple(locate_all(fixed, found, looker.layout_of))
    warnings = tuple(memory.warnings)
    diff = None
    if fixed is not document:
        diff = FileDiff(path, document.text, fixed.text, fixed.to_bytes())
    outcome = FileOutcome(
        findings,
        counts,
        diff,
        (*memory.faults, *faults),
        warnings=warnings,
        last_days=frozenset(memory.last_days),
    )
    return outcome, fixed


def failed(path: str, error: Exception) -> FileOutcome:
    """Report that ckptlint itself failed on a file."""
    return FileOutcome(faults=(f"checking {path} failed: {describe(error)}",))
