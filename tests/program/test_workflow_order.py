"""Rows committed before their output, and while a later step waits."""

from __future__ import annotations

import pytest
from restart_models import ask

HEAD = (
    "import numpy as np\nfrom itertools import islice, pairwise\n"
    "from earth2studio.utils.checkpoint import Checkpoint\n"
    "def f(model, io, path, n):\n    with Checkpoint('c'{options}) as s:\n"
)


def laid(*lines: str, options: str = "") -> str:
    """Write a workflow whose loop over the steps has these lines."""
    loop = "        for x, c in model.create_iterator():\n"
    return HEAD.format(options=options) + loop + "".join(f"            {one}\n" for one in lines)


def early(text: str) -> list[tuple[str, str]]:
    """Return each row that comes before its output, and that output."""
    asked = ask(text)
    return [(asked.text(one.commit), asked.text(one.output)) for one in asked.early_commits]


@pytest.mark.parametrize(
    "output",
    [
        "io.write(x, c, 't2m')",
        "io.write(x, coords=c)",
        "np.save(path, x)",
        "x.to_netcdf(path)",
        "path.write_text(str(x))",
    ],
)
def test_a_row_before_its_output_is_early(output: str) -> None:
    assert early(laid("s.write(a=1)", output)) == [("s.write(a=1)", output)]
    made = output.replace("(x", "(y").replace(", x", ", y").replace("x.to", "y.to")
    assert early(laid("s.write(a=1)", "y = x * 2", made)) != []
    assert early(laid(output, "s.write(a=1)")) == []


@pytest.mark.parametrize(
    "lines",
    [
        ("s.write(a=1)", "print(x)"),
        ("s.write(a=1)", "log.write(x, 'info')"),
        ("s.write(a=1)", "s.write(b=1)"),
        ("s.write(a=1)", "io.write(x)"),
        ("s.write(a=1)", "io.save(x, path)"),
        ("io.write(x, c)", "s.write(a=1)", "io.write(x, c)"),
        ("s.write(a=1)", "x = model(x)", "io.write(x, c)"),
        ("s.write(a=1)", "x, c = next(steps)", "io.write(x, c)"),
        ("s.write(a=1)", "x += 1", "io.write(x, c)"),
        ("if n: io.write(x, c)", "s.write(a=1)", "if not n: io.write(x, c)"),
        ("s.write(a=1)", "continue", "io.write(x, c)"),
    ],
)
def test_what_is_no_output_of_the_step_does_not_count(lines: tuple[str, ...]) -> None:
    assert early(laid(*lines)) == []


def test_where_only_flush_commits_its_place_counts() -> None:
    by_hand = ", flush_interval=None"
    late = laid("s.write(a=1)", "io.write(x, c)", "s.flush()", options=by_hand)
    assert early(late) == []
    assert early(laid("s.write(a=1)", "s.flush()", "io.write(x, c)", options=by_hand)) == [
        ("s.flush()", "io.write(x, c)")
    ]
    assert early(laid("s.write(a=1)", "io.write(x, c)", "s.flush()")) != []


def test_a_row_behind_the_loop_or_of_another_loop_is_not_early() -> None:
    text = HEAD.format(options="") + "        for x in n:\n            io.write(x, 1)\n"
    assert early(text + "        s.write(a=1)\n        io.write(n, 2)\n") == []


def test_a_restart_that_writes_the_output_again_is_right() -> None:
    again = "        if s.exists:\n            io.write(n, 1)\n"
    head, loop = laid("s.write(a=1)", "io.write(x, c)").split("        for x, c", 1)
    assert early(f"{head}{again}        for x, c{loop}") == []


def test_a_row_chosen_by_select_is_not_judged() -> None:
    text = laid("s.write(a=1)", "io.write(x, c)")
    assert early(text.replace("Checkpoint('c')", "Checkpoint('c').select(n)")) == []
    assert len(early(text.replace("Checkpoint('c')", "Checkpoint('c').select(-1)"))) == 1


