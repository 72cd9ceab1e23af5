"""Static findings of a target's files, held against what running the target showed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ckptlint.verify.verdict import Confirmation, FindingVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ckptlint.engine.result import LocatedFinding
    from ckptlint.verify.flushing import Flushed
    from ckptlint.verify.position import Position
    from ckptlint.verify.verdict import CheckVerdict

_YIELD_WITHOUT_SAVE = "CKP201"
_REDUNDANT_FLUSH = "CKP301"
_RESTARTING = frozenset(
    (
        *("exact-restart", "independent-iterators", "members", "levels"),
        *("isolation", "placement", "kill", "workflow-restart"),
    )
)
"""The checks that restart something; the others may be right of a model that never restarts."""
_ITSELF = "CKP9"
"""Findings about suppressions and syntax are no claims about a restart."""


class Seen:
    """What running a target showed, as far as findings speak of it.

    Parameters
    ----------
    checks : sequence of CheckVerdict
        What the checks found.
    unsaved : iterable of Position
        The yields whose boundary was not what had been saved, and whose restart was wrong.
    flushes : sequence of Flushed
        The flushes that ran.
    raised : Position or None
        Where a workflow raised, run in one go or restarted.
    """

    def __init__(
        self,
        checks: Sequence[CheckVerdict],
        unsaved: Iterable[Position] = (),
        flushes: Sequence[Flushed] = (),
        raised: Position | None = None,
    ) -> None:
        self._checks = checks
        self._unsaved = [*unsaved]
        self._flushes = flushes
        self._raised = raised

    def judge(self, findings: Iterable[LocatedFinding]) -> tuple[FindingVerdict, ...]:
        """Say of each finding whether it was confirmed."""
        return tuple(
            self._judged(finding) for finding in findings if not finding.code.startswith(_ITSELF)
        )

    def _judged(self, finding: LocatedFinding) -> FindingVerdict:
        confirmation, reason = self._confirmation(finding)
        start = finding.place.span.start
        return FindingVerdict(
            finding.code,
            finding.name,
            finding.place.path,
            start.line,
            start.column,
            finding.message,
            confirmation,
            reason,
        )

    def _confirmation(self, finding: LocatedFinding) -> tuple[Confirmation, str]:
        if finding.code == _REDUNDANT_FLUSH:
            return self._of_flush(finding)
        wrong = [one for one in self._checks if one.verdict is Verdict.DIVERGES]
        if finding.code == _YIELD_WITHOUT_SAVE and self._yields_unsaved(finding):
            return Confirmation.CONFIRMED, "a restart from what was saved at this yield is wrong"
        if self._raised is not None and _holds(finding, self._raised):
            return Confirmation.CONFIRMED, f"the workflow {wrong[0].blame} here"
        if finding.code != _YIELD_WITHOUT_SAVE:
            for one in wrong:
                if finding.code in one.codes:
                    return Confirmation.CONFIRMED, f"{one.name} diverges: {one.reason}"
        if wrong:
            return Confirmation.UNPROVEN, f"{wrong[0].name} diverges, but for another reason"
        if any(one.verdict is Verdict.EXACT and one.name in _RESTARTING for one in self._checks):
            return Confirmation.NOT_CONFIRMED, "every restart that was tried is exact"
        return Confirmation.UNPROVEN, "no restart could be tried"

    def _yields_unsaved(self, finding: LocatedFinding) -> bool:
        return any(_holds(finding, one) for one in self._unsaved)

    def _of_flush(self, finding: LocatedFinding) -> tuple[Confirmation, str]:
        here = [one for one in self._flushes if _holds(finding, one)]
        if not here:
            return Confirmation.UNPROVEN, "no target runs this flush"
        if any(one.changed for one in here):
            return Confirmation.NOT_CONFIRMED, "the flush commits a row"
        return Confirmation.CONFIRMED, "the checkpoint was the same before and after it"


def _holds(finding: LocatedFinding, where: Position | Flushed) -> bool:
    """Tell whether a line that ran is one of those that a finding stands on."""
    span = finding.place.span
    is_same_file = where.path == os.path.realpath(finding.place.path)
    return is_same_file and span.start.line <= where.line <= span.end.line
