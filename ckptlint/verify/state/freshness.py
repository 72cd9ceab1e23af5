"""Whether the bound state at a yield is the boundary that is yielded there, or an older one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from ckptlint.verify.boundary import hours_of
from ckptlint.verify.state.fingerprint import array_digest, digest_of, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from earth2studio.utils.checkpoint import CheckpointState

    from ckptlint.verify.boundary import Boundary

_LEADING = 3
"""The dimensions that may be that of the lead time: those before the variables."""


class Age(StrEnum):
    """What a bound state holds at a yield."""

    FRESH = "fresh"
    EMPTY = "empty"
    STALE = "stale"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"


class Freshness(NamedTuple):
    """What the bound state holds at one yield.

    `step` is the boundary that the state is known to be. `part` says which part of a stale state
    is stale, "x" or "coordinates"; of a fresh state, which part is known to be fresh.
    `shares_memory` tells whether a saved tensor has the memory of the one that is yielded.
    """

    age: Age
    step: int | None = None
    part: str = "state"
    shares_memory: bool = False


class FreshnessLog:
    """Compares the bound states with every boundary so far, yield by yield.

    A state holds a boundary if one of its tensors has that boundary's bits, whole or as the last
    frame of a window. Its coordinates are told by the last of some lead times in it.

    Parameters
    ----------
    states : iterable of CheckpointState
        The states that the model has bound, as they are before the rollout starts.
    """

    def __init__(self, states: Iterable[CheckpointState[Any]]) -> None:
        self._states = [*states]
        self._digests: list[str] = []
        self._leads: list[float | None] = []
        self._unset = self._digest()
        self._before: str | None = None

    def at(self, boundary: Boundary) -> Freshness:
        """Tell what the states hold now that `boundary` has been yielded."""
        return self._age(boundary)._replace(shares_memory=self._shares_memory(boundary))

    def _shares_memory(self, boundary: Boundary) -> bool:
        yielded = _memory_of(boundary.x)
        return yielded is not None and any(
            isinstance(value, torch.Tensor) and _memory_of(value) == yielded
            for value in self._values()
        )

    def _age(self, boundary: Boundary) -> Freshness:
        step = len(self._digests)
        self._digests.append(array_digest(boundary.x))
        self._leads.append(boundary.lead_time_hours)
        now, before = self._digest(), self._before
        self._before = now
        if now == self._unset:
            return Freshness(Age.EMPTY)
        tensors, leads = self._held()
        at_x = _latest(self._digests, tensors)
        at_lead = _latest(self._leads, leads)
        if at_x is not None and at_x < step:
            return Freshness(Age.STALE, at_x, "x" if at_lead == step else "state")
        if at_lead is not None and at_lead < step:
            return Freshness(Age.STALE, at_lead, "coordinates" if at_x == step else "state")
        if at_x == step or at_lead == step:
            return Freshness(Age.FRESH, step, "state" if at_x == step else "coordinates")
        if now == before:
            return Freshness(Age.UNCHANGED, step - 1)
        return Freshness(Age.UNKNOWN)

    def _held(self) -> tuple[set[str], set[float | None]]:
        """Give the digests of the tensors that are held, and the lead times in hours."""
        tensors: set[str] = set()
        leads: set[float | None] = set()
        for value in self._values():
            if isinstance(value, np.ndarray | np.timedelta64) and value.dtype.kind == "m":
                leads.add(hours_of(value))
            elif isinstance(value, torch.Tensor | np.ndarray):
                tensors.update(_digests_of_frames(value))
        return tensors, leads - {None}

    def _values(self) -> Iterator[Any]:
        for state in self._states:
            for _, value in fields_of(state):
                yield from _flattened(value)

    def _digest(self) -> str:
        parts = [
            array_digest(value) if isinstance(value, torch.Tensor | np.ndarray) else repr(value)
            for value in self._values()
        ]
        return digest_of("|".join(parts).encode())


def _memory_of(tensor: torch.Tensor) -> int | None:
    """Give the address of a tensor's memory; None for one that has none of its own."""
    if tensor.layout is not torch.strided or tensor.is_meta or not tensor.numel():
        return None
    return tensor.untyped_storage().data_ptr()


def _latest(known: list[Any], held: set[Any]) -> int | None:
    return next((step for step in reversed(range(len(known))) if known[step] in held), None)


def _digests_of_frames(value: torch.Tensor | np.ndarray) -> Iterator[str]:
    yield array_digest(value)
    for axis in range(min(_LEADING, value.ndim - 1)):
        if value.shape[axis] > 1:
            index = (slice(None),) * axis + (slice(-1, None),)
            yield array_digest(value[index])


def _flattened(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key in value:
            yield from _flattened(value[key])
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _flattened(part)
    else:
        yield value
