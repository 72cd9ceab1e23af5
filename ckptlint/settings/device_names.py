"""The names by which a user asks for a device; what is there is another question."""

from __future__ import annotations

import re
from typing import Final

DEVICE_NAMES: Final = "auto, cpu, cuda, cuda:N, rehearse"
"""What a message names."""

_NAME: Final = re.compile(r"auto|cpu|rehearse|cuda(:\d+)?")


def is_device(text: str) -> bool:
    """Tell whether `text` names a device: ``auto``, ``cpu``, ``cuda``, ``cuda:N``, ``rehearse``."""
    return _NAME.fullmatch(text) is not None
