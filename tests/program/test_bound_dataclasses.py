"""Which dataclass a class binds, what its fields are, and what is put into them."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from source_trees import program, project_of

from ckptlint.program.program import Program
from ckptlint.program.state.handles import Handle

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.program.project import Project
    from ckptlint.program.state.bound import BoundDataclass

HEAD = """\
import dataclasses
import dataclasses as dc
from dataclasses import InitVar, KW_ONLY, dataclass, field
from dataclasses import dataclass as record
from typing import ClassVar

from earth2studio.utils.checkpoint import bind_checkpoint_state
from earth2studio.utils import checkpoint as store
from unseen import Unseen, unseen

plain = dataclass(slots=True)


@dataclass
class State:
    x: object = None


@dataclass
class Other:
    y: object = None


def make():
    return State()


"""


def bound(text: str, project: Project | None = None, head: str = HEAD) -> list[BoundDataclass]:
    return list(Program(program(head + dedent(text), project)).bound_dataclasses)


def model(init: str, rest: str = "", parameters: str = "self, state=None") -> str:
    body = f"def __init__({parameters}):\n{indent(dedent(init), '    ')}\n{dedent(rest)}"
    return f"class Model:\n{indent(body, '    ')}"


MADE = {
    "a call": ("self.c = bind_checkpoint_state(State())", {"c"}),
    "by another name": ("self.c = store.bind_checkpoint_state(State())", {"c"}),
    "by keyword": ("self.c = bind_checkpoint_state(state=State())", {"c"}),
    "a local": ("made = State()\nself.c = bind_checkpoint_state(made)", {"c"}),
    "a local proxy": ("p = bind_checkpoint_state(State())\nself.c = p", {"c"}),
    "two names": ("self.a = self.b = bind_checkpoint_state(State())", {"a", "b"}),
    "a factory": ("self.c = bind_checkpoint_state(make())", {"c"}),
    "a choice": ("self.c = bind_checkpoint_state(state if state else State())", None),
    "the same twice": ("self.c = bind_checkpoint_state(State() if state else State())", {"c"}),
    "two classes": ("self.c = bind_checkpoint_state(State() if state else Other())", None),
    "a parameter": ("self.c = bind_checkpoint_state(state)", None),
    "something unseen": ("self.c = bind_checkpoint_state(Unseen())", None),
    "no dataclass": ("self.c = bind_checkpoint_state(Model())", None),
    "another function": ("self.c = bind(State())", None),
}


@pytest.mark.parametrize("name", MADE)
def test_what_is_bound_where(name: str) -> None:
    init, attributes = MADE[name]
    found = bound(model(init))
    if attributes is None:
        assert found == []
    else:
        (one,) = found
        assert one.dataclass.name == "State"
        assert {attribute for attribute, _ in one.attributes} == attributes
        assert one.made.is_exact


def test_the_default_of_a_parameter_is_bound_but_may_be_a_subclass() -> None:
    init = "self.c = bind_checkpoint_state(state)"
    (one,) = bound(model(init, parameters="self, state=State()"))
    assert one.dataclass.name == "State"
    assert not one.made.is_exact


def test_the_instance_behind_the_proxy_is_told_from_the_proxy() -> None:
    (one,) = bound(model("self.own = State()\nself.c = bind_checkpoint_state(self.own)"))
    assert dict(one.attributes) == {"c": Handle.PROXY, "own": Handle.INSTANCE}
    assert one.attribute == "c"


BY_SELF = """
class Base:
    {attribute}

    def __init__(self):
        self.c = bind_checkpoint_state({made})


class Child(Base):
    {override}
