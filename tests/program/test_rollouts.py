"""Where rollouts start, which of their yields hand out boundaries, and how one comes unsaved."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from restart_models import ask, model, unsaved
from source_trees import fragment, program, project_of

from ckptlint.program.flow.graph import EdgeKind
from ckptlint.program.interpretation import interpreter
from ckptlint.program.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.program.rollouts import UnsavedYield

BIND = "from earth2studio.utils.checkpoint import bind_checkpoint_state\n"


def entries(asked: Program) -> list[tuple[str, str, str]]:
    """Return of each rollout its model, and the class and name of the method it starts in."""
    found = []
    for rollout in asked.rollouts:
        frame = rollout.frame
        assert frame.concrete is not None
        assert frame.owner is not None
        found.append((frame.concrete.name, frame.owner.name, frame.scope.name))
    return found


def the_unsaved(text: str) -> UnsavedYield:
    (found,) = ask(text).unsaved_yields
    return found


ENTRIES = {
    "its own": (
        "def create_iterator(self, x, coords):\n    yield x, coords\n",
        ("Model", "create_iterator"),
    ),
    "its usual generator alone": (
        "def _default_generator(self, x, coords):\n    yield x, coords\n",
        ("Model", "_default_generator"),
    ),
    "both": (
        "def create_iterator(self, x, coords):\n"
        "    yield from self._default_generator(x, coords)\n"
        "def _default_generator(self, x, coords):\n    yield x, coords\n",
        ("Model", "create_iterator"),
    ),
    "a stub beside its usual generator": (
        "def create_iterator(self, x, coords):\n    ...\n"
        "def _default_generator(self, x, coords):\n    yield x, coords\n",
        ("Model", "_default_generator"),
    ),
    "its parent's": ("", ("Parent", "create_iterator")),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_where_a_rollout_starts(name: str) -> None:
    body, (owner, entry) = ENTRIES[name]
    bases = "Parent" if name == "its parent's" else "torch.nn.Module"
    assert entries(ask(model(body, bases=bases))) == [("Model", owner, entry)]


NO_ROLLOUT = {
    "no entry": "def steps(self, x):\n    yield x\n",
    "a stub": "def create_iterator(self, x, coords):\n    raise NotImplementedError\n",
    "a docstring": 'def create_iterator(self, x, coords):\n    """Say."""\n',
    "an attribute": "create_iterator = None\n",
    "another class inside": (
        "class Inner:\n    def create_iterator(self, x, coords):\n        yield x\n"
    ),
    "a decorator that may do anything": (
        "@autosave\ndef create_iterator(self, x, coords):\n    yield x\n"
    ),
}


@pytest.mark.parametrize("name", NO_ROLLOUT)
def test_where_none_starts(name: str) -> None:
    assert entries(ask(model(NO_ROLLOUT[name], bases="torch.nn.Module"))) == []


def test_a_class_that_binds_nothing_has_no_rollout() -> None:
    text = "class Model:\n    def create_iterator(self, x, coords):\n        yield x, coords\n"
    assert entries(ask(text)) == []


def test_every_model_of_a_module_has_its_own() -> None:
    text = model("def create_iterator(self, x, coords):\n    yield x, coords\n") + dedent("""
        class Child(Model):
            pass

        class Other(Model):
            def create_iterator(self, x, coords):
                yield x, coords
        """)
    assert entries(ask(text)) == [
        ("Model", "Model", "create_iterator"),
        ("Child", "Model", "create_iterator"),
        ("Other", "Other", "create_iterator"),
    ]


def test_a_diamond_starts_where_python_would() -> None:
    text = BIND + dedent("""
        class Top:
            def __init__(self, state):
                self.restart = bind_checkpoint_state(state)
            def create_iterator(self, x, coords):
                yield x, coords
        class Left(Top):
            pass
        class Right(Top):
            def create_iterator(self, x, coords):
                yield x, coords
        class Both(Left, Right):
            pass
        """)
    assert entries(ask(text))[-1] == ("Both", "Right", "create_iterator")


def test_a_base_in_another_file_starts_the_rollout(tmp_path: Path) -> None:
    base = BIND + dedent("""
        class Base:
            def __init__(self, state):
                self.restart = bind_checkpoint_state(state)
            def create_iterator(self, x, coords):
                self.restart.x = x
                yield x, coords
                yield from self._default_generator(x, coords)
        """)
    child = dedent("""
        from bases import Base
        class Model(Base):
            def _default_generator(self, x, coords):
                while True:
                    yield x, coords
        """)
    asked = Program(program(child, project_of(tmp_path, {"bases.py": base})))
    assert entries(asked) == [("Model", "Base", "create_iterator")]
    (found,) = asked.unsaved_yields
    assert asked.text(found.node) == "yield x, coords"


def test_yields_of_another_file_are_told_where_they_are_delegated_to(tmp_path: Path) -> None:
    base = dedent("""
        class Base:
            def create_iterator(self, x, coords):
                yield x, coords
        """)
    text = model(
        """
        def create_iterator(self, x, coords):
            self._save(x, coords)
            yield x
            yield from super().create_iterator(x, coords)
        """,
        bases="Base",
        head="from bases import Base\n",
    )
    asked = ask(text, project=project_of(tmp_path, {"bases.py": base}))
    (found,) = asked.unsaved_yields
    assert asked.text(found.node) == "yield from super().create_iterator(x, coords)"


def test_a_parent_that_saves_each_of_its_yields_is_no_miss(tmp_path: Path) -> None:
    base = dedent("""
        class Base:
            def create_iterator(self, x, coords):
                self._save(x, coords)
                yield x, coords
        """)
    text = model(
        """
        def create_iterator(self, x, coords):
            yield from super().create_iterator(x, coords)
        """,
        bases="Base",
        head="from bases import Base\n",
    )
    (rollout,) = (asked := ask(text, project=project_of(tmp_path, {"bases.py": base}))).rollouts
    assert rollout.takes_part
    assert asked.unsaved_yields == ()


def test_a_protocol_has_no_rollout() -> None:
    text = BIND + dedent("""
        from typing import Protocol
        class Model(Protocol):
            def __init__(self, state):
                self.restart = bind_checkpoint_state(state)
            def create_iterator(self, x, coords):
                ...
        """)
    assert entries(ask(text)) == []


def test_a_generator_that_is_returned_is_the_rollout() -> None:
    text = model("""
        def create_iterator(self, x, coords):
            x, coords, loaded = self._restore(x, coords)
            if loaded:
                return self._steps(x, coords)
            return iter(self._start(x, coords))

        def _start(self, x, coords):
            yield x

        def _steps(self, x, coords):
            self._save(x, coords)
            yield x, coords
            yield coords, x
        """)
    assert unsaved(text) == ["yield x", "yield coords, x"]


def test_a_segment_whose_consumer_yields_is_no_rollout() -> None:
    text = model("""
        def _hours(self, x):
            for hour in range(6):
                yield x + hour

        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            for x in self._hours(x):
                self._save(x, coords)
                yield x, coords
        """)
    assert unsaved(text) == []


_DRAWN_FROM = """
    def _steps(self, x, coords):
        yield x
        self._save(x, coords)
        yield coords, x

    def create_iterator(self, x, coords):
        {}
    """

HANDED_ON = {
    "all of it": ("for x in self._steps(x, coords):\n            yield x + 1", ["yield x"]),
    "unless it is dropped": (
        "for x in self._steps(x, coords):\n            if x:\n                yield x + 1",
        [],
    ),
    "unless it is saved": (
        "for x in self._steps(x, coords):\n"
        "            self._save(x, coords)\n            yield x + 1",
        [],
    ),
    "not what was skipped": (
        "for x in itertools.islice(self._steps(x, coords), 1, None):\n            yield x + 1",
        [],
    ),
}


@pytest.mark.parametrize("name", HANDED_ON)
def test_what_a_generator_leaves_unsaved_and_its_consumer_hands_on(name: str) -> None:
    loop, expected = HANDED_ON[name]
    assert unsaved(model(_DRAWN_FROM.format(loop))) == expected


def test_a_generator_whose_consumer_stands_in_another_file(tmp_path: Path) -> None:
    base = BIND + dedent("""
        class Base:
            def __init__(self, state):
                self.restart = bind_checkpoint_state(state)
            def create_iterator(self, x, coords):
                for x in self._steps(x, coords):
                    yield x + 1
        """)
    text = model(
        """
        def _steps(self, x, coords):
            yield x
            self._save(x, coords)
        """,
        bases="Base",
        head="from bases import Base\n",
    )
    (found,) = ask(text, project=project_of(tmp_path, {"bases.py": base})).unsaved_yields
    assert (found.node.as_string(), found.since) == ("yield x", None)


def test_what_is_delegated_to_hands_out_boundaries() -> None:
    text = model("""
        def _hours(self, x):
            for hour in range(6):
                yield x + hour

        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            yield from self._hours(x)
            yield x, coords
        """)
    assert unsaved(text) == ["yield x + hour", "yield x, coords"]


def test_a_bare_yield_hands_out_nothing() -> None:
    text = model("""
        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            x = yield
            y = yield None
            self._save(x, coords)
            yield
            z = yield x, coords
        """)
    assert unsaved(text) == []


def test_what_follows_a_delegation_to_what_is_not_seen_may_be_saved() -> None:
    text = model("""
        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            yield from self.core.steps(x)
            yield x, coords
        """)
    assert unsaved(text) == []


TAKES_PART = {
    "a save": ("self._save(x, coords)", True),
    "a restore": ("x, coords, _ = self._restore(x, coords)", True),
    "a read that is handed out": ("x = self.core(self.restart.x)", True),
    "a read that is not": ("self.core(self.restart.x)", False),
    "a look at metadata": ("level = self.restart.checkpoint_level", False),
    "a look at metadata by getattr": (
        "level = getattr(self.restart, 'checkpoint_level', 0)",
        False,
    ),
    "nothing": ("x = x + 1", False),
    "a call that may save": ("self.unseen(x)", False),
    "a cleared field": ("self.restart.x = None", False),
}


@pytest.mark.parametrize("name", TAKES_PART)
def test_only_a_rollout_that_saves_or_restores_takes_part(name: str) -> None:
    line, expected = TAKES_PART[name]
    text = model(
        f"def create_iterator(self, x, coords):\n    {line}\n    yield x, coords\n    yield\n"
    )
    (rollout,) = ask(text).rollouts
    assert rollout.takes_part is expected


def test_a_rollout_that_takes_no_part_is_not_judged() -> None:
    assert unsaved(model("def create_iterator(self, x, coords):\n    yield x, coords\n")) == []


def explained(body: str) -> tuple[str | None, list[tuple[str, EdgeKind]]]:
    """Return the yield before an unsaved one, as a text, and the turns that lead on from it."""
    text = model(
        "def create_iterator(self, x, coords):\n    x, coords, _ = self._restore(x, coords)\n"
        + body
    )
    asked = ask(text)
    (found,) = asked.unsaved_yields
    since = None if found.since is None else asked.text(found.since)
    return since, [(asked.text(turn.node), turn.kind) for turn in found.turns]


WAYS = {
    "from the start": ("    yield x, coords\n", None, []),
    "from the yield before": (
        "    self._save(x, coords)\n    yield x\n    yield coords\n",
        "yield x",
        [],
    ),
    "round the loop": (
        "    self._save(x, coords)\n    while coords:\n        yield x\n",
        "yield x",
        [("coords", EdgeKind.TRUE)],
    ),
    "past a branch": (
        "    if coords:\n        self._save(x, coords)\n    yield x\n",
        None,
        [("coords", EdgeKind.FALSE)],
    ),
    "past a loop": (
        "    for _ in coords:\n        self._save(x, coords)\n    yield x\n",
        None,
        [("coords", EdgeKind.EXHAUSTED)],
    ),
    "into a loop": (
        "    for _ in coords:\n        yield x\n        self._save(x, coords)\n",
        None,
        [("coords", EdgeKind.ITEM)],
    ),
    "by a case": (
        "    match coords:\n        case 1:\n            self._save(x, coords)\n    yield x\n",
        None,
        [("1", EdgeKind.UNMATCHED)],
    ),
    "by an exception": (
        "    try:\n        self.core()\n        self._save(x, coords)\n"
        "    except ValueError:\n        pass\n    yield x\n",
        None,
        [
            ("self.core()", EdgeKind.RAISES),
            ("except ValueError:\n            pass", EdgeKind.MATCHED),
        ],
    ),
    "guards of the session are no turns": (
        "    if self.restart.checkpoint_enabled:\n        x = coords\n    yield x\n",
        None,
        [],
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_way_to_an_unsaved_yield(name: str) -> None:
    body, since, turns = WAYS[name]
    assert explained(body) == (since, turns)


def test_each_kind_of_turn_has_its_words() -> None:
    found = the_unsaved(
        model("""
        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            for x in coords:
                if not x:
                    yield x
                self._save(x, coords)
        """)
    )
    assert [turn.description for turn in found.turns] == [
        "the loop goes round",
        "where this is false",
    ]


LATE = {
    "right behind": ("yield x, coords\nself._save(x, coords)", "self._save(x, coords)", True),
    "later": (
        "yield x, coords\nself.core()\nself._save(x, coords)",
        "self._save(x, coords)",
        False,
    ),
    "field by field": (
        "yield x, coords\nself.restart.x = x\nself.restart.coords = coords",
        "self.restart.x = x",
        False,
    ),
    "in a branch": (
        "yield x, coords\nif coords:\n    self._save(x, coords)",
        "self._save(x, coords)",
        False,
    ),
    "a boundary that has changed": (
        "yield x, coords\nx = self.core(x)\nself._save(x, coords)",
        None,
        False,
    ),
    "another name that has changed": (
        "yield x, coords\ny = self.core(x)\nself._save(x, coords)",
        "self._save(x, coords)",
        False,
    ),
    "behind the next yield": ("yield x, coords\nyield\nself._save(x, coords)", None, False),
    "none": ("yield x, coords", None, False),
}


@pytest.mark.parametrize("name", LATE)
def test_a_save_that_comes_too_late(name: str) -> None:
    body, save, is_adjacent = LATE[name]
    lines = "".join(f"        {line}\n" for line in body.split("\n"))
    text = model(
        "def create_iterator(self, x, coords):\n    x, coords, _ = self._restore(x, coords)\n"
        f"    while self.core:\n{lines}"
    )
    asked = ask(text)
    found = asked.unsaved_yields[0]
    late = None if found.late_save is None else asked.text(found.late_save)
    assert late == save
    assert (found.adjacent_late_save is not None) is is_adjacent


def test_a_save_above_the_yield_is_not_called_late() -> None:
    found = the_unsaved(
        model(
            """
        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            while True:
                if self.core(x):
                    self._save(x, coords)
                yield x, coords
        """,
            init="self.core = state.core",
        )
    )
    assert found.late_save is None


def test_a_yield_is_told_once_for_all_models_that_share_it() -> None:
    text = model("""
        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            yield x, coords
        """)
    assert unsaved(text + "\nclass Child(Model):\n    pass\n") == ["yield x, coords"]


def test_unsaved_yields_come_in_the_order_of_the_text() -> None:
    text = model("""
        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            yield from self._after(x)
            yield x; yield 2

        def _after(self, x):
            yield 3
        """)
    assert unsaved(text) == ["yield x", "yield 2", "yield 3"]


FRAGMENTS = {
    "a body": (
        "x, coords = self.restart.x, coords\n"
        "if self.restart.checkpoint_state_loaded:\n    pass\nyield x, coords\n"
    ),
    "a method": (
        "def create_iterator(self, x, coords):\n"
        "    x = self.restart.x if self.restart.checkpoint_state_loaded else x\n"
        "    yield x, coords\n"
    ),
}


@pytest.mark.parametrize("name", FRAGMENTS)
def test_code_without_its_class_is_judged_in_a_fragment_alone(name: str) -> None:
    asked = Program(fragment(FRAGMENTS[name]))
    assert [asked.text(found.node) for found in asked.unsaved_yields] == ["yield x, coords"]
    assert Program(program(FRAGMENTS["a method"])).unsaved_yields == ()


def test_a_fragment_that_names_the_usual_helpers_is_judged() -> None:
    text = dedent("""
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            {first}
            yield x, coords
        while True:
            x, coords = self(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords
        """)
    save = "self._save_checkpoint_state(x, coords)"
    assert unsaved(text.format(first=save), is_fragment=True) == []
    assert unsaved(text.format(first="pass"), is_fragment=True) == ["yield x, coords"]
    assert unsaved(text.format(first="pass")) == []


def test_in_a_fragment_a_helper_saves_if_its_name_says_so() -> None:
    text = dedent("""
        def create_iterator(self, x, coords):
            x, coords = self._restore(self.restart.x, self.restart.checkpoint_level)
            self.{helper}(x, coords)
            yield x, coords
        """)
    assert unsaved(text.format(helper="_save_state"), is_fragment=True) == []
    assert unsaved(text.format(helper="_forward"), is_fragment=True) == ["yield x, coords"]


def test_a_rollout_that_is_too_large_to_follow_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = model("""
        def create_iterator(self, x, coords):
            self._save(x, coords)
            yield x, coords
        """)
    assert len(ask(text).rollouts) == 1
    monkeypatch.setattr(interpreter, "MOST_RUNS", 1)
    assert ask(text).rollouts == ()


@pytest.mark.parametrize(("name", "expected"), [("_saver", []), ("_scaler", ["yield x, coords"])])
def test_what_was_given_and_is_named_for_saving_may_save(name: str, expected: list[str]) -> None:
    text = model(
        f"""
        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            self.{name}(x, coords)
            yield x, coords
        """,
        init=f"self.{name} = state.given",
    )
    assert unsaved(text) == expected
