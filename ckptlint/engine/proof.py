"""What running a program said of a fix, as findings and reports carry it."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Final, NamedTuple

_NEEDED: Final = ("torch", "earth2studio")


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


def why_nothing_runs() -> str | None:
    """Say why this Python can run no rollout, without a final stop; None if it can.

    Nothing is imported for that.
    """
    from importlib.util import find_spec

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        return (
            f"verifying takes {' and '.join(missing)}, which cannot be imported by "
            f"{sys.executable}: `pip install 'ckptlint[verify]'` installs them"
        )
    if not hasattr(os, "fork"):
        return "restarts can be verified only where processes can be forked"
    return None