"""


@pytest.mark.parametrize(
    ("attribute", "made", "override"),
    [
        ("state_type = State", "self.state_type()", "state_type = Other"),
        ("state_type = State", "type(self).state_type()", "state_type = Other"),
        ("state_type = State", "self.__class__.state_type()", "state_type: type = Other"),
        ("def made(self): return State()", "self.made()", "def made(self): return Other()"),
        ("state_type = State", "self.state_type()", "state_type = dataclass(type('T', (), {}))"),
    ],
)
def test_a_child_says_which_class_is_bound(attribute: str, made: str, override: str) -> None:
    found = bound(BY_SELF.format(attribute=attribute, made=made, override=override))
    names = {one.concrete.name: one.dataclass.name for one in found}
    expected = {"Base": "State"} | ({} if "type(" in override else {"Child": "Other"})
    assert names == expected


def test_a_dataclass_of_the_class_itself_and_one_of_another_file(tmp_path: Path) -> None:
    base = HEAD + BY_SELF.format(
        attribute="@dataclass\n    class Own:\n        z: int = 0",
        made="self.Own()",
        override="pass",
    )
    project = project_of(tmp_path, {"bases.py": base})
    child = "from bases import Base\n\n\nclass Model(Base):\n    pass\n"
    (one,) = bound(child, project, head="")
    assert (one.concrete.name, one.dataclass.cls.qualified_name) == ("Model", "bases.Base.Own")


FIELDS = {
    "in order": ("@dataclass\nclass S:\n    b: int\n    a: int = 0", ["b", "a"]),
    "dataclasses.dataclass": ("@dataclasses.dataclass(slots=True)\nclass S:\n    b: int", ["b"]),
    "another name": ("@record\nclass S:\n    b: int", ["b"]),
    "another module name": ("@dc.dataclass(kw_only=True)\nclass S:\n    b: int", ["b"]),
    "a name given before": ("@plain\nclass S:\n    b: int", ["b"]),
    "class variables": ("@dataclass\nclass S:\n    b: ClassVar[int] = 0\n    c: int = 0", ["c"]),
    "quoted": ("@dataclass\nclass S:\n    b: 'ClassVar[int]' = 0\n    c: 'int' = 0", ["c"]),
    "init only": ("@dataclass\nclass S:\n    b: InitVar[int] = 0\n    _: KW_ONLY\n    c: int = 0",
                  ["c"]),
    "no annotation": ("@dataclass\nclass S:\n    b = 0\n    c: int = 0", ["c"]),
    "inherited": ("@dataclass\nclass S(State):\n    b: int = 0\n    x: int = 0", ["x", "b"]),
    "undecorated child": ("class S(State):\n    b: int = 0", ["x"]),
    "undecorated mixin": ("class M:\n    b: int = 0\n@dataclass\nclass S(M):\n    c: int = 0",
                          ["c"]),
    "two bases": ("@dataclass\nclass S(State, Other):\n    b: int = 0", ["y", "x", "b"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_fields(name: str) -> None:
    definition, expected = FIELDS[name]
    (one,) = bound(f"{definition}\n\n\n{model('self.c = bind_checkpoint_state(S())')}")
    assert [field.name for field in one.fields] == expected
    assert one.dataclass.is_complete


@pytest.mark.parametrize(
    "definition",
    [
        "@dataclass\nclass S(Unseen):\n    b: int = 0",
        "@unseen\n@dataclass\nclass S:\n    b: int = 0",
        "@dataclass\nclass S:\n    b: int = 0\n    def __setattr__(self, name, value): ...",
    ],
)
def test_a_dataclass_that_is_not_wholly_seen(definition: str) -> None:
    (one,) = bound(f"{definition}\n\n\n{model('self.c = bind_checkpoint_state(S())')}")
    assert not one.dataclass.is_complete


PUTS = {
    "an attribute": ("self.c.x = 1", [("x", "1")]),
    "an alias": ("saved = self.c\nsaved.x = 1", [("x", "1")]),
    "the dataclass": ("self.c.checkpoint_dataclass.x = 1", [("x", "1")]),
    "a tuple": ("self.c.x, self.c.y = 1, 2", [("x", "1"), ("y", "2")]),
    "an unknown tuple": ("self.c.x, self.c.y = make()", [("x", None), ("y", None)]),
    "setattr": ("setattr(self.c, 'x', 1)", [("x", "1")]),
    "an item": ("self.c.x[3] = 1", [("x", "1")]),
    "augmented": ("self.c.x += 1", [("x", None)]),
    "a property": ("self.saved.x = 1", [("x", "1")]),
    "a method": ("self.fill(self.c)", [("w", "2")]),
    "a function": ("fill(value=3, state=self.c)", [("v", "value")]),
    "a name of two things": ("saved = self.c\nsaved = make()\nsaved.x = 1", []),
    "another object": ("self.d.x = 1", []),
}

SAVING = """
def fill(state, value):
    state.v = value


class Model:
    def __init__(self):
        self.c = bind_checkpoint_state(State())

    @property
    def saved(self):
        return self.c

    def fill(self, one):
        one.w = 2

    def step(self):
        {body}
"""


@pytest.mark.parametrize("name", PUTS)
def test_what_is_put(name: str) -> None:
    body, expected = PUTS[name]
    (one,) = bound(SAVING.format(body=body.replace("\n", "\n        ")))
    puts = [(put.name, put.value and put.value.as_string()) for put in one.uses.puts]
    assert puts == expected
    assert one.uses.is_followed


@pytest.mark.parametrize("body", ["setattr(self.c, name, 1)", "vars(self.c).update(x=1)"])
def test_attributes_set_by_a_computed_name(body: str) -> None:
    (one,) = bound(SAVING.format(body=body))
    assert not one.uses.is_followed
