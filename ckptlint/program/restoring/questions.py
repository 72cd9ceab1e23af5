"""Questions about what a rollout restores, and how it goes on from it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.program.interpretation.situation import LATER_ROLLOUT, LOWER_LEVEL
from ckptlint.program.questions import Questions
from ckptlint.program.restoring.calls import restoring_calls, without_restore
from ckptlint.program.restoring.consumption import repeated_restores
from ckptlint.program.restoring.devices import moved, unmoved_tensors
from ckptlint.program.restoring.guards import guarded, unguarded_restores
from ckptlint.program.restoring.parents import restarted_parents
from ckptlint.program.restoring.partial import partial_restores
from ckptlint.program.restoring.repeats import repeated_boundaries, yield_only_at_the_start
from ckptlint.program.restoring.rewriting import own_step_after_restart

if TYPE_CHECKING:
    from ckptlint.program.restoring.calls import RestoringCall
    from ckptlint.program.restoring.consumption import RepeatedRestore
    from ckptlint.program.restoring.devices import UnmovedTensor
    from ckptlint.program.restoring.guards import UnguardedRestore
    from ckptlint.program.restoring.parents import RestartedParent
    from ckptlint.program.restoring.partial import PartialRestore
    from ckptlint.program.restoring.repeats import RepeatedBoundary
    from ckptlint.sources.source import Edit


class RestoringQuestions(Questions):
    """What a rule may ask about restoring."""

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
    def restoring_calls(self) -> tuple[RestoringCall, ...]:
        """The restores by which calling a model ignores what it is given."""
        return restoring_calls(self.module, self._give_up)

    @cached_property
    def unmoved_tensors(self) -> tuple[UnmovedTensor, ...]:
        """The restored tensors that nothing moves to where the rollout runs."""
        return unmoved_tensors(self._restarts, self.bound_dataclasses)

    def moved(self, found: UnmovedTensor) -> tuple[Edit, ...] | None:
        """Move a restored tensor to where the rollout runs; see `restoring.devices`."""
        return moved(self.module, found)

    def own_step_after_restart(self, found: RestartedParent) -> tuple[Edit, ...] | None:
        """Rewrite a wrapper that restarts its parent; see `restoring.rewriting`."""
        return own_step_after_restart(self.module, found.call, found.concrete)

    def yield_only_at_the_start(self, found: RepeatedBoundary) -> tuple[Edit, ...] | None:
        """Guard a yield by the flag that a restore has set; see `restoring.repeats`."""
        return yield_only_at_the_start(self.module, found)

    def guarded(self, found: UnguardedRestore) -> tuple[Edit, ...] | None:
        """Put what is missing into the condition of a restore; see `restoring.guards`."""
        return guarded(self.module, found)

    def without_restore(self, found: RestoringCall) -> tuple[Edit, ...] | None:
        """Take a restore out of a call; see `restoring.calls`."""
        return without_restore(self.module, found)
