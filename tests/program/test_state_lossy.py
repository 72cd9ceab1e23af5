"""What a restart changes: the order of a dict's keys, and attributes of types that are not kept."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from source_trees import program

from ckptlint.program.program import Program

HEAD = """\
import enum
from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple
import numpy as np
from earth2studio.utils.checkpoint import bind_checkpoint_state

class Pair(NamedTuple):
    a: int = 1
    def total(self): ...
class Number(enum.IntEnum):
    A = 1
@dataclass
class Inner:
    a: int = 1

@dataclass
class State:
    d: dict = field(default_factory=dict)
    {field}

class Model:
    def __init__(self):
        self.c = bind_checkpoint_state(State())

{methods}
"""


def found(*methods: str, declared: str = "x: object = None") -> list[str]:
    written = "\n".join(
        f"def m{number}(self, y, coords):\n{indent(dedent(one).strip(chr(10)), '    ')}\n"
        for number, one in enumerate(methods)
    )
    text = HEAD.format(field=declared, methods=indent(written, "    "))
    module = program(text)
    assert not module.syntax_problems
    asked = Program(module)
    return [asked.text(one.span) for one in asked.lossy_fields]


ORDERED = [
    "return list(self.c.d)",
    "return tuple(self.c.d.values())",
    "return [*self.c.d]",
    "return [v for v in self.c.d.values()]",
    "return np.stack(list(self.c.d.values()))",
    "return tuple(v for v in self.c.d.values())",
    "return list(OrderedDict(self.c.d))",
    "return list({**self.c.d, 'z': 1})",
    "return list({k: v for k, v in self.c.d.items()})",
    "return list(self.c.d.copy().items())",
    "return list(self.c.d if y else {})",
]
FREE = [
    "return self.c.d['a']",
    "return self.c.d.get('a'), 'a' in self.c.d, len(self.c.d), bool(self.c.d)",
    "return sorted(self.c.d)",
    "return sorted(list(self.c.d))",
    "return set(self.c.d.values()), {v for v in self.c.d}",
    "return max(v for v in self.c.d.values())",
    "return [self.c.d[k] for k in y]",
    "return OrderedDict((k, self.c.d[k]) for k in y)",
    "return self.c.d",
    "return unknown(self.c.d)",
    "for k in self.c.d:\n    y += self.c.d[k]",
    "z = self.c.d\nz = {k: z[k] for k in y}\nreturn list(z)",
    "z = OrderedDict(self.c.d)\nz.move_to_end('a')\nreturn list(z)",
    "self.c.d = {'b': 1, 'a': 2}\nreturn list(self.c.d)",
]


@pytest.mark.parametrize("body", ORDERED)
def test_the_order_is_used(body: str) -> None:
    assert found("self.c.d = dict(y)", body) == ["self.c.d"]


@pytest.mark.parametrize("body", FREE)
def test_the_order_is_not_used(body: str) -> None:
    assert found("self.c.d = dict(y)", body) == []


def test_the_order_is_used_through_a_local() -> None:
    body = "z = self.c.d\nif y:\n    return None\nreturn list(z)"
    assert found("self.c.d = dict(y)", body) == ["self.c.d"]


@pytest.mark.parametrize(
    ("put", "is_found"),
    [
        ("self.c.d = {'a': 1, 'b': 2}", False),
        ("self.c.d = {'b': 1, 'a': 2}", True),
        ("self.c.d = dict(a=1, b=2)", False),
        ("self.c.d = dict(b=1, a=2)", True),
        ("self.c.d = dict(sorted(y.items()))", False),
        ("self.c.d = {k: y[k] for k in sorted(y)}", False),
        ("self.c.d = {k: y[k] for k in y}", True),
        ("self.c.d = None", False),
        ("pass", False),
        ("self.c.d['a'] = 1", False),
    ],
)
def test_which_dicts_lose_their_order(put: str, is_found: bool) -> None:
    assert found(put, "return list(self.c.d)") == ["self.c.d"] * is_found


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("if self.c.checkpoint_state_loaded:\n    return y, self.c.d, True", True),
        ("if self.c.checkpoint_state_loaded:\n    coords = OrderedDict(self.c.d)\nreturn y, coords",
         True),
        ("return y, self.c.d", False),
        ("if self.c.checkpoint_state_loaded:\n    return self.c.d['a']", False),
    ],
)  # fmt: skip
def test_coordinates_that_are_restored(body: str, is_found: bool) -> None:
    assert found("self.c.d = dict(coords)", body) == ["self.c.d"] * is_found
    assert found("self.c.d = dict(settings)", body) == []


LOST = {
    "a namedtuple": ("x: object = None", "self.c.x = Pair(1)", "return self.c.x.a", True),
    "its method": ("x: object = None", "self.c.x = Pair(1)", "return self.c.x.total()", True),
    "what a tuple has": ("x: object = None", "self.c.x = Pair(1)", "return self.c.x.index(1)",
                         False),
    "its index": ("x: object = None", "self.c.x = Pair(1)", "return self.c.x[0]", False),
    "a default": ("x: Pair = Pair(1)", "pass", "return self.c.x.a", True),
    "an IntEnum": ("x: Number = Number.A", "pass", "return self.c.x.name", True),
    "a NumPy scalar": ("x: object = 0", "self.c.x = np.float32(y)", "return self.c.x.dtype", False),
    "only one": ("x: object = None", "self.c.x = np.float32(y)", "return self.c.x.dtype", True),
    "an OrderedDict": ("x: object = None", "self.c.x = OrderedDict(y)",
                       "return self.c.x.move_to_end(1)", True),
    "a Counter": ("x: object = None", "self.c.x = Counter(y)", "return self.c.x.total()", True),
    "a dataclass": ("x: object = None", "self.c.x = Inner(y)", "return self.c.x.a", True),
    "one that is filled": ("x: Inner = field(default_factory=Inner)", "self.c.x = Inner(y)",
                           "return self.c.x.a", False),
    "made again": ("x: object = None", "self.c.x = Pair(1)", "return Pair(*self.c.x).a", False),
    "made again in place": ("x: object = None", "self.c.x = Pair(*self.c.x)", "return self.c.x.a",
                            False),
    "asked for its type": ("x: object = None", "self.c.x = Inner(y)",
                           "return self.c.x.a if isinstance(self.c.x, Inner) else 1", False),
    "set before": ("x: object = None", "pass", "self.c.x = Pair(1)\nreturn self.c.x.a", False),
    "something else": ("x: object = None", "self.c.x = y", "return self.c.x.a", False),
}  # fmt: skip


@pytest.mark.parametrize("name", LOST)
def test_attributes_that_are_lost(name: str) -> None:
    declared, put, body, is_found = LOST[name]
    assert len(found(put, body, declared=declared)) == is_found
