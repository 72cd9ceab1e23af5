"""None for a checkpoint, and fields for metadata: what is told, and what is let be."""

from __future__ import annotations

import pytest
from source_trees import program

from ckptlint.program.program import Program

RUN = "from earth2studio.run import deterministic, diagnostic, ensemble\n"


def nones(code: str) -> list[tuple[int, bool, bool]]:
    """Give the line of each None that reaches a workflow, whether it is a default, and fixed."""
    found = Program(program(RUN + code)).missing_checkpoints
    return [(one.none.lineno, one.is_default, bool(one.edits)) for one in found]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("deterministic(t, checkpoint=None)", [(2, False, True)]),
        ("deterministic(checkpoint=None)", [(2, False, False)]),
        ("deterministic(t,  # times\n  checkpoint=None)", [(3, False, False)]),
        ("deterministic(1, 2, 3, 4, 5, 6, 7, 8, None)", [(2, False, True)]),
        ("deterministic(1, 2, 3, 4, 5, 6, 7, None)", []),
        ("diagnostic(1, 2, 3, 4, 5, 6, 7, 8, 9, None)", [(2, False, True)]),
        ("ensemble(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, None)", [(2, False, True)]),
        ("ensemble(*every, None)", []),
        ("ensemble(**options)", []),
        ("def f(c=None): ensemble(checkpoint=c)", [(2, True, True)]),
        ("def f(*, c=None): ensemble(checkpoint=c)", [(2, True, True)]),
        ("def f(c, d=None): ensemble(checkpoint=c)", []),
        ("def f(c=None):\n  c = c or g()\n  ensemble(checkpoint=c)", []),
        ("def f(c=None):\n  if c: ensemble(checkpoint=c)", []),
        ("def f(c=None):\n  while c is None: wait()\n  ensemble(checkpoint=c)", []),
        ("def f(c=None): ensemble(checkpoint=c or g())", []),
        ("def f(c=None):\n  def g(): ensemble(checkpoint=c)\n  g()", [(2, True, True)]),
        ("c = None\nensemble(checkpoint=c)", [(2, False, True)]),
        ("c = None\ndef f(): ensemble(checkpoint=c)", []),
        ("c = None\nc = g()\nensemble(checkpoint=c)", []),
        ("c = g() if x else None\nensemble(checkpoint=c)", [(2, False, True)]),
        ("c = g() if x else h() if y else None\nensemble(checkpoint=c)", [(2, False, True)]),
        ("ensemble(checkpoint=g() if x else h())", []),
        ("try:\n  ensemble(checkpoint=None)\nexcept TypeError: pass", []),
        ("def ensemble(checkpoint): pass\nensemble(checkpoint=None)", []),
    ],
)
def test_a_none_is_told_if_it_reaches_a_workflow(
    code: str, found: list[tuple[int, bool, bool]]
) -> None:
    assert nones(code) == found


SESSION = """\
import numpy as np
from earth2studio.data import fetch_data
from earth2studio.utils.checkpoint import Checkpoint
from tqdm import tqdm
with Checkpoint("a") as session:
"""


def kind(code: str, value: str) -> str | None:
    body = "".join(f"    {line}\n" for line in f"{code}\nsession.write(value={value})".split("\n"))
    found = Program(program(SESSION + body)).bulky_metadata
    return found[0].kind if found else None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", "field"),
        ("-x / 2", "field"),
        ("x.cpu().numpy()", "field"),
        ("x[0]", "field"),
        ("x[:, -1:]", "field"),
        ("x[..., 0, 0]", None),
        ("x[mask]", None),
        ("x.flatten()", "field"),
        ("x.flatten()[0]", None),
        ("x.squeeze()[0]", None),
        ("x.mean()", None),
        ("x.shape", None),
        ("float(x)", None),
        ("f(x)", None),
        ("np.asarray(x)", "field"),
        ("list(x)", "field"),
        ("[step, x]", "field"),
        ("{'x': (x,)}", "field"),
        ("x > 0", None),
        ("coords", "coordinates"),
        ("dict(coords)", "coordinates"),
        ("coords['lat']", "coordinates"),
        ("coords['lead_time']", None),
        ("coords['lead_time'][-1]", None),
        ("coords[name]", None),
        ("coords.copy()", "coordinates"),
    ],
)
def test_a_value_is_bulky_if_it_keeps_a_whole_field(value: str, expected: str | None) -> None:
    assert kind("x, coords = next(model.create_iterator(x0, c0))", value) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for x, c in model.create_iterator(a, b): pass", "field"),
        ("for x, c in tqdm(model.create_iterator(a, b)): pass", "field"),
        ("for i, (x, c) in enumerate(model.create_iterator(a, b)): pass", "field"),
        ("for (x, c), i in zip(model.create_iterator(a, b), steps): pass", "field"),
        ("for i, (x, c) in zip(steps, model.create_iterator(a, b)): pass", "field"),
        ("for i, (x, c) in zip(model.create_iterator(a, b), steps): pass", None),
        ("it = model.create_iterator(a, b)\nx, c = next(it)", "field"),
        ("it = model.create_iterator(a, b)\nit = other\nx, c = next(it)", None),
        ("x, c = fetch_data(a, b, d)", "field"),
        ("x, c = fetch_data(a, b, d)\nx += 1", "field"),
        ("x, c = fetch_data(a, b, d)\nx = x.mean()", None),
        ("c, x = fetch_data(a, b, d)", "coordinates"),
        ("x, c = model(a, b)", None),
        ("x = model.create_iterator(a, b)", None),
        ("x = x", None),
    ],
)
def test_a_name_is_a_field_if_everything_that_binds_it_says_so(
    code: str, expected: str | None
) -> None:
    assert kind(code, "x") == expected


def test_a_name_that_is_made_from_itself_many_times_is_soon_given_up() -> None:
    code = "x, c = fetch_data(a, b, d)\n" + "x = x.cpu() + x * x\n" * 40
    assert kind(code + "y = 1", "x") is None
