"""Restarts rehearsed on fake tensors: what was left on the CPU is found, what is right is not.

Each case runs in a process forked from one that has paid for the imports, for a rehearsal changes
the torch of its process for good.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

from ckptlint.verify.rehearsal import UNREHEARSABLE, Rehearsal, RehearsedRestart

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
MODELS = HERE / "rehearsal_models.py"
FIXTURES = HERE.parents[1] / "fixtures"
STEPS = 5
STOPS = tuple(range(STEPS - 1))


@pytest.fixture(scope="module")
def rehearse_model() -> Iterator[Any]:
    command = [sys.executable, str(HERE / "rehearsal_server.py"), str(STEPS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parents[1]
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None

        def ask(file: object, name: str = "build") -> Rehearsal:
            server.stdin.write(json.dumps([str(file), name]) + "\n")
            server.stdin.flush()
            whole, restarts, place, device = json.loads(server.stdout.readline())
            found = tuple(
                RehearsedRestart(stop, error, where, tuple(wrong))
                for stop, error, where, wrong in restarts
            )
            return Rehearsal(whole, found, place, device)

        yield ask
        server.stdin.close()


def line_of(marker: str) -> str:
    """Give the place of the line that carries a marker."""
    lines = MODELS.read_text("utf-8").splitlines()
    [number] = [number for number, line in enumerate(lines, 1) if line.endswith(f"# {marker}")]
    return f"{MODELS}:{number}"


@pytest.mark.parametrize(
    "name",
    [
        "persistence",
        "persistence_with_history",
        "four_cast_net",
        "convolution",
        "recurrent",
        "attention",
        "saved_generator",
        "moves_its_own_core",
        "autocast",
        "compiled",
        "parameter_in_a_list",
        "batch_only",
    ],
)
def test_a_right_model_restarts_at_every_stop(rehearse_model: Any, name: str) -> None:
    found = rehearse_model(MODELS, name)
    assert found.whole is None
    assert found.restarts == tuple(RehearsedRestart(stop) for stop in STOPS)
    assert found.device in ("rehearsal:0", "cuda:0")


@pytest.mark.parametrize("file", ["ckp101/good_plain_parent.py", "ckp201/good_history_window.py"])
def test_a_right_fixture_restarts_at_every_stop(rehearse_model: Any, file: str) -> None:
    found = rehearse_model(FIXTURES / file)
    assert found.whole is None
    assert found.restarts == tuple(RehearsedRestart(stop) for stop in STOPS)


@pytest.mark.parametrize("name", ["not_moved", "not_moved_convolution", "not_moved_recurrent"])
def test_a_tensor_left_on_the_cpu_is_found_where_it_is_used(rehearse_model: Any, name: str) -> None:
    found = rehearse_model(MODELS, name)
    assert found.whole is None
    assert [restart.stop for restart in found.restarts] == list(STOPS)
    for restart in found.restarts:
        assert restart.error is not None
        assert "device" in restart.error
        assert not restart.unproven
        assert restart.place == line_of(name)
        assert restart.wrong == ()


def test_a_restart_that_goes_on_upon_the_cpu_is_found(rehearse_model: Any) -> None:
    found = rehearse_model(MODELS, "goes_on_upon_the_cpu")
    assert found.whole is None
    for restart in found.restarts:
        step = restart.stop + 1
        assert restart.wrong == (f"step {step}: device cpu, not {found.device}",)
        assert restart.error is None


def test_a_restart_with_other_lead_times_is_found(rehearse_model: Any) -> None:
    found = rehearse_model(FIXTURES / "ckp101" / "bad_persistence.py")
    assert found.whole is None
    assert found.restarts[0].wrong == ("step 1: lead time 12 h, not 6 h",)


def test_a_restored_state_of_a_generator_must_stay_on_the_cpu(rehearse_model: Any) -> None:
    found = rehearse_model(MODELS, "moved_generator_state")
    assert found.whole is None
    # Nothing is drawn, and so no state saved, before the first step.
    assert found.restarts[0] == RehearsedRestart(0)
    for restart in found.restarts[1:]:
        assert restart.place == line_of("moved_generator_state")
        assert restart.error.startswith("TypeError: RNG state must be a torch.ByteTensor")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plain_attribute", "at least two devices"),
        ("to_numpy", "can't convert"),
        ("generator_on_the_cpu", "device type for generator"),
        ("index_on_the_accelerator", "indices should be either on cpu"),
    ],
)
def test_a_model_that_only_works_on_the_cpu_is_found(
    rehearse_model: Any, name: str, said: str
) -> None:
    found = rehearse_model(MODELS, name)
    assert said in found.whole
    assert not found.unproven
    assert found.place == line_of(name)
    assert found.restarts == ()


@pytest.mark.parametrize(
    "name", ["branches_on_values", "asks_for_a_value", "formats_a_value", "numpy_in_its_step"]
)
def test_a_model_that_needs_values_cannot_be_rehearsed(rehearse_model: Any, name: str) -> None:
    found = rehearse_model(MODELS, name)
    assert found.unproven
    assert found.whole.startswith(f"{UNREHEARSABLE}fake tensors have no values")
    assert found.place == line_of(name)
    assert found.restarts == ()


def test_only_the_restart_needs_values(rehearse_model: Any) -> None:
    found = rehearse_model(MODELS, "checks_what_it_restores")
    assert found.whole is None
    assert all(restart.unproven for restart in found.restarts)
    assert found.restarts[0].place == line_of("checks_what_it_restores")


@pytest.mark.parametrize("name", ["cuda_by_name", "cuda_by_method"])
def test_another_accelerator_by_its_name_cannot_be_rehearsed(
    rehearse_model: Any, name: str
) -> None:
    found = rehearse_model(MODELS, name)
    if found.device == "cuda:0":
        pytest.skip("this torch was built for CUDA")
    assert found.whole is None
    for restart in found.restarts:
        assert restart.unproven
        assert "cuda is asked for by its name" in restart.error
        assert restart.place == line_of(name)


def test_what_a_checkpoint_cannot_hold_is_not_held_in_memory_either(rehearse_model: Any) -> None:
    found = rehearse_model(MODELS, "half_precision")
    assert found.unproven
    assert "BFloat16" in found.whole


def test_an_error_of_the_rollout_itself_proves_nothing(rehearse_model: Any) -> None:
    found = rehearse_model(MODELS, "fails_at_once")
    assert found.whole == f"{UNREHEARSABLE}ArithmeticError: too hot"
    assert found.place == line_of("fails_at_once")


def test_a_rollout_that_ends_by_itself_has_no_later_stops(rehearse_model: Any) -> None:
    found = rehearse_model(MODELS, "ends_after_three")
    assert found.whole is None
    assert [restart.unproven for restart in found.restarts] == [False, False, True, True]


def test_an_unknown_earth2studio_is_said_to_be_so(rehearse_model: Any) -> None:
    found = rehearse_model(MODELS, "without_the_codec")
    assert found.whole == f"{UNREHEARSABLE}the checkpoints of this Earth2Studio are not known"


def test_a_stop_must_leave_something_to_do() -> None:
    program = (
        "from ckptlint.verify.rehearsal import rehearse\n"
        "try:\n    rehearse(None, 3, [0, 2])\nexcept ValueError as error:\n    print(error)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parents[1])
    assert done.stdout == "of 3 steps none is left after 2\n"
