"""CKP201 against CPython: the yields it reports, and those reached unsaved in a real execution.

The programs are those that the flow graph is tested with, here as the body of a rollout. Each is
written with every form of a save, and held against what happens when CPython runs it in every way.

CKPTLINT_ORACLE_SIZE is the size up to which all programs are tried (3), CKPTLINT_ORACLE_EXAMPLES
the number of larger random ones (100).
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckptlint.program.module import parse_module
from ckptlint.program.program import Program
from ckptlint.program.project import Project
from ckptlint.sources.source import Source, SourceKind

# The programs and their execution belong to the tests of the flow graph.
sys.path.insert(0, str(Path(__file__).parents[1] / "program"))

from flow_execution import execute
from flow_programs import (
    BOUNDARY,
    IF_ELSE,
    SAVE,
    Compound,
    Vocabulary,
    framed_programs,
    programs,
    random_programs,
    render,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flow_programs import Program as Body

SIZE = int(os.environ.get("CKPTLINT_ORACLE_SIZE", "3"))
EXAMPLES = int(os.environ.get("CKPTLINT_ORACLE_EXAMPLES", "100"))

MODEL = """\
from contextlib import suppress
from functools import partial

from earth2studio.utils.checkpoint import bind_checkpoint_state


class Base:
    def _save_in_base(self, x, coords):
        self.checkpoint.x = x
        return self.network(x)


class Model(Base):
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)
        self.network = state.network

    def _restore(self, x, coords):
        if self.checkpoint.checkpoint_state_loaded and self.checkpoint.x is not None:
            return self.checkpoint.x, self.checkpoint.coords
        return x, coords

    def _step(self, x, coords):
        return self.network(x)

    def _save_checkpoint_state(self, x, coords):
        if self.checkpoint.checkpoint_enabled and self.checkpoint.checkpoint_level == 2:
            self.checkpoint.x = x
            self.checkpoint.coords = coords
        else:
            self.checkpoint.x = None
            self.checkpoint.coords = ()
        return self.network(x)

    def _save_in_both_branches(self, x, coords):
        if x.is_cuda:
            self.checkpoint.x = x.cpu()
        else:
            setattr(self.checkpoint, "x", x)
        return self.network(x)

    def _save_at_last(self, x, coords):
        try:
            moved = self.network(x)
        finally:
            self.checkpoint.x = x
        return moved

    def _save_through_another(self, x, coords):
        return self._save_checkpoint_state(x, coords=coords)

    def _forward(self, x, coords):
        x = self._step(x, coords)
        self._save_checkpoint_state(x, coords)
        return x

    def __call__(self, x, coords):
        return self._forward(x, coords)

"""

ENTRY = """\
    def create_iterator(self, x, coords):
        x, coords = self._restore(x, coords)
"""
DELEGATING = """\
    def create_iterator(self, x, coords):
        yield from self._default_generator(x, coords)

    def _default_generator(self, x, coords):
        x, coords = self._restore(x, coords)
"""
RETURNING = DELEGATING.replace("yield from", "return")
NESTED = """\
    def create_iterator(self, x, coords):
        x, coords = self._restore(x, coords)

        def rollout():
{body}

        yield from rollout()
"""


@dataclass(frozen=True)
class Form:
    """How a rollout is written.

    `save` is the save, `before` a line before the body, `opening` the text up to the body, in
    which ``{body}`` marks its place if it does not stand at the end.
    """

    save: str
    before: str = ""
    opening: str = ENTRY
    is_expression: bool = True

    def write(self, body: Body) -> tuple[str, int]:
        """Give the program, and how many lines of it stand before the body's first line."""
        words = Vocabulary(self.save, "self._step(x, coords)", "yield x, coords")
        depth = 12 if "{body}" in self.opening else 8
        text = render(body, words, depth)
        opening = MODEL + self.opening
        if "{body}" not in opening:
            opening += "{body}\n"
        if self.before:
            text = f"{' ' * depth}{self.before}\n{text}"
        before, _, after = opening.partition("{body}")
        return before + text + after, before.count("\n") + bool(self.before)


