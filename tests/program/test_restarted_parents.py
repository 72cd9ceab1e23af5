"""Calls that start a parent's rollout on restored state, and those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from restart_models import ask, model, restarted
from source_trees import project_of

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.program.restoring.parents import RestartedParent

SUPER = "super().create_iterator(x, coords)"


def iterator(lines: str, rest: str = "") -> str:
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    return f"def create_iterator(self, x, coords):\n{body}{rest}"


def the_restarted(text: str) -> RestartedParent:
    (found,) = ask(text).restarted_parents
    return found


RESTARTED = {
    "super": f"x = self.restart.x\nyield from {SUPER}",
    "super with its class": (
        "x = self.restart.x\nyield from super(Model, self).create_iterator(x, coords)"
    ),
    "the parent by its name": (
        "x = self.restart.x\nyield from Parent.create_iterator(self, x, coords)"
    ),
    "a helper": f"x, coords, _ = self._restore(x, coords)\nyield from {SUPER}",
    "the coordinates alone": f"coords = self.restart.coords\nyield from {SUPER}",
    "a keyword": "yield from super().create_iterator(x=self.restart.x, coords=coords)",
    "a starred argument": (
        "state = self._restore(x, coords)\nyield from super().create_iterator(*state[:2])"
    ),
    "an iterator that is kept": f"x = self.restart.x\nit = {SUPER}\nnext(it)\nyield from it",
    "a loop": f"x = self.restart.x\nfor y in {SUPER}:\n    yield y",
    "a return": f"x = self.restart.x\nreturn {SUPER}",
    "one path of two": f"if coords:\n    x = self.restart.x\nyield from {SUPER}",
}


@pytest.mark.parametrize("name", RESTARTED)
def test_restored_state_that_reaches_the_parent(name: str) -> None:
    (call,) = restarted(model(iterator(RESTARTED[name])))
    assert "create_iterator(" in call


NOT_RESTARTED = {
    "the initial condition": "yield from super().create_iterator(x, coords)",
    "the path that has not restored": (
        "y, z, loaded = self._restore(x, coords)\n"
        "if loaded:\n    while True:\n        self._save(y, z)\n        yield y, z\n"
        "yield from super().create_iterator(y, z)"
    ),
    "no session that restores": (
        "if self.restart.checkpoint_level < 2:\n    x = self.restart.x\n"
        "yield from super().create_iterator(x, coords)"
    ),
    "a restored state that is overwritten": (
        "y = x\nx = self.restart.x\nx = y\nyield from super().create_iterator(x, coords)"
    ),
    "a part's rollout": "yield from self.core.create_iterator(self.restart.x, coords)",
    "its own generator": "yield from self.steps(self.restart.x)",
    "another method of the parent": "yield from super().steps(self.restart.x)",
    "a function of that name": "yield from create_iterator(self.restart.x)",
    "another object given": "yield from Parent.create_iterator(x, self.restart.x)",
    "a device": "yield from super().create_iterator(x.to(self.restart.x.device), coords)",
    "a flag": "yield from super().create_iterator(x, self.restart.x is None)",
}


@pytest.mark.parametrize("name", NOT_RESTARTED)
def test_restored_state_that_does_not_reach_the_parent(name: str) -> None:
    rest = "\ndef steps(self, x):\n    yield x\n"
    assert restarted(model(iterator(NOT_RESTARTED[name], rest))) == []


def test_a_parent_that_does_nothing_at_its_start_is_left_out() -> None:
    text = model(iterator("x = self.restart.x\nyield from super().create_iterator(x, coords)"))
    assert restarted(text) == [SUPER]
    assert restarted(text.replace("self.noise = self.draw(x)", "noise = 1")) == []
    assert restarted(text.replace("self.noise = self.draw(x)", "x = x.clone()")) == []


@pytest.mark.parametrize(
    ("behind", "is_restarted"),
    [
        ("next(it)\nself.noise = self.restart.x", False),
        ("state = self.restart\nnext(it)\nself.noise = state.x.clone()", False),
        ("for n, y in enumerate(it):\n    if n == 0:\n        self.noise = self.restart.x", False),
        ("self.noise = self.restart.x\nnext(it)", True),
        ("next(it)\nself.other = self.restart.x", True),
        ("next(it)\nself.noise = x", True),
        ("next(it)\nself.noise = self.restart.checkpoint_lead_time", True),
    ],
)
def test_what_is_put_back_behind_the_start_of_the_parent(behind: str, is_restarted: bool) -> None:
    start = "it = super().create_iterator(self.restart.x, coords)"
    found = restarted(model(iterator(f"{start}\n{behind}\nyield from it")))
    assert found == (["super().create_iterator(self.restart.x, coords)"] if is_restarted else [])


def test_the_usual_generator_of_the_parent_counts_as_well() -> None:
    text = model(iterator("yield from super().create_iterator(self.restart.x, coords)"))
    assert restarted(text.replace("create_iterator", "_default_generator")) == [
        "super()._default_generator(self.restart.x, coords)"
    ]


def test_a_call_in_a_helper_is_found_where_it_stands() -> None:
    text = model(
        iterator("yield from self.start(self.restart.x, coords)")
        + "def start(self, x, coords):\n    yield from super().create_iterator(x, coords)\n"
    )
    assert restarted(text) == [SUPER]


def test_a_method_that_no_rollout_leads_to_is_looked_at_too() -> None:
    text = model(
        iterator("yield x")
        + "def resume(self, coords):\n    return super().create_iterator(self.restart.x, coords)\n"
    )
    assert restarted(text) == ["super().create_iterator(self.restart.x, coords)"]


def test_the_reads_and_effects_are_told_in_order() -> None:
    text = model(iterator(f"x, coords, _ = self._restore(x, coords)\nyield from {SUPER}"))
    asked = ask(text)
    (found,) = asked.restarted_parents
    assert [asked.text(read.node) for read in found.reads] == [
        "self.restart.x",
        "self.restart.coords",
    ]
    assert [asked.text(effect.node) for effect in found.effects] == ["self.noise = self.draw(x)"]
    assert found.parent == "Parent"
    assert not found.restores_itself
    assert found.concrete is not None
    assert found.concrete.name == "Model"


def test_a_parent_that_restores_by_itself() -> None:
    text = model(iterator(f"x, coords, _ = self._restore(x, coords)\nyield from {SUPER}")).replace(
        "self.noise = self.draw(x)", "x = self.restart.x"
    )
    found = the_restarted(text)
    assert (found.parent, found.restores_itself) == ("Parent", True)


def test_a_parent_that_cannot_be_seen() -> None:
    found = the_restarted(
        model(iterator(f"x = self.restart.x\nyield from {SUPER}"), bases="Unseen")
    )
    assert (found.parent, found.restores_itself, found.effects) == (None, False, ())


@pytest.mark.parametrize("known", ["FCN", "Persistence"])
def test_a_parent_known_by_facts_restores_by_itself(known: str) -> None:
    head = f"from earth2studio.models.px import {known}\n"
    text = model(iterator(f"x = self.restart.x\nyield from {SUPER}"), bases=known, head=head)
    found = the_restarted(text)
    assert (found.parent, found.restores_itself) == (known, True)


def test_a_parent_in_another_file(tmp_path: Path) -> None:
    base = (
        "class Base:\n    def create_iterator(self, x, c):\n        self.n = 0\n        yield x\n"
    )
    text = model(
        iterator(f"x = self.restart.x\nyield from {SUPER}"),
        bases="Base",
        head="from bases import Base\n",
    )
    asked = ask(text, project=project_of(tmp_path, {"bases.py": base}))
    (found,) = asked.restarted_parents
    (effect,) = found.effects
    assert (found.parent, effect.module.name, effect.node.lineno) == ("Base", "bases", 3)
    place = asked.place(effect.node, effect.module)
    assert not isinstance(place, type(asked.span(found.call)))


def test_a_read_in_another_file(tmp_path: Path) -> None:
    base = (
        "class Base:\n    def take(self):\n        return self.restart.x\n"
        "    def create_iterator(self, x, coords):\n        self.n = 0\n        yield x\n"
    )
    text = model(
        iterator(f"x = self.take()\nyield from {SUPER}"),
        bases="Base",
        head="from bases import Base\n",
    )
    (found,) = ask(text, project=project_of(tmp_path, {"bases.py": base})).restarted_parents
    (read,) = found.reads
    assert (read.module.name, read.node.lineno) == ("bases", 3)


def test_super_of_a_diamond_is_judged_for_the_model_that_runs_it() -> None:
    text = model(
        iterator(f"x = self.restart.x\nyield from {SUPER}"),
        bases="torch.nn.Module",
    )
    text += (
        "\nclass Noisy:\n    def create_iterator(self, x, coords):\n"
        "        self.noise = 1\n        yield x\n\n"
        "class Both(Model, Noisy):\n    pass\n"
    )
    found = the_restarted(text)
    assert found.concrete is not None
    assert (found.concrete.name, found.parent) == ("Both", "Noisy")


def test_a_fragment_is_judged_without_its_class() -> None:
    text = (
        "def create_iterator(self, x, coords):\n"
        "    if self.restart.checkpoint_state_loaded:\n        x = self.restart.x\n"
        "    yield from super().create_iterator(x, coords)\n"
    )
    assert restarted(text, is_fragment=True) == [SUPER]
    assert restarted(text) == []


def test_the_calls_come_in_the_order_of_the_text() -> None:
    text = model(
        iterator("yield from self.later()\nyield from super().create_iterator(self.restart.x, 1)")
        + "def later(self):\n    yield from super().create_iterator(self.restart.x, 2)\n"
    )
    assert restarted(text) == [
        "super().create_iterator(self.restart.x, 1)",
        "super().create_iterator(self.restart.x, 2)",
    ]


def test_a_parent_that_cannot_be_seen_by_its_name() -> None:
    body = "yield from Unseen.create_iterator(self, self.restart.x, coords)"
    found = the_restarted(model(iterator(body), bases="Unseen"))
    assert (found.parent, found.effects) == (None, ())
