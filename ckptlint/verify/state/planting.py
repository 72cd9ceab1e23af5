"""Values taken from one rollout and put in their place in another, to see what is to blame.

If a restart becomes exact once a value is as it was, that value is what the restart lacked.
"""

from __future__ import annotations

import ast
import functools
import inspect
import pickle
import random
import sys
from contextlib import contextmanager, suppress
from enum import StrEnum
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

import cloudpickle
import numpy as np
import torch

from ckptlint.verify.state.spots import Root, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SIZES = (".__len__()", ".keys()")
_STEPPING = ("front_hook", "__call__", "_forward", "forward")
"""The methods that a rollout calls for its first step, after all that it does at its start."""


class Moment(StrEnum):
    """When values are put in their place."""

    START = "before the rollout starts"
    STEP = "before its first step"


class Planting(NamedTuple):
    """Values to put in their place, each as `capture` took it, and when."""

    values: tuple[tuple[Spot, bytes], ...]
    moment: Moment


class _State(NamedTuple):
    """The state of a random generator, which is put into the generator that is there."""

    value: Any


def can_be_planted(spot: Spot) -> bool:
    """Tell whether a value can be put there: locals of a suspended generator cannot be written."""
    return spot.root in (Root.MODEL, Root.GLOBAL, Root.RANDOM)


def capture(spots: Iterable[Spot], model: Any) -> dict[Spot, tuple[Spot, bytes]]:
    """Take the values that stand at some spots, each with the place that it is to be put in.

    What cannot be taken is left out.
    """
    taken = {}
    for spot in spots:
        place = _whole(spot)
        with suppress(Exception):  # whatever the user's objects raise, they cannot be taken along
            taken[spot] = (place, cloudpickle.dumps(_read(place, model)))
    return taken


@contextmanager
def planted(planting: Planting | None, model: Any) -> Iterator[None]:
    """Put values in their place now, or when the model makes its first step."""
    if planting is None:
        yield
    elif planting.moment is Moment.START:
        _plant(planting, model)
        yield
    else:
        with _before_first_step(type(model), lambda: _plant(planting, model)):
            yield


@contextmanager
def _before_first_step(kind: type, act: Any) -> Iterator[None]:
    waiting = [act]

    def wrapped(original: Any) -> Any:
        @functools.wraps(original)
        def method(*arguments: Any, **keywords: Any) -> Any:
            while waiting:
                waiting.pop()()
            return original(*arguments, **keywords)

        return method

    own = dict(vars(kind))
    names = [
        name
        for name in _STEPPING
        if isinstance(inspect.getattr_static(kind, name, None), FunctionType)
    ]
    for name in names:
        setattr(kind, name, wrapped(getattr(kind, name)))
    try:
        yield
    finally:
        for name in names:
            if name in own:
                setattr(kind, name, own[name])
            else:
                delattr(kind, name)


def _plant(planting: Planting, model: Any) -> None:
    for spot, data in planting.values:
        _write(spot, model, pickle.loads(data))


def _whole(spot: Spot) -> Spot:
    """Take a container whole, where only its size was told apart."""
    return (
        spot._replace(path=spot.path[:-1]) if spot.path[-1:] and spot.path[-1] in _SIZES else spot
    )


def _read(spot: Spot, model: Any) -> Any:
    if spot.root is Root.RANDOM:
        return _State(_global_state(spot.owner))
    value = _follow(_start(spot, model), spot.path)
    if isinstance(value, torch.Generator):
        return _State(value.get_state())
    return value


def _write(spot: Spot, model: Any, value: Any) -> None:
    if spot.root is Root.RANDOM:
        _set_global_state(spot.owner, value.value)
        return
    holder = _follow(_start(spot, model), spot.path[:-1])
    last = spot.path[-1]
    if isinstance(value, _State):
        generator = _follow(holder, (last,))
        generator.set_state(value.value)
    elif last.startswith("["):
        holder[ast.literal_eval(last[1:-1])] = value
    elif isinstance(getattr(holder, last.lstrip("."), None), torch.nn.Parameter):
        getattr(holder, last.lstrip(".")).data.copy_(value)
    else:
        setattr(holder, last.lstrip("."), value)


def _start(spot: Spot, model: Any) -> Any:
    return model if spot.root is Root.MODEL else sys.modules[spot.owner]


def _follow(value: Any, path: Iterable[str]) -> Any:
    for step in path:
        if step.startswith("["):
            value = value[ast.literal_eval(step[1:-1])]
        else:
            value = getattr(value, step.lstrip("."))
    return value


def _global_state(owner: str) -> Any:
    if owner == "numpy":
        return np.random.get_state()
    if owner == "Python":
        return random.getstate()
    if owner == "torch":
        return torch.get_rng_state()
    return torch.cuda.get_rng_state(int(owner.rpartition(":")[2]))


def _set_global_state(owner: str, state: Any) -> None:
    if owner == "numpy":
        np.random.set_state(state)
    elif owner == "Python":
        random.setstate(state)
    elif owner == "torch":
        torch.set_rng_state(state)
    else:
        torch.cuda.set_rng_state(state, int(owner.rpartition(":")[2]))
