"""Questions about what a rollout saves, and when."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.program.questions import Questions
from ckptlint.program.rollouts import unsaved_yields
from ckptlint.program.saving.calls import missing_save, save_calls
from ckptlint.program.saving.due import saves_when_due
from ckptlint.program.saving.sharing import shared_saves
from ckptlint.program.saving.stale import stale_saves

if TYPE_CHECKING:
    from ckptlint.program.rollouts import Rollout, UnsavedYield
    from ckptlint.program.saving.calls import MissingSave, SaveCall
    from ckptlint.program.saving.due import SaveWhenDue
    from ckptlint.program.saving.sharing import SharedSave
    from ckptlint.program.saving.stale import StaleSave


class SavingQuestions(Questions):
    """What a rule may ask about saving."""

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

    def save_calls(self, rollout: Rollout) -> tuple[SaveCall, ...]:
        """Find how a rollout saves its other boundaries."""
        return save_calls(self.module, rollout)

    def missing_save(self, found: UnsavedYield) -> MissingSave | None:
        """Write the save that a yield lacks, or give None where nothing shows how."""
        return missing_save(self.module, found)
