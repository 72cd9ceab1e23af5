"""Where a rollout starts: random fields on the model's own coordinates, or the user's function."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ckptlint.verify.boundary import Boundary
from ckptlint.verify.loading import load
from ckptlint.verify.plan import Leading

if TYPE_CHECKING:
    from ckptlint.verify.plan import Plan

START = np.datetime64("2024-01-01T00:00", "ns")


def initial_condition(plan: Plan, model: Any, field_seed: int | None = None) -> Boundary:
    """Make the initial condition of a rollout.

    The fields are drawn from a normal distribution in float32, on the CPU, so that they are the
    same on every device.

    Parameters
    ----------
    plan : Plan
        How the target is run.
    model : prognostic model
        Its ``input_coords()`` give the dimensions.
    field_seed : int, optional
        Instead of that of the plan, for another initial condition.

    Raises
    ------
    TypeError
        If the user's function gives no (x, coords).
    """
    if plan.initial_condition is not None:
        return _given(plan)
    coords = leading_coords(model, plan.leading)
    shape = [len(values) for values in coords.values()]
    draws = torch.Generator().manual_seed(plan.field_seed if field_seed is None else field_seed)
    return Boundary(torch.randn(shape, generator=draws).to(plan.device), coords)


def leading_coords(model: Any, leading: Leading) -> OrderedDict[str, np.ndarray]:
    """Give a model's input coordinates with one start time, or one member, before them."""
    own = model.input_coords()
    coords: OrderedDict[str, np.ndarray] = OrderedDict()
    if leading is Leading.TIME:
        coords["time"] = np.array([START])
    elif "batch" in own:
        coords["batch"] = np.arange(1)
    for key, values in own.items():
        if key == "batch" or (key == "time" and leading is Leading.TIME):
            continue
        coords[key] = np.asarray(values) if len(values) else np.arange(1)
    return coords


def _given(plan: Plan) -> Boundary:
    assert plan.initial_condition is not None
    given = load(plan.initial_condition, {})()
    try:
        x, coords = Boundary.of(given)
    except TypeError as error:
        raise TypeError(
            f"`{plan.initial_condition.label}` gives no initial condition (tensor, coordinates)"
        ) from error
    return Boundary(x.to(plan.device), OrderedDict(coords))
