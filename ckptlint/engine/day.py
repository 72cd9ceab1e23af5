"""Which day it is, for suppressions that end on a day; days are written ``YYYY-MM-DD``."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` would cost every call 3 ms
if TYPE_CHECKING:
    from collections.abc import Iterable

VARIABLE = "CKPTLINT_TODAY"
_FIRST, _LAST = "0000-00-00", "9999-99-99"


def today() -> str:
    """Give the local day, or the one that the environment variable CKPTLINT_TODAY names.

    Raises
    ------
    SettingsError
        If that variable is set to what is no day.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        import time

        return time.strftime("%Y-%m-%d")
    if not is_day(named):
        from ckptlint.settings.errors import SettingsError

        raise SettingsError(
            f"the environment variable {VARIABLE}: `{named}` is no day, write YYYY-MM-DD"
        )
    return named


def is_day(text: str) -> bool:
    """Tell whether `text` is a day that there is, written ``YYYY-MM-DD``."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class Validity:
    """The days on which a result holds that has met some last days, and whose own day is known.

    Parameters
    ----------
    after : str
        The last of the days before that on which the result still held another way.
    through : str
        The last day on which it holds.
    """

    __slots__ = ("after", "through")

    def __init__(self, after: str = _FIRST, through: str = _LAST) -> None:
        self.after = after
        self.through = through

    @classmethod
    def of(cls, last_days: Iterable[str], day: str) -> Validity:
        """Give how long a result of `day` holds that rests on which of the last days are over."""
        days = [*last_days]
        return cls(
            max([_FIRST, *(one for one in days if one < day)]),
            min([_LAST, *(one for one in days if one >= day)]),
        )

    def is_bounded(self) -> bool:
        """Tell whether there is a day on which the result will not hold, or has not held."""
        return (self.after, self.through) != (_FIRST, _LAST)

    def holds(self, day: str) -> bool:
        """Tell whether the result holds on `day`."""
        return self.after < day <= self.through
