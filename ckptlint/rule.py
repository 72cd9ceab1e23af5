"""The public face of a rule: what a rule pack imports, and nothing else.

A rule is one module. Its docstring is its documentation, shown by ``ckptlint rule CODE``; its
`RULE` declares the rest; its one function asks the program model and yields findings.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.sources.source import Edit, Place, Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ckptlint.program.carried.lost import LostState as LostState
    from ckptlint.program.program import Program as Program
    from ckptlint.program.restoring.calls import RestoringCall as RestoringCall
    from ckptlint.program.restoring.devices import UnmovedTensor as UnmovedTensor
    from ckptlint.program.restoring.guards import UnguardedRestore as UnguardedRestore
    from ckptlint.program.restoring.parents import RestartedParent as RestartedParent
    from ckptlint.program.restoring.partial import PartialRestore as PartialRestore
    from ckptlint.program.restoring.repeats import RepeatedBoundary as RepeatedBoundary
    from ckptlint.program.rollouts import UnsavedYield as UnsavedYield
    from ckptlint.program.saving.stale import StaleSave as StaleSave
    from ckptlint.program.state.collisions import Collision as Collision
    from ckptlint.program.state.dead import DeadBinding as DeadBinding
    from ckptlint.program.state.lossy import LossyField as LossyField
    from ckptlint.program.state.reserved import FrozenState as FrozenState
    from ckptlint.program.state.reserved import ReservedName as ReservedName
    from ckptlint.program.state.undeclared import UndeclaredAttribute as UndeclaredAttribute
    from ckptlint.program.state.unserializable import UnserializableField as UnserializableField
    from ckptlint.program.workflow.components import EarlyComponent as EarlyComponent
    from ckptlint.program.workflow.misuse import SessionMisuse as SessionMisuse
    from ckptlint.program.workflow.order import EarlyCommit as EarlyCommit
    from ckptlint.program.workflow.reuse import ReusedCheckpoint as ReusedCheckpoint
    from ckptlint.program.workflow.tails import UnflushedTail as UnflushedTail
    from ckptlint.program.workflow.uncounted import UncountedRow as UncountedRow

__all__ = [
    "Applicability",
    "Confidence",
    "Edit",
    "Evidence",
    "Example",
    "Finding",
    "Fix",
    "FixAvailability",
    "Place",
    "Position",
    "Related",
    "Rule",
    "Severity",
    "Span",
    "Step",
]


class Severity(StrEnum):
    """How much a finding weighs in a report; it does not change the exit code."""

    ERROR = "error"
    WARNING = "warning"


class Applicability(StrEnum):
    """Whether a fix keeps the meaning of the program (safe), may change it, or is only shown."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


class Confidence(StrEnum):
    """Whether a rule is sure of a finding.

    One of low confidence is reported only with ``--preview``, or where its rule is selected by its
    own code or name.
    """

    HIGH = "high"
    LOW = "low"


class FixAvailability(StrEnum):
    """Whether a rule's findings carry a fix."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    NEVER = "never"


class Evidence(StrEnum):
    """What can confirm a finding: a rollout, a checkpoint session, or the text alone."""

    ROLLOUT = "rollout"
    SESSION = "session"
    STATIC = "static"


class Step(StrEnum):
    """When the program comes to a place that explains a finding.

    `BEFORE` it comes to the finding, `AFTER` it, or `ASIDE`: the place is no step on that way.
    """

    BEFORE = "before"
    AFTER = "after"
    ASIDE = "aside"


class Related(NamedTuple):
    """A second place that explains a finding, in this source or in another file.

    `place` is a `Span` of the source that is being checked, or a `Place` in any file.
    """

    place: Span | Place
    message: str
    step: Step = Step.BEFORE


class Fix(NamedTuple):
    """Edits of the checked source that mend one finding; they are applied together or not at all.

    `reason` says, for a fix that is not safe, what the user has to judge.
    """

    message: str
    edits: tuple[Edit, ...]
    applicability: Applicability
    reason: str | None = None


class Finding(NamedTuple):
    """One mistake in the source that is being checked.

    `message` is one line, without a final stop. `help` says what to write instead. `related` lists
    the places that explain the mistake, in the order in which a reader follows them: those that
    lead to it, and those that it leads to.
    """

    span: Span
    message: str
    help: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    confidence: Confidence = Confidence.HIGH


class Example(NamedTuple):
    """A program that a rule is tested on.

    In a bad example each expected finding stands on its line as a comment
    ``# error: COLUMN, "MESSAGE"``; a good example has none. `fixed` is the program after its fixes,
    the unsafe ones too, where the rule has one.
    """

    title: str
    code: str
    fixed: str | None = None


class Rule(NamedTuple):
    """The declaration of a rule.

    Parameters
    ----------
    code : str
        Three capital letters and three digits, as in ``CKP101``.
    name : str
        The rule in kebab case; it reads well after "allow".
    documentation : str
        The rule's page in Markdown, the docstring of its module.
    severity : Severity
        The weight of its findings in reports.
    needles : tuple[tuple[bytes, ...], ...]
        A file is looked at only if it holds all words of at least one of these groups.
    fix : FixAvailability
        Whether its findings carry a fix.
    evidence : tuple[Evidence, ...]
        What can confirm a finding.
    check : callable or None
        Yields the findings of one module. None for what the engine itself reports (CKP9xx).
    good, bad : tuple[Example, ...]
        Programs that are not, and that are, reported.
    on_by_default : bool
        Whether the rule runs where the user selects nothing.
    """

    code: str
    name: str
    documentation: str
    severity: Severity
    needles: tuple[tuple[bytes, ...], ...]
    fix: FixAvailability
    evidence: tuple[Evidence, ...]
    check: Callable[[Program], Iterator[Finding]] | None
    good: tuple[Example, ...] = ()
    bad: tuple[Example, ...] = ()
    on_by_default: bool = True

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.strip().splitlines()[0]
