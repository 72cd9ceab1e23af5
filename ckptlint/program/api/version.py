"""Versions of Earth2Studio: compared, and told with where they were found."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_VERSION: Final = re.compile(
    r"v?(?P<numbers>\d+(?:\.\d+)*)"
    r"(?P<early>[-_.]?(?:a|b|rc|alpha|beta|pre|dev)[-_.]?\d*)?"
    r"(?:[-_.]?(?:post|dev)[-_.]?\d*)*(?:\+[\w.]+)?",
    re.IGNORECASE,
)

SortKey = tuple[tuple[int, ...], bool]


class Earth2StudioVersion(NamedTuple):
    """The version of Earth2Studio that a project's code is checked against.

    Parameters
    ----------
    number : str
        As in ``0.19.0``.
    origin : str
        Where it was found, for a message: ``installed``, ``locked in uv.lock``.
    """

    number: str
    origin: str

    def __str__(self) -> str:
        return f"Earth2Studio {self.number} ({self.origin})"

    def is_at_least(self, number: str) -> bool:
        """Tell whether this is version `number` or a later one."""
        return _sort_key(self.number) >= _sort_key(number)


NEWEST: Final = Earth2StudioVersion("0.19.0", "the newest that ckptlint knows")
"""What counts where neither the settings, nor the environment, nor the project name a version."""


def is_version(text: str) -> bool:
    """Tell whether `text` is a version, such as ``0.19.0`` or ``0.20.0rc1``."""
    return _VERSION.fullmatch(text) is not None


def _sort_key(number: str) -> SortKey:
    """Order versions by their numbers, one that comes before a release before the release."""
    match = _VERSION.fullmatch(number)
    if match is None:
        raise ValueError(f"`{number}` is no version")
    numbers = [int(part) for part in match["numbers"].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers), match["early"] is None
