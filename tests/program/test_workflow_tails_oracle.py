"""Generated sessions, run under every sequence of decisions: what is reported can be lost."""

from __future__ import annotations

from itertools import product
from textwrap import indent
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from restart_models import ask

DECISIONS = 5

_MOST_BRANCHES = 5
_HEAD = """\
from earth2studio.utils.checkpoint import Checkpoint
from others import maybe, few


def run():
    with Checkpoint('c', flush_interval=None) as s:
"""

_SIMPLE = ("s.write(a=1)", "s.flush()", "s.flush(a=1)", "maybe()")


class _Session:
    """Remembers whether anything is to be committed."""

    def __init__(self) -> None:
        self.is_dirty = False

    def __enter__(self) -> _Session:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, **_: object) -> None:
        self.is_dirty = True

    def flush(self, **_: object) -> None:
        self.is_dirty = False


def _block(lines: list[str]) -> str:
    return indent("\n".join(lines), "    ")


def _compound(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("if maybe():\n{0}".format, blocks),
        st.builds("if maybe():\n{0}\nelse:\n{1}".format, blocks, blocks),
        st.builds("for _ in few():\n{0}".format, blocks),
        st.builds("while maybe():\n{0}".format, blocks),
        st.builds("for _ in few():\n{0}\n    if maybe():\n        break".format, blocks),
        st.builds("try:\n{0}\nfinally:\n{1}".format, blocks, blocks),
    )


def _blocks(statements: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(statements, min_size=1, max_size=3).map(_block)


STATEMENTS = st.recursive(
    st.sampled_from(_SIMPLE), lambda inner: _compound(_blocks(inner)), max_leaves=6
)
BODIES = st.lists(STATEMENTS, min_size=1, max_size=4).map("\n".join)


def loses(text: str) -> bool:
    """Tell whether some sequence of decisions ends with writes that are not committed."""
    code = compile(text.split("\n\n\n", 1)[1], "workflow", "exec")
    for decisions in product((0, 1, 2), repeat=DECISIONS):
        left = [*decisions]
        session = _Session()

        def decide(left: list[int] = left) -> int:
            return left.pop(0) if left else 0

        names: dict[str, Any] = {
            "Checkpoint": lambda *_, session=session, **__: session,
            "maybe": lambda decide=decide: decide() == 1,
            "few": lambda decide=decide: range(decide()),
        }
        exec(code, names)
        names["run"]()
        if session.is_dirty:
            return True
    return False


@settings(max_examples=150, deadline=None)
@given(BODIES)
def test_what_is_reported_can_be_lost(body: str) -> None:
    text = _HEAD + indent(body, "        ") + "\n"
    if ask(text).unflushed_tails:
        assert loses(text), text


@settings(max_examples=150, deadline=None)
@given(BODIES.filter(lambda body: "flush" not in body.replace("\ns.flush", "")))
def test_what_can_be_lost_is_reported_where_no_flush_depends_on_anything(body: str) -> None:
    text = _HEAD + indent(body, "        ") + "\n"
    found = bool(ask(text).unflushed_tails)
    # With very many branches worlds are merged, and what is not sure any more is not reported.
    assume(found or body.count("maybe()") + body.count("few()") <= _MOST_BRANCHES)
    assert found is loses(text), text
