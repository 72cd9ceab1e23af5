"""What a rollout may carry from step to step: that it is found, and told apart when it changes."""

from __future__ import annotations

import functools
import itertools
import random
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import torch

from ckptlint.verify.state.fingerprint import fingerprint
from ckptlint.verify.state.spots import Content, Root, Spot, describe

if TYPE_CHECKING:
    from collections.abc import Callable


def scanned(model: object, iterator: object = None, *modules: ModuleType) -> dict[str, Content]:
    """Give what is found, but for the global generators, by what the spot is called."""
    found = fingerprint(model, iterator, modules)
    return {spot.words: content for spot, content in found.items() if spot.root is not Root.RANDOM}


def held(**attributes: Any) -> SimpleNamespace:
    return SimpleNamespace(**attributes)


class Slotted:
    __slots__ = ("__hidden", "count", "unset")

    def __init__(self) -> None:
        self.count = 1
        self.__hidden = 2

    def step(self) -> None:
        self.count += 1


class Network(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = torch.nn.Linear(2, 1)
        self.register_buffer("mean", torch.zeros(2))
        self._count = 0
        self.parts = torch.nn.ModuleList([torch.nn.BatchNorm1d(2, affine=False)])


def test_the_parts_of_a_network() -> None:
    names = {*scanned(Network())}
    assert names == {
        "`self.training`",
        "`self._count`",
        "`self.mean`",
        *(
            f"`self.inner.{name}`"
            for name in ("training", "in_features", "out_features", "weight", "bias")
        ),
        "`self.parts.training`",
        *(
            f"`self.parts.0.{name}`"
            for name in (
                *("training", "num_features", "eps", "momentum", "affine", "running_mean"),
                *("track_running_stats", "running_var", "num_batches_tracked"),
                *("weight", "bias"),
            )
        ),
    }


def change_weight(model: Network) -> None:
    with torch.no_grad():
        model.inner.weight[0, 0] += 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_weight, "`self.inner.weight`"),
        (lambda model: model.mean.add_(1), "`self.mean`"),
        (lambda model: model.parts[0](torch.ones(3, 2)), "`self.parts.0.running_mean`"),
        (lambda model: setattr(model, "_count", 1), "`self._count`"),
        (lambda model: model.eval(), "`self.training`"),
    ],
)
def test_what_a_step_changes_in_a_network(change: Callable[[Any], Any], words: str) -> None:
    model = Network()
    before = scanned(model)
    change(model)
    after = scanned(model)
    assert {*before} == {*after}
    assert before[words] != after[words]


def hook_with_a_counter() -> Callable[[], None]:
    count = 0

    def hook() -> None:
        nonlocal count
        count += 1

    return hook


HOOK = "`self.part.__closure__[0].cell_contents`"


@pytest.mark.parametrize(
    ("make", "change", "words"),
    [
        (lambda: [1, [2]], lambda part: part[1].append(3), "`self.part[1].__len__()`"),
        (lambda: {"a": {3: 1.0}}, lambda part: part["a"].update({3: 2.0}), "`self.part['a'][3]`"),
        (lambda: {"a": 1}, lambda part: part.update(b=2), "`self.part.keys()`"),
        (lambda: OrderedDict(a=1, b=2), lambda part: part.move_to_end("a"), "`self.part.keys()`"),
        (lambda: deque([1, 2]), lambda part: part.rotate(), "`self.part[0]`"),
        (lambda: {1, 2}, lambda part: part.add(3), "`self.part`"),
        (lambda: bytearray(b"a"), lambda part: part.append(1), "`self.part`"),
        (lambda: held(inner=held(step=1)), lambda part: vars(part.inner).update(step=2),
         "`self.part.inner.step`"),
        (lambda: np.zeros(3), lambda part: part.fill(-0.0), "`self.part`"),
        (lambda: np.array([1, None]), lambda part: part.fill(2), "`self.part[0]`"),
        (lambda: torch.zeros(3), lambda part: part.fill_(-0.0), "`self.part`"),
        (Slotted, Slotted.step, "`self.part.count`"),
        (itertools.count, next, "`self.part`"),
        (lambda: itertools.cycle([1, 2, 3]), next, "`self.part`"),
        (lambda: itertools.islice([1, 2], 2), next, "`self.part`"),
        (lambda: iter([6, 12]), next, "`self.part`"),
        (lambda: enumerate("ab"), next, "`self.part`"),
        (lambda: zip([1, 2], [3, 4], strict=True), next, "`self.part`"),
        (hook_with_a_counter, lambda part: part(), HOOK),
        (lambda: functools.partial(print, []), lambda part: part.args[0].append(1),
         "`self.part.args[0].__len__()`"),
        (lambda: torch.Generator(), lambda part: part.manual_seed(3), "`self.part`"),
        (lambda: np.random.default_rng(1), lambda part: part.random(), "`self.part`"),
        (lambda: np.random.RandomState(1), lambda part: part.rand(), "`self.part`"),
        (lambda: random.Random(1), lambda part: part.random(), "`self.part`"),
    ],
)  # fmt: skip
def test_what_a_step_changes(
    make: Callable[[], Any], change: Callable[[Any], Any], words: str
) -> None:
    model = held(part=make())
    before = scanned(model)
    assert scanned(model) == before
    change(model.part)
    assert scanned(model)[words] != before[words]


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (0.0, -0.0),
        (1, 1.0),
        (True, 1),
        (datetime(2024, 1, 1), datetime(2024, 1, 2)),
        (timedelta(hours=6), timedelta(hours=12)),
        (np.datetime64(0, "h"), np.datetime64(0, "m")),
        (range(3), range(4)),
        (torch.zeros(2), torch.zeros(2).double()),
        ("a at 0x12", "a at 0x13"),
    ],
)
def test_values_told_apart(value: object, other: object) -> None:
    assert scanned(held(part=value)) != scanned(held(part=other))


@pytest.mark.parametrize("make", [object, lambda: iter(()), lambda: {object()}, lambda: len])
def test_addresses_do_not_count(make: Callable[[], Any]) -> None:
    kept = [make() for _ in range(3)]
    assert scanned(held(part=kept[0])) == scanned(held(part=kept[2]))


def test_contents_know_what_they_are() -> None:
    found = scanned(held(a=torch.Generator(), b=np.random.default_rng(), c=random.Random(), d=1))
    assert [content.is_random_generator for content in found.values()] == [True, True, True, False]
    arrays = scanned(held(a=torch.zeros(1), b=np.zeros(1), c=1.0))
    assert [content.is_array for content in arrays.values()] == [True, True, False]
    spot = Spot(Root.MODEL, "", (".rng",))
    assert describe(spot, found["`self.a`"]) == "the random generator `self.rng`"
    assert describe(spot, None) == "`self.rng`"


def test_shared_and_cyclic_objects() -> None:
    shared = torch.zeros(2)
    model = held(first=shared, second=[shared], third=None)
    model.third = model
    model.second.append(model.second)
    found = scanned(model)
    assert {*found} == {"`self.first`", "`self.second.__len__()`", "`self.second[0]`"}
    assert found["`self.first`"] == found["`self.second[0]`"]


def test_what_cannot_be_looked_at_ends_nothing() -> None:
    class Awkward:
        def __getattribute__(self, name: str) -> Any:
            if name == "__dict__":
                raise LookupError
            return super().__getattribute__(name)

    found = scanned(held(a=torch.empty(2, device="meta"), b=Awkward(), c=1))
    assert {*found} == {"`self.a`", "`self.b`", "`self.c`"}