def moved(text: str) -> str | None:
    """Return the program with the row behind its output."""
    asked = ask(text)
    (found,) = asked.early_commits
    edits = asked.output_first(found)
    if edits is None:
        return None
    lines = [line + "\n" for line in text.splitlines()]
    for edit in sorted(edits, key=lambda one: one.span.start, reverse=True):
        (first, left), (last, right) = edit.span
        rest = lines[last - 1][right - 1 :] if last <= len(lines) else ""
        lines[first - 1 : last] = [lines[first - 1][: left - 1] + edit.replacement + rest]
    return "".join(lines)


def test_the_row_is_moved_behind_the_output() -> None:
    text = laid("s.write(a=1)", "y = x", "io.write(y, c)")
    assert moved(text) == laid("y = x", "io.write(y, c)", "s.write(a=1)")


@pytest.mark.parametrize(
    "lines",
    [
        ("if n: s.write(a=1)", "io.write(x, c)"),
        ("a = s.write(a=1)", "io.write(x, c)"),
        ("s.write(a=1)", "b = io.write(x, c)"),
        ("s.write(a=1)", "if n: io.write(x, c)"),
    ],
)
def test_a_row_that_stands_elsewhere_is_not_moved(lines: tuple[str, ...]) -> None:
    assert moved(laid(*lines)) is None


def ahead(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return what is drawn ahead of each row, and the names that hold it."""
    asked = ask(text)
    return [(asked.text(one.drawn), one.names) for one in asked.lookaheads]


def workflow(*lines: str) -> str:
    """Write a workflow whose session has these lines."""
    return HEAD.format(options="") + "".join(f"        {line}\n" for line in lines)


START = ("steps = model.create_iterator()", "x, c = next(steps)", "for _ in range(n):")
WRITE = ("    io.write(x, c, 't2m')", "    s.write(a=1)")


def test_a_step_that_waits_while_a_row_is_written_is_ahead() -> None:
    text = workflow(*START, "    y, d = next(steps)", *WRITE, "    x, c = y, d")
    assert ahead(text) == [("y, d = next(steps)", ("d", "y"))]


@pytest.mark.parametrize(
    "lines",
    [
        (*START, *WRITE, "    y, d = next(steps)", "    x, c = y, d"),
        (*START, "    y, d = next(steps)", "    x, c = y, d", *WRITE),
        (*START, "    y, d = next(steps)", "    io.write(y, d)", *WRITE, "    x, c = y, d"),
        (*START, "    next(steps)", *WRITE, "    x, c = next(steps)"),
        (*START, "    y = next(others)", *WRITE, "    x = y"),
        (*START, "    y, d = next(steps)", *WRITE, "    print(y, d)"),
        ("own = s.bind(State())", *START, "    y = next(steps)", *WRITE, "    x = y"),
    ],
)
def test_a_step_that_is_written_or_drawn_in_its_turn_is_not(lines: tuple[str, ...]) -> None:
    assert ahead(workflow(*lines)) == []


@pytest.mark.parametrize(
    ("iterated", "drawn"),
    [
        ("list(model.create_iterator())", True),
        ("enumerate(tuple(islice(model.create_iterator(), 3)))", True),
        ("[one for one in model.create_iterator()]", True),
        ("enumerate(islice(model.create_iterator(), 3))", False),
        ("list(model.members())", False),
        ("zip(range(3), list(model.create_iterator()))", True),
    ],
)
def test_a_list_of_steps_has_drawn_them_all(iterated: str, drawn: bool) -> None:
    for lines in ([f"for x in {iterated}:"], [f"steps = {iterated}", "for x in steps:"]):
        found = ahead(workflow(*lines, *WRITE))
        assert [names for _, names in found] == [()] * drawn


def test_the_second_of_a_pair_is_ahead() -> None:
    loop = "for x, y in pairwise(model.create_iterator()):"
    assert ahead(workflow(loop, "    io.write(x, 1)", "    s.write(a=1)")) == [
        ("pairwise(model.create_iterator())", ("y",))
    ]
    assert ahead(workflow(loop, "    io.write(y, 1)", "    s.write(a=1)")) == []
