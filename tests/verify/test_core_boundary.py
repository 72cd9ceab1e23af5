"""Boundaries taken from what an iterator yields, and kept on disk."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import torch

from ckptlint.verify.boundary import Boundary, NotABoundary, Trajectory, hours_of

if TYPE_CHECKING:
    from pathlib import Path

COORDS = OrderedDict(lead_time=np.array([6], "timedelta64[h]"), variable=np.array(["t2m"]))


@pytest.mark.parametrize(
    ("lead_time", "hours"),
    [
        (None, None),
        (np.array([], "timedelta64[h]"), None),
        (np.array([6, 12], "timedelta64[h]"), 12.0),
        (np.array([90], "timedelta64[m]"), 1.5),
        (np.array([1], "timedelta64[D]"), 24.0),
        (np.array([3_600_000_000_000], "timedelta64[ns]"), 1.0),
        (np.array([-6], "timedelta64[h]"), -6.0),
        (np.timedelta64(12, "h"), 12.0),
        (np.array([[0, 6], [12, 18]], "timedelta64[h]"), 18.0),
        ([np.timedelta64(5, "h")], 5.0),
        (np.array(["NaT"], "timedelta64[h]"), None),
        (np.array([6.0]), None),
        (np.array(["2024-01-01"], "datetime64[D]"), None),
        (np.array([1], "timedelta64[M]"), None),
        (np.array([1], "timedelta64[Y]"), None),
    ],
)
def test_lead_times_in_hours(lead_time: object, hours: float | None) -> None:
    assert hours_of(lead_time) == hours


def test_what_is_a_boundary() -> None:
    x = torch.zeros(1, 1)
    assert Boundary.of((x, COORDS)) == (x, COORDS)
    assert Boundary.of((x, dict(COORDS))).lead_time_hours == 6.0
    assert Boundary.of([x, {}]).lead_time_hours is None


@pytest.mark.parametrize(
    ("yielded", "words"),
    [
        (None, "None"),
        (3, "a int"),
        (torch.zeros(2), "a Tensor"),
        ((), "a tuple of nothing"),
        ((torch.zeros(1),), "a tuple of Tensor"),
        ((np.zeros(1), COORDS), "a tuple of ndarray, OrderedDict"),
        ((torch.zeros(1), COORDS, 1), "a tuple of Tensor, OrderedDict, int"),
        ((COORDS, torch.zeros(1)), "a tuple of OrderedDict, Tensor"),
    ],
)
def test_what_is_none(yielded: object, words: str) -> None:
    with pytest.raises(NotABoundary) as caught:
        Boundary.of(yielded)
    expected = f"the iterator yielded {words}, where a pair (tensor, coordinates) is due"
    assert str(caught.value) == expected


def test_a_copy_refers_to_nothing_else() -> None:
    x = torch.zeros(1, 1, requires_grad=True)
    coords = OrderedDict((key, value.copy()) for key, value in COORDS.items())
    kept = Boundary(x, coords).on_cpu()
    with torch.no_grad():
        x.add_(1)
    coords["lead_time"] += np.timedelta64(1, "h")
    assert kept.x.tolist() == [[0.0]]
    assert not kept.x.requires_grad
    assert kept.lead_time_hours == 6.0
    assert kept.x.data_ptr() != x.data_ptr()


@pytest.mark.parametrize(
    "x",
    [
        torch.tensor([[float("nan"), -0.0]]),
        torch.tensor([[1.0, 2.0]]).bfloat16(),
        torch.arange(6).reshape(2, 3).T,
        torch.zeros(1, 1).expand(4, 4),
        torch.tensor([[1 + 2j]]).conj(),
        torch.zeros(0, 3),
        torch.tensor([[True]]),
    ],
)
def test_what_is_kept_is_read_again(x: torch.Tensor, tmp_path: Path) -> None:
    trajectory = Trajectory(tmp_path / "new" / "folder")
    coords = OrderedDict(time=np.array(["2024-01-01"], "datetime64[ns]"), **COORDS)
    trajectory.write(0, Boundary(x, coords))
    read = trajectory.read(0)
    assert read.x.dtype == x.dtype
    assert read.x.shape == x.shape
    assert torch.equal(read.x.nan_to_num(7.0), x.nan_to_num(7.0))
    assert [*read.coords] == ["time", "lead_time", "variable"]
    for name, values in coords.items():
        assert read.coords[name].dtype == values.dtype
        assert np.array_equal(read.coords[name], values)


def test_a_trajectory_is_as_long_as_it_has_no_gap(tmp_path: Path) -> None:
    trajectory = Trajectory(tmp_path / "kept")
    assert len(trajectory) == 0
    for step in (0, 1, 3):
        trajectory.write(step, Boundary(torch.full((1,), float(step)), COORDS))
    assert len(trajectory) == 2
    assert trajectory.read(3).x.tolist() == [3.0]
    with pytest.raises(FileNotFoundError):
        trajectory.read(2)
    trajectory.write(2, Boundary(torch.full((1,), 2.0), COORDS))
    assert len(trajectory) == 4


def test_a_boundary_is_written_over_and_leaves_no_part(tmp_path: Path) -> None:
    trajectory = Trajectory(tmp_path)
    (tmp_path / "000000.part").write_bytes(b"half")
    assert len(trajectory) == 0
    trajectory.write(0, Boundary(torch.zeros(1), COORDS))
    trajectory.write(0, Boundary(torch.ones(1), COORDS))
    assert trajectory.read(0).x.tolist() == [1.0]
    assert [path.name for path in tmp_path.iterdir()] == ["000000.pt"]
