"""Boundaries compared bit for bit, with numpy as an independent judge of what a ULP is."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import torch
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.verify.boundary import Boundary
from ckptlint.verify.comparison import compare, measure, same_bits
from ckptlint.verify.verdict import StepDifference

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
OTHER_DTYPES = [torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64, torch.bool]
FLOATS = {torch.float16: np.float16, torch.float32: np.float32, torch.float64: np.float64}
BITS = {torch.float16: torch.int16, torch.bfloat16: torch.int16, torch.float32: torch.int32}


def boundary(x: torch.Tensor, **changed: Any) -> Boundary:
    coords = OrderedDict(
        lead_time=np.array([6], "timedelta64[h]"),
        variable=np.array(["t2m", "msl"]),
        lat=np.array([10.0, 0.0, -10.0]),
    )
    coords.update(changed)
    return Boundary(x, coords)


def fields(dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.arange(1.0, 7.0).reshape(1, 2, 3).to(dtype)


def from_bits(bits: int, dtype: torch.dtype) -> torch.Tensor:
    return torch.tensor([bits], dtype=BITS[dtype]).view(dtype)


@pytest.mark.parametrize("dtype", [*DTYPES, *OTHER_DTYPES, torch.complex64, torch.complex128])
def test_equal_boundaries_do_not_differ(dtype: torch.dtype) -> None:
    found = compare(4, boundary(fields(dtype)), boundary(fields(dtype)))
    assert found == StepDifference(4, 6.0, None, 0.0, 0)
    assert not found.differs


def test_a_boundary_that_is_missing() -> None:
    found = compare(4, boundary(fields()), None)
    assert found == StepDifference(4, 6.0, "no boundary", None, None)


def test_the_variable_is_the_one_with_the_largest_difference() -> None:
    other = fields()
    other[0, 0, 2] += 0.25
    other[0, 1, 1] -= 0.5
    found = compare(2, boundary(fields()), boundary(other))
    assert found == StepDifference(2, 6.0, "msl", 0.5, 2**20)
    other[0, 0, 0] = 9.0
    assert compare(2, boundary(fields()), boundary(other)).variable == "t2m"


def test_the_variable_is_x_where_no_coordinate_names_it() -> None:
    coords = OrderedDict(lat=np.zeros(2))
    left, right = Boundary(torch.zeros(2), coords), Boundary(torch.ones(2), coords)
    assert compare(1, left, right).variable == "x"
    coords = OrderedDict(variable=np.array(["a", "b"]))
    left, right = Boundary(torch.zeros(2, 3), coords), Boundary(torch.ones(2, 3), coords)
    assert compare(1, left, right).variable == "x"


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.int32])
def test_another_dtype(dtype: torch.dtype) -> None:
    found = compare(1, boundary(fields()), boundary(fields(dtype)))
    assert found == StepDifference(1, 6.0, f"dtype {dtype}", None, None)


def test_another_shape() -> None:
    found = compare(1, boundary(fields()), boundary(fields().expand(2, 2, 3)))
    assert found == StepDifference(1, 6.0, "shape (2, 2, 3)", None, None)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("lead_time", np.array([12], "timedelta64[h]")),
        ("lead_time", np.array([360], "timedelta64[m]")),
        ("lead_time", np.array([6, 6], "timedelta64[h]")),
        ("variable", np.array(["msl", "t2m"])),
        ("lat", np.array([10.0, 0.0, -10.0], np.float32)),
        ("lat", np.array([10.0, -0.0, -10.0])),
        ("lat", np.array([[10.0, 0.0, -10.0]])),
        ("lat", np.array([10.0, np.nan, -10.0])),
        ("lat", [10, 0, -10]),
    ],
)
def test_a_coordinate_that_differs(name: str, values: Any) -> None:
    found = compare(3, boundary(fields()), boundary(fields(), **{name: values}))
    assert found == StepDifference(3, 6.0, name, None, None)


@pytest.mark.parametrize(
    "values",
    [np.array([np.nan, 1.0, np.inf]), np.array(["NaT", 1, 2], "datetime64[ns]"), np.array("abc")],
)
def test_coordinates_with_values_that_equal_nothing(values: np.ndarray) -> None:
    left, right = boundary(fields(), lat=values), boundary(fields(), lat=values.copy())
    assert not compare(3, left, right).differs


def test_coordinates_of_objects() -> None:
    left, right, other = (np.array([*words], object) for words in ("ab", "ab", "ac"))
    assert not compare(3, boundary(fields(), lat=left), boundary(fields(), lat=right)).differs
    assert compare(3, boundary(fields(), lat=left), boundary(fields(), lat=other)).variable == "lat"


def test_dimensions_in_another_order() -> None:
    one = boundary(fields())
    turned = Boundary(one.x, OrderedDict(reversed(one.coords.items())))
    found = compare(3, one, turned)
    assert found == StepDifference(3, 6.0, "dimensions lat, variable, lead_time", None, None)
    less = Boundary(one.x, OrderedDict(lead_time=one.coords["lead_time"]))
    assert compare(3, one, less).variable == "dimensions lead_time"


@pytest.mark.parametrize("dtype", DTYPES)
def test_zeros_of_another_sign_are_other_bits(dtype: torch.dtype) -> None:
    positive, negative = torch.zeros(1, 2, 3, dtype=dtype), -torch.zeros(1, 2, 3, dtype=dtype)
    found = compare(1, boundary(positive), boundary(negative))
    assert found == StepDifference(1, 6.0, "t2m", 0.0, 0)
    assert found.differs


@pytest.mark.parametrize(
    ("dtype", "quiet", "other"),
    [
        (torch.float32, 0x7FC00000, 0x7FC00001),
        (torch.float16, 0x7E00, 0x7E01),
        (torch.bfloat16, 0x7FC0, 0x7FC1),
    ],
)
def test_nan_of_another_payload_is_other_bits(dtype: torch.dtype, quiet: int, other: int) -> None:
    left, right = from_bits(quiet, dtype), from_bits(other, dtype)
    assert same_bits(left, left.clone())
    assert not same_bits(left, right)
    assert measure(left, right) == (0.0, None, 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_not_finite_is_infinitely_far(value: float, dtype: torch.dtype) -> None:
    left = torch.tensor([1.0, 2.0, 3.0], dtype=dtype)
    right = torch.tensor([1.5, value, 3.0], dtype=dtype)
    assert measure(left, right) == (float("inf"), None, 1)
    assert measure(right, left) == (float("inf"), None, 1)


def test_infinities_of_another_sign() -> None:
    infinite = torch.tensor([float("inf")])
    assert measure(infinite, -infinite) == (float("inf"), None, 0)


@pytest.mark.parametrize(
    ("dtype", "left", "right", "apart"),
    [
        (torch.uint8, 1, 255, 254.0),
        (torch.int8, -128, 127, 255.0),
        (torch.int64, -(2**62), 2**62, float(2**63)),
        (torch.bool, False, True, 1.0),
    ],
)
def test_whole_numbers_have_no_ulps(
    dtype: torch.dtype, left: int, right: int, apart: float
) -> None:
    assert measure(torch.tensor([left], dtype=dtype), torch.tensor([right], dtype=dtype)) == (
        apart,
        None,
        0,
    )


def test_a_difference_that_float64_cannot_hold_is_a_difference() -> None:
    left, right = torch.tensor([2**62]), torch.tensor([2**62 + 1])
    assert not same_bits(left, right)
    assert measure(left, right).max_abs == 0.0


def test_complex_numbers_part_by_part() -> None:
    left = torch.tensor([1 + 1j, 2 + 2j, 3 + 3j])
    right = torch.tensor([1 + 1j, 2 + 2j, 3 + 5j])
    assert measure(left, right) == (2.0, 6291456, 2)
    assert not same_bits(left, right)


def test_conjugated_and_negated_views() -> None:
    numbers = torch.tensor([1 + 1j, 2 - 3j])
    conjugated = torch.tensor([1 - 1j, 2 + 3j])
    assert same_bits(numbers.conj(), conjugated)
    assert same_bits(numbers.conj().imag, conjugated.imag.clone())
    assert not same_bits(numbers.conj(), numbers)
    assert measure(numbers.conj(), numbers).max_abs == 6.0


def test_views_are_compared_by_their_elements() -> None:
    square = torch.arange(6.0).reshape(2, 3)
    assert same_bits(square.T, square.T.contiguous())
    assert not same_bits(square.T.contiguous(), square.reshape(3, 2))


def test_numbers_of_eight_bits() -> None:
    one = torch.tensor([1.0, 1.0]).to(torch.float8_e4m3fn)
    two = torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn)
    assert measure(one, two) == (1.0, 8, 1)


@pytest.mark.parametrize("dtype", FLOATS)
@given(data=st.data())
def test_the_next_number_is_one_ulp_away(dtype: torch.dtype, data: st.DataObject) -> None:
    kind = FLOATS[dtype]
    width = np.dtype(kind).itemsize * 8
    start = kind(data.draw(st.floats(width=width, allow_nan=False, allow_infinity=False)))
    with np.errstate(over="ignore"):
        following = np.nextafter(start, kind(np.inf))
    if not np.isfinite(following):
        return
    tensors = [torch.from_numpy(np.array([each], kind)) for each in (start, following)]
    found = measure(*tensors)
    assert found.max_ulp == 1
    assert found.max_abs == float(following) - float(start)


@pytest.mark.parametrize("dtype", FLOATS)
@given(
    mantissa=st.integers(0, 500), other=st.integers(501, 1000), exponent=st.integers(-3, 3),
    sign=st.sampled_from([-1.0, 1.0]),
)  # fmt: skip
def test_ulps_in_one_binade_are_the_difference_over_the_spacing(
    dtype: torch.dtype, mantissa: int, other: int, exponent: int, sign: float
) -> None:
    kind = FLOATS[dtype]
    start = kind(2.0**exponent)
    spacing = np.spacing(start)
    left, right = (kind(sign) * (start + kind(count) * spacing) for count in (mantissa, other))
    tensors = [torch.from_numpy(np.array([each], kind)) for each in (left, right)]
    assert measure(*tensors).max_ulp == other - mantissa
    assert measure(*reversed(tensors)).max_ulp == other - mantissa


@pytest.mark.parametrize("dtype", FLOATS)
def test_ulps_across_zero(dtype: torch.dtype) -> None:
    kind = FLOATS[dtype]
    smallest = np.nextafter(kind(0), kind(1))
    below, above = (torch.from_numpy(np.array([sign * smallest], kind)) for sign in (-1, 1))
    assert measure(below, above).max_ulp == 2
    largest = torch.from_numpy(np.array([np.finfo(kind).max], kind))
    width = np.dtype(kind).itemsize * 8
    finite = {16: 0x7BFF, 32: 0x7F7FFFFF, 64: 0x7FEFFFFFFFFFFFFF}[width]
    assert measure(-largest, largest).max_ulp == 2 * finite


def test_bfloat16_has_coarser_ulps_than_float32() -> None:
    left, right = torch.tensor([1.0]), torch.tensor([1.0078125])
    assert measure(left, right).max_ulp == 65536
    assert measure(left.bfloat16(), right.bfloat16()).max_ulp == 1
