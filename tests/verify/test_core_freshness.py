"""What a bound state holds at a yield: this boundary, an older one, nothing, or what is unclear."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import torch
from earth2studio.utils.checkpoint import Checkpoint, bind_checkpoint_state

from ckptlint.verify.boundary import Boundary
from ckptlint.verify.state.freshness import Age, Freshness, FreshnessLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Saved:
    x: torch.Tensor | None = None
    lead_time: np.ndarray | None = None
    others: dict[str, Any] = field(default_factory=dict)


FRESH, EMPTY = Freshness(Age.FRESH, 0), Freshness(Age.EMPTY)


def boundary(step: int) -> Boundary:
    fields = torch.full((1, 1, 2, 3), float(step))
    lead = np.array([6 * step], "timedelta64[h]")
    return Boundary(fields, OrderedDict(time=np.zeros(1), lead_time=lead))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Any]:
    with Checkpoint("core", path=tmp_path):
        yield bind_checkpoint_state(Saved())


def ages(log: FreshnessLog, state: Any, saved: list[dict[str, Any]]) -> list[Freshness]:
    found = []
    for step, values in enumerate(saved):
        for name, value in values.items():
            setattr(state, name, value)
        found.append(log.at(boundary(step)))
    return found


def x(step: int) -> torch.Tensor:
    return boundary(step).x


def lead(step: int) -> np.ndarray:
    return boundary(step).coords["lead_time"]


def window(*steps: int) -> torch.Tensor:
    return torch.cat([x(step) for step in steps], 1)


STALE = Age.STALE
BOTH = [{"x": x(step), "lead_time": lead(step)} for step in range(4)]


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        ([], []),
        ([{}, {}], [EMPTY, EMPTY]),
        (BOTH[:2], [FRESH, Freshness(Age.FRESH, 1)]),
        ([{}, *BOTH[:2]], [EMPTY, Freshness(STALE, 0), Freshness(STALE, 1)]),
        ([BOTH[0], {}, {}], [FRESH, Freshness(STALE, 0), Freshness(STALE, 0)]),
        ([BOTH[0], BOTH[1], {}], [FRESH, Freshness(Age.FRESH, 1), Freshness(STALE, 1)]),
        ([BOTH[0], {"x": x(1)}], [FRESH, Freshness(STALE, 0, "coordinates")]),
        ([BOTH[0], {"lead_time": lead(1)}], [FRESH, Freshness(STALE, 0, "x")]),
        ([{"x": x(0)}, {"x": x(1)}], [FRESH, Freshness(Age.FRESH, 1)]),
        (
            [{"lead_time": lead(0)}, {"lead_time": lead(1)}],
            [Freshness(Age.FRESH, 0, "coordinates"), Freshness(Age.FRESH, 1, "coordinates")],
        ),
        (
            [{"x": x(7)}, {"x": x(8)}, {}],
            [Freshness(Age.UNKNOWN), Freshness(Age.UNKNOWN), Freshness(Age.UNCHANGED, 1)],
        ),
        ([BOTH[0], {"x": None, "lead_time": None}], [FRESH, EMPTY]),
        ([{"x": window(0, 0)}, {"x": window(0, 1)}], [FRESH, Freshness(Age.FRESH, 1)]),
        (
            [{"x": window(7, 0)}, {"x": window(1, 0)}, {}],
            [FRESH, Freshness(STALE, 0), Freshness(STALE, 0)],
        ),
        (
            [{"others": {"parts": [x(0), (lead(0)[0],)]}}, {"others": {"parts": [x(1)]}}],
            [FRESH, Freshness(Age.FRESH, 1)],
        ),
        ([{"x": x(0).numpy()}, {"x": x(1).numpy()}], [FRESH, Freshness(Age.FRESH, 1)]),
        ([{"x": x(0).double()}], [Freshness(Age.UNKNOWN)]),
        ([{"x": x(0).reshape(-1)}], [FRESH]),
        ([{"x": x(0), "lead_time": np.array([0], "timedelta64[ns]")}], [FRESH]),
        ([{"x": x(0), "lead_time": np.array([-6, 0], "timedelta64[h]")}], [FRESH]),
        ([{"others": {"note": "step 0"}}, {}],
         [Freshness(Age.UNKNOWN), Freshness(Age.UNCHANGED, 0)]),
    ],
)  # fmt: skip
def test_what_a_state_holds(
    state: Any, saved: list[dict[str, Any]], expected: list[Freshness]
) -> None:
    assert ages(FreshnessLog([state]), state, saved) == expected


def test_a_boundary_that_never_changes_is_fresh(state: Any) -> None:
    log = FreshnessLog([state])
    state.x = torch.zeros(1)
    steady = Boundary(torch.zeros(1), OrderedDict())
    assert [log.at(steady) for _ in range(3)] == [Freshness(Age.FRESH, step) for step in range(3)]


def test_a_state_that_is_changed_in_place(state: Any) -> None:
    log = FreshnessLog([state])
    state.x = x(0).clone()
    assert log.at(boundary(0)) == FRESH
    state.x.fill_(1.0)
    assert log.at(boundary(1)) == Freshness(Age.FRESH, 1)


def test_one_of_several_states_is_enough(tmp_path: Path) -> None:
    @dataclass
    class Other:
        latent: torch.Tensor | None = None

    with Checkpoint("core", path=tmp_path):
        first, second = bind_checkpoint_state(Saved()), bind_checkpoint_state(Other())
        log = FreshnessLog([first, second])
        second.latent = x(7)
        assert log.at(boundary(0)) == Freshness(Age.UNKNOWN)
        first.x = x(1)
        assert log.at(boundary(1)) == Freshness(Age.FRESH, 1)


def test_a_model_that_binds_nothing() -> None:
    assert FreshnessLog([]).at(boundary(0)) == EMPTY
