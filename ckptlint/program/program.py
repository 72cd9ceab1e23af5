"""The program model's face: the questions that a rule may ask of one module."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.api.artifacts import ArtifactsKeyword, artifacts_keywords
from ckptlint.program.api.uses import removed_uses
from ckptlint.program.carried.lost import LostState, lost_state
from ckptlint.program.carried.state import carried_states
from ckptlint.program.interpretation.situation import (
    FRESH,
    LATER_ROLLOUT,
    LOWER_LEVEL,
    RESTART,
    Situation,
)
from ckptlint.program.models import Model, models_of
from ckptlint.program.restoring.calls import RestoringCall, restoring_calls, without_restore
from ckptlint.program.restoring.consumption import RepeatedRestore, repeated_restores
from ckptlint.program.restoring.devices import UnmovedTensor, moved, unmoved_tensors
from ckptlint.program.restoring.guards import UnguardedRestore, guarded, unguarded_restores
from ckptlint.program.restoring.parents import RestartedParent, restarted_parents
from ckptlint.program.restoring.partial import PartialRestore, partial_restores
from ckptlint.program.restoring.repeats import (
    RepeatedBoundary,
    repeated_boundaries,
    yield_only_at_the_start,
)
from ckptlint.program.restoring.rewriting import own_step_after_restart
from ckptlint.program.restoring.trials import Trial, try_rollouts
from ckptlint.program.rollouts import Rollout, UnsavedYield, rollouts_of, unsaved_yields
from ckptlint.program.saving.calls import MissingSave, SaveCall, missing_save, save_calls
from ckptlint.program.saving.due import SaveWhenDue, saves_when_due
from ckptlint.program.saving.sharing import SharedSave, shared_saves
from ckptlint.program.saving.stale import StaleSave, stale_saves
from ckptlint.program.state.bound import BoundDataclass, bound_dataclasses
from ckptlint.program.state.collisions import Collision, collisions
from ckptlint.program.state.dead import DeadBinding, dead_bindings
from ckptlint.program.state.lossy import LossyField, lossy_fields
from ckptlint.program.state.reserved import (
    FrozenState,
    ReservedName,
    frozen_states,
    reserved_names,
)
from ckptlint.program.state.undeclared import UndeclaredAttribute, undeclared_attributes
from ckptlint.program.state.unserializable import UnserializableField, unserializable_fields
from ckptlint.program.workflow.arguments import BadArgument, bad_arguments
from ckptlint.program.workflow.bulk import BulkyMetadata, bulky_metadata
from ckptlint.program.workflow.components import (
    EarlyComponent,
    build_in_session,
    early_components,
)
from ckptlint.program.workflow.flushes import Flush, flushes
from ckptlint.program.workflow.iterators import EscapingIterator, escaping_iterators
from ckptlint.program.workflow.lookahead import Lookahead, lookaheads
from ckptlint.program.workflow.misplaced import MisplacedMember, misplaced_members
from ckptlint.program.workflow.misuse import SessionMisuse, session_misuses
from ckptlint.program.workflow.no_checkpoint import NoCheckpoint, missing_checkpoints
from ckptlint.program.workflow.order import EarlyCommit, early_commits, output_first
from ckptlint.program.workflow.receivers import Receivers
from ckptlint.program.workflow.scopes import Workflows, WorkflowScope, workflows_of
from ckptlint.program.workflow.tails import UnflushedTail, flush_at_end, unflushed_tails
from ckptlint.program.workflow.uncounted import UncountedRow, uncounted_rows, write_instead

if TYPE_CHECKING:
    from ckptlint.program.api.removed import RemovedUse
    from ckptlint.program.carried.records import CarriedState
    from ckptlint.program.classes import Class
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.module import Module
    from ckptlint.sources.source import Edit, Place, Span


class Program:
    """One module and the answers about it, each computed once, when it is first asked for.

    Parameters
    ----------
    module : Module
        The module that is checked.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self._gave_up: dict[str, None] = {}

    @property
    def gave_up(self) -> tuple[str, ...]:
        """What was too large to be followed, so that questions about it stayed unanswered."""
        return tuple(self._gave_up)

    @cached_property
    def rollouts(self) -> tuple[Rollout, ...]:
        """The restart-aware rollouts of the module."""
        return rollouts_of(self.module, self._give_up)

    @cached_property
    def unsaved_yields(self) -> tuple[UnsavedYield, ...]:
        """The yields that some path reaches with no save since the yield before."""
        return unsaved_yields(self.module, self.rollouts)

    @cached_property
    def saves_when_due(self) -> tuple[SaveWhenDue, ...]:
        """The reads of ``checkpoint_is_flush_due`` that decide whether a boundary is saved."""
        return saves_when_due(self.module, self.rollouts)

    @cached_property
    def stale_saves(self) -> tuple[StaleSave, ...]:
        """The saves of what the rollout changes before its next step reads it."""
        unsaved = {one.node for one in self.unsaved_yields}
        return stale_saves(self.module, self._restarts, unsaved)

    @cached_property
    def shared_saves(self) -> tuple[SharedSave, ...]:
        """The saves whose memory is changed through a local before they are committed."""
        unsaved = {one.node for one in self.unsaved_yields}
        return shared_saves(self.module, self._restarts, unsaved)

    @cached_property
    def restarted_parents(self) -> tuple[RestartedParent, ...]:
        """The calls that start a parent's rollout on restored state."""
        return restarted_parents(self.module, self.rollouts, self._give_up)

    @cached_property
    def repeated_boundaries(self) -> tuple[RepeatedBoundary, ...]:
        """The yields that hand out a restored boundary once more."""
        return repeated_boundaries(self._restarts, lambda: self._fresh)

    @cached_property
    def unguarded_restores(self) -> tuple[UnguardedRestore, ...]:
        """The restores that are made where nothing is to be restored."""
        return unguarded_restores(
            self._restarts,
            lambda: self._trials_in(LOWER_LEVEL),
            lambda: self._trials_in(LATER_ROLLOUT),
        )

    @cached_property
    def partial_restores(self) -> tuple[PartialRestore, ...]:
        """The restores of a tensor without its coordinates, or the reverse."""
        return partial_restores(self._restarts)

    @cached_property
    def repeated_restores(self) -> tuple[RepeatedRestore, ...]:
        """The restores that every rollout of a session makes again."""
        return repeated_restores(self.module, self.rollouts)

    @cached_property
    def unmoved_tensors(self) -> tuple[UnmovedTensor, ...]:
        """The restored tensors that nothing moves to where the rollout runs."""
        return unmoved_tensors(self._restarts, self.bound_dataclasses)

    @cached_property
    def restoring_calls(self) -> tuple[RestoringCall, ...]:
        """The restores by which calling a model ignores what it is given."""
        return restoring_calls(self.module, self._give_up)

    @cached_property
    def workflows(self) -> Workflows:
        """The scopes of the module that may use a checkpoint session, with all calls in them."""
        return workflows_of(self.module, self._give_up)

    @property
    def workflow_scopes(self) -> tuple[WorkflowScope, ...]:
        """The scopes that may use a checkpoint session, each with what was seen in it."""
        return self.workflows.scopes

    @cached_property
    def carried_state(self) -> tuple[CarriedState, ...]:
        """What each rollout that restores carries from step to step, saved or not."""
        return carried_states(self.rollouts, self._give_up)

    @cached_property
    def lost_state(self) -> tuple[LostState, ...]:
        """What the rollouts carry and a restart begins anew."""
        return lost_state(self.module, self.carried_state, self._restarts_parent)

    def _restarts_parent(self, concrete: Class | None) -> bool:
        return any(found.concrete is concrete for found in self.restarted_parents)

    @cached_property
    def flushes(self) -> tuple[Flush, ...]:
        """The calls of ``session.flush`` whose session has a known flush interval."""
        return flushes(self.module, self.workflows)

    @cached_property
    def receivers(self) -> Receivers:
        """On what the methods of the module are called, as far as checkpoint objects go."""
        return Receivers(self.module, self.workflows)

    @cached_property
    def removed_uses(self) -> tuple[RemovedUse, ...]:
        """What the module uses that its version of Earth2Studio does not have any more."""
        return removed_uses(self.module, self.receivers)

    @property
    def earth2studio(self) -> str:
        """The version of Earth2Studio that the module is checked against, for a message."""
        return str(self.module.project.earth2studio)

    @cached_property
    def artifacts_keywords(self) -> tuple[ArtifactsKeyword, ...]:
        """The writes that hand over a dict of metadata as the one key ``artifacts``."""
        return artifacts_keywords(self.module, self.receivers)

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
    def models(self) -> tuple[Model, ...]:
        """The classes of the module that have a rollout, restart-aware or not."""
        return models_of(self.module, self.rollouts, self._give_up)

    @cached_property
    def bound_dataclasses(self) -> tuple[BoundDataclass, ...]:
        """What the classes of the module bind, where the dataclass can be seen."""
        return bound_dataclasses(self.module)

    @cached_property
    def reserved_names(self) -> tuple[ReservedName, ...]:
        """Where a name of the bound state's own is used as a field."""
        return reserved_names(self.module, self.bound_dataclasses)

    @cached_property
    def undeclared_attributes(self) -> tuple[UndeclaredAttribute, ...]:
        """The attributes that are set on a bound state and are no field of it."""
        return undeclared_attributes(self.module, self.bound_dataclasses)

    @cached_property
    def collisions(self) -> tuple[Collision, ...]:
        """The states that are bound again in the session in which they were bound."""
        return collisions(self.module)

    @cached_property
    def unserializable_fields(self) -> tuple[UnserializableField, ...]:
        """The fields of a bound state whose value a commit refuses."""
        return unserializable_fields(self.module, self.bound_dataclasses)

    @cached_property
    def lossy_fields(self) -> tuple[LossyField, ...]:
        """Where a field is read as if a restart had brought it back as it was."""
        return lossy_fields(self.module, self.bound_dataclasses, self.rollouts)

    @cached_property
    def frozen_states(self) -> tuple[FrozenState, ...]:
        """The frozen dataclasses that a restart would have to fill."""
        return frozen_states(self.module, self.bound_dataclasses)

    @cached_property
    def dead_bindings(self) -> tuple[DeadBinding, ...]:
        """The states that the module's classes bind and then never save, or never restore."""
        return dead_bindings(self.module, self.bound_dataclasses)

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
        return early_commits(self.module, self.workflows)

    def output_first(self, found: EarlyCommit) -> tuple[Edit, ...] | None:
        """Move a commit behind the output, or give None where they stand apart."""
        return output_first(self.module, found)

    @cached_property
    def lookaheads(self) -> tuple[Lookahead, ...]:
        """The rows that hold the state of a step whose output is not written yet."""
        return lookaheads(self.module, self.workflows)

    def save_calls(self, rollout: Rollout) -> tuple[SaveCall, ...]:
        """Find how a rollout saves its other boundaries."""
        return save_calls(self.module, rollout)

    def missing_save(self, found: UnsavedYield) -> MissingSave | None:
        """Write the save that a yield lacks, or give None where nothing shows how."""
        return missing_save(self.module, found)

    def own_step_after_restart(self, found: RestartedParent) -> tuple[Edit, ...] | None:
        """Rewrite a wrapper that restarts its parent; see `restoring.rewriting`."""
        return own_step_after_restart(self.module, found.call, found.concrete)

    def yield_only_at_the_start(self, found: RepeatedBoundary) -> tuple[Edit, ...] | None:
        """Guard a yield by the flag that a restore has set; see `restoring.repeats`."""
        return yield_only_at_the_start(self.module, found)

    def guarded(self, found: UnguardedRestore) -> tuple[Edit, ...] | None:
        """Put what is missing into the condition of a restore; see `restoring.guards`."""
        return guarded(self.module, found)

    def moved(self, found: UnmovedTensor) -> tuple[Edit, ...] | None:
        """Move a restored tensor to where the rollout runs; see `restoring.devices`."""
        return moved(self.module, found)

    def without_restore(self, found: RestoringCall) -> tuple[Edit, ...] | None:
        """Take a restore out of a call; see `restoring.calls`."""
        return without_restore(self.module, found)

    def span(self, node: nodes.NodeNG) -> Span:
        """Tell where a node stands in the module's source."""
        return self.module.span(node)

    def place(self, node: nodes.NodeNG, module: Module) -> Span | Place:
        """Tell where a node of `module` stands: a span if that is the module that is checked."""
        span = module.span(node)
        return span if module is self.module else module.source.place(span)

    def told_line(self, node: nodes.NodeNG) -> str:
        """Name the line of a node for a message, as the file's reader counts."""
        return self.module.told_line(node)

    def told_place(self, node: nodes.NodeNG, module: Module) -> str:
        """Name the line of a node of `module`, with its file if that is another one."""
        line = module.told_line(node)
        return line if module is self.module else f"{line} of {Path(module.source.path).name}"

    def words(self, node: nodes.NodeNG) -> str:
        """Give the text of a node on one line, for a message."""
        return " ".join(self.module.text(node).split())

    def text(self, where: nodes.NodeNG | Span) -> str:
        """Give the text of a node or a span."""
        return self.module.text(where)

    def deletion(self, statement: nodes.NodeNG) -> tuple[Edit, ...]:
        """Take out a statement and what it leaves empty; see `editing.delete`."""
        return editing.delete(self.module, statement)

    def insertion(self, statement: nodes.NodeNG, lines: list[str]) -> Edit | None:
        """Put lines before a statement; see `editing.insert_before`."""
        return editing.insert_before(self.module, statement, lines)

    @cached_property
    def _restarts(self) -> tuple[Trial, ...]:
        """The rollouts of the module as a restart inside them runs them."""
        return self._trials_in(RESTART)

    @cached_property
    def _fresh(self) -> tuple[Trial, ...]:
        """The same with nothing restored."""
        return self._trials_in(FRESH)

    def _trials_in(self, situation: Situation) -> tuple[Trial, ...]:
        return try_rollouts(self.module, self.rollouts, situation, self._give_up)

    def _give_up(self, frame: Frame) -> None:
        scope = frame.scope
        name = f"`{scope.name}`" if isinstance(scope, nodes.FunctionDef) else "the top level"
        if frame.concrete is not None:
            name += f" of `{frame.concrete.name}`"
        self._gave_up[f"{name} is too large to be followed; no rule has judged it"] = None
