"""Flushes of checkpoint sessions, and the flush interval of their checkpoint where it is known."""

from __future__ import annotations

import pytest
from restart_models import ask

HEAD = "from earth2studio.utils.checkpoint import Checkpoint\n"
FLUSH = "with {checkpoint} as session:\n    session.flush()\n"


def intervals(body: str, head: str = HEAD) -> list[int | None]:
    """Return the known intervals of the flushes, in the order of the text."""
    return [flush.interval for flush in ask(head + body).flushes]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'c'", [1]),
        ("'c', flush_interval=1", [1]),
        ("'c', flush_interval=6", [6]),
        ("'c', flush_interval=None", [None]),
        ("'c', None, 'append', 4", [4]),
        ("name='c', **{}", []),
        ("*names", []),
        ("'c', *rest, flush_interval=2", []),
        ("'c', flush_interval=True", []),
        ("'c', flush_interval=every", []),
        ("'c', flush_interval=every or 1", []),
        ("'c', flush_interval=int('1')", []),
        ("'c', flush_interval=2 - 1", []),
        ("'c', flush_interval=1 if every else 6", []),
    ],
)
def test_the_interval_is_what_the_checkpoint_is_made_with(
    arguments: str, expected: list[int | None]
) -> None:
    assert intervals(FLUSH.format(checkpoint=f"Checkpoint({arguments})")) == expected


