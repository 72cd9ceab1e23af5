"""Values taken from one rollout and put in their place in another."""

from __future__ import annotations

import random
import sys
from collections import deque
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import torch

from ckptlint.verify.state.planting import Moment, Planting, can_be_planted, capture, planted
from ckptlint.verify.state.spots import Root, Spot

if TYPE_CHECKING:
    from collections.abc import Callable


class Model(torch.nn.Module):
    """A model whose parts are all another's after `drift`."""

    def __init__(self) -> None:
        super().__init__()
        self.core = torch.nn.Linear(2, 1)
        self.register_buffer("mean", torch.zeros(2))
        self.count = 0
        self.items: list[Any] = [0, {"a": 1, ("b", 2): 3}]
        self.window = deque([1, 2])
        self.rng = torch.Generator().manual_seed(1)
        self.draws = np.random.default_rng(1)
        self.steps: list[int] = []

    def drift(self) -> Model:
        with torch.no_grad():
            self.core.weight.add_(1)
        self.mean = self.mean + 1
        self.count = 5
        self.items[0] = 6
        self.items[1]["a"] = 7
        self.items[1][("b", 2)] = 8
        self.window.append(3)
        self.rng.manual_seed(9)
        self.draws.random()
        return self

    def front_hook(self, x: Any) -> Any:
        return x

    def forward(self, x: Any) -> Any:
        self.steps.append(self.count)
        return x

    @staticmethod
    def _forward(x: Any) -> Any:
        return x


def at(*path: str) -> Spot:
    return Spot(Root.MODEL, "", path)


VALUES: dict[Spot, Callable[[Any], Any]] = {
    at(".count"): lambda model: model.count,
    at(".mean"): lambda model: model.mean.tolist(),
    at(".core", ".weight"): lambda model: model.core.weight.tolist(),
    at(".items", "[0]"): lambda model: model.items[0],
    at(".items", "[1]", "['a']"): lambda model: model.items[1]["a"],
    at(".items", "[1]", "[('b', 2)]"): lambda model: model.items[1][("b", 2)],
    at(".window", ".__len__()"): lambda model: [*model.window],
    at(".window", "[0]"): lambda model: model.window[0],
    at(".rng"): lambda model: torch.rand(2, generator=model.rng).tolist(),
    at(".draws"): lambda model: model.draws.random(),
}


@pytest.mark.parametrize("spot", VALUES, ids=lambda spot: spot.words)
def test_a_value_of_the_model_is_put_in_its_place(spot: Spot) -> None:
    assert can_be_planted(spot)
    torch.manual_seed(0)
    source = Model().drift()
    taken = capture([spot], source)
    expected = VALUES[spot](source)
    torch.manual_seed(0)
    model = Model()
    with planted(Planting((taken[spot],), Moment.START), model):
        assert VALUES[spot](model) == expected
    torch.manual_seed(0)
    fresh = Model()
    others = [other for other in VALUES if other.path[0] != spot.path[0]]
    assert [VALUES[other](model) for other in others] == [VALUES[each](fresh) for each in others]


def test_parameters_and_generators_stay_the_same_objects() -> None:
    model = Model()
    weight, rng = model.core.weight, model.rng
    taken = capture([at(".core", ".weight"), at(".rng")], Model().drift())
    with planted(Planting(tuple(taken.values()), Moment.START), model):
        pass
    assert model.core.weight is weight
    assert model.rng is rng
    assert torch.equal(model.rng.get_state(), torch.Generator().manual_seed(9).get_state())


def test_what_is_planted_is_a_copy() -> None:
    source = Model().drift()
    taken = capture([at(".items", ".__len__()")], source)
    source.items.clear()
    model = Model()
    with planted(Planting(tuple(taken.values()), Moment.START), model):
        assert model.items == [6, {"a": 7, ("b", 2): 8}]


def test_what_cannot_be_taken_is_left_out() -> None:
    model = Model()
    model.items[0] = (number for number in ())
    spots = [at(".items", "[0]"), at(".nowhere"), at(".count"), at(".items", "[object()]")]
    taken = capture(spots, model)
    assert {*taken} == {at(".count")}
    assert taken[at(".count")][0] == at(".count")


def test_a_container_is_taken_whole() -> None:
    taken = capture([at(".items", "[1]", ".keys()"), at(".window", ".__len__()")], Model())
    assert [place for place, _ in taken.values()] == [at(".items", "[1]"), at(".window")]


@pytest.fixture
def storm(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("core_storm")
    exec("count = 0\nclass Model:\n    steps = 0\n", vars(module))
    monkeypatch.setitem(sys.modules, "core_storm", module)
    return module


@pytest.mark.parametrize("path", [("count",), ("Model", ".steps")])
def test_globals(storm: Any, path: tuple[str, ...]) -> None:
    spot = Spot(Root.GLOBAL, "core_storm", path)
    storm.count, storm.Model.steps = 3, 4
    taken = capture([spot], None)
    storm.count, storm.Model.steps = 0, 0
    with planted(Planting((taken[spot],), Moment.START), None):
        assert (storm.count, storm.Model.steps) == ((3, 0) if path == ("count",) else (0, 4))


@pytest.mark.parametrize(
    ("owner", "draw"),
    [
        ("torch", lambda: float(torch.rand(1))),
        ("numpy", lambda: float(np.random.rand())),
        ("Python", random.random),
    ],
)
def test_global_random_generators(owner: str, draw: Callable[[], float]) -> None:
    spot = Spot(Root.RANDOM, owner)
    assert can_be_planted(spot)
    taken = capture([spot], None)
    first, second = draw(), draw()
    with planted(Planting((taken[spot],), Moment.START), None):
        assert [draw(), draw()] == [first, second]
    assert first != second


@pytest.mark.parametrize("root", [Root.LOCAL, Root.BOUND])
def test_where_nothing_can_be_put(root: Root) -> None:
    assert not can_be_planted(Spot(root, "rollout", ("count",)))


def test_nothing_is_planted() -> None:
    model = Model()
    with planted(None, model):
        assert model.count == 0


@pytest.mark.parametrize("name", ["front_hook", "__call__", "forward"])
def test_before_the_first_step(name: str) -> None:
    taken = capture([at(".count")], Model().drift())
    model = Model()
    own = {key: value for key, value in vars(Model).items() if not key.startswith("__")}
    with planted(Planting(tuple(taken.values()), Moment.STEP), model):
        assert model.count == 0
        model.count = 2  # as the start of a rollout would
        assert getattr(model, name)(1) == 1
        assert model.count == 5
        model.count = 3
        assert model(1) == 1
    assert model.count == 3
    assert model.steps[-1] == 3
    assert {key: value for key, value in vars(Model).items() if not key.startswith("__")} == own
    assert "__call__" not in vars(Model)


def test_a_static_method_stays_one() -> None:
    taken = capture([at(".count")], Model().drift())
    model = Model()
    with planted(Planting(tuple(taken.values()), Moment.STEP), model):
        assert model._forward(4) == 4
        assert model(5) == 5
    assert model.count == 5


def test_the_steps_are_themselves_again_after_an_error() -> None:
    before = Model.forward
    with pytest.raises(LookupError), planted(Planting((), Moment.STEP), Model()):
        raise LookupError
    assert Model.forward is before
