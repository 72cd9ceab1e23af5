"""Spots: the places in a process where a rollout may carry something from step to step."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Root(StrEnum):
    """Where the way to a spot begins."""

    MODEL = "model"
    LOCAL = "local"
    GLOBAL = "global"
    RANDOM = "random"
    BOUND = "bound"


class Spot(NamedTuple):
    """One place that holds a value.

    Parameters
    ----------
    root : Root
        The model, a local of a suspended generator, a global of a module of the user's, a global
        random generator, or a bound checkpoint state.
    owner : str
        The function of a local, the module of a global, the library of a random generator.
    path : tuple[str, ...]
        What follows, as Python writes it: ``.core``, ``[0]``, ``['key']``; of a local and a global
        the name comes first.
    """

    root: Root
    owner: str = ""
    path: tuple[str, ...] = ()

    def inner(self, step: str) -> Spot:
        """Give a spot inside this one."""
        return self._replace(path=(*self.path, step))

    @property
    def words(self) -> str:
        """The spot as a reader of the code calls it."""
        written = "".join(self.path)
        match self.root:
            case Root.LOCAL:
                return f"the local `{written.lstrip('.')}` of `{self.owner}`"
            case Root.GLOBAL:
                return f"the global `{written}` of `{self.owner}`"
            case Root.RANDOM:
                return f"the global random generator of {self.owner}"
        return f"`self{written}`"


class Content(NamedTuple):
    """What a spot holds: the type of the value and a digest of all its bits."""

    type_name: str
    digest: str

    @property
    def is_random_generator(self) -> bool:
        """Whether it is the state of a random generator."""
        return self.type_name in {"torch.Generator", "numpy generator", "random.Random"}

    @property
    def is_array(self) -> bool:
        """Whether it is a tensor or an array."""
        return self.type_name in {"tensor", "array"}


def describe(spot: Spot, content: Content | None) -> str:
    """Name a spot with what it holds, where that is worth a word."""
    is_generator = content is not None and content.is_random_generator
    if is_generator and spot.root is not Root.RANDOM:
        return f"the random generator {spot.words.removeprefix('the ')}"
    return spot.words
