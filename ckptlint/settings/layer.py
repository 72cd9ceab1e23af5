"""What one place says about the settings: a settings file, ``--config KEY=VALUE``, the options."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Value: TypeAlias = "bool | str | tuple[str, ...] | dict[str, tuple[str, ...]]"


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
    """

    origin: str
    base: str
    values: Mapping[str, Value]
