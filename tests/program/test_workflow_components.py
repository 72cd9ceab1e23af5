"""Components that are made before their Checkpoint, and iterators that outlive their session."""

from __future__ import annotations

import pytest
from restart_models import ask

HEAD = """\
from earth2studio import run
from earth2studio.models.px import FCN, Persistence
from earth2studio.utils.checkpoint import Checkpoint
from others import build, f
"""
STEPS = "for x in {model}.create_iterator(f()):\n        s.write(a=x)\n"


def late(text: str) -> list[tuple[str, str]]:
    """Return what is made too early, and the Checkpoint that comes later."""
    asked = ask(HEAD + text)
    return [
        (asked.text(one.component.build.value), asked.text(one.checkpoint))
        for one in asked.early_components
    ]


@pytest.mark.parametrize(
    "made", ["Persistence(f())", "FCN.load_model(f())", "Persistence(f()).to('cuda').eval()"]
)
def test_a_component_that_is_made_first(made: str) -> None:
    text = f"m = {made}\nwith Checkpoint('c') as s:\n    {STEPS.format(model='m')}"
    assert late(text) == [(made, "Checkpoint('c')")]


def test_a_component_for_a_built_in_workflow() -> None:
    text = (
        "m = Persistence(f())\nc = Checkpoint('c')\n"
        "run.deterministic(f(), 4, m, f(), f(), checkpoint=c)\n"
    )
    assert late(text) == [("Persistence(f())", "Checkpoint('c')")]


@pytest.mark.parametrize(
    "text",
    [
        "c = Checkpoint('c')\nm = Persistence(f())\nwith c as s:\n    {steps}",
        "m = build()\nwith Checkpoint('c') as s:\n    {steps}",
        "m = Persistence(f())\nm = f(m)\nwith Checkpoint('c') as s:\n    {steps}",
        "m = Persistence(f())\nwith Checkpoint('c', level=1) as s:\n    {steps}",
        "m = Persistence(f())\nwith Checkpoint('c', level=f()) as s:\n    {steps}",
        "m = Persistence(f())\nwith Checkpoint('c') as s:\n    s.bind(m.checkpoint)\n    {steps}",
        "m = Persistence(f())\nwith Checkpoint('c') as s:\n    f(m.create_iterator(f()))\n",
        "def g(c: Checkpoint):\n    m = Persistence(f())\n    with c as s:\n        f(m)\n",
        "m = Persistence(f())\nwith f('c') as s:\n    {steps}",
    ],
)
def test_a_component_that_may_be_saved(text: str) -> None:
    assert late(text.format(steps=STEPS.format(model="m"))) == []


OPEN = "with Checkpoint('c'{options}) as s:\n    m = {made}\n    steps = m.create_iterator(f())\n"


def escaping(rest: str, options: str = "", made: str = "Persistence(f())") -> list[str]:
    """Return where iterators that have left their session are begun."""
    text = HEAD + OPEN.format(options=options, made=made) + rest + "\n"
    asked = ask(text)
    return [asked.told_line(one.use) for one in asked.escaping_iterators]


@pytest.mark.parametrize(
    "rest",
    ["for x in steps:\n    f(x)", "x = next(steps)", "for n, x in enumerate(steps):\n    f(x)"],
)
def test_an_iterator_that_is_begun_behind_its_session(rest: str) -> None:
    assert escaping(rest) == ["line 8"]


@pytest.mark.parametrize(
    ("rest", "options", "made"),
    [
        ("    x = next(steps)\nfor x in steps:\n    f(x)", "", "Persistence(f())"),
        ("    f(steps)\nfor x in steps:\n    f(x)", "", "Persistence(f())"),
        ("with Checkpoint('d'):\n    for x in steps:\n        f(x)", "", "Persistence(f())"),
        ("for x in steps:\n    f(x)", ", level=0", "Persistence(f())"),
        ("for x in steps:\n    f(x)", "", "build()"),
    ],
)
def test_an_iterator_that_may_be_begun_inside(rest: str, options: str, made: str) -> None:
    assert escaping(rest, options, made) == []
