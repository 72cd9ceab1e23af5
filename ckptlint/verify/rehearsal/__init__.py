"""A rollout on fake tensors that claim to be on an accelerator, to find what was left on the CPU.

Fake tensors have a device, a shape and a dtype but no values, so no accelerator is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ckptlint.verify.rehearsal.records import UNREHEARSABLE, Rehearsal, RehearsedRestart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["UNREHEARSABLE", "Rehearsal", "RehearsedRestart", "rehearse"]


def rehearse(build: Callable[[], Any], steps: int, stops: Sequence[int]) -> Rehearsal:
    """Run a rollout and its restarts on fake tensors that claim to be on an accelerator.

    To be called in a process that ends afterwards: a device is registered with torch for good.

    Parameters
    ----------
    build : Callable[[], Any]
        Makes the model, with real tensors on the CPU.
    steps : int
        How many boundaries the uninterrupted rollout yields; the first is the initial condition.
    stops : Sequence[int]
        The boundaries after which it is stopped and restarted, each less than ``steps - 1``.

    Returns
    -------
    Rehearsal
        What raised, and what came out otherwise than in the uninterrupted rollout.
    """
    # The records are read where torch must not be imported.
    from ckptlint.verify.rehearsal.rollout import rehearse_rollout

    return rehearse_rollout(build, steps, stops)
