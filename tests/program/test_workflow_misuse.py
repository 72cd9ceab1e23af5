"""Sessions, and values of `write`, that are taken for something else; rows that nothing counts."""

from __future__ import annotations

import pytest
from restart_models import ask

HEAD = "from earth2studio.utils.checkpoint import Checkpoint\nfrom others import f\n"
OPEN = "with Checkpoint('c'{options}) as s:\n"


def misuses(body: str, options: str = "") -> list[tuple[str, str]]:
    """Return what is misused in a session, and as what."""
    asked = ask(HEAD + OPEN.format(options=options) + body + "\n")
    return [(asked.text(one.node), one.kind.value) for one in asked.session_misuses]


@pytest.mark.parametrize(
    ("body", "test"),
    [
        ("    if s:\n        s.write(a=1)", "s"),
        ("    if s.exists:\n        s.write(a=1)", "s.exists"),
        ("    if bool(s) and f():\n        s.write(a=1)\n        s.flush()", "bool(s)"),
        ("    s and s.write(a=1)", "s"),
        ("    s.write(a=1) if s else f()", "s"),
        ("    if s:\n        for a in f():\n            s.write(a=a)", "s"),
    ],
)
def test_a_first_commit_that_waits_for_itself(body: str, test: str) -> None:
    assert misuses(body) == [(test, "guarded")]


@pytest.mark.parametrize(
    "body",
    [
        "    if not s:\n        s.write(a=1)",
        "    if s or f():\n        s.write(a=1)",
        "    if s is not None:\n        s.write(a=1)",
        "    if s:\n        f()\n    else:\n        s.write(a=1)",
        "    if s:\n        s.write(a=1)\n    s.flush(b=1)",
        "    f(s)\n    if s:\n        s.write(a=1)",
        "    if f():\n        s = f()\n    if s:\n        s.write(a=1)",
        "    if s:\n        print(1)\n    s.write(a=1)",
    ],
)
def test_a_first_commit_that_may_come(body: str) -> None:
    assert misuses(body) == []


def test_a_selected_row_is_there() -> None:
    text = (
        "with Checkpoint('c').select(-1) as s:\n    x = s or f()\n    if s:\n        s.write(a=1)\n"
    )
    assert ask(HEAD + text).session_misuses == ()


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("    f()\n    x = s or f()", True),
        ("    f()\n    f(s or None)", True),
        ("    f()\n    x = f() or s", False),
        ("    f()\n    if s or f():\n        f()", False),
        ("    f()\n    while not (s or f()):\n        f()", False),
        ("    s = f()\n    x = s or f()", False),
    ],
)
def test_a_new_session_that_another_replaces(body: str, is_found: bool) -> None:
    assert [kind for _, kind in misuses(body)] == ["replaced"] * is_found


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("    s.write(a=1).commit_id", "no entry"),
        ("    e = s.write(a=1)\n    f(e.commit_id)", "no entry"),
        ("    assert s.write(a=1)", "no success"),
        ("    if not s.write(a=1):\n        raise E", "no success"),
        ("    e = s.write(a=1)\n    if e:\n        f(e.commit_id)", None),
        ("    e = s.write(a=1)\n    f(e)\n    f(e.commit_id)", None),
        ("    e = s.write(a=1)", None),
        ("    if not s.write(a=1):\n        f()", None),
        ("    if s.write(a=1):\n        f()", None),
        ("    f(s.write(a=1))", None),
    ],
)
def test_a_write_that_is_gathered_gives_none(body: str, kind: str | None) -> None:
    expected = [("s.write(a=1)", kind)] if kind else []
    assert misuses(body, ", flush_interval=3") == expected
    assert misuses(body, ", flush_interval=None") == expected
    assert misuses(body) == []
    assert misuses(body, ", flush_interval=n") == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("    s = s.write(a=1)", "rebound"),
        ("    for a in f():\n        s = s.write(a=1)", "rebound"),
        ("    f(s.write(a=1) < 3)", "no number"),
        ("    n = 1 + s.write(a=1)", "no number"),
        ("    n += s.write(a=1)", "no number"),
        ("    f(s.write(a=1) == None)", None),
        ("    f(s.write(a=1) is not None)", None),
    ],
)
def test_what_write_gives_is_neither_a_session_nor_a_number(body: str, kind: str | None) -> None:
    assert misuses(body) == ([("s.write(a=1)", kind)] if kind else [])


def uncounted(body: str, options: str = "") -> list[str]:
    """Return each flush that is the only commit where writes are counted."""
    asked = ask(HEAD + OPEN.format(options=options) + body + "\n")
    return [asked.text(one.flush) for one in asked.uncounted_rows]


LOOP = "    for a in range(s.write_count, 9):\n        s.flush(a=a)"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (LOOP, ["s.flush(a=a)"]),
        (LOOP.replace("a=a", "**f()"), ["s.flush(**f())"]),
        (LOOP + "\n    print(s.write_count)", ["s.flush(a=a)"]),
        (LOOP.replace("a=a", ""), []),
        (LOOP.replace("s.write_count", "0"), []),
        (LOOP + "\n    s.write(a=1)", []),
        (LOOP + "\n    f(s)", []),
        ("    f(s.catalog)\n" + LOOP, []),
        ("    n = s.write_count\n    s.flush(a=1)", []),
        ("    n = t.write_count\n    for a in f():\n        s.flush(a=a)", []),
    ],
)
def test_a_loop_that_flushes_and_never_writes(body: str, expected: list[str]) -> None:
    assert uncounted(body) == expected


@pytest.mark.parametrize(
    ("options", "body", "is_fixed"),
    [
        ("", LOOP, True),
        (", flush_interval=2", LOOP, False),
        ("", LOOP.replace("s.f", "x = s.f"), False),
    ],
)
def test_write_takes_the_place_of_flush_where_it_commits(
    options: str, body: str, is_fixed: bool
) -> None:
    asked = ask(HEAD + OPEN.format(options=options) + body + "\n")
    (found,) = asked.uncounted_rows
    edit = asked.write_instead(found)
    assert (edit is not None) is is_fixed
    if edit is not None:
        assert (asked.text(edit.span), edit.replacement) == ("flush", "write")
