"""Any restart-aware model can be asked about: nothing raises, and answers do not change."""

from __future__ import annotations

from textwrap import indent

from hypothesis import given, settings
from hypothesis import strategies as st
from restart_models import ask, model

EXPRESSIONS = [
    "x",
    "coords",
    "flag",
    "None",
    "True",
    "0",
    "()",
    "[]",
    "{}",
    "self",
    "self.restart",
    "self.restart.x",
    "self.restart.checkpoint_state_loaded",
    "self.restart.checkpoint_level",
    "self.restart.x is None",
    "self.core",
    "self.state",
    "self._save",
    "self._save(x, coords)",
    "self._restore(x, coords)",
    "self.helper(x, flag)",
    "self.helper(*x, **coords)",
    "self.steps(x)",
    "self.unknown(x)",
    "super().create_iterator(x, coords)",
    "super()",
    "next(it)",
    "it",
    "inner",
    "inner(x)",
    "Parent.create_iterator(self, x, coords)",
    "getattr(self, 'restart')",
    "partial(self._save, x)",
    "(lambda y: self._save(y, x))",
    "[x for x in coords]",
    "{y: x for y in it if flag}",
    "(yield x)",
    "(y := x)",
    "Checkpoint('c')",
    "-x[0, ...]",
    "f'{x!r:>{coords}}'",
]
COMBINATIONS = [
    "({0}, {1})",
    "({0} or {1})",
    "({0} and not {1})",
    "({0} if {1} else x)",
    "({0} == {1})",
    "({0} is not {1})",
    "({0} in {1})",
    "(0 <= {0} < {1})",
    "load({0}, y={1})",
    "load(*{0})",
    "({0})[{1}]",
    "({0}).x",
    "({0})({1})",
    "({0} + {1})",
]
TARGETS = [
    "x",
    "flag",
    "it",
    "x, coords",
    "(x, flag), *coords",
    "self.restart.x",
    "self.restart.x[0]",
    "self.noise",
    "self.boundary",
    "self.cache['x']",
    "x.y.z",
    "coords['x']",
]
EXPRESSION = st.one_of(
    st.sampled_from(EXPRESSIONS),
    st.builds(
        str.format,
        st.sampled_from(COMBINATIONS),
        st.sampled_from(EXPRESSIONS),
        st.sampled_from(EXPRESSIONS),
    ),
)
SIMPLE = st.one_of(
    EXPRESSION,
    st.builds("{} = {}".format, st.sampled_from(TARGETS), EXPRESSION),
    st.builds("{} = {}".format, st.sampled_from(TARGETS), EXPRESSION),
    st.builds("{} += {}".format, st.sampled_from(["x", "flag", "self.restart.x"]), EXPRESSION),
    st.builds("yield {}".format, EXPRESSION),
    st.builds("yield from {}".format, EXPRESSION),
    st.builds("assert {}".format, EXPRESSION),
    st.builds("raise ValueError({})".format, EXPRESSION),
    st.builds("return {}".format, EXPRESSION),
    st.sampled_from(["yield", "yield x, coords", "return", "pass", "del x", "import it"]),
    st.sampled_from(["yield x, coords", "self._save(x, coords)", "nonlocal_ = flag = True"]),
)
HEADERS = st.sampled_from(
    [
        ("if {}:",),
        ("if {}:", "else:"),
        ("if {}:", "elif flag:", "else:"),
        ("while {}:",),
        ("while {}:", "else:"),
        ("for x in {}:",),
        ("for x, coords in {}:", "else:"),
        ("with {}:",),
        ("with {} as x:",),
        ("with suppress(ValueError), {} as flag:",),
        ("try:", "except ({}) as x:"),
        ("try:", "except ValueError:", "else:", "finally:"),
        ("try:", "finally:"),
        ("def inner(y=x):",),
        ("def inner(y, *rest, flag=False, **more):",),
        ("class Inner:",),
    ]
)


@st.composite
def blocks(draw: st.DrawFn, depth: int, most: int = 3) -> str:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, most))):
        if depth and draw(st.booleans()):
            for header in draw(HEADERS):
                lines.append(header.format(draw(EXPRESSION)))
                lines.append(indent(draw(blocks(depth=depth - 1)), "    "))
        else:
            lines.append(draw(SIMPLE))
    return "\n".join(lines)


@st.composite
def models(draw: st.DrawFn) -> str:
    methods = [
        ("def create_iterator(self, x, coords, flag=False):", 3),
        ("def helper(self, x, flag=None, *rest, **more):", 2),
        ("def steps(self, x):", 2),
        ("@property\ndef state(self):", 1),
        ("@contextmanager\ndef boundary(self, x=1, coords=2, flag=3):", 1),
        ("def __call__(self, x):", 1),
    ]
    body = "\n".join(
        f"{header}\n{indent(draw(blocks(depth=depth)), '    ')}" for header, depth in methods
    )
    return model(body, bases=draw(st.sampled_from(["Parent", "Unseen", "torch.nn.Module"])))


@settings(deadline=None)
@given(models())
def test_every_question_has_an_answer_and_always_the_same(text: str) -> None:
    assert answers(text) == answers(text)


@settings(deadline=None)
@given(blocks(depth=3))
def test_every_question_has_an_answer_in_a_fragment(text: str) -> None:
    answers(f"if self.restart.checkpoint_enabled:\n    pass\n{text}", is_fragment=True)


def answers(text: str, *, is_fragment: bool = False) -> list[object]:
    """Ask everything, and return the answers in terms of the text."""
    asked = ask(text, is_fragment=is_fragment)
    found: list[object] = []
    for one in asked.unsaved_yields:
        late = None if one.late_save is None else asked.span(one.late_save)
        turns = [(asked.span(turn.node), turn.kind, turn.description) for turn in one.turns]
        since = None if one.since is None else asked.span(one.since)
        found.append((asked.span(one.node), since, turns, late, asked.missing_save(one)))
    for restarted in asked.restarted_parents:
        reads = [asked.place(read.node, read.module) for read in restarted.reads]
        effects = [
            (effect.kind, asked.place(effect.node, effect.module)) for effect in restarted.effects
        ]
        edits = asked.own_step_after_restart(restarted)
        found.append((asked.span(restarted.call), restarted.parent, reads, effects, edits))
    for flush in asked.flushes:
        made_by = [asked.span(made) for made in flush.made_by]
        found.append((asked.span(flush.call), flush.interval, made_by))
    return found
