"""Checkpoints and sessions, followed to the calls that use them."""

from __future__ import annotations

import pytest
from restart_models import ask

from ckptlint.program.interpretation.values import UNKNOWN, constant

HEAD = "from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession\n"


def written(body: str) -> list[tuple[str, bool]]:
    """Return each `write` of a known session: its interval, and whether its row was selected."""
    workflows = ask(HEAD + body).workflows
    return [
        (str(session.checkpoint.interval), session.is_selected)
        for _, sessions in workflows.session_calls("write")
        for session in sessions
    ]


FOLLOWED = {
    "a with": "with Checkpoint('c', flush_interval=2) as s:\n    s.write(a=1)",
    "an exit stack": (
        "with ExitStack() as stack:\n"
        "    s = stack.enter_context(Checkpoint('c', flush_interval=2))\n    s.write(a=1)"
    ),
    "the active session": (
        "c = Checkpoint('c', flush_interval=2)\nwith c:\n    c.active.write(a=1)"
    ),
    "an attribute set by __init__": (
        "class A:\n    def __init__(self):\n        self.c = Checkpoint('c', flush_interval=2)\n"
        "    def run(self):\n        with self.c as s:\n            s.write(a=1)"
    ),
    "an enclosing function": (
        "def f():\n    with Checkpoint('c', flush_interval=2) as s:\n"
        "        def step():\n            s.write(a=1)\n        step()"
    ),
    "an argument of a private function": (
        "def _step(s):\n    s.write(a=1)\n"
        "def f():\n    with Checkpoint('c', flush_interval=2) as s:\n        _step(s)"
    ),
    "an argument of a private method": (
        "class A:\n    def _step(self, s):\n        s.write(a=1)\n"
        "    def f(self):\n        with Checkpoint('c', flush_interval=2) as s:\n"
        "            self._step(s)"
    ),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_session_is_followed_to_its_write(name: str) -> None:
    assert written(FOLLOWED[name] + "\n") == [("2", False)]


NOT_FOLLOWED = {
    "a public function's parameter": (
        "def step(s):\n    s.write(a=1)\n"
        "def f():\n    with Checkpoint('c', flush_interval=2) as s:\n        step(s)"
    ),
    "a private function that is handed on": (
        "def _step(s):\n    s.write(a=1)\n"
        "def f():\n    with Checkpoint('c', flush_interval=2) as s:\n"
        "        _step(s)\n        later(_step)"
    ),
    "a private function that something else calls too": (
        "def _step(s):\n    s.write(a=1)\ndef g(s):\n    _step(s)\n"
        "def f():\n    with Checkpoint('c', flush_interval=2) as s:\n        _step(s)"
    ),
    "an attribute that is set twice": (
        "class A:\n    def __init__(self):\n        self.c = Checkpoint('c')\n"
        "    def use(self, c):\n        self.c = c\n"
        "    def run(self):\n        with self.c as s:\n            s.write(a=1)"
    ),
    "an attribute that somebody else sets": (
        "class A:\n    def __init__(self):\n        self.c = Checkpoint('c')\n"
        "    def run(self):\n        with self.c as s:\n            s.write(a=1)\n"
        "A().c = None"
    ),
    "the active session behind the block": (
        "c = Checkpoint('c', flush_interval=2)\nwith c:\n    pass\nc.active.write(a=1)"
    ),
}


@pytest.mark.parametrize("name", NOT_FOLLOWED)
def test_a_session_that_may_be_another_is_not_followed(name: str) -> None:
    assert written(NOT_FOLLOWED[name] + "\n") == []


def test_annotated_parameters_are_sessions_of_which_nothing_is_known() -> None:
    body = (
        "def f(s: CheckpointSession):\n    s.write(a=1)\n"
        "def g(*, c: Checkpoint):\n    with c.select(-1) as s:\n        s.write(a=1)\n"
    )
    assert written(body) == [("unknown", False), ("unknown", True)]


def test_a_checkpoint_knows_the_literals_that_it_was_made_with() -> None:
    body = (
        "c = Checkpoint('run', folder / 'c', 'append', level=1)\nwith c as s:\n    s.write(a=1)\n"
    )
    asked = ask(HEAD + body)
    ((call, (session,)),) = asked.workflows.session_calls("write")
    made = session.checkpoint
    assert (made.name, made.path, made.mode) == (constant("run"), UNKNOWN, constant("append"))
    assert (made.level, made.interval) == (constant(1), 1)
    assert made.made_by is not None
    assert session.opened_by is call.statement().parent
    assert asked.text(made.made_by) == "Checkpoint('run', folder / 'c', 'append', level=1)"


def test_a_call_knows_the_sessions_that_are_open_around_it() -> None:
    asked = ask(
        HEAD + "def f():\n    build(0)\n    with Checkpoint('a') as outer:\n        build(1)\n"
        "        with Checkpoint('b').select(-1):\n            _inside()\n        build(3)\n"
        "    build(4)\n"
        "def _inside():\n    build(2)\n"
    )
    open_at = {}
    for call, ways in asked.workflows.calls.items():
        if asked.text(call.func) == "build":
            ((*sessions,),) = {way.sessions for way in ways}
            open_at[call.args[0].value] = [one.checkpoint.name for one in sessions]
    a, b = constant("a"), constant("b")
    assert open_at == {0: [], 1: [a], 2: [a, b], 3: [a], 4: []}


def test_a_hidden_function_is_not_run_for_itself() -> None:
    asked = ask(
        HEAD + "def _step(s):\n    s.write(a=1)\n"
        "def f():\n    with Checkpoint('c') as s:\n        _step(s)\n"
    )
    assert [one.scope.name for one in asked.workflow_scopes] == ["f"]


def test_a_module_without_checkpoints_has_no_workflows() -> None:
    assert ask("with open('f') as s:\n    s.write('a')\n").workflow_scopes == ()