KNOWN = {
    "a row": "with Checkpoint('c').select(-1) as s:\n    s.flush()",
    "a row of a name": "c = Checkpoint('c')\nwith c.select(-1) as s:\n    s.flush()",
    "a second item": "with open('f') as f, Checkpoint('c') as s:\n    s.flush()",
    "a walrus": "with (c := Checkpoint('c')) as s:\n    s.flush()",
    "an alias": "c = d = Checkpoint('c')\nwith d as s:\n    t = s\n    t.flush()",
    "an annotated name": "c: Checkpoint = Checkpoint('c')\nwith c as s:\n    s.flush()",
    "a tuple": "c, n = Checkpoint('c'), 1\nwith c as s:\n    s.flush()",
    "an entered session": "s = Checkpoint('c').__enter__()\ns.flush()",
    "a session after its block": "with Checkpoint('c') as s:\n    pass\ns.flush()",
    "a loop": "with Checkpoint('c') as s:\n    for _ in range(3):\n        s.flush()",
    "a comprehension": "with Checkpoint('c') as s:\n    [s.flush() for _ in range(3)]",
    "a value that is used": "with Checkpoint('c') as s:\n    x = s.flush()",
    "a finally": (
        "with Checkpoint('c') as s:\n    try:\n        f()\n    finally:\n        s.flush()"
    ),
    "an interval in a name": "n = 1\nwith Checkpoint('c', flush_interval=n) as s:\n    s.flush()",
    "a function": "def f():\n    with Checkpoint('c') as s:\n        s.flush()",
    "an async function": "async def f():\n    with Checkpoint('c') as s:\n        s.flush()",
    "a checkpoint of the module": (
        "c = Checkpoint('c')\ndef f():\n    with c as s:\n        s.flush()"
    ),
    "an interval of the module": (
        "N = 1\ndef f():\n    with Checkpoint('c', flush_interval=N) as s:\n        s.flush()"
    ),
    "a method": (
        "class A:\n    def f(self):\n        with Checkpoint('c') as s:\n            s.flush()"
    ),
    "an attribute": (
        "class A:\n    def f(self):\n        self.c = Checkpoint('c')\n"
        "        with self.c as s:\n            s.flush()"
    ),
    "two of one interval": (
        "if f():\n    c = Checkpoint('c')\nelse:\n    c = Checkpoint('d', level=1)\n"
        "with c as s:\n    s.flush()"
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_session_is_followed_to_its_checkpoint(name: str) -> None:
    assert intervals(KNOWN[name] + "\n") == [1]


UNKNOWN = {
    "a parameter": "def f(c):\n    with c as s:\n        s.flush()",
    "a session that is passed in": "def f(s):\n    s.flush()",
    "a name bound elsewhere": "with c as s:\n    s.flush()",
    "another object": "with open('f') as s:\n    s.flush()",
    "a checkpoint's own flush": "Checkpoint('c').flush()",
    "two intervals": (
        "if f():\n    c = Checkpoint('c')\nelse:\n    c = Checkpoint('d', flush_interval=2)\n"
        "with c as s:\n    s.flush()"
    ),
    "a checkpoint or a parameter": (
        "def f(c):\n    if c is None:\n        c = Checkpoint('c')\n"
        "    with c as s:\n        s.flush()"
    ),
    "a session that is rebound": ("with Checkpoint('c') as s:\n    s = open('f')\n    s.flush()"),
    "a session rebound in the loop": (
        "with Checkpoint('c') as s:\n    while f():\n        s.flush()\n        s = g()"
    ),
    "a session rebound by a for": (
        "with Checkpoint('c') as s:\n    for s in f():\n        s.flush()"
    ),
    "a session rebound by a with": ("with Checkpoint('c') as s, open('f') as s:\n    s.flush()"),
    "a session rebound by a handler": (
        "with Checkpoint('c') as s:\n    try:\n        f()\n    except E as s:\n        s.flush()"
    ),
    "a session rebound by a pattern": (
        "with Checkpoint('c') as s:\n    match f():\n        case s:\n            s.flush()"
    ),
    "a session rebound by an import": (
        "with Checkpoint('c') as s:\n    from files import s\n    s.flush()"
    ),
    "a session rebound by a definition": (
        "with Checkpoint('c') as s:\n    def s(): ...\n    s.flush()"
    ),
    "a session rebound by a class": ("with Checkpoint('c') as s:\n    class s: ...\n    s.flush()"),
    "a session that is deleted": "with Checkpoint('c') as s:\n    del s\n    s.flush()",
    "an interval that is set": (
        "c = Checkpoint('c')\nc.flush_interval = f()\nwith c as s:\n    s.flush()"
    ),
    "an interval that is set later": (
        "c = Checkpoint('c')\nwhile f():\n"
        "    with c as s:\n        s.flush()\n    c.flush_interval = 2"
    ),
    "an interval that is multiplied": (
        "c = Checkpoint('c')\nc.flush_interval *= 2\nwith c as s:\n    s.flush()"
    ),
    "an interval that is set through the session": (
        "with Checkpoint('c') as s:\n    s.catalog.flush_interval = 2\n    s.flush()"
    ),
    "an interval that is set by setattr": (
        "c = Checkpoint('c')\nsetattr(c, 'flush_interval', 2)\nwith c as s:\n    s.flush()"
    ),
    "an interval that another function sets": (
        "c = Checkpoint('c')\ndef f():\n    c.flush_interval = 2\n"
        "def g():\n    with c as s:\n        s.flush()"
    ),
    "an interval set at the top": (
        "c = Checkpoint('c')\nc.flush_interval = 2\ndef f():\n    with c as s:\n        s.flush()"
    ),
    "an enclosing function's checkpoint": (
        "c = Checkpoint('c')\ndef f(c):\n    def g():\n        with c as s:\n            s.flush()"
    ),
    "an enclosing function's interval": (
        "n = 1\ndef f(n):\n    def g():\n"
        "        with Checkpoint('c', flush_interval=n) as s:\n            s.flush()"
    ),
    "a local import": (
        "N = 1\ndef f():\n    from config import N\n"
        "    with Checkpoint('c', flush_interval=N) as s:\n        s.flush()"
    ),
    "a local class": (
        "c = Checkpoint('c')\ndef f():\n    class c: ...\n    with c as s:\n        s.flush()"
    ),
    "a name bound twice": (
        "N = 1\nif f():\n    N = 2\ndef g():\n"
        "    with Checkpoint('c', flush_interval=N) as s:\n        s.flush()"
    ),
    "a name that is imported as well": (
        "N = 1\nfrom config import N\ndef g():\n"
        "    with Checkpoint('c', flush_interval=N) as s:\n        s.flush()"
    ),
    "a name in a tuple as well": (
        "N = 1\nN, M = 2, 3\ndef g():\n"
        "    with Checkpoint('c', flush_interval=N) as s:\n        s.flush()"
    ),
    "a name that is added to": (
        "N = 1\nN += 1\ndef g():\n"
        "    with Checkpoint('c', flush_interval=N) as s:\n        s.flush()"
    ),
    "a global that a function binds": (
        "N = 1\ndef f():\n    global N\n    N = 2\ndef g():\n"
        "    with Checkpoint('c', flush_interval=N) as s:\n        s.flush()"
    ),
    "a nonlocal checkpoint": (
        "def f():\n    c = Checkpoint('c')\n    def g():\n        nonlocal c\n"
        "        c = Checkpoint('d', flush_interval=2)\n    g()\n"
        "    with c as s:\n        s.flush()"
    ),
    "a conditional expression": ("with (Checkpoint('c') if f() else g()) as s:\n    s.flush()"),
    "a subclass": ("class Mine(Checkpoint): ...\nwith Mine('c') as s:\n    s.flush()"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_nothing_is_said_of_a_session_that_is_not_known(name: str) -> None:
    assert intervals(UNKNOWN[name] + "\n") == []


@pytest.mark.parametrize(
    ("head", "called"),
    [
        ("import earth2studio.utils.checkpoint\n", "earth2studio.utils.checkpoint.Checkpoint"),
        ("import earth2studio.utils.checkpoint as c\n", "c.Checkpoint"),
        ("from earth2studio.utils import checkpoint\n", "checkpoint.Checkpoint"),
        ("from earth2studio.utils.checkpoint import Checkpoint as C\n", "C"),
        ("from earth2studio.utils.checkpoint import *\n", "Checkpoint"),
    ],
)
def test_checkpoint_goes_under_whatever_name_it_is_imported(head: str, called: str) -> None:
    assert intervals(FLUSH.format(checkpoint=f"{called}('c')"), head) == [1]


@pytest.mark.parametrize(
    "head", ["", "from orbax.checkpoint import Checkpoint\n", "def Checkpoint(name): ...\n"]
)
def test_another_checkpoint_is_none(head: str) -> None:
    assert intervals(FLUSH.format(checkpoint="Checkpoint('c')"), head) == []


def test_in_a_fragment_an_unbound_checkpoint_is_the_one_of_earth2studio() -> None:
    text = FLUSH.format(checkpoint="Checkpoint('c')")
    assert [flush.interval for flush in ask(text, is_fragment=True).flushes] == [1]


def test_a_flush_tells_where_its_checkpoint_is_made_and_how_it_stands() -> None:
    asked = ask(
        HEAD + "if f():\n    c = Checkpoint('c')\nelse:\n    c = Checkpoint('d')\n"
        "with c as s:\n    s.flush()\n    done = s.flush(last=True)\n"
    )
    first, second = asked.flushes
    assert [asked.text(call) for call in first.made_by] == ["Checkpoint('c')", "Checkpoint('d')"]
    assert (first.is_statement, first.has_arguments) == (True, False)
    assert (second.is_statement, second.has_arguments) == (False, True)


def test_flushes_come_in_the_order_of_the_text() -> None:
    asked = ask(
        HEAD + "def f():\n    with Checkpoint('c', flush_interval=2) as s:\n        s.flush()\n"
        "with Checkpoint('d') as s:\n    s.flush(); s.flush(a=1)\n"
        "def g():\n    with Checkpoint('c', flush_interval=3) as s:\n        s.flush()\n"
    )
    assert [flush.interval for flush in asked.flushes] == [2, 1, 1, 3]
