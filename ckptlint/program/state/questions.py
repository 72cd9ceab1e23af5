"""Questions about the state dataclass."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.program.questions import Questions
from ckptlint.program.state.collisions import collisions
from ckptlint.program.state.dead import dead_bindings
from ckptlint.program.state.lossy import lossy_fields
from ckptlint.program.state.reserved import frozen_states, reserved_names
from ckptlint.program.state.undeclared import undeclared_attributes
from ckptlint.program.state.unserializable import unserializable_fields

if TYPE_CHECKING:
    from ckptlint.program.state.collisions import Collision
    from ckptlint.program.state.dead import DeadBinding
    from ckptlint.program.state.lossy import LossyField
    from ckptlint.program.state.reserved import FrozenState, ReservedName
    from ckptlint.program.state.undeclared import UndeclaredAttribute
    from ckptlint.program.state.unserializable import UnserializableField


class StateQuestions(Questions):
    """What a rule may ask about the bound dataclasses."""

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