FORMS = {
    "helper": Form("self._save_checkpoint_state(x, coords)"),
    "keywords": Form("self._save_checkpoint_state(coords=coords, x=x)"),
    "both branches": Form("self._save_in_both_branches(x, coords)"),
    "finally": Form("self._save_at_last(x, coords)"),
    "helper of a helper": Form("self._save_through_another(x, coords)"),
    "alias of the method": Form("save(x, coords)", "save = self._save_checkpoint_state"),
    "partial": Form("save()", "save = partial(self._save_checkpoint_state, x, coords)"),
    "alias of the state": Form("self._save_checkpoint_state(state, x)", "state = self.checkpoint"),
    "super": Form("super()._save_in_base(x, coords)"),
    "base by name": Form("Base._save_in_base(self, x, coords)"),
    "inside the step": Form("self._forward(x, coords)"),
    "inside the call": Form("self(x, coords)"),
    "field": Form("self.checkpoint.x = x", is_expression=False),
    "field of an alias": Form("state.x = x", "state = self.checkpoint", is_expression=False),
    "fields together": Form(
        "self.checkpoint.x, self.checkpoint.coords = x, coords", is_expression=False
    ),
    "setattr": Form('setattr(self.checkpoint, "x", x)', is_expression=False),
    "setattr of an alias": Form(
        "setattr(state, name, x)", 'state, name = self.checkpoint, "x"', is_expression=False
    ),
    "yield from a method": Form("self._save_checkpoint_state(x, coords)", opening=DELEGATING),
    "returned generator": Form("self._save_checkpoint_state(x, coords)", opening=RETURNING),
    "nested generator": Form("self._save_checkpoint_state(x, coords)", opening=NESTED),
    "nested generator with a field": Form(
        "state.x = x", "state = self.checkpoint", NESTED, is_expression=False
    ),
}
EXPRESSIONS = [form for form in FORMS.values() if form.is_expression]
PROJECT = Project([], [])


def reported(text: str) -> set[int]:
    source = Source("model.py", SourceKind.PYTHON, text)
    program = Program(parse_module(source, PROJECT))
    return {found.node.lineno for found in program.unsaved_yields}


@cache
def unsaved(body: Body) -> frozenset[int]:
    return frozenset(execute(render(body, indent=4)).unsaved)


def compare(body: Body, form: Form) -> None:
    text, before = form.write(body)
    assert reported(text) == {before + line for line in unsaved(body)}, text


def holds(body: Body, wanted: str) -> bool:
    return any(
        wanted in statement
        if isinstance(statement, str)
        else any(holds(inner, wanted) for inner in statement.bodies)
        for statement in body
    )


def small_programs() -> Iterator[Body]:
    for size in range(1, SIZE + 1):
        for body in programs(size):
            if holds(body, BOUNDARY):
                yield body


def test_every_small_program() -> None:
    for body in small_programs():
        compare(body, FORMS["helper"])


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_a_save(name: str) -> None:
    for number, body in enumerate(small_programs()):
        if number % 9 == 0:
            compare(body, FORMS[name])


def test_a_save_in_both_branches() -> None:
    both = Compound(IF_ELSE, ((SAVE,), (SAVE,)))
    form = FORMS["alias of the method"]
    for number, body in enumerate(small_programs()):
        if number % 3 == 0:
            compare(tuple(both if one == SAVE else one for one in body), form)


SAMPLED = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@SAMPLED
@given(st.sampled_from(tuple(framed_programs())), st.sampled_from(EXPRESSIONS))
def test_statements_and_shapes_in_frames(body: Body, form: Form) -> None:
    compare(body, form)


@SAMPLED
@given(random_programs(2), st.sampled_from(EXPRESSIONS))
def test_larger_programs(body: Body, form: Form) -> None:
    compare((*body, BOUNDARY), form)
