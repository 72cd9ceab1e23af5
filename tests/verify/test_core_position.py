"""Where a rollout is suspended, and which line of the user's an exception came through."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import torch
from earth2studio.models.batch import batch_func

from ckptlint.verify.position import Position, raised_at, suspended_at

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = os.path.realpath(__file__)


def line_of(marker: str) -> int:
    """Give the number of the line that carries a marker."""
    lines = Path(__file__).read_text("utf-8").splitlines()
    [number] = [number for number, line in enumerate(lines, 1) if line.endswith(f"# {marker}")]
    return number


def counting() -> Iterator[int]:
    number = 0
    while number < 2:
        yield number  # counting
        number += 1


def delegating() -> Iterator[int]:
    yield from counting()
    yield 7  # delegating


def passing_on() -> Iterator[int]:
    for number in counting():
        yield -number  # passing on


class Model:
    def input_coords(self) -> OrderedDict[str, np.ndarray]:
        return OrderedDict(batch=np.empty(0), variable=np.array(["t2m"]))

    output_coords = staticmethod(lambda coords: coords)

    @batch_func()
    def rollout(self, x: torch.Tensor, coords: Any) -> Iterator[Any]:
        while True:
            yield x, coords  # folded


def test_a_generator_at_its_yield() -> None:
    rollout = counting()
    next(rollout)
    assert suspended_at(rollout) == Position(HERE, line_of("counting"), "counting")
    assert suspended_at(rollout).words == f"test_core_position.py:{line_of('counting')}"  # type: ignore[union-attr]


def test_what_only_hands_on_is_looked_through() -> None:
    rollout = delegating()
    next(rollout)
    assert suspended_at(rollout) == Position(HERE, line_of("counting"), "counting")
    assert [next(rollout), next(rollout)] == [1, 7]
    assert suspended_at(rollout) == Position(HERE, line_of("delegating"), "delegating")


def test_what_yields_itself_is_the_place() -> None:
    rollout = passing_on()
    next(rollout)
    assert suspended_at(rollout) == Position(HERE, line_of("passing on"), "passing_on")


def test_the_wrapper_that_folds_dimensions_is_looked_through() -> None:
    coords = OrderedDict(time=np.zeros(2), member=np.zeros(3), variable=np.array(["t2m"]))
    rollout = Model().rollout(torch.zeros(2, 3, 1), coords)
    next(rollout)
    assert suspended_at(rollout) == Position(HERE, line_of("folded"), "Model.rollout")


def test_what_is_suspended_nowhere() -> None:
    assert suspended_at(iter([1])) is None
    assert suspended_at(None) is None
    rollout = counting()
    assert [*rollout] == [0, 1]
    assert suspended_at(rollout) is None


def failing() -> None:
    raise LookupError("x")  # raised


def caught(action: Any) -> BaseException:
    try:
        action()
    except BaseException as error:
        return error
    raise AssertionError


def test_the_line_that_raised() -> None:
    assert raised_at(caught(failing)) == Position(HERE, line_of("raised"), "failing")


def test_the_innermost_line_of_the_users_own() -> None:
    def decode() -> None:
        json.loads("{")  # through the library

    place = "test_the_innermost_line_of_the_users_own.<locals>.decode"
    expected = Position(HERE, line_of("through the library"), place)
    assert raised_at(caught(decode)) == expected
    assert raised_at(caught(lambda: torch.zeros(2) + torch.zeros(3))).function.endswith("<lambda>")  # type: ignore[union-attr]


def test_an_error_without_a_line_of_the_users() -> None:
    assert raised_at(ValueError("never raised")) is None
    namespace: dict[str, Any] = {}
    exec(compile("def fail(): raise KeyError", "<made up>", "exec"), namespace)
    error = caught(namespace["fail"])
    assert error.__traceback__ is not None
    assert raised_at(error.with_traceback(error.__traceback__.tb_next)) is None
