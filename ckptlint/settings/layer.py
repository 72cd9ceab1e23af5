"""What one place says about the settings: a settings file, ``--config KEY=VALUE``, the options."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


class VerifyEntry(NamedTuple):
    """One target of `ckptlint verify`, as the settings name it.

    Parameters
    ----------
    target : str
        ``file.py::name`` or ``package.module:name``; a relative path starts at `base`.
    base : str
        The absolute folder at which it starts; empty until the settings are resolved.
    steps : int or None
        How many steps a rollout takes.
    device : str or None
        ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``rehearse``.
    initial_condition : str or None
        A function that gives (x, coords), named as a target is.
    members : int or None
        How many members an ensemble has.
    tolerance : float or None
        The largest difference in value that is accepted.
    """

    target: str
    base: str = ""
    steps: int | None = None
    device: str | None = None
    initial_condition: str | None = None
    members: int | None = None
    tolerance: float | None = None


Value: TypeAlias = (
    "bool | str | tuple[str, ...] | dict[str, tuple[str, ...]] | tuple[VerifyEntry, ...]"
)


class Layer(NamedTuple):
    """Validated settings of one place.

    Parameters
    ----------
    origin : str
        The place, as a message names it: a file's path, or "the command line".
    base : str
        The absolute folder at which relative paths and patterns of this layer start.
    values : Mapping[str, Value]
        The settings that this place gives, by key; lists are tuples.
    lines : tuple of (str, int)
        The lines of a settings file on which keys are set, as far as they are known.
    """

    origin: str
    base: str
    values: Mapping[str, Value]
    lines: tuple[tuple[str, int], ...] = ()

    def place(self, key: str) -> str:
        """Name the place of one setting: the file and its line."""
        return place_of(self.origin, self.lines, key)


def place_of(origin: str, lines: tuple[tuple[str, int], ...], key: str) -> str:
    """Name the place of a setting, with its line if that is known."""
    line = dict(lines).get(key)
    return origin if line is None else f"{origin}:{line}"
