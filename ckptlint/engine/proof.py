"""What running a program said of a fix, as findings and reports carry it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class ProofVerdict(StrEnum):
    """Whether running the program before and after a fix shows that the fix is right."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNPROVEN = "unproven"


class FixProof(NamedTuple):
    """What was shown about one fix.

    Parameters
    ----------
    verdict : ProofVerdict
        Only a fix that is proved is kept.
    reason : str
        What was seen, in a sentence without a final stop.
    target : str or None
        What was run, as in ``src/model.py::build``; None where nothing was.
    device : str or None
        Where it ran: ``cpu``, ``cuda:0``.
    """

    verdict: ProofVerdict
    reason: str
    target: str | None = None
    device: str | None = None
