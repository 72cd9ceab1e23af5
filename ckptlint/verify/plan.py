"""How a target is run: what every process that runs it must agree on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.verify.target import Reference


class Leading(StrEnum):
    """The leading dimension of the initial condition, before those of the model's own.

    TIME is what the built-in workflows of Earth2Studio give; BATCH is what a model takes whose
    iterator folds no dimensions.
    """

    TIME = "time"
    BATCH = "batch"


ROLLOUT_SEED: Final = 1
"""What the recorded rollout is seeded with; restarts are seeded otherwise."""


class Plan(NamedTuple):
    """How a target is run.

    Parameters
    ----------
    target : Reference
        What gives the model.
    overlays : Mapping[str, bytes]
        For absolute paths of modules the content to run instead of the file's.
    device : str
        Where the model and the initial condition are: ``cpu``, ``cuda:0``.
    initial_condition : Reference or None
        A function of the user's that gives (x, coords); random fields if None.
    leading : Leading
        The leading dimension of the random fields.
    threads : int
        For operations on the CPU; the bits of a sum may depend on their number.
    steps : int
        How many boundaries are drawn after the initial condition.
    build_seed, rollout_seed : int
        What all global random generators are seeded with before the model is made, and before its
        rollout starts.
    field_seed : int
        What the random fields are made from.
    """

    target: Reference
    overlays: Mapping[str, bytes]
    device: str = "cpu"
    initial_condition: Reference | None = None
    leading: Leading = Leading.TIME
    threads: int = 1
    steps: int = 12
    build_seed: int = 11
    rollout_seed: int = ROLLOUT_SEED
    field_seed: int = 3
