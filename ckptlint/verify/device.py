"""The device on which targets are verified: what is asked for, and what is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.verify.case import Case
from ckptlint.verify.inspecting import cuda_devices

if TYPE_CHECKING:
    from ckptlint.verify.crew import Crew

REHEARSE: Final = "rehearse"
_CUDA: Final = re.compile(r"cuda(?::(\d+))?")


class NoSuchDevice(RuntimeError):  # noqa: N818 - it says what is the matter
    """The device that is asked for is not there."""


class Chosen(NamedTuple):
    """The device that is used, and what the user should know about the choice."""

    name: str
    notes: tuple[str, ...] = ()


def choose_device(asked: str, crew: Crew) -> Chosen:
    """Choose the device: for ``auto`` the first CUDA device if there is one, else the CPU.

    Raises
    ------
    NoSuchDevice
        If a CUDA device is asked for that is not there.
    """
    if asked in ("cpu", REHEARSE):
        return Chosen(asked)
    (outcome,) = crew.run([Case(cuda_devices)])
    count = int(outcome.value or 0)
    if outcome.failure is not None:
        reason = f"whether there is a CUDA device cannot be told: {outcome.failure.message}"
        if asked != "auto":
            raise NoSuchDevice(f"`--device {asked}`: {reason}")
        return Chosen("cpu", (f"CUDA is unproven: {reason}",))
    if asked == "auto":
        if count:
            return Chosen("cuda:0")
        return Chosen(
            "cpu", ("CUDA is unproven: this machine has no CUDA device that torch can use",)
        )
    match = _CUDA.fullmatch(asked)
    assert match is not None
    index = int(match[1] or 0)
    if index >= count:
        known = "there is none" if not count else f"there are {count}, numbered from 0"
        raise NoSuchDevice(
            f"no CUDA device {index} for `--device {asked}`: {known} that torch can use here; "
            "`--device rehearse` finds a tensor on the wrong device without one"
        )
    return Chosen(f"cuda:{index}")
