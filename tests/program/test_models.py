"""The models of a module: where they start, yield, save and restore, and what they lack."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from restart_models import ask, model
from source_trees import program, project_of

from ckptlint.program.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.program.carried.records import Where
    from ckptlint.program.models import Model

ROLLOUT = """\
def create_iterator(self, x, coords):
    x, coords, restored = self._restore(x, coords)
    if not restored:
        self._save(x, coords)
        yield x, coords
    while True:
        x = self.step(x)
        self._save(x, coords)
        yield x, coords
"""


def the_model(asked: Program, name: str = "Model") -> Model:
    (found,) = [model for model in asked.models if model.cls.name == name]
    return found


def texts(asked: Program, sites: tuple[Where, ...]) -> list[str]:
    return [asked.module.text(site.node.statement()).splitlines()[0] for site in sites]


def test_a_restart_aware_model() -> None:
    asked = ask(model(ROLLOUT))
    found = the_model(asked)
    assert (found.is_restart_aware, found.lacks, found.bound) == (True, None, ("restart",))
    assert (found.entry.owner.name, found.entry.function.name) == ("Model", "create_iterator")
    assert texts(asked, found.yields) == ["yield x, coords", "yield x, coords"]
    assert texts(asked, found.saves) == ["self._save(x, coords)", "self._save(x, coords)"]
    assert set(texts(asked, found.restores)) == {"return self.restart.x, self.restart.coords, True"}


@pytest.mark.parametrize(
    ("body", "lacks"),
    [
        (ROLLOUT.replace("self._restore(x, coords)", "x, coords, False"), "never restores"),
        (ROLLOUT.replace("self._save(x, coords)", "pass"), "never saves"),
        (
            "def create_iterator(self, x, coords):\n    yield x, coords\n",
            "never saves, never restores",
        ),
    ],
)
def test_what_a_model_with_bound_state_lacks(body: str, lacks: str) -> None:
    assert the_model(ask(model(body))).lacks == lacks


def test_a_model_that_binds_nothing_is_described_too() -> None:
    asked = ask(model(ROLLOUT))
    found = the_model(asked, "Parent")
    assert (found.lacks, found.bound, found.saves, found.restores) == ("binds no state", (), (), ())
    assert texts(asked, found.yields) == ["yield x, coords"]


def test_yields_whose_generator_cannot_be_seen_stand_for_themselves() -> None:
    asked = ask(
        """\
        from unseen import Base

        class Model(Base):
            def create_iterator(self, x, coords):
                yield from self.unseen(x, coords)
        """
    )
    assert texts(asked, the_model(asked).yields) == ["yield from self.unseen(x, coords)"]


def test_a_class_without_a_rollout_is_no_model() -> None:
    text = "class Model:\n    def step(self, x):\n        return x\n"
    protocol = "class Protocol:\n    def create_iterator(self, x, coords): ...\n"
    assert ask(text + protocol).models == ()


def test_a_rollout_in_another_file(tmp_path: Path) -> None:
    base = "class Base:\n    def create_iterator(self, x, coords):\n        yield x, coords\n"
    project = project_of(tmp_path, {"base.py": base})
    text = dedent("from base import Base\n\nclass Model(Base):\n    def _forward(self, x): ...\n")
    asked = Program(program(text, project))
    found = the_model(asked)
    assert found.entry.owner.name == "Base"
    (site,) = found.yields
    assert (site.node.lineno, site.module.name) == (3, "base")
