"""Attributes of a bound state that are no fields: what is found, and what declares them."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from source_trees import program, project_of

from ckptlint.program.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.program.project import Project

HEAD = """\
from dataclasses import dataclass
from typing import ClassVar
from earth2studio.utils.checkpoint import bind_checkpoint_state

"""
STATE = "@dataclass\nclass State:\n    x: int = 0\n"
MODEL = """

class Model:
    def __init__(self):
        self.c = bind_checkpoint_state(State())

{methods}
"""


def ask(methods: str, state: str = STATE, project: Project | None = None) -> Program:
    body = indent(dedent(methods).strip("\n"), "    ")
    return Program(program(HEAD + state + MODEL.format(methods=body), project))


def step(body: str) -> str:
    return f"def step(self, x):\n{indent(dedent(body).strip(chr(10)), '    ')}\n"


FOUND = {
    "made from itself": ("self.c.n = self.c.n + 1\nreturn self.c.n % 2", {"n": True}),
    "augmented": ("self.c.n += 1\nreturn self.c.n % 2", {"n": True}),
    "read, then set": ("y = self.c.n\nself.c.n = x\nreturn y", {"n": True}),
    "set, then read": ("self.c.n = x\nreturn self.c.n", {}),
    "set in a branch, then read": ("if x:\n    self.c.n = x\nreturn self.c.n", {"n": False}),
    "set in the branch that reads": ("if x:\n    self.c.n = x\n    return self.c.n", {}),
    "read in a test of itself": ("if self.c.n is None:\n    self.c.n = x\nreturn self.c.n", {}),
    "only updated": ("self.c.n = self.c.n + 1", {}),
    "never read": ("self.c.n = x", {}),
    "a field": ("self.c.x = self.c.x + 1\nreturn self.c.x", {}),
    "metadata": ("self.c.checkpoint_n = self.c.checkpoint_n + 1\nreturn self.c.checkpoint_n", {}),
    "an item": ("self.c.n[x] = 1\nreturn self.c.n", {}),
    "a computed name": ("self.c.n += 1\nsetattr(self.c, x, 1)\nreturn self.c.n", {}),
    "setattr": ("y = self.c.n\nsetattr(self.c, 'n', x)\nreturn y", {"n": True}),
    "another object": ("self.d.n += 1\nreturn self.d.n", {}),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found(name: str) -> None:
    body, expected = FOUND[name]
    found = ask(step(body)).undeclared_attributes
    assert {one.name: one.is_carried for one in found} == expected


STATES = {
    "nothing": (STATE, "NOWHERE"),
    "no annotation": (STATE + "    n = 0\n", "NO_ANNOTATION"),
    "a class variable": (STATE + "    n: ClassVar[int] = 0\n", "CLASS_VARIABLE"),
    "no decorator": (STATE.replace("State", "Base") + "class State(Base):\n    n: int = 0\n",
                     "NO_DECORATOR"),
    "a field": (STATE + "    n: int = 0\n", None),
    "an inherited field": (STATE.replace("State", "Base").replace("x:", "n:")
                           + "@dataclass\nclass State(Base):\n    x: int = 0\n", None),
    "a property": (STATE + "    @property\n    def n(self): ...\n", None),
    "a descriptor": (STATE + "    n = made()\n", None),
    "set by the dataclass": (STATE + "    def __post_init__(self):\n        self.n = 0\n", None),
    "attributes set in another way": (STATE + "    def __setattr__(self, n, v): ...\n", None),
    "an unseen base": (STATE.replace("State:", "State(Unseen):"), None),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_why_it_is_no_field(name: str) -> None:
    state, why = STATES[name]
    found = ask(step("self.c.n += 1\nreturn self.c.n"), state).undeclared_attributes
    assert [one.why.name for one in found] == [why] * (why is not None)


def test_slots_refuse_it() -> None:
    state = STATE.replace("@dataclass", "@dataclass(slots=True)")
    (found,) = ask(step("self.c.n = 1") + "def read(self):\n    return self.c.n\n", state
                   ).undeclared_attributes  # fmt: skip
    assert found.has_slots


DECLARED = {
    "none": ("y = self.c.n\nself.c.n = f(x)\nreturn y", "n: object = None"),
    "a literal": ("y = self.c.n\nself.c.n = 1\nreturn y", "n: int | None = None"),
    "what getattr falls back to": ("self.c.n = getattr(self.c, 'n', 0.5) + x\nreturn self.c.n",
                                   "n: float = 0.5"),
    "getattr without a literal": ("self.c.n = getattr(self.c, 'n', x) + x\nreturn self.c.n", None),
    "hasattr": ("y = hasattr(self.c, 'n')\nself.c.n = x\nreturn y", None),
    "a tensor, but no torch": ("y = self.c.n\nself.c.n = x.clone()\nreturn y", "n: object = None"),
}  # fmt: skip


@pytest.mark.parametrize("name", DECLARED)
def test_the_declaration(name: str) -> None:
    body, text = DECLARED[name]
    (found,) = ask(step(body)).undeclared_attributes
    assert (found.declaration and found.declaration.text) == text


def test_the_first_value_moves_from_init_to_the_field() -> None:
    asked = ask("    self.c.n = 0\n\n" + step("self.c.n += 1\nreturn self.c.n"))
    (found,) = asked.undeclared_attributes
    assert found.declaration is not None
    assert found.declaration.text == "n: int = 0"
    assert [asked.text(edit.span) for edit in found.declaration.edits] == [
        "",
        "        self.c.n = 0\n",
    ]


def test_no_declaration_before_a_field_that_must_be_given() -> None:
    state = STATE + "\n@dataclass\nclass Heir(State):\n    y: int\n"
    (found,) = ask(step("y = self.c.n\nself.c.n = 1\nreturn y"), state).undeclared_attributes
    assert found.declaration is None


def test_a_dataclass_of_another_file_is_not_edited(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"states.py": HEAD + STATE})
    (found,) = ask(
        step("self.c.n += 1\nreturn self.c.n"), "from states import State\n", project
    ).undeclared_attributes
    assert found.declaration is None


def test_code_that_a_child_runs_on_another_dataclass() -> None:
    text = HEAD + STATE + dedent(
        """
        @dataclass
        class Counted(State):
            n: int = 0

        class Base:
            state_type = State

            def __init__(self):
                self.c = bind_checkpoint_state(self.state_type())

            def step(self):
                self.c.n += 1
                return self.c.n

        class Model(Base):
            state_type = Counted
        """
    )  # fmt: skip
    assert Program(program(text)).undeclared_attributes == ()
    without = text.replace("state_type = Counted", "pass")
    assert [one.state for one in Program(program(without)).undeclared_attributes] == ["State"]
