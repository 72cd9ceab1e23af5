"""What all questions about a module rest on, each answered once, when it is first asked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.interpretation.situation import FRESH, RESTART
from ckptlint.program.restoring.trials import try_rollouts
from ckptlint.program.rollouts import rollouts_of
from ckptlint.program.state.bound import bound_dataclasses

if TYPE_CHECKING:
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.situation import Situation
    from ckptlint.program.module import Module
    from ckptlint.program.restoring.trials import Trial
    from ckptlint.program.rollouts import Rollout
    from ckptlint.program.state.bound import BoundDataclass


class Questions:
    """One module, and what the families of questions share.

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
    def bound_dataclasses(self) -> tuple[BoundDataclass, ...]:
        """What the classes of the module bind, where the dataclass can be seen."""
        return bound_dataclasses(self.module)

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
