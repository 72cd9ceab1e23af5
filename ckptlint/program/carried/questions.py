"""Questions about what a rollout carries from step to step."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.program.carried.lost import lost_state
from ckptlint.program.carried.state import carried_states
from ckptlint.program.restoring.questions import RestoringQuestions

if TYPE_CHECKING:
    from ckptlint.program.carried.lost import LostState
    from ckptlint.program.carried.records import CarriedState
    from ckptlint.program.classes import Class


class CarriedQuestions(RestoringQuestions):
    """What a rule may ask about carried state."""

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
