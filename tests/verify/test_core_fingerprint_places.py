"""Where it is found: in suspended generators, in modules of the user's, in global generators."""

from __future__ import annotations

import random
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import torch

from ckptlint.verify.state.fingerprint import array_digest, fingerprint
from ckptlint.verify.state.spots import Content, Root, Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def scanned(model: object, iterator: object = None, *modules: ModuleType) -> dict[str, Content]:
    """Give what is found, but for the global generators, by what the spot is called."""
    found = fingerprint(model, iterator, modules)
    return {spot.words: content for spot, content in found.items() if spot.root is not Root.RANDOM}


def held(**attributes: Any) -> SimpleNamespace:
    return SimpleNamespace(**attributes)


class Model:
    def inner(self) -> Iterator[int]:
        count = 0
        while True:
            count += 1
            yield count

    def delegating(self) -> Iterator[int]:
        start = 5
        yield from self.inner()
        yield start

    def wrapping(self) -> Iterator[int]:
        source = self.inner()
        total = 0
        for number in source:
            total += number
            yield total


INNER = "the local `count` of `Model.inner`"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("inner", {INNER}),
        ("delegating", {INNER, "the local `start` of `Model.delegating`"}),
        ("wrapping", {INNER, "the local `number` of `Model.wrapping`",
                      "the local `total` of `Model.wrapping`"}),
    ],
)  # fmt: skip
def test_locals_of_suspended_generators(name: str, words: set[str]) -> None:
    model = Model()
    rollout = getattr(model, name)()
    assert scanned(model, rollout).keys() <= {"the local `start` of `Model.delegating`"}
    next(rollout)
    before = scanned(model, rollout)
    assert {*before} == words
    next(rollout)
    assert scanned(model, rollout)[INNER] != before[INNER]


def test_a_generator_that_the_model_keeps() -> None:
    model = held(rollout=Model().inner())
    next(model.rollout)
    assert {*scanned(model, model.rollout)} == {INNER}


FRIENDS = "friends.__len__()"


def test_generators_that_know_each_other() -> None:
    friends: list[Any] = []

    def holding(index: int) -> Iterator[int]:
        other = friends[1 - index]
        yield index
        del other

    friends.extend([holding(0), holding(1)])
    for friend in friends:
        next(friend)
    names = {"`self`", *(f"the local `{name}` of `holding`" for name in ("index", FRIENDS))}
    assert {*scanned(None, friends[0])} == names


def test_a_rollout_that_is_no_generator() -> None:
    class Rollout:
        def __init__(self) -> None:
            self.step = 0

        def __iter__(self) -> Rollout:
            return self

        def __next__(self) -> int:
            self.step += 1
            return self.step

    rollout = Rollout()
    before = scanned(Model(), rollout)
    name = test_a_rollout_that_is_no_generator.__name__
    assert {*before} == {f"the local `step` of `{name}.<locals>.Rollout`"}
    next(rollout)
    assert scanned(Model(), rollout) != before


def test_globals_and_attributes_of_classes() -> None:
    module = ModuleType("storm")
    source = (
        "import math\nfrom collections import OrderedDict\ncount = 0\nrates = [1.0]\n"
        "class Model:\n    steps = 0\n    __secret = 1\n    def go(self): ...\n"
        "    @classmethod\n    def make(cls): ...\n    @property\n    def size(self): ...\n"
        "def function(): ...\n"
    )
    exec(source, vars(module))
    found = scanned(None, None, module)
    assert {*found} == {
        "`self`",
        "the global `count` of `storm`",
        "the global `rates.__len__()` of `storm`",
        "the global `rates[0]` of `storm`",
        "the global `Model.steps` of `storm`",
        "the global `Model._Model__secret` of `storm`",
    }
    module.Model.steps += 1
    changed = {
        name for name, content in scanned(None, None, module).items() if content != found[name]
    }
    assert changed == {"the global `Model.steps` of `storm`"}


@pytest.mark.parametrize(
    ("owner", "draw"),
    [
        ("torch", lambda: torch.rand(1)),
        ("numpy", lambda: np.random.rand()),
        ("Python", random.random),
    ],
)
def test_global_random_generators(owner: str, draw: Callable[[], Any]) -> None:
    def states() -> dict[Spot, Content]:
        return {spot: content for spot, content in fingerprint(None, None, ()).items()
                if spot.root is Root.RANDOM}  # fmt: skip

    before = states()
    assert [spot.words for spot in before] == [
        f"the global random generator of {name}" for name in ("torch", "numpy", "Python")
    ]
    assert all(content.is_random_generator for content in before.values())
    assert states() == before
    draw()
    changed = {spot.owner for spot, content in states().items() if content != before[spot]}
    assert changed == {owner}


def test_a_digest_is_of_the_bits_whatever_the_shape() -> None:
    square = torch.arange(6.0).reshape(2, 3)
    assert array_digest(square) == array_digest(square.reshape(-1)) == array_digest(square.numpy())
    assert array_digest(square) != array_digest(square.T)
    assert array_digest(square) != array_digest(square.double())
    assert array_digest(square.bfloat16()) != array_digest(square.half())
    number = torch.tensor([1 + 1j])
    assert array_digest(number.conj()) == array_digest(torch.tensor([1 - 1j]))
