"""Reserved names and frozen dataclasses: what is found, and where the edit is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from source_trees import program, project_of

from ckptlint.program.program import Program

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
from dataclasses import dataclass, field
from earth2studio.utils.checkpoint import bind_checkpoint_state

"""
MODEL = """

class Model:
    def __init__(self):
        self.c = bind_checkpoint_state(State())
{rest}
"""


def ask(definition: str, rest: str = "") -> Program:
    return Program(program(HEAD + definition + MODEL.format(rest=rest)))


FROZEN = {
    "alone": ("@dataclass(frozen=True)\nclass State: x: int = 0", "@dataclass"),
    "first": ("@dataclass(frozen=True, order=True)\nclass State: x: int = 0",
              "@dataclass(order=True)"),
    "last": ("@dataclass(order=True, frozen=True)\nclass State: x: int = 0",
             "@dataclass(order=True)"),
    "a comment": ("@dataclass(order=True,  # why\n    frozen=True)\nclass State: x: int = 0", None),
    "an heir": ("@dataclass(frozen=True)\nclass State: x: int = 0\n"
                "@dataclass(frozen=True)\nclass Heir(State): y: int = 0", None),
    "an ancestor": ("@dataclass(frozen=True)\nclass Base: x: int = 0\n"
                    "@dataclass(frozen=True)\nclass State(Base): y: int = 0", None),
    "an undecorated heir": ("@dataclass(frozen=True)\nclass Base: x: int = 0\n"
                            "class State(Base): pass", "@dataclass"),
}  # fmt: skip


@pytest.mark.parametrize("name", FROZEN)
def test_frozen_and_its_edit(name: str) -> None:
    definition, decorator = FROZEN[name]
    asked = ask(definition)
    (found,) = asked.frozen_states
    assert asked.text(found.span) == "frozen=True"
    assert bool(found.edits) is (decorator is not None)
    if decorator is not None:
        (edit,) = found.edits
        lines = asked.module.lines
        line = lines[edit.span.start.line - 1]
        after = (
            line[: edit.span.start.column - 1] + edit.replacement + line[edit.span.end.column - 1 :]
        )
        assert after == decorator


@pytest.mark.parametrize(
    "definition",
    [
        "@dataclass\nclass State: x: int = 0",
        "@dataclass(frozen=False)\nclass State: x: int = 0",
        "@dataclass(frozen=FROZEN)\nclass State: x: int = 0",
        "@dataclass(frozen=True)\nclass Value: x: int = 0\n"
        "@dataclass\nclass State: v: Value | None = None",
        "@dataclass(frozen=True)\nclass Value: x: int = 0\n"
        "@dataclass\nclass State: v: tuple = (Value(),)",
        "@dataclass(frozen=True)\nclass Value: pass\n"
        "@dataclass\nclass State: v: Value = field(default_factory=Value)",
    ],
)
def test_what_a_restart_can_fill(definition: str) -> None:
    assert ask(definition).frozen_states == ()


@pytest.mark.parametrize("made", ["field(default_factory=Value)", "Value()", "field(default=V())"])
def test_a_frozen_dataclass_inside(made: str) -> None:
    definition = (
        "@dataclass(frozen=True)\nclass Value: x: int = 0\n\n"
        f"V = Value\n\n@dataclass\nclass State: v: object = {made}"
    )
    (found,) = ask(definition).frozen_states
    assert found.field is not None
    assert (found.field.name, found.state.name, found.edits) == ("v", "Value", ())


def test_a_frozen_dataclass_of_another_file_is_shown_where_it_is_bound(tmp_path: Path) -> None:
    states = "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass State: x: int = 0\n"
    project = project_of(tmp_path, {"states.py": states})
    text = HEAD + "from states import State\n" + MODEL.format(rest="")
    asked = Program(program(text, project))
    (found,) = asked.frozen_states
    assert asked.text(found.span) == "bind_checkpoint_state(State())"
    assert found.edits == ()


RESERVED = {
    "device": ("self.c.device = 1", ["self.c.device"]),
    "any checkpoint_": ("self.c.checkpoint_x = 1", ["self.c.checkpoint_x"]),
    "setattr": ("setattr(self.c, 'device', 1)", ["self.c.device"]),
    "an alias": ("c = self.c\n        c.device, c.x = 1, 2", ["c.device"]),
    "a part of the proxy": ("self.c._state = 1", ["self.c._state"]),
    "another object": ("self.d.device = 1", []),
    "self": ("self.device = 1", []),
    "the instance": ("self.c.checkpoint_dataclass.device = 1", []),
    "only read": ("return self.c.device", []),
    "an item": ("self.c.checkpoint_metadata['x'] = 1", []),
}


@pytest.mark.parametrize("name", RESERVED)
def test_names_that_are_assigned(name: str) -> None:
    body, expected = RESERVED[name]
    rest = f"    def step(self):\n        {body}"
    asked = ask("@dataclass\nclass State: x: int = 0", rest)
    assert [found.text for found in asked.reserved_names] == expected


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("return self.c.device", True),
        ("return self.c.x", False),
        ("return self.c.checkpoint_dataclass.device", False),
        ("return self.c.device, self.c.checkpoint_dataclass.device", False),
    ],
)
def test_a_field_that_metadata_hides(body: str, is_found: bool) -> None:
    rest = f"    def step(self):\n        {body}"
    asked = ask("@dataclass\nclass State:\n    device: int = 0\n    x: int = 0", rest)
    assert [asked.text(found.span) for found in asked.reserved_names] == ["device"] * is_found
