"""Sessions that end with writes that nothing has committed."""

from __future__ import annotations

import pytest
from restart_models import ask

HEAD = "from earth2studio.utils.checkpoint import Checkpoint\nfrom others import f\n"
OPEN = "with Checkpoint('c', flush_interval={interval}) as s:\n"


def lost(body: str) -> list[tuple[int | None, str]]:
    """Return the interval of each session that loses writes, and the last of these."""
    asked = ask(HEAD + body)
    return [(tail.interval, asked.text(tail.write)) for tail in asked.unflushed_tails]


LOST = {
    "a write": "    s.write(a=1)",
    "the last of two": "    s.write(a=0)\n    s.flush()\n    s.write(a=1)",
    "a write on a condition": "    if f():\n        s.write(a=1)",
    "a loop": "    for a in f():\n        s.write(a=1)",
    "a loop with a flush before the write": (
        "    for a in f():\n        s.flush()\n        s.write(a=1)"
    ),
    "a periodic flush": (
        "    for a in f():\n        s.write(a=1)\n        if a % 4 == 0:\n            s.flush()"
    ),
    "a periodic flush put negatively": (
        "    for a in f():\n        s.write(a=1)\n        if not a % 4:\n            s.flush()"
    ),
    "another object's flush": "    s.write(a=1)\n    log.flush()",
    "a look": "    s.write(a=1)\n    print(s, s.write_count, len(s.metadata))",
    "a nested with of the same store": "    with s:\n        s.write(a=1)",
    "an exception that is caught": (
        "    try:\n        f()\n    except E:\n        pass\n    s.write(a=1)"
    ),
}


@pytest.mark.parametrize("interval", [None, 7])
@pytest.mark.parametrize("name", LOST)
def test_a_write_that_no_flush_follows_is_lost(name: str, interval: int | None) -> None:
    assert lost(OPEN.format(interval=interval) + LOST[name] + "\n") == [(interval, "s.write(a=1)")]


