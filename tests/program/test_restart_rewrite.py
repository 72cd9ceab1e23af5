"""A wrapper that restarts its parent, rewritten to continue with the model's own step."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest
from restart_models import ask, model
from test_editing import apply


def rewritten(text: str, *, is_fragment: bool = False) -> str | None:
    """Return the program with its one wrapper rewritten, or None where it cannot be."""
    asked = ask(text, is_fragment=is_fragment)
    (found,) = asked.restarted_parents
    edits = asked.own_step_after_restart(found)
    if edits is None:
        return None
    result = apply(asked.module.source.text, edits)
    ast.parse(result)
    return result


USUAL = """\
x, coords, restored = self._restore(x, coords)
iterator = super().create_iterator(x, coords)
if restored:
    next(iterator)
for x_out, coords_out in iterator:
    # keep it
    y = self.scale(x_out)

    self._save(x_out, coords_out)
    yield x_out, coords_out
"""
USUAL_REWRITTEN = """\
x, coords, restored = self._restore(x, coords)
if restored:
    x_out, coords_out = x, coords
    while True:
        x_out, coords_out = self(x_out, coords_out)
        y = self.scale(x_out)

        self._save(x_out, coords_out)
        yield x_out, coords_out
iterator = super().create_iterator(x, coords)
for x_out, coords_out in iterator:
    # keep it
    y = self.scale(x_out)

    self._save(x_out, coords_out)
    yield x_out, coords_out
"""
STEP = "\ndef __call__(self, x, coords):\n    return x, coords\n"


def wrapper(body: str, rest: str = STEP, bases: str = "Parent") -> str:
    lines = f"def create_iterator(self, x, coords):\n{indent(body, '    ')}{rest}"
    return model(lines, bases=bases)


def test_the_usual_wrapper() -> None:
    assert rewritten(wrapper(USUAL)) == wrapper(USUAL_REWRITTEN)


def test_a_rewritten_wrapper_restarts_its_parent_no_more() -> None:
    result = rewritten(wrapper(USUAL))
    assert result is not None
    asked = ask(result)
    assert asked.unsaved_yields == ()


def test_names_that_are_carried_already_need_no_start() -> None:
    result = rewritten(wrapper(USUAL.replace("_out", "")))
    assert result is not None
    unit = " " * 8
    assert (
        f"{unit}if restored:\n{unit}    while True:\n{unit}        x, coords = self(x, coords)\n"
    ) in result


def test_hooks_stand_around_the_step_where_the_model_has_them() -> None:
    hooks = "def front_hook(self, x, coords):\n    return x, coords\n"
    result = rewritten(wrapper(USUAL, STEP + hooks))
    assert result is not None
    unit = " " * 16
    assert (
        f"{unit}x_out, coords_out = self.front_hook(x_out, coords_out)\n"
        f"{unit}x_out, coords_out = self(x_out, coords_out)\n"
        f"{unit}x_out, coords_out = self.rear_hook(x_out, coords_out)\n"
    ) in result


def test_the_unit_of_indentation_is_kept() -> None:
    text = wrapper(USUAL).replace("    ", "\t")
    expected = wrapper(USUAL_REWRITTEN).replace("    ", "\t")
    assert rewritten(text) == expected


def test_the_model_keeps_its_name() -> None:
    text = wrapper(USUAL.replace("self", "model"))
    head, method, rest = text.partition("def create_iterator(self, x, coords):\n        x")
    result = rewritten(head + method.replace("self", "model") + rest)
    assert result is not None
    assert "x_out, coords_out = model(x_out, coords_out)" in result


def test_a_method_in_a_fragment() -> None:
    body = USUAL.replace("self._restore(x, coords)", "self.restart.x, coords, True")
    body += "    y = self.restart.checkpoint_level\n"
    text = f"def create_iterator(self, x, coords):\n{indent(body, '    ')}"
    result = rewritten(text, is_fragment=True)
    assert result is not None
    assert "x_out, coords_out = self.front_hook(x_out, coords_out)" in result


OTHER_SHAPES = {
    "no drop": ("if restored:\n    next(iterator)\n", ""),
    "a drop of another iterator": ("next(iterator)", "next(x)"),
    "a drop with an else": ("    next(iterator)\n", "    next(iterator)\nelse:\n    pass\n"),
    "a drop with more": ("    next(iterator)\n", "    next(iterator)\n    x()\n"),
    "a drop under a condition": ("if restored:", "if restored and x:"),
    "a loop over something else": ("in iterator:", "in zip(iterator, x):"),
    "a loop of one name": ("for x_out, coords_out in", "for x_out in"),
    "a loop that is left": ("    y =", "    if x:\n        break\n    y ="),
    "a loop that goes on": ("    y =", "    if x:\n        continue\n    y ="),
    "a loop that returns": ("    y =", "    if x:\n        return\n    y ="),
    "a loop that changes what was drawn": ("    y =", "    x_out ="),
    "a text over several lines": ("    y =", "    x('''\n  a\n''')\n    y ="),
    "a line that goes on to the left": ("    y =", "    x(\n1)\n    y ="),
    "an argument that is no name": ("create_iterator(x,", "create_iterator(x + 0,"),
    "a keyword": ("create_iterator(x, coords)", "create_iterator(x, coords=coords)"),
    "something between": ("if restored:", "y = x\nif restored:"),
}


@pytest.mark.parametrize("name", OTHER_SHAPES)
def test_another_shape_is_left_alone(name: str) -> None:
    usual, other = OTHER_SHAPES[name]
    assert usual in USUAL
    assert rewritten(wrapper(USUAL.replace(usual, other))) is None


def test_a_loop_with_an_else_or_on_one_line_is_left_alone() -> None:
    start = USUAL.partition("for ")[0]
    assert rewritten(wrapper(USUAL + "else:\n    pass\n")) is None
    assert rewritten(wrapper(start + "for x, coords in iterator: yield x, coords\n")) is None


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "\ndef __call__(self, x, coords):\n    return self.restart.x, coords\n",
        "\ndef __call__(self, x, coords):\n    raise NotImplementedError\n",
    ],
    ids=["no step", "a step that restores", "a stub"],
)
def test_a_model_that_cannot_take_the_step_is_left_alone(rest: str) -> None:
    assert rewritten(wrapper(USUAL, rest)) is None


def test_a_known_step_that_restores_is_left_alone() -> None:
    head = "from earth2studio.models.px import FCN, Persistence\n"
    assert rewritten(head + wrapper(USUAL, "", "FCN")) is None
    assert rewritten(head + wrapper(USUAL, "", "Persistence")) is not None
