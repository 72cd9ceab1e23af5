"""Where rollouts start: the dimensions before the model's own, and the user's function."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import cloudpickle
import torch

from ckptlint.verify.initial_condition import START, initial_condition, leading_coords
from ckptlint.verify.plan import Leading, Plan
from ckptlint.verify.target import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

PLAN = Plan(Reference("x", "x"), {})
VARIABLES = np.array(["t2m", "msl"])
LEAD = np.array([0], "timedelta64[h]")


class Model:
    def __init__(self, **coords: np.ndarray) -> None:
        self.coords = OrderedDict(coords)

    def input_coords(self) -> OrderedDict[str, np.ndarray]:
        return self.coords


FOLDING = Model(batch=np.empty(0), lead_time=LEAD, variable=VARIABLES, lat=np.arange(4.0))
TIMED = Model(time=np.empty(0), lead_time=LEAD, variable=VARIABLES)
BARE = Model(variable=VARIABLES, lat=np.arange(4.0))


@pytest.mark.parametrize(
    ("model", "leading", "shape"),
    [
        (FOLDING, Leading.TIME, {"time": 1, "lead_time": 1, "variable": 2, "lat": 4}),
        (FOLDING, Leading.BATCH, {"batch": 1, "lead_time": 1, "variable": 2, "lat": 4}),
        (TIMED, Leading.TIME, {"time": 1, "lead_time": 1, "variable": 2}),
        (TIMED, Leading.BATCH, {"time": 1, "lead_time": 1, "variable": 2}),
        (BARE, Leading.TIME, {"time": 1, "variable": 2, "lat": 4}),
        (BARE, Leading.BATCH, {"variable": 2, "lat": 4}),
    ],
)
def test_the_dimensions(model: Model, leading: Leading, shape: dict[str, int]) -> None:
    coords = leading_coords(model, leading)
    assert {key: len(values) for key, values in coords.items()} == shape
    assert [*coords] == [*shape]
    x, found = initial_condition(PLAN._replace(leading=leading), model)
    assert x.shape == tuple(shape.values())
    assert x.dtype == torch.float32
    assert [*found] == [*shape]


def test_the_values_of_the_coordinates() -> None:
    coords = leading_coords(FOLDING, Leading.TIME)
    assert coords["time"].tolist() == [START.astype("int64")]
    assert coords["time"].dtype == "datetime64[ns]"
    assert coords["lead_time"] is LEAD
    assert leading_coords(FOLDING, Leading.BATCH)["batch"].tolist() == [0]


def test_the_same_seed_gives_the_same_fields() -> None:
    first, second, other = (
        initial_condition(PLAN, FOLDING, seed).x for seed in (None, PLAN.field_seed, 4)
    )
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


def test_the_fields_do_not_touch_the_global_generator() -> None:
    before = torch.get_rng_state()
    initial_condition(PLAN, FOLDING)
    assert torch.equal(torch.get_rng_state(), before)


def plan_with(function: Callable[[], Any]) -> Plan:
    reference = Reference("model.py::start", "start", pickled=cloudpickle.dumps(function))
    return PLAN._replace(initial_condition=reference)


def test_the_users_function() -> None:
    x, coords = initial_condition(
        plan_with(lambda: (torch.full((1, 2), 5.0), {"time": LEAD, "variable": VARIABLES})), BARE
    )
    assert x.tolist() == [[5.0, 5.0]]
    assert isinstance(coords, OrderedDict)
    assert [*coords] == ["time", "variable"]


@pytest.mark.parametrize("given", [None, (1, 2), (np.zeros(2), {}), torch.zeros(2)])
def test_the_users_function_gives_something_else(given: object) -> None:
    with pytest.raises(TypeError) as caught:
        initial_condition(plan_with(lambda: given), BARE)
    assert str(caught.value) == (
        "`model.py::start` gives no initial condition (tensor, coordinates)"
    )


def test_the_users_function_raises() -> None:
    def start() -> None:
        raise LookupError("no data")

    with pytest.raises(LookupError, match="no data"):
        initial_condition(plan_with(start), BARE)
