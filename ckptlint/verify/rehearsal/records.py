"""What rehearsing a restart found: plain records that need no torch to be read."""

from __future__ import annotations

from typing import NamedTuple

UNREHEARSABLE = "cannot be rehearsed: "
"""How an error begins that says nothing about the model: the rehearsal itself came to its end."""


class RehearsedRestart(NamedTuple):
    """What one restart did on an accelerator that is only pretended.

    Parameters
    ----------
    stop : int
        The number of the last boundary that was saved before the stop; 0 is the initial condition.
    error : str or None
        What the restart raised, in one line; it begins with `UNREHEARSABLE` if that says nothing
        about the model.
    place : str or None
        Where it raised, as ``file:line`` of the innermost frame of the model's own code.
    wrong : tuple[str, ...]
        What came out otherwise than in the uninterrupted rollout, without raising: for each of
        device, shape, dtype, lead time and length, the first step at which it did.
    """

    stop: int
    error: str | None = None
    place: str | None = None
    wrong: tuple[str, ...] = ()

    @property
    def unproven(self) -> bool:
        """Whether the rehearsal could not tell if this restart is right."""
        return self.error is not None and self.error.startswith(UNREHEARSABLE)


class Rehearsal(NamedTuple):
    """What a rollout and its restarts did on an accelerator that is only pretended.

    Parameters
    ----------
    whole : str or None
        What the uninterrupted rollout raised, in one line, None if it ran; without the beginning
        `UNREHEARSABLE` only if the model itself mixes devices, also where nothing is restarted.
    restarts : tuple[RehearsedRestart, ...]
        One for each stop, in the order asked for; none if the uninterrupted rollout did not run.
    place : str or None
        Where the uninterrupted rollout raised.
    device : str
        The accelerator that was pretended: ``rehearsal:0``, or ``cuda:0`` with a CUDA build.
    """

    whole: str | None
    restarts: tuple[RehearsedRestart, ...] = ()
    place: str | None = None
    device: str = ""

    @property
    def unproven(self) -> bool:
        """Whether the uninterrupted rollout could not be rehearsed."""
        return self.whole is not None and self.whole.startswith(UNREHEARSABLE)
