"""What a run found: findings with their place in the file, in the form that reports read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.rule import Confidence, Severity, Step

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

    from ckptlint.engine.baseline import Entry
    from ckptlint.engine.proof import FixProof
    from ckptlint.rule import Applicability
    from ckptlint.sources.source import Place, Span


STANDARD_INPUT = "-"
"""The path of what stdin holds, where the user gave it no name."""


class RelatedPlace(NamedTuple):
    """A second place that explains a finding, and when the program comes there.

    `file_span` is as that of a `LocatedFinding`.
    """

    place: Place
    message: str
    step: Step = Step.BEFORE
    file_span: Span | None = None


class FileEdit(NamedTuple):
    """One edit of a fix in the file's own lines (a notebook: in its cell's lines)."""

    place: Place
    replacement: str


class ChangedLines(NamedTuple):
    """Whole lines, without line ends, and what becomes of them; `first` numbers the first."""

    first: int
    before: tuple[str, ...]
    after: tuple[str, ...]


class ProposedFix(NamedTuple):
    """A fix as it would be written into the file.

    `before` and `after` are the lines of the file (of the cell, in a notebook) that the edits
    touch, whole and without line ends; `first_line` is the number of the first of them.
    `file_lines` are, in a notebook, the lines of its JSON text that change; None elsewhere.
    """

    message: str
    applicability: Applicability
    reason: str | None
    edits: tuple[FileEdit, ...]
    first_line: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    file_lines: ChangedLines | None = None


class LocatedFinding(NamedTuple):
    """One finding of one rule, with its place in the file.

    `context` holds the lines of the file (of the cell) from `context_start` on that a code frame
    shows, without line ends. `noqa_line` is the line on which a suppression comment would stand.
    `proof` is what running the program said of the fix, where that was asked for. `file_span` is
    where a place in a notebook's cell is written in the lines of the file; None for any other.
    """

    code: str
    name: str
    message: str
    severity: Severity
    place: Place
    help: str | None = None
    related: tuple[RelatedPlace, ...] = ()
    fix: ProposedFix | None = None
    context: tuple[str, ...] = ()
    context_start: int = 1
    noqa_line: int = 1
    proof: FixProof | None = None
    confidence: Confidence = Confidence.HIGH
    file_span: Span | None = None


def sort_findings(findings: Iterable[LocatedFinding]) -> list[LocatedFinding]:
    """Order findings by path, cell, line, column and code, and drop repeated ones."""
    ordered = sorted(
        findings,
        key=lambda finding: (
            finding.place.path,
            finding.place.cell or 0,
            finding.place.span,
            finding.code,
            finding.message,
        ),
    )
    unique: list[LocatedFinding] = []
    for finding in ordered:
        if not unique or finding != unique[-1]:
            unique.append(finding)
    return unique


class FileDiff(NamedTuple):
    """What fixing changed, or would change, in one file.

    `before` and `after` are its text, `data` is its content after, as it is written.
    """

    path: str
    before: str
    after: str
    data: bytes


class CheckResult:
    """Everything one run of `check` has to tell.

    Parameters
    ----------
    findings : list[LocatedFinding]
        What remains to be reported, ordered by path, line, column and code.
    fixed : dict[str, Counter[str]]
        For each file, how many findings of each code were fixed.
    diffs : list[FileDiff]
        What fixing changed; filled for ``--fix`` and ``--diff``.
    faults : list[str]
        What went wrong inside ckptlint or a rule pack (a rule that raised, a fix that would not
        parse): each a line that names the rule and the file. Any fault makes the exit code 2.
    warnings : list[str]
        What the user should know and what does not change the exit code.
    files : int
        How many files were checked.
    rests_on : set[str]
        The absolute paths of all files and folders that the result rests on, whether or not
        something is there; what was listed or read to find the files is not among them.
    last_days : set[str]
        The days on which suppressions end that were met, as ``YYYY-MM-DD``.
    proved : list[LocatedFinding]
        The findings whose fix was proved and applied, as they were before; ordered as `findings`.
    known : list[LocatedFinding]
        The findings that are not reported, for a baseline knows of them; ordered as `findings`.
    mended : dict[str, Counter[Entry]]
        For the absolute path of each baseline its entries that are found no more.
    """

    def __init__(
        self,
        findings: Iterable[LocatedFinding] = (),
        fixed: Mapping[str, Counter[str]] | None = None,
        diffs: Iterable[FileDiff] = (),
        faults: Iterable[str] = (),
        warnings: Iterable[str] = (),
        files: int = 0,
        rests_on: Iterable[str] = (),
        last_days: Iterable[str] = (),
        proved: Iterable[LocatedFinding] = (),
        known: Iterable[LocatedFinding] = (),
        mended: Mapping[str, Counter[Entry]] | None = None,
    ) -> None:
        self.findings = list(findings)
        self.fixed = dict(fixed or {})
        self.diffs = list(diffs)
        self.faults = list(faults)
        self.warnings = list(warnings)
        self.files = files
        self.rests_on = set(rests_on)
        self.last_days = set(last_days)
        self.proved = list(proved)
        self.known = list(known)
        self.mended = dict(mended or {})