KEPT = {
    "nothing written": "    pass",
    "a flush": "    s.write(a=1)\n    s.flush()",
    "a flush with metadata": "    s.write(a=1)\n    s.flush(done=True)",
    "a flush behind the with": "    s.write(a=1)\ns.flush()",
    "an alias": "    t = s\n    s.write(a=1)\n    t.flush()",
    "a finally": "    try:\n        s.write(a=1)\n    finally:\n        s.flush()",
    "an else": (
        "    if f():\n        s.write(a=1)\n        s.flush()\n    else:\n"
        "        s.write(a=2)\n        s.flush()"
    ),
    "a condition": "    s.write(a=1)\n    if f():\n        s.flush()",
    "a condition in a loop": (
        "    for a in f():\n        s.write(a=1)\n        if a % 4 == 0 or a == 20:\n"
        "            s.flush()"
    ),
    "a short circuit": "    s.write(a=1)\n    f() and s.flush()",
    "a continue": (
        "    for a in f():\n        s.write(a=1)\n        if f(a):\n            continue\n"
        "        s.flush()"
    ),
    "an unseen function": "    s.write(a=1)\n    f(s)",
    "an unseen function in a tuple": "    s.write(a=1)\n    f((s, 1))",
    "an unseen function earlier": "    f(s)\n    s.write(a=1)",
    "an unseen function that is given the store": "    s.write(a=1)\n    f(s.catalog)",
    "a bound method that is handed on": "    f(s.flush)\n    s.write(a=1)",
    "a lambda": "    f(lambda: s.flush())\n    s.write(a=1)",
    "a list": "    all = [s]\n    s.write(a=1)",
    "a method of its own": "    s.write(a=1)\n    def end():\n        s.flush()\n    end()",
    "an exception": "    s.write(a=1)\n    raise E",
    "an attribute": "    x.s = s\n    s.write(a=1)\ndef g():\n    x.s.flush()",
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_committed_or_may_be_is_not_lost(name: str) -> None:
    assert lost(OPEN.format(interval=None) + KEPT[name] + "\n") == []


@pytest.mark.parametrize("interval", ["1", "n", "f()", "True"])
def test_only_an_interval_that_is_known_counts(interval: str) -> None:
    assert lost(OPEN.format(interval=interval) + "    s.write(a=1)\n") == []


def test_an_exception_that_passes_loses_what_a_restart_does_again() -> None:
    body = OPEN.format(interval=None) + "        s.write(a=1)\n        f()\n        s.flush()\n"
    body = "try:\n    " + body + "except E:\n    f()\n"
    assert lost(body) == []


def test_a_session_that_is_returned_goes_on() -> None:
    body = "def g():\n    with Checkpoint('c', flush_interval=2) as s:\n        s.write(a=1)\n"
    assert lost(body) == [(2, "s.write(a=1)")]
    assert lost(body + "    return s\n") == []


def test_a_helper_inside_the_function_writes_and_flushes() -> None:
    body = (
        "def g():\n    with Checkpoint('c', flush_interval=2) as s:\n"
        "        def step():\n            s.write(a=1)\n"
        "        def end():\n            s.flush()\n        step()\n"
    )
    assert lost(body) == [(2, "s.write(a=1)")]
    assert lost(body + "        end()\n") == []


@pytest.mark.parametrize(
    ("body", "is_lost"),
    [
        ("for a in range(6): s.write(a=1)", False),
        ("for a in range(7): s.write(a=1)", True),
        ("for a in range(s.write_count, 6): s.write(a=1)", False),
        ("for a in range(2, 8, 2): s.write(a=1)", False),
        ("for a in range(2, 8, 0): s.write(a=1)", True),
        ("for a in range(N): s.write(a=1)", False),
        ("for a in range(M): s.write(a=1)", True),
        ("for a in range(2):\n        for b in range(3): s.write(a=1)", False),
        ("for a in range(6):\n        if a: s.write(a=1)", True),
        ("for a in range(6):\n        if s.write(a=1) is not None: f()", False),
        ("for a in range(6):\n        if not (e := s.write(a=1)): f(e)", False),
        ("for a in range(6):\n        f(s.write(a=1) or a)", False),
        ("for a in range(6):\n        f(a and s.write(a=1))", True),
        ("for a in range(6):\n        if a: f()\n        elif s.write(a=1): f()", True),
        ("for a in range(6):\n        s.write(a=1)\n        if a: break", True),
        ("if f():\n        for a in range(3): s.write(a=1)", False),
        ("s.write(a=1); s.write(a=1); s.write(a=1)", False),
        ("while f(): s.write(a=1)", True),
        ("while s.write_count < 6: s.write(a=1)", False),
        ("while s.write_count < 7: s.write(a=1)", True),
        ("while s.write_count < f(): s.write(a=1)", True),
        ("while s.write_count <= 6: s.write(a=1)", True),
    ],
)
def test_a_number_of_writes_that_is_known_may_come_out_even(body: str, is_lost: bool) -> None:
    text = "N = 3\nM = N = 4\n" if "M" in body else "N = 3\n"
    found = lost(f"{text}{OPEN.format(interval=3)}    {body}\n")
    assert bool(found) is is_lost


FIXED = {
    "    s.write(a=1)  # kept\nf()": "    s.write(a=1)  # kept\n    s.flush()\nf()",
    "    for a in f():\n        s.write(a=1)": (
        "    for a in f():\n        s.write(a=1)\n    s.flush()"
    ),
}


@pytest.mark.parametrize("body", FIXED)
def test_the_flush_comes_at_the_end_of_the_with(body: str) -> None:
    asked = ask(HEAD + OPEN.format(interval=2) + body + "\n")
    (tail,) = asked.unflushed_tails
    written = asked.flush_at_end(tail)
    assert written is not None
    text, edit = written
    assert text == "s.flush()"
    lines = asked.module.source.text.splitlines()
    line = edit.span.start.line
    lines[line - 1] += edit.replacement
    assert "\n".join(lines) == HEAD + OPEN.format(interval=2) + FIXED[body]


@pytest.mark.parametrize(
    "body",
    [
        "with Checkpoint('c', flush_interval=2) as s: s.write(a=1)",
        "with Checkpoint('c', flush_interval=2) as x.s:\n    x.s.write(a=1)",
        "c = Checkpoint('c', flush_interval=2)\nwith c:\n    c.active.write(a=1)",
        "def g():\n    with Checkpoint('c', flush_interval=2) as s:\n        s.write(a=1)\n"
        "        if f():\n            return\n",
        "for a in f():\n    with Checkpoint('c', flush_interval=2) as s:\n        s.write(a=1)\n"
        "        if f():\n            break\n",
        "with Checkpoint('c', flush_interval=2) as s:\n    s.write(a=1)\ns = None",
    ],
)
def test_there_is_no_fix_where_its_place_is_not_certain(body: str) -> None:
    asked = ask(HEAD + body + "\n")
    for tail in asked.unflushed_tails:
        assert asked.flush_at_end(tail) is None
