"""How a rollout saves, and the save that a yield lacks."""

from __future__ import annotations

import pytest
from restart_models import ask, model

from ckptlint.program.saving.calls import elements, save_methods

RESTORE = "x, coords, loaded = self._restore(x, coords)\n"


def rollout(lines: str, rest: str = "") -> str:
    body = "".join(f"    {line}\n" for line in (RESTORE + lines).rstrip("\n").split("\n"))
    return model(f"def create_iterator(self, x, coords):\n{body}{rest}")


def missing(text: str) -> tuple[str, str | None] | None:
    """Return the save that the one unsaved yield lacks, with what is doubtful about it."""
    asked = ask(text)
    (found,) = asked.unsaved_yields
    save = asked.missing_save(found)
    return None if save is None else (save.text, save.doubt)


MISSING = {
    "like the others": (
        "if not loaded:\n    yield x, coords\nwhile True:\n    self._save(x, coords)\n"
        "    yield x, coords\n",
        "self._save(x, coords)",
    ),
    "under other names": (
        "if not loaded:\n    yield x, coords\nwhile True:\n    y = self.core(x)\n"
        "    self._save(y, coords)\n    yield y, coords\n",
        "self._save(x, coords)",
    ),
    "copies aside": (
        "if not loaded:\n    yield x.clone(), coords.copy()\nwhile True:\n"
        "    self._save(x, coords)\n    yield x.detach().clone(), coords\n",
        "self._save(x, coords)",
    ),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_save_like_the_others_is_certain(name: str) -> None:
    body, text = MISSING[name]
    assert missing(rollout(body)) == (text, None)


def test_a_save_of_something_else_than_is_yielded_is_doubtful() -> None:
    text = rollout(
        "if not loaded:\n    yield x, coords\nwhile True:\n    self._save(x, coords)\n"
        "    y = x[-1:]\n    yield y, coords\n"
    )
    found = missing(text)
    assert found is not None
    assert found[0] == "self._save(x, coords)"
    assert found[1] is not None
    line = text.split("\n").index("            self._save(x, coords)") + 1
    assert found[1] == f"it saves what line {line} saves"


def test_a_save_method_without_a_call_is_doubtful() -> None:
    assert missing(rollout("yield x, coords\n")) == (
        "self._save(x, coords)",
        "no other call of `_save` shows what it is given",
    )


NOT_KNOWN = {
    "a yield of one thing": "yield x\n",
    "a yield of more than the save takes": "yield x, coords, loaded\n",
    "a yield of an expression": "yield x + 1, coords\n",
    "a save of other things": (
        "if not loaded:\n    yield x, coords\nwhile True:\n"
        "    self._save(x[-1], coords)\n    yield x, coords\n"
    ),
}


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_no_save_is_written_where_nothing_shows_how(name: str) -> None:
    assert missing(rollout(NOT_KNOWN[name])) is None


def test_of_two_save_methods_none_is_chosen() -> None:
    rest = "def _save_all(self, x, coords):\n    self.restart.x = x\n"
    assert missing(rollout("yield x, coords\n", rest)) is None


def test_the_saves_inside_a_save_method_are_none_of_the_rollout() -> None:
    rest = (
        "def _keep(self, x, coords):\n    self._put(x, coords)\n"
        "def _put(self, x, coords):\n    self.restart.x = x\n"
    )
    body = (
        "if not loaded:\n    yield x, coords\nwhile True:\n    self._keep(x, coords)\n"
        "    yield x, coords\n"
    )
    assert missing(rollout(body, rest)) == ("self._keep(x, coords)", None)


def test_a_save_by_a_name_of_another_function_is_not_copied() -> None:
    rest = (
        "def _steps(self, x, coords):\n    model = self\n    while True:\n"
        "        model._save(x, coords)\n        yield x, coords\n"
    )
    found = missing(rollout("yield x, coords\nyield from self._steps(x, coords)\n", rest))
    assert found is None or not found[0].startswith("model.")


def test_what_is_asked_of_one_yield_does_not_change_the_next() -> None:
    text = rollout("yield x, coords\nyield coords, x\n")
    first, second = (asked := ask(text)).unsaved_yields
    alone = ask(text)
    expected = alone.missing_save(alone.unsaved_yields[1])
    assert asked.missing_save(first) is not None
    assert asked.missing_save(second) == expected


def test_the_calls_that_save_come_in_order_with_what_is_yielded_next() -> None:
    asked = ask(
        rollout(
            "self._save(x, coords)\nyield x, coords\n"
            "while True:\n    x = self.core(x)\n    self._save(x, coords)\n    yield x[0]\n"
        )
    )
    (one,) = asked.rollouts
    assert [(call.method, call.arguments, call.yielded) for call in asked.save_calls(one)] == [
        ("_save", ("x", "coords"), ("x", "coords")),
        ("_save", ("x", "coords"), None),
    ]


SAVE_METHODS = {
    "always": ("def save_now(self, x):\n    self.restart.x = x\n", ["_save", "save_now"]),
    "under the guards of a session": (
        "def save_now(self, x):\n    if self.restart.checkpoint_enabled:\n"
        "        self.restart.x = x\n",
        ["_save", "save_now"],
    ),
    "sometimes": (
        "def save_now(self, x):\n    if x:\n        self.restart.x = x\n",
        ["_save"],
    ),
    "never": ("def save_now(self, x):\n    return x\n", ["_save"]),
    "named otherwise": ("def keep(self, x):\n    self.restart.x = x\n", ["_save"]),
    "without an argument": ("def save_now(self):\n    self.restart.x = 1\n", ["_save"]),
    "a generator": ("def save_now(self, x):\n    self.restart.x = x\n    yield\n", ["_save"]),
    "a stub": ("def save_now(self, x):\n    raise NotImplementedError\n", ["_save"]),
}


@pytest.mark.parametrize("name", SAVE_METHODS)
def test_methods_that_save_whenever_they_are_called(name: str) -> None:
    helper, expected = SAVE_METHODS[name]
    (one,) = ask(rollout("yield x, coords\n", helper)).rollouts
    assert sorted(method.function.name for method in save_methods(one)) == expected


@pytest.mark.parametrize(
    ("yielded", "expected"),
    [
        ("x, coords", ("x", "coords")),
        ("(x, coords)", ("x", "coords")),
        ("x.clone(), coords.copy()", ("x", "coords")),
        ("x.detach().clone(), y", ("x", "y")),
        ("x.to(device), y", None),
        ("x[0], y", None),
        ("x", None),
        ("x.clone(memory), y", None),
    ],
)
def test_the_elements_that_a_yield_hands_out(
    yielded: str, expected: tuple[str, ...] | None
) -> None:
    asked = ask(rollout(f"yield {yielded}\n"))
    (found,) = asked.unsaved_yields
    assert elements(found.node, asked.module) == expected
