"""Which states can be bound twice in one session, and which places exclude one another."""

from __future__ import annotations

import itertools
from textwrap import dedent, indent

import pytest
from source_trees import program

from ckptlint.program.program import Program

HEAD = """\
from dataclasses import dataclass
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint, bind_checkpoint_state

@dataclass
class State:
    x: int = 0

@dataclass
class Other(State):
    pass

class Bound:
    def __init__(self):
        self.c = bind_checkpoint_state(State())

class Heir(Bound):
    pass

"""


def found(text: str) -> list[tuple[str, bool]]:
    """Return what is reported, as texts, and how sure."""
    asked = Program(program(HEAD + dedent(text)))
    return [(asked.text(one.span), one.is_sure) for one in asked.collisions]


def model(init: str, rest: str = "", bases: str = "") -> str:
    body = f"def __init__(self, n):\n{indent(dedent(init).strip(chr(10)), '    ')}\n{dedent(rest)}"
    return f"class Model({bases}):\n{indent(body, '    ')}"


ONE = "bind_checkpoint_state(State())"
TWO = "bind_checkpoint_state(State(x=1))"

IN_A_CLASS = {
    "two lines": (f"self.a = {ONE}\nself.b = {TWO}", [(TWO, True)]),
    "one line": (f"self.a, self.b = {ONE}, {TWO}", [(TWO, True)]),
    "two types": (f"self.a = {ONE}\nself.b = bind_checkpoint_state(Other())", []),
    "one instance": ("s = State()\nself.a = bind_checkpoint_state(s)\n"
                     "self.b = bind_checkpoint_state(s)", []),
    "two instances": ("s, t = 0, 0\ns2 = State()\nt2 = State()\n"
                      "self.a = bind_checkpoint_state(s2)\nself.b = bind_checkpoint_state(t2)",
                      [("bind_checkpoint_state(t2)", True)]),
    "an if": (f"if n:\n    self.a = {ONE}\nself.b = {TWO}", [(TWO, True)]),
    "if and else": (f"if n:\n    self.a = {ONE}\nelse:\n    self.a = {TWO}", []),
    "elif": (f"if n:\n    self.a = {ONE}\nelif n == 2:\n    self.a = {TWO}", []),
    "a return between": (f"if n:\n    self.a = {ONE}\n    return\nself.a = {TWO}", []),
    "an expression": (f"self.a = {ONE} if n else {TWO}", []),
    "a handler": (f"try:\n    self.a = {ONE}\nexcept ValueError:\n    self.a = {TWO}", []),
    "a case": (f"match n:\n  case 1:\n    self.a = {ONE}\n  case 2:\n    a = {TWO}", []),
    "a finally": (f"try:\n    self.a = {ONE}\nfinally:\n    self.b = {TWO}", [(TWO, True)]),
    "a list": (f"self.a = [{ONE} for _ in range(3)]", [(ONE, True)]),
    "a list of one": (f"self.a = [{ONE} for _ in range(1)]", []),
    "a list of n": (f"self.a = [{ONE} for _ in range(n)]", [(ONE, False)]),
    "a loop": (f"for name in ('a', 'b'):\n    setattr(self, name, {ONE})", [(ONE, True)]),
    "a left loop": (f"for name in 'a', 'b':\n    self.a = {ONE}\n    break", [(ONE, False)]),
    "an instance for a loop": ("s = State()\nfor name in ('a', 'b'):\n"
                               "    setattr(self, name, bind_checkpoint_state(s))", []),
    "components": ("self.a = Bound()\nself.b = Heir()", [("Heir()", True)]),
    "components that were not read": ("self.a = Persistence()\nself.b = Persistence()",
                                      [("Persistence()", True)]),
    "a component and its own": (f"self.a = {ONE}\nself.b = Bound()", [("Bound()", True)]),
    "one component": ("self.a = Bound()\nself.b = self.a", []),
    "a function inside": (f"self.a = {ONE}\nself.b = lambda: {TWO}", []),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_A_CLASS)
