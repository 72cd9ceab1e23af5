"""Restarts on a CUDA device; skipped where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import torch
from fixture_verdicts import FIXTURES

from ckptlint.verify.case import Limits
from ckptlint.verify.crew import LocalCrew
from ckptlint.verify.device import NoSuchDevice, choose_device
from ckptlint.verify.options import Request, VerifyOptions
from ckptlint.verify.reports.live import Silent
from ckptlint.verify.target import parse_target
from ckptlint.verify.verdict import TargetVerdict, Verdict
from ckptlint.verify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_cuda = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="this machine has no CUDA device that torch can use"
)
without_cuda = pytest.mark.skipif(
    torch.cuda.is_available(), reason="this machine has a CUDA device"
)
GOOD = ("good_plain", "good_two_frames", "good_latent_core", "good_device_generator")


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    with LocalCrew(Limits(seconds=240), 2) as made:
        yield made


def verify(crew: LocalCrew, name: str, device: str, *checks: str) -> TargetVerdict:
    folder = FIXTURES / "rollouts"
    target = parse_target(f"{folder / name}.py::build", str(folder))
    options = VerifyOptions(checks or None, device=device, steps=6, jobs=2)
    (found,) = Verifier(crew, Silent()).verify([Request(target, options)]).targets
    return found


@needs_cuda
@pytest.mark.parametrize("name", GOOD)
def test_a_good_model_is_exact_on_cuda_and_moves_between_devices(
    crew: LocalCrew, name: str
) -> None:
    found = verify(crew, name, "cuda")
    assert found.device == "cuda:0"
    assert {one.name: one.verdict for one in found.checks} == dict.fromkeys(
        [one.name for one in found.checks], Verdict.EXACT
    )
    assert "placement" in [one.name for one in found.checks]


@needs_cuda
def test_a_restored_tensor_that_is_not_moved_is_found_on_cuda(crew: LocalCrew) -> None:
    (check,) = verify(crew, "bad_not_moved", "cuda", "exact-restart").checks
    assert check.verdict is Verdict.DIVERGES
    assert check.reason is not None
    assert "device" in check.reason


@needs_cuda
def test_steps_are_timed_with_events_and_memory_is_the_devices(crew: LocalCrew) -> None:
    (check,) = verify(crew, "good_plain", "cuda", "cost").checks
    assert check.verdict is Verdict.EXACT
    assert check.reason is not None
    assert "ms to a step" in check.reason


@needs_cuda
def test_auto_takes_the_first_cuda_device(crew: LocalCrew) -> None:
    assert choose_device("auto", crew) == ("cuda:0", ())


@without_cuda
def test_without_cuda_auto_says_that_it_is_unproven(crew: LocalCrew) -> None:
    chosen = choose_device("auto", crew)
    assert chosen.name == "cpu"
    assert chosen.notes == ("CUDA is unproven: this machine has no CUDA device that torch can use",)


@without_cuda
@pytest.mark.parametrize("asked", ["cuda", "cuda:1"])
def test_without_cuda_asking_for_it_is_an_error(crew: LocalCrew, asked: str) -> None:
    with pytest.raises(NoSuchDevice, match=f"`--device {asked}`: there is none"):
        choose_device(asked, crew)
