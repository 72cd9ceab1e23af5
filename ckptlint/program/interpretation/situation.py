"""The session that is asked about: its level, and whether it has brought state back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from astroid import nodes

ROLLOUT_LEVEL: Final = 2
"""The level at which a restart goes on inside a rollout."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is assumed of the session of a rollout.

    Parameters
    ----------
    level : int
        Its checkpoint level.
    state_loaded, selected : bool or None
        Whether it has loaded the bound state, and whether it stands on a row; None leaves that
        open, and both ways are followed.
    flush_is_due : bool
        Whether each write commits.
    refused : NodeNG or None
        A read of metadata that alone is false, whatever is assumed.
    is_traced : bool
        Whether what the rollout is given and what it restores are followed to what it yields and
        saves.
    heeds_guards : bool
        Whether nothing counts as restored behind a condition that is not seen to let it pass.
    """

    level: int = ROLLOUT_LEVEL
    state_loaded: bool | None = None
    selected: bool | None = None
    flush_is_due: bool = True
    refused: nodes.NodeNG | None = None
    is_traced: bool = False
    heeds_guards: bool = False

    def metadata(self, name: str) -> bool | int | str | None:
        """Give what the bound state answers for metadata `name`; None where nothing is assumed."""
        match name:
            case "checkpoint_enabled":
                return True
            case "checkpoint_is_flush_due":
                return self.flush_is_due
            case "checkpoint_level":
                return self.level
            case "checkpoint_state_policy":
                return "full" if self.level == ROLLOUT_LEVEL else "state"
            case "checkpoint_state_loaded":
                return self.state_loaded
            case "checkpoint_selected":
                return self.selected
            case _:
                return None


USUAL: Final = Situation()
"""Live, restarting inside a rollout, each write due; restored or not."""

RESTART: Final = Situation(state_loaded=True, selected=True, is_traced=True)
"""A restart inside the rollout."""

FRESH: Final = Situation(state_loaded=False, selected=False, is_traced=True)
"""The first rollout of a session that has restored nothing."""

CALL: Final = Situation(state_loaded=True, selected=True, is_traced=True, heeds_guards=True)
"""A restart after which the model is called, with no rollout begun."""

LATER_ROLLOUT: Final = Situation(
    state_loaded=False, selected=True, is_traced=True, heeds_guards=True
)
"""A later rollout of a session that has restored nothing, and has saved the rollout before."""

LOWER_LEVEL: Final = Situation(
    level=1, state_loaded=True, selected=True, is_traced=True, heeds_guards=True
)
"""A restart by a user who wants rollouts to begin at their initial condition."""
