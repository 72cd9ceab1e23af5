"""The name that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Find the one of `names` that looks most like `word`, in any case; None if none is near."""
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in names}
    close = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Give the end of a message, `` (did you mean `NAME`?)``, or nothing if no name is near."""
    name = nearest(word, names)
    return f" (did you mean `{name}`?)" if name else ""
