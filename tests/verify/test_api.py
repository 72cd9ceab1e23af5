"""`verify_restart`: what it takes for a model, how it is called, and what goes along.

The models are duck-typed, for importing Earth2Studio's base classes into this process takes long.
"""

from __future__ import annotations

import functools
import importlib.util
import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

import numpy as np

from ckptlint.verify import verify_restart
from ckptlint.verify.api import CannotVerify
from ckptlint.verify.target import UnknownTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROLLOUTS = Path(__file__).parents[2] / "fixtures" / "rollouts"
QUICK: dict[str, Any] = {"steps": 1, "device": "cpu", "checks": ("exact-restart",)}


@dataclass
class Saved:
    x: Any = None
    lead: int = 0


class Drift:
    """A right model: each step adds to all values."""

    saves_late = False

    def __init__(self, amount: float = 0.5) -> None:
        from earth2studio.utils.checkpoint import bind_checkpoint_state

        self.amount = amount
        self.checkpoint = bind_checkpoint_state(Saved())

    def input_coords(self) -> OrderedDict[str, np.ndarray]:
        return OrderedDict(batch=np.empty(0), **coords_of_fields())

    def create_iterator(self, x: Any, coords: Any) -> Iterator[tuple[Any, Any]]:
        lead = 0
        if self.checkpoint.checkpoint_state_loaded and self.checkpoint.x is not None:
            x = self.checkpoint.x + self.amount  # noqa: CKP103
            lead = self.checkpoint.lead + 6
        while True:
            boundary = x.clone(), OrderedDict(coords, lead_time=np.array([hours(lead)]))
            if self.saves_late:
                yield boundary  # noqa: CKP201
            self.checkpoint.x, self.checkpoint.lead = x.clone(), lead
            if not self.saves_late:
                yield boundary
            x, lead = x + self.amount, lead + 6


def hours(count: int) -> np.timedelta64:
    return np.timedelta64(count, "h")


def coords_of_fields() -> dict[str, np.ndarray]:
    return {
        "lead_time": np.array([hours(0)]),
        "variable": np.array(["t2m"]),
        "lat": np.linspace(90, -90, 3),
        "lon": np.linspace(0, 360, 4, endpoint=False),
    }


def initial_condition() -> tuple[Any, Any]:
    import torch

    time = np.array([np.datetime64("2026-01-01T00")])
    return torch.full((1, 1, 1, 3, 4), 7.0), OrderedDict(time=time, **coords_of_fields())


def test_classes_and_functions_are_taken() -> None:
    builds = {
        f"{__name__}:Drift": Drift,
        f"{__name__}:test_classes_and_functions_are_taken.<locals>.<lambda>": (lambda: Drift(0.25)),
        f"{__name__}:make_drift": functools.partial(make_drift, 0.125),
    }
    found = [verify_restart(build, **QUICK) for build in builds.values()]
    assert [(one.target, one.verdict, one.device) for one in found] == [
        (label, "exact", "cpu") for label in builds
    ]


def make_drift(amount: float) -> Drift:
    return Drift(amount)


def test_a_class_inside_a_function_goes_along_with_its_state() -> None:
    class LateDrift(Drift):
        saves_late = True

    found = verify_restart(LateDrift, steps=3, device="cpu", initial_condition=initial_condition)
    assert found.verdict == "diverges", found
    assert [check.name for check in found.checks] == [
        "exact-restart",
        "fresh-state",
        "hidden-state",
    ]
    exact_restart = found.checks[0]
    assert (exact_restart.stop, exact_restart.first_step) == (0, 1)
    assert exact_restart.codes == ("CKP201",)
    assert [curve.stop for curve in exact_restart.curves] == [0, 1, 2]


def test_a_module_that_has_no_importable_name_goes_along(tmp_path: Path) -> None:
    package = imported(tmp_path / "parts" / "__init__.py", "odd.parts", "STEP = 0.5\n")
    module = imported(
        tmp_path / "parts" / "model.py",
        "odd.parts.model",
        f"from {__name__} import Drift\nfrom . import STEP\n\n\n"
        "class Other(Drift):\n    pass\n\n\n"
        "def build():\n    return Other(STEP)\n",
    )
    try:
        build: Callable[[], object] = module.build
        other = module.Other
        found = [verify_restart(one, **QUICK) for one in (build, lambda: other())]
    finally:
        for name in ("odd", package.__name__, module.__name__):
            sys.modules.pop(name, None)
    assert [one.verdict for one in found] == ["exact", "exact"], found
    assert found[0].target == "odd.parts.model:build"
    assert found[0].path == str(tmp_path / "parts" / "model.py")


def imported(path: Path, name: str, text: str) -> ModuleType:
    """Import a file as no search by name would find it."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    sys.modules.setdefault("odd", ModuleType("odd"))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_gives_no_model_is_unproven() -> None:
    found = verify_restart(dict, **QUICK)
    assert found.verdict == "unproven"
    assert found.checks == ()
    assert "it gives a dict, which has no `create_iterator`" in found.notes[0]


def test_a_name_is_taken_and_keywords_reach_the_run() -> None:
    name = f"{ROLLOUTS / 'good_plain.py'}::build"
    found = verify_restart(
        name,
        steps=6,
        device="cpu",
        checks="exact-restart, levels",
        stops=3,
        jobs=1,
        timeout=200,
    )
    assert (found.target, found.verdict) == (name, "exact"), found
    assert [check.name for check in found.checks] == ["exact-restart", "levels"]
    assert [curve.stop for curve in found.checks[0].curves] == [0, 1, 5]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"checks": ["exact-restarts"]}, r"unknown check `exact-restarts` \(did you mean `exact-r"),
        ({"checks": "nothing-near"}, "unknown check `nothing-near`; there are exact-restart, "),
        ({"checks": ()}, "`checks` names no check"),
        ({"device": "gpu"}, "unknown device `gpu`; it is one of auto, cpu, cuda, cuda:N, rehearse"),
        ({"steps": 0}, "steps=0: it is a number from 1 on"),
        ({"tolerance": float("nan")}, "tolerance=nan: it is a number from 0 on"),
        ({"jobs": 0}, "jobs=0: it is a number from 1 on"),
        ({"initial_condition": "fields"}, "`fields` is neither `file.py::name` nor"),
    ],
)
def test_an_argument_that_means_nothing_is_refused(keywords: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        verify_restart(Drift, **keywords)


def test_a_model_is_no_way_to_make_one() -> None:
    with pytest.raises(UnknownTarget, match="a Drift is neither a class nor a function that makes"):
        verify_restart(Drift())  # type: ignore[arg-type]


def test_what_cannot_be_taken_along_is_refused(tmp_path: Path) -> None:
    with (
        (tmp_path / "file").open("w") as file,
        pytest.raises(UnknownTarget, match="cannot be taken to another process"),
    ):
        verify_restart(lambda: file)


def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(CannotVerify, match="no CUDA device 99"):
        verify_restart(Drift, steps=2, device="cuda:99")


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ckptlint.verify.api.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"torch and earth2studio.* `pip install 'ckptlint\[ver"):
        verify_restart(Drift)


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, ckptlint.verify\nassert 'ckptlint.verify.api' not in sys.modules\n"
        "from ckptlint.verify import verify_restart\n"
        "print(*{'torch', 'numpy', 'earth2studio', 'astroid', 'cloudpickle'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


def test_the_package_has_no_other_attribute() -> None:
    with pytest.raises(ImportError, match="cannot import name 'verify_restarts'"):
        from ckptlint.verify import verify_restarts  # type: ignore[attr-defined]  # noqa: F401
