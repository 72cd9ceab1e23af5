"""Which rules a file can concern at all, told from its bytes before anything is parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.rule import Rule

SUPPRESSION_WORD = b"ckptlint:"
NOQA_WORD = b"noqa"


class Needles:
    """The words that rules and suppression comments are recognised by.

    Parameters
    ----------
    rules : iterable of Rule
        The rules that may run.
    prefixes : iterable of str
        The letters that codes begin with; a ``noqa`` concerns us only with one of them.
    """

    def __init__(self, rules: Iterable[Rule], prefixes: Iterable[str]) -> None:
        self._groups = tuple((rule.code, rule.needles) for rule in rules if rule.check is not None)
        self._prefixes = tuple(prefix.encode() for prefix in prefixes)

    def codes_in(self, data: bytes) -> frozenset[str]:
        """Give the codes of the rules that want to look at `data`."""
        known: dict[bytes, bool] = {}

        def holds(word: bytes) -> bool:
            if word not in known:
                known[word] = word in data
            return known[word]

        return frozenset(
            code
            for code, groups in self._groups
            if any(all(holds(word) for word in group) for group in groups)
        )

    def may_suppress(self, data: bytes) -> bool:
        """Tell whether `data` may hold a suppression comment that concerns our rules.

        A ``noqa`` without a code of ours suppresses too, but it is never reported, so that a file
        without findings need not be read for it.
        """
        if SUPPRESSION_WORD in data:
            return True
        if not any(_holds_code(data, prefix) for prefix in self._prefixes):
            return False
        return NOQA_WORD in data.lower()


def _holds_code(data: bytes, prefix: bytes) -> bool:
    """Tell whether a digit follows `prefix` anywhere in `data`, in capitals as codes are."""
    at = data.find(prefix)
    while at >= 0:
        at += len(prefix)
        if data[at : at + 1].isdigit():
            return True
        at = data.find(prefix, at)
    return False