def test_what_one_object_binds(name: str) -> None:
    init, expected = IN_A_CLASS[name]
    assert found(model(init)) == expected


PARENTS = {
    "super": (f"super().__init__()\nself.c = {TWO}", [(TWO, True)]),
    "super of a parent": (f"super(Bound, self).__init__()\nself.c = {TWO}", []),
    "the parent by name": (f"Bound.__init__(self)\nself.c = {TWO}", [(TWO, True)]),
    "the parent not run": (f"self.c = {TWO}", []),
    "super on a condition": (f"if n:\n    super().__init__()\nself.c = {TWO}", []),
    "a method": ("super().__init__()\nself.bind()", [(TWO, True)]),
    "a method that is not called": ("super().__init__()", []),
}


@pytest.mark.parametrize("name", PARENTS)
def test_what_a_parent_binds_too(name: str) -> None:
    init, expected = PARENTS[name]
    rest = f"def bind(self):\n    self.c = {TWO}\n"
    assert found(model(init, rest, "Bound")) == expected


SESSIONS = {
    "in a session": ("with Checkpoint('a') as s:\n    a = Bound()\n    b = Heir()",
                     [("Heir()", True)]),
    "by a name": ("c = Checkpoint('a')\nwith c as s:\n    a = Bound()\n    b = Heir()",
                  [("Heir()", True)]),
    "a selected row": ("c = Checkpoint('a')\nwith c.select(-1):\n    a = Bound()\n    b = Heir()",
                       [("Heir()", True)]),
    "before the session": ("c = Checkpoint('a')\na = Bound()\nwith c:\n    b = Heir()",
                           [("Heir()", True)]),
    "before the Checkpoint": ("a = Bound()\nc = Checkpoint('a')\nwith c:\n    b = Heir()", []),
    "without a session": ("a = Bound()\nb = Heir()", []),
    "two": ("with Checkpoint('a'):\n    a = Bound()\nwith Checkpoint('b'):\n    Heir()", []),
    "a session inside": ("with Checkpoint('a'):\n    a = Bound()\n    with Checkpoint('b'):\n"
                         "        b = Heir()", []),
    "the caller's": ("def run(checkpoint):\n    with checkpoint:\n        a = Bound()\n"
                     "        b = Heir()", []),
    "a choice": ("with Checkpoint('a'):\n    a = Bound() if x else Heir()", []),
    "members": ("with Checkpoint('a'):\n    for m in range(4):\n        a = Bound()",
                [("Bound()", True)]),
    "a session for each": ("for m in range(4):\n    with Checkpoint('a'):\n        Bound()", []),
}  # fmt: skip


@pytest.mark.parametrize("name", SESSIONS)
def test_what_one_session_binds(name: str) -> None:
    text, expected = SESSIONS[name]
    assert found(text) == expected


_BRANCHES = {
    "plain": ("{0}\n{1}", True),
    "if body, after": ("if n:\n    {0}\n{1}", True),
    "if body that leaves, after": ("if n:\n    {0}\n    return\n{1}", False),
    "if, else": ("if n:\n    {0}\nelse:\n    {1}", False),
    "with": ("with n:\n    {0}\n{1}", True),
    "try, except": ("try:\n    {0}\nexcept E:\n    {1}", False),
    "try, finally": ("try:\n    {0}\nfinally:\n    {1}", True),
}


@pytest.mark.parametrize(("outer", "inner"), list(itertools.product(_BRANCHES, repeat=2)))
def test_alternatives_inside_one_another(outer: str, inner: str) -> None:
    """Whatever is nested in the first branch, the outer shape decides about what comes after."""
    shape, both_run = _BRANCHES[outer]
    nested, _ = _BRANCHES[inner]
    first = nested.format("self.a = " + ONE, "pass")
    lines = first.replace("\n", "\n    ") if "\n    {0}" in shape else first
    body = shape.format(lines, "self.b = " + TWO)
    is_left_inside = "return" in nested
    expected = both_run and not is_left_inside
    assert found(model(body)) == [(TWO, True)] * expected, body
