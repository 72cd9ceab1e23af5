"""What the user asks of `verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.verify.case import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.verify.target import Reference


class VerifyOptions(NamedTuple):
    """How targets are verified.

    Parameters
    ----------
    checks : tuple[str, ...] or None
        The names of the checks to run; None for those that this device allows.
    device : str
        ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``rehearse``.
    steps : int or None
        How many steps each rollout takes; None for as many as cover a cycle of sub-steps.
    stops : int
        After how many stops at most a rollout is restarted, or a workflow killed; the first, the
        second and the last are always among them.
    kills : int
        How many times a rollout is killed at a random instant.
    members : int
        How many members an ensemble has.
    tolerance : float
        The largest difference in value that the user accepts, in the variables' own units.
    seed : int
        What random instants are drawn from.
    jobs : int or None
        How many processes run at a time; by default one for each processor.
    limits : Limits
        What each process may use.
    initial_condition : Reference or None
        A function without required arguments that gives (x, coords).
    workspace : str or None
        The folder in which trajectories are kept while targets are verified.
    overlays : Mapping[str, bytes]
        For absolute paths of modules the content to run instead of the file's.
    """

    checks: tuple[str, ...] | None = None
    device: str = "auto"
    steps: int | None = None
    stops: int = 24
    kills: int = 5
    members: int = 3
    tolerance: float = 0.0
    seed: int = 0
    jobs: int | None = None
    limits: Limits = Limits()
    initial_condition: Reference | None = None
    workspace: str | None = None
    overlays: Mapping[str, bytes] = {}


class Request(NamedTuple):
    """One target, and how it is verified."""

    target: Reference
    options: VerifyOptions
