"""One yielded step of a rollout: its tensor, its coordinates, and how it is kept on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

if TYPE_CHECKING:
    import os


class NotABoundary(TypeError):  # noqa: N818 - it says what was yielded
    """The iterator yielded something that is no pair of a tensor and coordinates."""


class Boundary(NamedTuple):
    """One yielded step.

    Parameters
    ----------
    x : torch.Tensor
        The fields, of any dtype; its dimensions are the keys of `coords`, in order.
    coords : Mapping[str, numpy.ndarray]
        The coordinates.
    """

    x: torch.Tensor
    coords: Mapping[str, np.ndarray]

    @property
    def lead_time_hours(self) -> float | None:
        """The last lead time in hours; None where there is none."""
        return hours_of(self.coords.get("lead_time"))

    def on_cpu(self) -> Boundary:
        """Give a copy in main memory that nothing else refers to."""
        coords = {key: np.array(value, copy=True) for key, value in self.coords.items()}
        return Boundary(plain(self.x).to("cpu", copy=True), coords)

    @classmethod
    def of(cls, yielded: object) -> Boundary:
        """Take what an iterator yielded for a boundary.

        Raises
        ------
        NotABoundary
            If it is none.
        """
        match yielded:
            case (torch.Tensor() as x, Mapping() as coords):
                return cls(x, coords)
        raise NotABoundary(
            f"the iterator yielded {_described(yielded)}, where a pair (tensor, coordinates) is due"
        )


def plain(tensor: torch.Tensor) -> torch.Tensor:
    """Give a tensor without its history, whose memory holds its own bits and in order.

    Of a conjugated or negated tensor the memory may hold those of another.
    """
    return tensor.detach().resolve_conj().resolve_neg().contiguous()


def hours_of(lead_time: Any) -> float | None:
    """Give the last of some lead times, as timedelta64 of any unit, in hours."""
    values = np.asarray(lead_time if lead_time is not None else ()).reshape(-1)
    if values.dtype.kind != "m" or not values.size or np.isnat(values[-1]):
        return None
    if np.datetime_data(values.dtype)[0] in ("Y", "M"):
        return None  # they are of no certain length
    return float(values[-1] / np.timedelta64(1, "s")) / 3600


class Trajectory:
    """The boundaries of one rollout as files of a folder, numbered from 0.

    Parameters
    ----------
    folder : str or Path
        The folder; it need not be there yet.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def write(self, step: int, boundary: Boundary) -> None:
        """Keep a boundary; a process that dies meanwhile leaves no half file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(step)
        unfinished = path.with_suffix(".part")
        kept = boundary.on_cpu()
        torch.save((kept.x, dict(kept.coords)), unfinished)
        unfinished.replace(path)

    def read(self, step: int) -> Boundary:
        """Give a boundary that was kept, in main memory.

        Raises
        ------
        FileNotFoundError
            If there is no such step.
        """
        x, coords = torch.load(self._path(step), map_location="cpu", weights_only=False)
        return Boundary(x, coords)

    def __len__(self) -> int:
        """Count the boundaries that were kept, from the first on without a gap."""
        count = 0
        while self._path(count).exists():
            count += 1
        return count

    def _path(self, step: int) -> Path:
        return self.folder / f"{step:06d}.pt"


def _described(value: object) -> str:
    if isinstance(value, tuple):
        return f"a tuple of {', '.join(type(one).__name__ for one in value) or 'nothing'}"
    return "None" if value is None else f"a {type(value).__name__}"
