"""Questions about sessions, and the workflows that use them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.program.questions import Questions
from ckptlint.program.workflow.arguments import bad_arguments
from ckptlint.program.workflow.bulk import bulky_metadata
from ckptlint.program.workflow.components import build_in_session, early_components
from ckptlint.program.workflow.flushes import flushes
from ckptlint.program.workflow.iterators import escaping_iterators
from ckptlint.program.workflow.lookahead import lookaheads
from ckptlint.program.workflow.misplaced import misplaced_members
from ckptlint.program.workflow.misuse import session_misuses
from ckptlint.program.workflow.no_checkpoint import missing_checkpoints
from ckptlint.program.workflow.order import early_commits, output_first
from ckptlint.program.workflow.outputs import Effects
from ckptlint.program.workflow.overwriting import clobbered_outputs
from ckptlint.program.workflow.receivers import Receivers
from ckptlint.program.workflow.reuse import reused_checkpoints
from ckptlint.program.workflow.scopes import workflows_of
from ckptlint.program.workflow.shared import shared_stores
from ckptlint.program.workflow.tails import flush_at_end, unflushed_tails
from ckptlint.program.workflow.uncounted import uncounted_rows, write_instead

if TYPE_CHECKING:
    from ckptlint.program.workflow.arguments import BadArgument
    from ckptlint.program.workflow.bulk import BulkyMetadata
    from ckptlint.program.workflow.components import EarlyComponent
    from ckptlint.program.workflow.flushes import Flush
    from ckptlint.program.workflow.iterators import EscapingIterator
    from ckptlint.program.workflow.lookahead import Lookahead
    from ckptlint.program.workflow.misplaced import MisplacedMember
    from ckptlint.program.workflow.misuse import SessionMisuse
    from ckptlint.program.workflow.no_checkpoint import NoCheckpoint
    from ckptlint.program.workflow.order import EarlyCommit
    from ckptlint.program.workflow.overwriting import ClobberedOutput
    from ckptlint.program.workflow.reuse import ReusedCheckpoint
    from ckptlint.program.workflow.scopes import Workflows, WorkflowScope
    from ckptlint.program.workflow.shared import SharedStore
    from ckptlint.program.workflow.tails import UnflushedTail
    from ckptlint.program.workflow.uncounted import UncountedRow
    from ckptlint.sources.source import Edit


class WorkflowQuestions(Questions):
    """What a rule may ask about sessions and workflows."""

    @cached_property
    def workflows(self) -> Workflows:
        """The scopes of the module that may use a checkpoint session, with all calls in them."""
        return workflows_of(self.module, self._give_up)

    @property
    def workflow_scopes(self) -> tuple[WorkflowScope, ...]:
        """The scopes that may use a checkpoint session, each with what was seen in it."""
        return self.workflows.scopes

    @cached_property
    def receivers(self) -> Receivers:
        """On what the methods of the module are called, as far as checkpoint objects go."""
        return Receivers(self.module, self.workflows)

    @cached_property
    def _effects(self) -> Effects:
        """What the calls of the module write: rows, and output."""
        return Effects(self.module, self.workflows)

    @cached_property
    def flushes(self) -> tuple[Flush, ...]:
        """The calls of ``session.flush`` whose session has a known flush interval."""
        return flushes(self.module, self.workflows)

    @cached_property
    def misplaced_members(self) -> tuple[MisplacedMember, ...]:
        """What is read from a Checkpoint and only its session has, or the reverse."""
        return misplaced_members(self.module, self.receivers)

    @cached_property
    def bad_arguments(self) -> tuple[BadArgument, ...]:
        """The literals that a `Checkpoint` refuses, or takes and does not heed."""
        return bad_arguments(self.module)

    @cached_property
    def missing_checkpoints(self) -> tuple[NoCheckpoint, ...]:
        """The calls of built-in workflows whose checkpoint is, or may be, None."""
        return missing_checkpoints(self.module)

    @cached_property
    def bulky_metadata(self) -> tuple[BulkyMetadata, ...]:
        """The fields and coordinates that are handed to a session as metadata."""
        return bulky_metadata(self.module, self.receivers)

    @cached_property
    def unflushed_tails(self) -> tuple[UnflushedTail, ...]:
        """The sessions that end with writes that nothing has committed."""
        return unflushed_tails(self.module, self.workflows)

    @cached_property
    def early_components(self) -> tuple[EarlyComponent, ...]:
        """The components that are built before the Checkpoint that should save them."""
        return early_components(self.module, self.workflows)

    @cached_property
    def escaping_iterators(self) -> tuple[EscapingIterator, ...]:
        """The iterators that are first drawn from after their session has ended."""
        return escaping_iterators(self.module, self.workflows)

    @cached_property
    def reused_checkpoints(self) -> tuple[ReusedCheckpoint, ...]:
        """The Checkpoints that serve more than one run."""
        return reused_checkpoints(self.module, self.workflows)

    @cached_property
    def clobbered_outputs(self) -> tuple[ClobberedOutput, ...]:
        """The outputs that a restart begins anew, and then writes only in part."""
        return clobbered_outputs(self._effects)

    @cached_property
    def shared_stores(self) -> tuple[SharedStore, ...]:
        """The pairs of Checkpoints that keep rows in one store in different modes."""
        return shared_stores(self.module, self.workflows)

    def build_in_session(self, found: EarlyComponent) -> tuple[Edit, ...] | None:
        """Move the building of a component into its session; see `workflow.components`."""
        return build_in_session(self.module, found)

    def flush_at_end(self, tail: UnflushedTail) -> tuple[str, Edit] | None:
        """Write the `flush` that a session lacks, or give None where nothing shows how."""
        return flush_at_end(self.module, tail)

    @cached_property
    def uncounted_rows(self) -> tuple[UncountedRow, ...]:
        """The loops that commit by `flush` alone in a function that counts writes."""
        return uncounted_rows(self.module, self.workflows)

    def write_instead(self, found: UncountedRow) -> Edit | None:
        """Put `write` for a `flush`, or give None where that commits otherwise."""
        return write_instead(self.module, found)

    @cached_property
    def session_misuses(self) -> tuple[SessionMisuse, ...]:
        """The sessions, and values of `write`, that are taken for something else."""
        return session_misuses(self.module, self.workflows)

    @cached_property
    def early_commits(self) -> tuple[EarlyCommit, ...]:
        """The rows that are committed before the output of their step is written."""
        return early_commits(self._effects)

    def output_first(self, found: EarlyCommit) -> tuple[Edit, ...] | None:
        """Move a commit behind the output, or give None where they stand apart."""
        return output_first(self.module, found)

    @cached_property
    def lookaheads(self) -> tuple[Lookahead, ...]:
        """The rows that hold the state of a step whose output is not written yet."""
        return lookaheads(self._effects)
