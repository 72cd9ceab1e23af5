"""Two boundaries compared bit for bit: in values, dtype, shape, coordinates and lead time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from ckptlint.verify.boundary import plain
from ckptlint.verify.verdict import StepDifference

if TYPE_CHECKING:
    from ckptlint.verify.boundary import Boundary

_INTEGER_OF_SIZE = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def compare(step: int, expected: Boundary, found: Boundary | None) -> StepDifference:
    """Compare a boundary with the one that is due.

    Parameters
    ----------
    step : int
        The number of the boundary.
    expected : Boundary
        The boundary of the uninterrupted rollout, in main memory.
    found : Boundary or None
        The other one, on any device; None if the rollout ended before.
    """
    lead = expected.lead_time_hours
    if found is None:
        return StepDifference(step, lead, "no boundary", None, None)
    wrong = _coordinate_that_differs(expected, found)
    if wrong is not None:
        return StepDifference(step, lead, wrong, None, None)
    here = found.x.detach().to("cpu")
    if here.dtype != expected.x.dtype:
        return StepDifference(step, lead, f"dtype {here.dtype}", None, None)
    if here.shape != expected.x.shape:
        return StepDifference(step, lead, f"shape {tuple(here.shape)}", None, None)
    if same_bits(expected.x, here):
        return StepDifference(step, lead)
    largest = measure(expected.x, here)
    return StepDifference(
        step, lead, _variable_at(expected, largest.element), largest.max_abs, largest.max_ulp
    )


def same_bits(left: torch.Tensor, right: torch.Tensor) -> bool:
    """Tell whether two tensors of one dtype and shape hold the same bits, NaN and -0.0 too."""
    return torch.equal(_bits(left), _bits(right))


class Largest(NamedTuple):
    """The largest difference of two tensors, and the flat index of the element where it is.

    `max_abs` is infinite, and `max_ulp` None, where one of the two is not a finite number.
    """

    max_abs: float
    max_ulp: int | None
    element: int


def measure(left: torch.Tensor, right: torch.Tensor) -> Largest:
    """Measure how far apart two tensors of one dtype and shape are that do not agree in all bits.

    The difference in value is taken in float64. Units in the last place (ULP) are those of the
    tensors' own dtype: so many representable numbers lie between the two. Of zeros of another
    sign, and of NaN of another payload, the value differs by 0.
    """
    if left.is_complex():
        largest = measure(*(torch.view_as_real(plain(each)) for each in (left, right)))
        return largest._replace(element=largest.element // 2)
    one, other = plain(left).reshape(-1), plain(right).reshape(-1)
    differing = torch.nonzero(_bits(one) != _bits(other)).reshape(-1)
    first, second = one[differing], other[differing]
    distance = (first.double() - second.double()).abs()
    both_nan = first.double().isnan() & second.double().isnan()
    distance = torch.where(both_nan, 0.0, distance.nan_to_num(torch.inf, torch.inf))
    worst = int(distance.argmax())
    max_abs = float(distance[worst])
    index = int(differing[worst])
    if not first.is_floating_point() or first.element_size() not in _INTEGER_OF_SIZE:
        return Largest(max_abs, None, index)
    finite = first.double().isfinite() & second.double().isfinite()
    if not bool(finite.all()):
        return Largest(max_abs, None, index)
    return Largest(max_abs, _ulps(first, second), index)


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    contiguous = plain(tensor)
    if contiguous.is_complex():
        contiguous = torch.view_as_real(contiguous)
    if contiguous.is_floating_point():
        return contiguous.view(_INTEGER_OF_SIZE[contiguous.element_size()])
    return contiguous


def _ulps(left: torch.Tensor, right: torch.Tensor) -> int:
    """Count the representable numbers between two tensors, at most."""
    ranks = [_rank(each) for each in (left, right)]
    larger = np.maximum(ranks[0], ranks[1])
    return int((larger - np.minimum(ranks[0], ranks[1])).max())


def _rank(tensor: torch.Tensor) -> np.ndarray:
    """Give each floating-point number its place in their order, as uint64."""
    size = tensor.element_size()
    bits = tensor.contiguous().view(_INTEGER_OF_SIZE[size]).numpy().astype(np.int64)
    lowest = np.int64(-(2 ** (8 * size - 1)))
    ordered = np.where(bits < 0, lowest - bits, bits)
    return np.asarray(ordered.view(np.uint64) ^ np.uint64(1 << 63))


def _coordinate_that_differs(expected: Boundary, found: Boundary) -> str | None:
    if list(expected.coords) != list(found.coords):
        return f"dimensions {', '.join(found.coords)}"
    for name, values in expected.coords.items():
        if not _same_values(values, np.asarray(found.coords[name])):
            return name
    return None


def _same_values(values: np.ndarray, other: np.ndarray) -> bool:
    if values.dtype != other.dtype or values.shape != other.shape:
        return False
    if values.dtype.hasobject:
        return np.array_equal(values, other)
    return values.tobytes() == other.tobytes()


def _variable_at(boundary: Boundary, index: int) -> str:
    """Name the variable in which an element lies."""
    names = list(boundary.coords)
    if "variable" in names and len(names) == boundary.x.ndim:
        axis = names.index("variable")
        position = np.unravel_index(index, tuple(boundary.x.shape))[axis]
        return str(boundary.coords["variable"][position])
    return "x"
