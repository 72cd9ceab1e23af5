"""What a rollout carries from step to step, and what of it a restart brings back."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from restart_models import ask, model
from source_trees import program, project_of

from ckptlint.program.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.program.carried.records import Carried

ROLLOUT = """\
def create_iterator(self, x, coords):
{before}
    x, coords, restored = self._restore(x, coords)
{start}
    if not restored:
        self._save(x, coords)
        yield x, coords
    while True:
{step}
        self._save(x, coords)
        yield x, coords
"""


def rollout(step: str, *, before: str = "", start: str = "", more: str = "") -> str:
    """Write a rollout: what comes before the restore, behind it, and in each step."""
    body = ROLLOUT.format(
        before=indent(dedent(before), "    "),
        start=indent(dedent(start), "    "),
        step=indent(dedent(step), "        "),
    )
    return body + dedent(more)


def carried(text: str) -> dict[str, Carried]:
    """Give what the rollouts carry beside the boundary, by name."""
    asked = ask(text)
    assert asked.gave_up == ()
    found = [one for state in asked.carried_state for one in state.carried]
    return {one.name: one for one in found if not one.is_boundary}


def lost(text: str) -> list[str]:
    """Give the names of what a restart loses."""
    return [found.carried.name for found in ask(text).lost_state]


def restored(text: str) -> list[str]:
    """Give the names of what is carried and brought back."""
    return [name for name, one in carried(text).items() if one.is_restored]


def lines(one: Carried) -> tuple[str, str]:
    return tuple(place.node.statement().as_string() for place in (one.change, one.use))


def test_what_is_told_of_a_counter() -> None:
    step = "count += 1\nx = self.core(x, count % 3)\n"
    text = model(rollout(step, start="count = 0"))
    one = carried(text)["count"]
    assert (one.kind, one.owner, one.field) == ("local", "create_iterator", "count: int = 0")
    assert lines(one) == ("count += 1", "x = self.core(x, count % 3)")
    assert one.reset is not None
    assert one.reset.node.statement().as_string() == "count = 0"
    assert (one.is_saved, one.is_restored) == (False, False)


def test_the_boundary_is_carried_and_told_apart() -> None:
    (state,) = ask(model(rollout("x = self.core(x)\ncoords = later(coords)"))).carried_state
    assert [(one.name, one.is_boundary, one.is_saved) for one in state.carried] == [
        ("x", True, True),
        ("coords", True, True),
    ]
    assert all(one.is_restored for one in state.carried)


LOST = {
    "a local counted before it is used": ("n += 1\nx = self.core(x, n)", "n = 0", ""),
    "a local counted after it is used": ("x = self.core(x, n)\nn = n + 1", "n = 0", ""),
    "an attribute": ("self.n += 1\nx = self.core(x, self.n)", "self.n = 0", ""),
    "an attribute that nothing at the start sets": (
        "x = self.core(x, self.n)\nself.n += 1",
        "",
        "",
    ),
    "a pair that is exchanged": ("n, x = x, self.core(x, n)", "", "n = x"),
    "a list that grows": ("n.append(x)\nx = sum(n)", "n = []", ""),
    "a list whose items change": ("n[0] = self.core(n[0])\nx = n[0]", "", "n = [x]"),
    "a tensor changed in place": ("n.mul_(0.5)\nx = x + n", "n = torch.zeros(3)", ""),
    "a method that counts": (
        "x = self._count(x)",
        "self.n = 0",
        "",
        "def _count(self, x):\n    self.n += 1\n    return x * self.n\n",
    ),
    "an alias of what is carried": (
        "held = self.n\nheld.append(x)\nx = sum(held)",
        "self.n = []",
        "",
    ),
    "a field among others that makes it": (
        "n = self.core(n, self.restart.scale)\nx = x + n",
        "n = 0",
        "",
    ),
    "a condition": ("if n > 3:\n    x = self.core(x)\nn += 1", "n = 0", ""),
    "what a network is told": ("self.core.set_step(n)\nx = self.core(x)\nn += 1", "n = 0", ""),
    "a function inside": (
        "x = advance(x)",
        "n = 0\ndef advance(x):\n    nonlocal n\n    n += 1\n    return x * n\n",
        "",
    ),
    "a counter of the standard library": ("x = self.core(x, next(n))", "n = itertools.count()", ""),
}


@pytest.mark.parametrize("case", LOST.values(), ids=LOST.keys())
def test_what_a_restart_loses(case: tuple[str, ...]) -> None:
    step, start, before, *more = case
    text = model(rollout(step, start=start, before=before, more="".join(more)))
    assert lost("import itertools\n" + text) in (["n"], ["self.n"])


KEPT = {
    "a counter computed from the coordinates": ("x = x * n\nn += 1", "n = steps_of(coords)"),
    "a counter chosen by whether it was restored": (
        "x = x * n\nn += 1",
        "n = 5 if restored else 0",
    ),
    "a field": ("x = x * n\nn += 1", "n = self.restart.n"),
    "fields by their names": (
        "x = x * self.n\nself.n += 1",
        "for name in ('n', 'm'):\n    setattr(self, name, getattr(self.restart, name))",
    ),
    "an object that takes its state": (
        "n.append(x)\nx = sum(n)",
        "n = []\nn.extend(self.restart.n)",
    ),
    "a helper that may do anything": (
        "x = x * self.n\nself.n += 1",
        "self._unseen(self.restart.n)",
    ),
    "a function that is given the model": ("x = x * self.n\nself.n += 1", "load(self, 'state')"),
    "each step, where there is something saved": (
        "if self.restart.n is not None:\n    self.n = self.restart.n\nx = x * self.n\nself.n += 1",
        "self.n = 0",
    ),
    "catching up by number": (
        "n += 1\nx = self.core(x, n)",
        "n = 0\nwhile n < steps_of(coords):\n    n += 1",
    ),
}


@pytest.mark.parametrize("case", KEPT.values(), ids=KEPT.keys())
def test_what_a_restart_brings_back(case: tuple[str, str]) -> None:
    step, start = case
    text = model(rollout(step, start=start))
    assert set(restored(text)) & {"n", "self.n"}
    assert lost(text) == []


NO_STATE = {
    "written before it is read": "n = x * 2\nx = self.core(x, n)",
    "never read": "self.n = x\nx = self.core(x)",
    "only counting itself": "self.n += 1\nx = self.core(x)",
    "logged": "self.n += 1\nlogger.info('%d', self.n)\nx = self.core(x)",
    "logged now and then": "self.n += 1\nif self.n % 10 == 0:\n    print(self.n)\nx = self.core(x)",
    "checked": "self.n += 1\nif self.n > 99:\n    raise RuntimeError\nx = self.core(x)",
    "filled when it is empty": "if self.n is None:\n    self.n = load()\nx = x * self.n",
    "filled when it is empty, by or": "self.n = self.n or load()\nx = x * self.n",
    "filled by key": (
        "if x.shape not in self.n:\n    self.n[x.shape] = load()\nx = x * self.n[x.shape]"
    ),
    "filled where looking it up fails": (
        "try:\n    n = self.n[x.shape]\n"
        "except KeyError:\n    n = self.n[x.shape] = load()\nx = x * n"
    ),
    "put back": "old = self.n\nself.n = 2\nx = x * self.n\nself.n = old",
    "put back in the end": (
        "old = self.n\ntry:\n    self.n = 2\n    x = x * self.n\nfinally:\n    self.n = old"
    ),
    "a buffer filled in parts": "self.n[:, 0] = x\nself.n[:, 1] = x\nx = self.core(self.n)",
    "a buffer filled in place": "self.n.copy_(x)\nx = self.core(self.n)",
    "a constant": "x = x * self.n",
    "what only looks like x": "n = torch.zeros_like(x)\nx = x + n",
}


@pytest.mark.parametrize("step", NO_STATE.values(), ids=NO_STATE.keys())
def test_what_is_no_state(step: str) -> None:
    assert lost(model(rollout(step))) == []


def test_a_class_that_binds_nothing_is_not_judged() -> None:
    text = model(rollout("x = x * self.n\nself.n += 1"))
    text = text.replace("bind_checkpoint_state(state)", "state").replace(
        ".checkpoint_state_loaded", ""
    )
    assert ask(text).carried_state == ()


def test_what_is_saved_and_set_anew_is_told_as_that() -> None:
    step = "x = x * self.n\nself.n += 1\nself.restart.n = self.n"
    (found,) = ask(model(rollout(step, start="self.n = 0"))).lost_state
    assert (found.carried.is_saved, found.carried.is_restored) == (True, False)
    assert found.carried.reset is not None


RANDOM = {
    "the global generator of torch": ("x = x + torch.randn(3)", "", ["torch"]),
    "a tensor filled in place": ("x = x + torch.empty(3).normal_()", "", ["torch"]),
    "that of numpy": ("x = x + np.random.normal()", "import numpy as np\n", ["numpy"]),
    "that of Python": ("x = x * random.random()", "import random\n", ["random"]),
    "a generator made at the start": (
        "x = x + torch.randn(3, generator=self.g)",
        "self.g = torch.Generator()\n",
        ["self.g"],
    ),
    "a numpy generator": (
        "x = x + self.g.normal(size=3)",
        "import numpy as np\nself.g = np.random.default_rng(3)\n",
        ["self.g"],
    ),
    "seeded in each step": ("torch.manual_seed(steps_of(coords))\nx = x + torch.randn(3)", "", []),
    "shielded": ("with torch.random.fork_rng():\n    x = x + torch.randn(3)", "", []),
    "set again": (
        "x = x + torch.randn(3, generator=self.g)",
        "self.g = torch.Generator()\nself.g.set_state(self.restart.g)\n",
        [],
    ),
    "drawn at the start": ("x = x * y", "y = torch.randn(3)\n", []),
    "a generator of the step": ("x = x + torch.randn(3, generator=torch.Generator())", "", []),
}


@pytest.mark.parametrize("case", RANDOM.values(), ids=RANDOM.keys())
def test_random_numbers(case: tuple[str, str, list[str]]) -> None:
    step, start, names = case
    found = ask(model(rollout(step, start=start))).lost_state
    assert [one.carried.name for one in found] == names
    assert all(one.carried.kind.is_random for one in found)


def test_a_rollout_in_parts() -> None:
    body = """\
        def create_iterator(self, x, coords):
            x, coords, restored = self._restore(x, coords)
            if not restored:
                self._save(x, coords)
                yield x, coords
            yield from self._first(x, coords)

        def _first(self, x, coords):
            n = 0
            while True:
                n += 1
                x = self.core(x, n)
                self._save(x, coords)
                yield x, coords
        """
    assert lost(model(body)) == ["n"]


def test_what_stands_between_the_first_yield_and_the_loop_is_no_state() -> None:
    body = """\
        def create_iterator(self, x, coords):
            for x, coords in self._generate(x, coords):
                yield x.clone(), coords

        def _generate(self, x, coords):
            x, coords, restored = self._restore(x, coords)
            if not restored:
                self._save(x, coords)
                yield x, coords
            scale = self.load_scale()
            while True:
                x = self.core(x) * scale
                self._save(x, coords)
                yield x, coords
        """
    assert lost(model(body)) == []


def test_a_parent_that_starts_behind_the_restore() -> None:
    head = """\
        class Base:
            def create_iterator(self, x, coords):
                self.n = 0
                yield x, coords
                while True:
                    self.n += 1
                    x = self.core(x, self.n)
                    yield x, coords
        """
    body = """\
        def create_iterator(self, x, coords):
            x, coords, restored = self._restore(x, coords)
            iterator = Base.create_iterator(self, x, coords)
            if restored:
                next(iterator)
                {put_back}
            for x, coords in iterator:
                self._save(x, coords)
                yield x, coords
        """
    for put_back, names in (("pass", ["self.n"]), ("self.n = self.restart.n", [])):
        text = model(dedent(body).format(put_back=put_back), bases="Base", head=head)
        assert lost(text) == names


def test_a_core_in_another_file(tmp_path: Path) -> None:
    core = """\
        class Core:
            def __call__(self, x):
                self.count += 1
                return x * self.count
        """
    text = "from core import Core\n" + model(rollout("x = self.core(x)"), init="self.core = Core()")
    project = project_of(tmp_path, {"core.py": core})
    asked = Program(program(text, project))
    (found,) = asked.lost_state
    assert (found.carried.name, found.carried.kind) == (
        "self.core.count",
        "attribute of the wrapped core",
    )
    assert asked.text(found.site).startswith("class Model")
    change = found.carried.change
    assert asked.told_place(change.node, change.module) == "line 3 of core.py"


def test_what_a_restart_aware_parent_changes_is_told_in_its_own_file(tmp_path: Path) -> None:
    parent = model(rollout("x = x * self.n\nself.n += 1", start="self.n = 0"))
    project = project_of(tmp_path, {"parent.py": parent})
    assert len(ask(parent).lost_state) == 1
    child = "from parent import Model\n\nclass Child(Model):\n    pass\n"
    assert Program(program(child, project)).lost_state == ()


@pytest.mark.parametrize(("calls", "is_followed"), [(3, True), (6, False)])
def test_a_rollout_that_is_too_large_is_given_up(calls: int, is_followed: bool) -> None:
    more = "".join(
        f"def _s{n}(self, x):\n" + f"    x = self._s{n + 1}(x)\n" * calls + "    return x\n"
        for n in range(5)
    )
    more += "def _s5(self, x):\n    self.n += 1\n    return x * self.n\n"
    asked = ask(model(rollout("x = self._s0(x)", more=more)))
    assert [found.carried.name for found in asked.lost_state] == ["self.n"] * is_followed
    assert bool(asked.gave_up) is not is_followed


def test_a_body_without_its_function_is_not_judged() -> None:
    body = dedent(rollout("n += 1\nx = x * n", start="n = 0")).partition("\n")[2]
    asked = ask(dedent(body).replace("_restore", "_restore_checkpoint_state"), is_fragment=True)
    assert asked.carried_state == ()


def test_a_step_that_a_restart_makes_again_brings_back_what_it_leaves() -> None:
    text = model(
        "def create_iterator(self, x, coords):\n"
        "    steps = self._steps(x, coords)\n"
        "    if self._is_inside():\n        next(steps)\n"
        "    yield from steps\n\n"
        "def _is_inside(self):\n"
        "    return self.restart.checkpoint_state_loaded and self.restart.x is not self.seen\n\n"
        "def _steps(self, x, coords):\n"
        "    x, coords, _ = self._restore(x, coords)\n"
        "    while True:\n"
        "        out = self.core(x)\n"
        "        self._save(x, coords)\n"
        "        yield out, coords\n"
        "        x = out\n"
    )
    assert lost(text) == []
