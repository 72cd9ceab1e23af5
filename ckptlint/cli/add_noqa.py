"""``ckptlint check --add-noqa``: each finding is suppressed where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.engine.check import FixMode, check
from ckptlint.engine.selection import ALWAYS_ON
from ckptlint.engine.suppressing import suppress
from ckptlint.reports.location import place_text
from ckptlint.reports.summary import count
from ckptlint.sources.document import read_document
from ckptlint.sources.writing import write_whole

if TYPE_CHECKING:
    from ckptlint.cli.console import Console
    from ckptlint.engine.check import CheckRequest, Target
    from ckptlint.engine.result import CheckResult, LocatedFinding

_MOST_ROUNDS: Final = 4
_ALWAYS_REPORTED: Final = "that a file could not be checked is always reported"


def add_noqa(request: CheckRequest, reason: str, console: Console) -> CheckResult:
    """Check files, and write a ``# noqa`` for every finding; `reason` follows its codes.

    Returns
    -------
    CheckResult
        What remains to be reported, for no comment can hide it.
    """
    request = request._replace(fix_mode=FixMode.NONE)
    added: dict[str, int] = {}
    faults: dict[str, str] = {}
    result = check(request)
    for _ in range(_MOST_ROUNDS):
        refused: dict[LocatedFinding, str] = {}
        changed = False
        for target, findings in _by_target(request, result):
            hidden = [one for one in findings if one.code not in ALWAYS_ON]
            refused.update((one, _ALWAYS_REPORTED) for one in findings if one.code in ALWAYS_ON)
            if not hidden or target.name in faults:
                continue
            with open(target.path, "rb") as file:
                document = read_document(target.path, file.read(), target.name)
            suppressed = suppress(document, hidden, reason=reason)
            refused.update(suppressed.refused)
            if not suppressed.edits:
                continue
            try:
                write_whole(target.path, suppressed.document.to_bytes())
            except OSError as error:
                why = error.strerror or str(error)
                faults[target.name] = f"suppressions in {target.name} cannot be written: {why}"
                continue
            added[target.name] = added.get(target.name, 0) + len(suppressed.edits)
            changed = True
        if not changed:
            break
        result = check(request)  # a suppression may be a finding too
    result.faults += faults.values()
    _tell(added, refused, console)
    return result


def _by_target(
    request: CheckRequest, result: CheckResult
) -> list[tuple[Target, list[LocatedFinding]]]:
    by_name: dict[str, list[LocatedFinding]] = {}
    for finding in result.findings:
        by_name.setdefault(finding.place.path, []).append(finding)
    return [(target, by_name[target.name]) for target in request.targets if target.name in by_name]


def _tell(added: dict[str, int], refused: dict[LocatedFinding, str], console: Console) -> None:
    if added:
        console.note(
            f"Added {count(sum(added.values()), 'suppression')} in {count(len(added), 'file')}:"
        )
        for name, number in added.items():
            console.note(f"- {name}: {number}")
    else:
        console.note("Added no suppressions.")
    for finding, why in refused.items():
        place = place_text(finding.place)
        console.warn(f"{place}: {finding.code} cannot be suppressed by a comment: {why}")
