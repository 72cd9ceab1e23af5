"""Restores that are made when a model is called, and calls that look like it."""

from __future__ import annotations

import pytest
from restart_models import ask, model

ROLLOUT = """
def create_iterator(self, x, coords):
    x, coords, restored = self._restore(x, coords)
    while True:
        x, coords = self._step(x, coords)
        self._save(x, coords)
        yield x, coords
"""


def called(lines: str, rest: str = "", *, name: str = "__call__") -> str:
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    return model(f"{ROLLOUT}\ndef {name}(self, x, coords):\n{body}{rest}")


def restoring(text: str) -> list[tuple[str, str]]:
    """Return what restores, and what is read back there, as texts."""
    asked = ask(text)
    return [(asked.text(found.node), found.read.text) for found in asked.restoring_calls]


HELPER = "self._restore(x, coords)"
READ = "self.restart.x"

RESTORING = {
    "a helper": (f"x, coords, _ = {HELPER}\nreturn self._step(x, coords)", HELPER),
    "a starred helper": (f"return self._step(*{HELPER})", HELPER),
    "written out": (
        "if self.restart.checkpoint_state_loaded:\n    x = self.restart.x\nreturn x, coords",
        READ,
    ),
    "an expression": (
        "is_restart = self.restart.checkpoint_state_loaded\n"
        "return self._step(self.restart.x if is_restart else x), coords",
        READ,
    ),
    "the tensor alone is given back": (f"x, _, _ = {HELPER}\nreturn self._step(x)", HELPER),
    "a level that is asked for": (
        f"if self.restart.checkpoint_level == 2:\n    x, coords, _ = {HELPER}\nreturn x, coords",
        HELPER,
    ),
}


@pytest.mark.parametrize(("lines", "node"), RESTORING.values(), ids=RESTORING.keys())
def test_a_call_restores(lines: str, node: str) -> None:
    assert restoring(called(lines)) == [(node, READ)]


def test_a_helper_of_a_helper_restores() -> None:
    rest = f"\ndef _advance(self, x, coords):\n    x, coords, _ = {HELPER}\n    return x, coords\n"
    text = called("return self._advance(x, coords)", rest)
    assert restoring(text) == [("self._advance(x, coords)", READ)]


def test_forward_is_what_torch_calls() -> None:
    text = called(f"x, coords, _ = {HELPER}\nreturn x, coords", name="forward")
    assert restoring(text) == []
    of_torch = text.replace("class Model(Parent)", "class Model(torch.nn.Module)")
    assert restoring(of_torch) == [(HELPER, READ)]


NOT_RESTORING = {
    "it saves alone": "x, coords = self._step(x, coords)\nself._save(x, coords)\nreturn x, coords",
    "a helper whose result is dropped": f"{HELPER}\nreturn self._step(x, coords)",
    "the coordinates alone": f"_, coords, _ = {HELPER}\nreturn self._step(x), coords",
    "beside what is given": "return x + self.restart.x, coords",
    "put into what is given": "x = torch.cat([x, self.restart.x])\nreturn x, coords",
    "a flag of the model": f"if self.is_resuming:\n    x, coords, _ = {HELPER}\nreturn x, coords",
    "a flag by getattr": (
        f"if getattr(self, 'resumes', False):\n    x, coords, _ = {HELPER}\nreturn x, coords"
    ),
    "only looked at": "if self.restart.x is not None:\n    self.check(x)\nreturn x, coords",
    "another level": (
        f"if self.restart.checkpoint_level == 0:\n    x, coords, _ = {HELPER}\nreturn x, coords"
    ),
    "only where nothing was loaded": (
        "if not self.restart.checkpoint_state_loaded:\n    x = self.restart.x\nreturn x, coords"
    ),
}


@pytest.mark.parametrize("lines", NOT_RESTORING.values(), ids=NOT_RESTORING.keys())
def test_what_looks_like_a_restore_is_none(lines: str) -> None:
    assert restoring(called(lines)) == []


def test_what_has_no_rollout_may_be_called_to_restore() -> None:
    text = called(f"x, coords, _ = {HELPER}\nreturn x, coords")
    without = text.replace("create_iterator", "roll_out")
    assert restoring(without) == []


@pytest.mark.parametrize("decorator", ["unseen.wrap", "autosave"])
def test_a_decorator_that_is_not_seen_may_turn_it_off(decorator: str) -> None:
    text = called(f"x, coords, _ = {HELPER}\nreturn x, coords")
    decorated = text.replace("    def __call__", f"    @{decorator}\n    def __call__")
    assert restoring(decorated) == []


FIXED = {
    "a helper": (f"x, coords, _ = {HELPER}\nreturn x, coords", True),
    "written out": (
        "if self.restart.checkpoint_state_loaded:\n    x = self.restart.x\nreturn x, coords",
        True,
    ),
    "its flag is read": (f"x, coords, flag = {HELPER}\nself.flag = flag\nreturn x, coords", False),
    "its flag is kept": (f"x, coords, self.flag = {HELPER}\nreturn x, coords", False),
    "other names": (f"old, where, _ = {HELPER}\nreturn old, where", False),
    "in an expression": (f"return self._step(*{HELPER})", False),
    "with an else": (
        "if self.restart.checkpoint_state_loaded:\n    x = self.restart.x\n"
        "else:\n    self.restart.x = x\nreturn x, coords",
        False,
    ),
}


@pytest.mark.parametrize(("lines", "is_fixed"), FIXED.values(), ids=FIXED.keys())
def test_the_restore_is_taken_out_where_it_is_all_of_a_statement(
    lines: str, is_fixed: bool
) -> None:
    asked = ask(called(lines))
    (found,) = asked.restoring_calls
    edits = asked.without_restore(found)
    assert (edits is not None) is is_fixed
    if edits is not None:
        taken_out = asked.text(edits[0].span)
        assert taken_out.split("\n")[0].strip() == lines.split("\n")[0]
        assert not edits[0].replacement.strip()
