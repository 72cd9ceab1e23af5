"""Which attributes of a model hold its bound state."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from source_trees import program, project_of

from ckptlint.program.bound_state import bound_attributes, is_metadata

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.program.module import Module

HEAD = """\
import torch
from earth2studio.models.px import FCN, Persistence
from earth2studio.perturbation import Gaussian
from earth2studio.utils import checkpoint as c
from earth2studio.utils.checkpoint import bind_checkpoint_state
from unseen import State, Unseen
"""


def bound(module: Module, name: str = "Model") -> set[str]:
    found = module.class_named(f"{module.prefix}.{name}")
    assert found is not None
    return set(bound_attributes(found))


def model(init: str, bases: str = "torch.nn.Module", rest: str = "") -> str:
    body = f"def __init__(self, state):\n{indent(dedent(init), '    ')}\n{rest}"
    return f"{HEAD}\nclass Model({bases}):\n{indent(body, '    ')}"


BOUND = {
    "the call": ("self.restart = bind_checkpoint_state(state)", {"restart"}),
    "another name of the function": ("self.restart = c.bind_checkpoint_state(state)", {"restart"}),
    "an annotation": ("self.restart: object = bind_checkpoint_state(state)", {"restart"}),
    "a local": ("bound = bind_checkpoint_state(state)\nself.restart = bound", {"restart"}),
    "two names": (
        "self.restart = self.checkpoint = bind_checkpoint_state(state)",
        {"restart", "checkpoint"},
    ),
    "the instance behind the proxy": (
        "self.state = state\nself.restart = bind_checkpoint_state(self.state)",
        {"state", "restart"},
    ),
    "the instance by a local": (
        "made = State()\nself.state = made\nself.restart = bind_checkpoint_state(made)",
        {"state", "restart"},
    ),
    "an instance of its own": (
        "self.other = State()\nself.restart = bind_checkpoint_state(State())",
        {"restart"},
    ),
    "a condition": ("if state:\n    self.restart = bind_checkpoint_state(state)", {"restart"}),
    "another function": ("self.restart = bind(state)", set()),
    "a local alone": ("restart = bind_checkpoint_state(state)", set()),
    "another object": ("state.restart = bind_checkpoint_state(state)", set()),
    "another local": ("bound = bind_checkpoint_state(state)\nself.restart = state.bound", set()),
    "an attribute without a value": ("self.restart: object", set()),
}


@pytest.mark.parametrize("name", BOUND)
def test_what_is_bound(name: str) -> None:
    init, expected = BOUND[name]
    assert bound(program(model(init))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("if self.restart.checkpoint_level == 2: pass", {"restart"}),
        ("return self.restart.checkpoint_state_policy", {"restart"}),
        ("return self.restart.checkpoint_state_loaded and self.other.checkpoint_enabled",
         {"restart", "other"}),
        ("return self.restart.device", set()),
        ("return self.restart.x", set()),
        ("return self.checkpoint_level", set()),
        ("return state.restart.checkpoint_level", set()),
        ("return self.core.restart.checkpoint_level", set()),
    ],
)  # fmt: skip
def test_the_proxy_is_known_by_the_metadata_that_is_read(line: str, expected: set[str]) -> None:
    assert bound(program(model("pass", rest=f"def step(self, state):\n    {line}\n"))) == expected


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("FCN", {"checkpoint"}),
        ("Persistence", {"checkpoint"}),
        ("Gaussian", {"checkpoint"}),
        ("Unseen", set()),
    ],
)
def test_facts_tell_of_known_bases(base: str, expected: set[str]) -> None:
    assert bound(program(model("pass", base))) == expected


def test_what_a_base_binds_is_bound(tmp_path: Path) -> None:
    base = model("self.restart = bind_checkpoint_state(state)").replace("Model", "Base")
    text = "from bases import Base\n" + model("self.mine = bind_checkpoint_state(1)", "Base")
    assert bound(program(text, project_of(tmp_path, {"bases.py": base}))) == {"restart", "mine"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("checkpoint_level", True),
        ("checkpoint_anything", True),
        ("device", True),
        ("x", False),
        ("devices", False),
    ],
)
def test_metadata_is_told_from_fields(name: str, expected: bool) -> None:
    assert is_metadata(name) is expected
