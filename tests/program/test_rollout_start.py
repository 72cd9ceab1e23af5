"""What the start of a rollout does, and so would do again on a restored boundary."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from source_trees import program, project_of

from ckptlint.program.classes import Method
from ckptlint.program.restoring.rewriting import gives_restored
from ckptlint.program.restoring.rollout_start import start_effects

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.program.module import Module

_HEAD = """\
import copy
import random
import torch
from collections import OrderedDict
from unseen import Unseen, handshake
from earth2studio.models.px import FCN, Persistence
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Core({bases}):
    def __init__(self, state):
        self.restart = bind_checkpoint_state(state)
        self.network = state.network

"""


def method_of(module: Module, name: str, class_name: str = "Core") -> Method:
    found = module.class_named(f"{module.prefix}.{class_name}")
    assert found is not None
    method = found.lookup(name)
    assert isinstance(method, Method)
    return method


def core(body: str, bases: str = "torch.nn.Module") -> str:
    return _HEAD.format(bases=bases) + indent(dedent(body), "    ")


def effects(text: str, name: str = "create_iterator") -> list[tuple[str, str]]:
    """Return the effects of a start, each with the text that has it."""
    module = program(text)
    method = method_of(module, name)
    return [
        (str(effect.kind), effect.module.text(effect.node))
        for effect in start_effects(method, method.owner)
    ]


def starting(lines: str, rest: str = "") -> str:
    body = f"def create_iterator(self, x, coords):\n{indent(lines, '    ')}\n    yield x, coords\n"
    return core(body + rest)


NO_EFFECT = {
    "nothing": "pass",
    "a check": "handshake(coords)",
    "a condition": "if x is None:\n    raise ValueError",
    "a local": "noise = torch.randn(3)",
    "a copy of the input": "x = x.clone()",
    "copies in a tuple": "x, coords = x.to('cpu'), coords.copy()",
    "a deep copy": "coords = copy.deepcopy(coords)",
    "an ordered copy": "coords = OrderedDict(coords)",
    "the input by another name": "x = x",
    "its own method that looks": "self.input_coords()",
    "its own property": "self.weights",
    "where the model is": "x = x.to(self.network.device)",
    "a method that changes nothing": "self.network.eval()",
    "metadata of the checkpoint": "level = self.restart.checkpoint_level",
    "a field that is written": "self.restart.x = None",
    "an inner function that is not called": "def reset():\n    self.noise = 1",
}


@pytest.mark.parametrize("name", NO_EFFECT)
def test_a_start_that_does_nothing_lasting(name: str) -> None:
    helpers = (
        "\ndef input_coords(self):\n    return self.coords.copy()\n"
        "\n@property\ndef weights(self):\n    return 1\n"
    )
    assert effects(starting(NO_EFFECT[name], helpers)) == []


CHANGES = {
    "an attribute": "self.noise = x",
    "an annotated attribute": "self.noise: object = x",
    "an augmented attribute": "self.count += 1",
    "attributes in a tuple": "self.noise, y = x, 1",
    "an item of an attribute": "self.noise[0] = x",
    "an attribute of a part": "self.network.noise = x",
    "an item of an attribute of a part": "self.network.noise['a'] = x",
    "a method of a part": "self.network.reset()",
    "a method of a part's part": "self.network.blocks[0].reset(x)",
    "a part that is called": "self.network(x)",
    "a seed": "torch.manual_seed(0)",
    "a generator's seed": "self.generator.manual_seed(0)",
    "another library's seed": "random.seed(0)",
    "the input regridded": "x = self.regrid(x)",
    "the input by a function": "x = torch.nn.functional.pad(x, (1, 1))",
    "the input scaled": "x = x * 2",
    "the input scaled in place": "x *= 2",
    "the input changed in place": "x.mul_(2)",
    "an item of the input": "coords['time'] = 1",
    "one of the input": "x, y = x + 1, x",
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_start_that_changes_something(name: str) -> None:
    helper = "\ndef regrid(self, x):\n    return x\n"
    assert effects(starting(CHANGES[name], helper)) == [("changes", CHANGES[name])]


def test_a_condition_does_not_hide_an_effect() -> None:
    assert effects(starting("if coords:\n    self.noise = 1")) == [("changes", "self.noise = 1")]


@pytest.mark.parametrize(
    "later",
    [
        "def create_iterator(self, x, coords):\n    yield x\n    self.noise = 1\n",
        "def create_iterator(self, x, coords):\n    for x in coords:\n        yield x\n"
        "        self.look(self.restart.x)\n",
        "def create_iterator(self, x, coords):\n    while x:\n        yield x\n        x += 1\n",
        "def create_iterator(self, x, coords):\n    yield from self.steps(x)\n    self.noise = 1\n"
        "def steps(self, x):\n    yield x\n    self.noise = 2\n",
    ],
)
def test_what_comes_after_the_first_yield_is_no_start(later: str) -> None:
    assert effects(core(later)) == []


THROUGH = {
    "a method": (
        "self.reset()\nyield x",
        "def reset(self):\n    self.noise = 1\n",
    ),
    "a method of a method": (
        "self.start()\nyield x",
        "def start(self):\n    self.reset()\ndef reset(self):\n    self.noise = 1\n",
    ),
    "itself called": ("self(x)\nyield x", "def __call__(self, x):\n    self.noise = 1\n"),
    "a delegation": (
        "yield from self.steps(x)",
        "def steps(self, x):\n    self.noise = 1\n    yield x\n",
    ),
    "a generator that is returned": (
        "return self.steps(x)",
        "def steps(self, x):\n    self.noise = 1\n    yield x\n",
    ),
    "a generator that is iterated": (
        "for x in self.steps(x):\n    yield x",
        "def steps(self, x):\n    self.noise = 1\n    yield x\n",
    ),
    "a priming yield": ("yield\nself.noise = 1\nyield x", ""),
}


@pytest.mark.parametrize("name", THROUGH)
def test_a_start_is_followed(name: str) -> None:
    body, helper = THROUGH[name]
    text = core(f"def create_iterator(self, x, coords):\n{indent(body, '    ')}\n{helper}")
    assert effects(text) == [("changes", "self.noise = 1")]


RESTORES = {
    "a field": ("if self.restart.x is not None:\n    pass", "self.restart.x"),
    "a field that is passed on": ("self.look(self.restart.x)", "self.restart.x"),
    "a field that is assigned": ("y = self.restart.x", "self.restart.x"),
    "a field that is handed out": ("yield self.restart.x", "self.restart.x"),
    "a field that is delegated": ("yield from self.look(self.restart.x)", "self.restart.x"),
    "a field that is iterated": ("for y in self.restart.x:\n    pass", "self.restart.x"),
}


@pytest.mark.parametrize("name", RESTORES)
def test_a_start_that_restores(name: str) -> None:
    body, read = RESTORES[name]
    helper = "\ndef look(self, x):\n    return x\n"
    assert effects(starting(body, helper)) == [("restores", read)]


def test_a_model_under_another_name_is_followed() -> None:
    helper = "def reset(model):\n    model.noise = 1\n"
    assert effects(starting("self.reset()", helper)) == [("changes", "model.noise = 1")]


def test_a_method_that_restores_is_followed() -> None:
    text = starting(
        "y = self.take()",
        "\ndef take(self):\n    if self.restart.checkpoint_enabled:\n"
        "        return self.restart.x\n",
    )
    assert effects(text) == [("restores", "self.restart.x")]


UNSEEN = {
    "the model handed on": ("handshake(self)", "handshake(self)"),
    "a delegation to something else": ("yield from handshake(x)", "yield from handshake(x)"),
    "a part's rollout": (
        "yield from self.network.create_iterator(x)",
        "yield from self.network.create_iterator(x)",
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_start_that_cannot_be_seen(name: str) -> None:
    body, text = UNSEEN[name]
    assert ("unseen", text) in effects(starting(body))


def test_a_method_of_a_base_that_cannot_be_seen() -> None:
    text = core(
        "def create_iterator(self, x, coords):\n"
        "    self.reset()\n    self.front_hook(x, coords)\n    yield x\n",
        bases="Unseen",
    )
    assert effects(text) == [("unseen", "self.reset()")]


def test_a_stub_cannot_be_seen() -> None:
    text = core("def create_iterator(self, x, coords):\n    raise NotImplementedError\n")
    ((kind, _),) = effects(text)
    assert kind == "unseen"


@pytest.mark.parametrize("known", ["FCN", "Persistence"])
def test_bundled_facts_tell_what_a_known_parent_does(known: str) -> None:
    restoring = (
        "def create_iterator(self, x, coords):\n    yield from super().create_iterator(x, coords)\n"
    )
    assert effects(core(restoring, bases=known)) == [
        ("restores", "super().create_iterator(x, coords)")
    ]
    saving = (
        "def create_iterator(self, x, coords):\n"
        "    self._save_checkpoint_state(x, x)\n    yield x\n"
    )
    assert effects(core(saving, bases=known)) == [("changes", "self._save_checkpoint_state(x, x)")]
    looking = "def create_iterator(self, x, coords):\n    self.output_coords(coords)\n    yield x\n"
    assert effects(core(looking, bases=known)) == []


def test_a_start_through_super_in_another_file(tmp_path: Path) -> None:
    base = "class Base:\n    def reset(self):\n        self.noise = 1\n"
    text = core(
        "def reset(self):\n    super().reset()\n"
        "def create_iterator(self, x, coords):\n    self.reset()\n    yield x\n",
        bases="Base",
    )
    project = project_of(tmp_path, {"bases.py": base})
    module = program("from bases import Base\n" + text, project)
    method = method_of(module, "create_iterator")
    (effect,) = start_effects(method, method.owner)
    assert (effect.module.name, effect.node.lineno) == ("bases", 3)
    assert effect.description == "done again on the restored boundary"


def test_effects_of_one_kind_on_one_line_count_once() -> None:
    assert len(effects(starting("self.a = 1; self.b = 2; self.restart.x, self.restart.y"))) == 2


def test_methods_that_call_each_other_are_looked_into_once() -> None:
    methods = "".join(
        f"def m{i}(self):\n" + "".join(f"    self.m{j}()\n" for j in range(12)) for i in range(12)
    )
    body = "def create_iterator(self, x, coords):\n    self.m0()\n    self.noise = 1\n    yield x\n"
    assert effects(core(body + methods)) == [("changes", "self.noise = 1")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return self.network(x), coords", False),
        ("self.restart.x = x", False),
        ("return self.restart.x", True),
        ("x = self.take(x)\nreturn x", True),
        ("state = self.restart\nreturn state.x", True),
        ("return x\nself.restart.x", False),
    ],
)
def test_a_step_that_restores(body: str, expected: bool) -> None:
    step = f"def __call__(self, x, coords):\n{indent(body, '    ')}\n"
    module = program(core(step + "def take(self, x):\n    return self.restart.x\n"))
    method = method_of(module, "__call__")
    assert gives_restored(method, method.owner) is expected
