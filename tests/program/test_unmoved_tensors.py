"""Restored tensors that stay where they were read to, and those that something may move."""

from __future__ import annotations

import pytest
from restart_models import ask

MODEL = """\
from dataclasses import dataclass
from typing import Optional
import numpy as np
import torch
from torch import Tensor
from unseen import place, rebuild
from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: {annotation} = None
    coords: tuple = ()
    number: torch.Tensor | None = None


class Model(torch.nn.Module):
    def __init__(self, core{parameters}):
        super().__init__()
        self.core = core
        self.restart = bind_checkpoint_state({bound})

    def _save(self, x, coords):
        self.restart.x = {saved}
        self.restart.coords = tuple(coords)
        self.restart.number = torch.tensor(3)

    def step(self, x, coords):
        return self.core(x), coords

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self.step(x, coords)
            self._save(x, coords)
            yield x, coords

    def _restore(self, x, coords):
        saved = self.restart
        if saved.checkpoint_state_loaded and saved.x is not None:
{lines}
        return x, coords, False
"""


def model(
    lines: str,
    *,
    annotation: str = "torch.Tensor | None",
    bound: str = "State()",
    parameters: str = "",
    saved: str = "x.detach().clone().to(self.restart.device)",
) -> str:
    body = "\n".join(f"            {line}" for line in lines.split("\n"))
    return MODEL.format(
        lines=body, annotation=annotation, bound=bound, parameters=parameters, saved=saved
    )


def unmoved(text: str) -> list[str]:
    asked = ask(text)
    return [asked.text(found.node) for found in asked.unmoved_tensors]


AS_IT_IS = "return saved.x, saved.coords, True"

UNMOVED = {
    "as it is": AS_IT_IS,
    "a copy": "return saved.x.clone(), saved.coords, True",
    "a view": "return saved.x[:, -1:].unsqueeze(1), saved.coords, True",
    "by a name": "x = saved.x\nreturn x, saved.coords, True",
    "by torch": "return torch.roll(saved.x, 1), saved.coords, True",
    "another type": "return saved.x.to(torch.float32), saved.coords, True",
    "the type of another": "return saved.x.to(dtype=x.dtype), saved.coords, True",
    "where the checkpoint keeps it": "return saved.x.to(saved.checkpoint_device), (), True",
}


@pytest.mark.parametrize("lines", UNMOVED.values(), ids=UNMOVED.keys())
def test_a_tensor_is_not_moved(lines: str) -> None:
    assert unmoved(model(lines)) == ["saved.x"]


MAY_BE_MOVED = {
    "to a device": "return saved.x.to(x.device), saved.coords, True",
    "to a device and a type": "return saved.x.to(x.device, torch.float32), saved.coords, True",
    "to another tensor": "return saved.x.to(x), saved.coords, True",
    "by name": "return saved.x.to(device=x.device), saved.coords, True",
    "later": "x = saved.x.clone()\nx = x.to(self.device)\nreturn x, saved.coords, True",
    "cuda": "return saved.x.cuda(), saved.coords, True",
    "like another": "return saved.x.type_as(x), saved.coords, True",
    "made anew": "return torch.as_tensor(saved.x, device=x.device), saved.coords, True",
    "by a function": "return place(saved.x), saved.coords, True",
    "by what the model holds": "return self.prepare(saved.x), saved.coords, True",
    "a generator's state": (
        "drawn = torch.Generator()\ndrawn.set_state(saved.x)\n"
        "return x + torch.randn(3, generator=drawn), saved.coords, True"
    ),
    "the state of the model's generator": (
        "self.drawn.set_state(saved.x)\nreturn x, saved.coords, True"
    ),
    "the state of torch's own generator": (
        "torch.set_rng_state(saved.x)\nreturn x + torch.randn(3), saved.coords, True"
    ),
    "an index": "return x[saved.x], saved.coords, True",
    "copied": "y = torch.empty_like(x)\ny.copy_(saved.x)\nreturn y, saved.coords, True",
    "put in place": "y = torch.empty_like(x)\ny[:] = saved.x\nreturn y, saved.coords, True",
    "put in place by name": "y = torch.empty_like(x)\nz = saved.x\ny[:] = z\nreturn y, (), True",
    "part by part": "x, = [one.to(x.device) for one in (saved.x,)]\nreturn x, (), True",
    "by a lambda": "x, = map(lambda one: one.to(x.device), (saved.x,))\nreturn x, (), True",
    "in NumPy": "return rebuild(saved.x.numpy()), saved.coords, True",
    "a number": "return x * saved.number, saved.coords, True",
    "nothing is restored": "return x, coords, False",
}


@pytest.mark.parametrize("lines", MAY_BE_MOVED.values(), ids=MAY_BE_MOVED.keys())
def test_a_tensor_may_be_moved(lines: str) -> None:
    assert unmoved(model(lines)) == []


@pytest.mark.parametrize(
    "annotation",
    ["torch.Tensor", "Tensor", "Tensor | None", "Optional[torch.Tensor]", "'torch.Tensor | None'"],
)
def test_a_field_is_a_tensor_by_its_type(annotation: str) -> None:
    assert unmoved(model(AS_IT_IS, annotation=annotation)) == ["saved.x"]


@pytest.mark.parametrize(
    "annotation", ["np.ndarray", "object", "list[torch.Tensor]", "float | None", "Tensor | float"]
)
def test_a_field_of_another_type_is_left_alone(annotation: str) -> None:
    assert unmoved(model(AS_IT_IS, annotation=annotation)) == []


def test_a_field_is_a_tensor_by_what_is_saved() -> None:
    assert unmoved(model(AS_IT_IS, bound="state", parameters=", state")) == ["saved.x"]
    text = model(AS_IT_IS, bound="state", parameters=", state", saved="compress(x)")
    assert unmoved(text) == []


def test_a_save_to_the_cpu_does_not_pin_the_model() -> None:
    assert unmoved(model(AS_IT_IS, saved="x.detach().cpu().clone()")) == ["saved.x"]
    assert unmoved(model(AS_IT_IS, saved="x.detach().to('cpu')")) == ["saved.x"]


def test_a_model_that_names_the_cpu_is_left_alone() -> None:
    text = model(AS_IT_IS).replace("self.core = core", "self.core = core.to('cpu')")
    assert unmoved(text) == []
    text = model(AS_IT_IS).replace("return self.core(x)", "return self.core(x.cpu())")
    assert unmoved(text) == []


def test_a_step_that_moves_what_it_is_given() -> None:
    text = model(AS_IT_IS).replace("self.core(x)", "self.core(x.to(self.weight.device))")
    assert unmoved(text) == []


@pytest.mark.parametrize(
    ("lines", "like"),
    [
        (AS_IT_IS, "x"),
        ("x = saved.x\nreturn x, (), True", "x"),
        ("x = rebuild(x)\nreturn saved.x, (), True", None),
        ("x = torch.zeros_like(x).to(x.device)\nreturn saved.x, (), True", "x"),
        ("for _ in range(2):\n    x = saved.x\nreturn x, (), True", None),
    ],
)
def test_the_given_tensor_has_a_name(lines: str, like: str | None) -> None:
    asked = ask(model(lines))
    (found,) = asked.unmoved_tensors
    assert found.like == like
    edits = asked.moved(found)
    assert [edit.replacement for edit in edits or ()] == ([] if like is None else [".to(x.device)"])
