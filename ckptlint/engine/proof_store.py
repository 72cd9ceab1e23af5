"""Proofs are kept in the cache, by the content of the file that they were made for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ckptlint.engine.content_store import ContentStore
from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.engine.serialization import finding_from_values, finding_to_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.engine.result import LocatedFinding


class KeptProof(NamedTuple):
    """One proof that was made for a content of a file, or that led to it.

    Parameters
    ----------
    finding : LocatedFinding
        What was found, with its fix and its proof, in the file as it was before the fix.
    is_applied : bool
        Whether the content is the one after the fix.
    lines : tuple[int, int]
        The lines that it is about, first and last, in this content.
    made : str
        When: a date and a time with its time zone.
    """

    finding: LocatedFinding
    is_applied: bool
    lines: tuple[int, int]
    made: str

    @property
    def proof(self) -> FixProof:
        """What running the program said."""
        assert self.finding.proof is not None
        return self.finding.proof

    def is_about(self, finding: LocatedFinding) -> bool:
        """Tell whether this is the proof of a finding in the same content."""
        mine = self.finding
        return not self.is_applied and (mine.code, mine.message, mine.place.span) == (
            finding.code,
            finding.message,
            finding.place.span,
        )


class ProofStore(ContentStore[KeptProof]):
    """The proofs that a cache folder keeps.

    Parameters
    ----------
    cache : str
        The cache folder of the settings.
    """

    def __init__(self, cache: str) -> None:
        super().__init__(cache, "proofs", _from_values)

    def keep(
        self, path: str, before: bytes, after: bytes, findings: Iterable[LocatedFinding]
    ) -> None:
        """Keep what was shown about the fixes of a file.

        Parameters
        ----------
        path : str
            The file.
        before : bytes
            Its content, in which the findings were made.
        after : bytes
            Its content with the fixes that were proved.
        findings : iterable of LocatedFinding
            The findings, with their proofs.
        """
        made = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        judged = [finding for finding in findings if finding.proof is not None]
        new = [KeptProof(finding, False, _lines_before(finding), made) for finding in judged]
        known = self.kept(path, before)
        rest = [one for one in known if not any(one.is_about(each.finding) for each in new)]
        self._write(path, before, map(_to_values, [*rest, *new]))
        if after == before:
            return
        proved = [
            one for one in new if one.proof.verdict is ProofVerdict.PROVED and one.finding.fix
        ]
        earlier = [one for one in known if one.is_applied]
        moved = [one._replace(lines=_moved(one.lines, proved)) for one in earlier]
        self._write(path, after, map(_to_values, [*moved, *_applied(proved)]))

    def page(self, path: str, data: bytes, name: str, text: str) -> str:
        """Write a page about a proof beside it, and give the path of the page.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        page = self._file(path, data).removesuffix(".json") + f"-{name}.md"
        self._folder.write(page, text.encode("utf-8", "replace"))
        if self._folder.problem is not None:
            raise OSError(self._folder.problem)
        return page


def _lines_before(finding: LocatedFinding) -> tuple[int, int]:
    return finding.place.span.start.line, finding.place.span.end.line


def _applied(proved: list[KeptProof]) -> Iterator[KeptProof]:
    for one in proved:
        fix = one.finding.fix
        assert fix is not None
        first = fix.first_line
        lines = first, first + max(len(fix.after) - 1, 0)
        others = [other for other in proved if other is not one]
        yield one._replace(is_applied=True, lines=_moved(lines, others))


def _moved(lines: tuple[int, int], proved: Iterable[KeptProof]) -> tuple[int, int]:
    """Give where lines are once the fixes above them are applied."""
    down = sum(
        len(fix.after) - len(fix.before)
        for fix in {one.finding.fix for one in proved}
        if fix is not None and fix.first_line + len(fix.before) <= lines[0]
    )
    return lines[0] + down, lines[1] + down


def _to_values(kept: KeptProof) -> list[Any]:
    proof = kept.proof
    said = [proof.verdict.value, proof.reason, proof.target, proof.device]
    return [finding_to_values(kept.finding), said, kept.is_applied, kept.lines, kept.made]


def _from_values(values: list[Any]) -> KeptProof:
    finding, (verdict, reason, target, device), is_applied, (first, last), made = values
    proof = FixProof(ProofVerdict(verdict), reason, target, device)
    located = finding_from_values(finding)._replace(proof=proof)
    return KeptProof(located, is_applied, (first, last), made)
