"""Conditions on ckptlint's own version."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_COMPARISONS: Final[Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def satisfies(version: str, requirement: str) -> bool:
    """Tell whether a version such as ``0.1.0`` meets conditions such as ``>=0.1,<0.2``.

    A condition without a comparison is one for equality; missing numbers count as zeros.

    Raises
    ------
    ValueError
        If the requirement cannot be read.
    """
    actual = _numbers(version)
    for condition in requirement.split(","):
        text = condition.strip()
        sign = next((sign for sign in _COMPARISONS if text.startswith(sign)), "")
        if not _COMPARISONS[sign or "=="](actual, _numbers(text[len(sign) :].strip())):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    """Split a version into its numbers, without the zeros at its end."""
    parts = version.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"`{version}` is not a version of numbers and dots")
    numbers = [int(part) for part in parts]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
