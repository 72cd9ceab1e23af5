"""Outputs that a restart empties, and those that it finds as they were."""

from __future__ import annotations

from textwrap import indent

import pytest
from restart_models import ask

HEAD = """\
import os, uuid
import numpy as np
import zarr
from pathlib import Path
from earth2studio import run
from earth2studio.io import AsyncZarrBackend, KVBackend, NetCDF4Backend, XarrayBackend, ZarrBackend
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint
"""
BUILT_IN = "run.deterministic(t, 4, model, data, {}, checkpoint=Checkpoint('f', path='rows'{}))\n"
SESSION = "with Checkpoint('f', path='rows') as s:\n"
STEPS = """\
    for x, c in Persistence(v, d).create_iterator(x0, c0):
        {}
        s.write(lead_time=c["lead_time"][-1])
"""


def clobbered(body: str, name: str = "f") -> list[tuple[str, str | None, bool]]:
    """Return what makes each output that a restart empties, what says so, and how sure it is."""
    parameters = "t, model, data, v, d, x0, c0, path, again"
    asked = ask(f"{HEAD}def {name}({parameters}):\n{indent(body, '    ')}")
    return [
        (asked.text(one.store.made), one.store.option, one.is_sure)
        for one in asked.clobbered_outputs
    ]


STORES = {
    "ZarrBackend('o', backend_kwargs={'overwrite': True})": "overwrite=True",
    "ZarrBackend('o', {}, dict(overwrite=True))": "overwrite=True",
    "ZarrBackend(path + '/o', backend_kwargs={'overwrite': True})": "overwrite=True",
    "NetCDF4Backend('o', {'mode': 'w'})": 'mode="w"',
    "AsyncZarrBackend('o', c0, zarr_kwargs={'mode': 'w'})": 'mode="w"',
    "KVBackend()": None,
    "XarrayBackend(c0)": None,
    "ZarrBackend()": None,
    "ZarrBackend(file_name=None)": None,
}
KEPT = (
    "ZarrBackend('o')",
    "ZarrBackend('o', backend_kwargs={'overwrite': False})",
    "ZarrBackend('o', backend_kwargs={'overwrite': again})",
    "ZarrBackend('o', backend_kwargs=options)",
    "ZarrBackend(f'{uuid.uuid4()}', backend_kwargs={'overwrite': True})",
    "ZarrBackend(**options)",
    "NetCDF4Backend('o', {'mode': 'a'})",
    "AsyncZarrBackend('o', c0)",
    "Own()",
)


@pytest.mark.parametrize(("store", "option"), STORES.items(), ids=STORES)
def test_a_built_in_workflow_fills_only_what_is_left(store: str, option: str | None) -> None:
    assert clobbered(BUILT_IN.format(store, "")) == [(store, option, True)]
    named = f"io = {store}\n" + BUILT_IN.format("io", "")
    assert clobbered(named) == [(store, option, True)]
    assert clobbered(named + "print(io)\n") == [(store, option, True)]
    assert clobbered(f"io = {store}\n" + BUILT_IN.format("io", ", level=0")) == []
    assert clobbered(f"io = {store}\nrefill(io)\n" + BUILT_IN.format("io", "")) == []
    assert clobbered(f"if again:\n    io = {store}\n" + BUILT_IN.format("io", "")) == []
    assert clobbered(f"io = {store}\nio = again\n" + BUILT_IN.format("io", "")) == []
    assert clobbered(named, "test_it") == []


@pytest.mark.parametrize("store", KEPT)
def test_an_output_that_may_be_there_still_is_left_alone(store: str) -> None:
    assert clobbered(f"io = {store}\n" + BUILT_IN.format("io", "")) == []


LOOPS = {
    "a backend": ("KVBackend()", "io.write(x, c, 't2m')"),
    "a file": ("open('o.csv', 'w')", "io.write(str(x))"),
    "a path": ("Path('o.csv').open('w')", "io.write(str(x))"),
    "an array on disk": ("zarr.open('o', mode='w')", "io[0] = x"),
    "an array in a group": ("zarr.open_group('o', mode='w')", "io['x'][0] = x"),
    "a map": ("np.memmap('o', mode='w+')", "io[0] = x"),
}


@pytest.mark.parametrize(("store", "step"), LOOPS.values(), ids=LOOPS)
def test_a_loop_that_commits_fills_only_what_is_left(store: str, step: str) -> None:
    loop = SESSION + STEPS.format(step)
    found = [(store, True)]
    before = f"io = {store}\n"
    assert [(made, sure) for made, _, sure in clobbered(before + loop)] == found
    inside = SESSION + f"    {before}" + STEPS.format(step)
    assert [(made, sure) for made, _, sure in clobbered(inside)] == found
    on_restart = SESSION + f"    if s.exists:\n        {before}" + STEPS.format(step)
    assert [(made, sure) for made, _, sure in clobbered(on_restart)] == found
    first_attempt = on_restart.replace("if s.exists", "if not s.exists")
    assert clobbered(first_attempt) == []
    assert clobbered(on_restart.replace("if s.exists", "if again")) == []
    assert clobbered(SESSION + STEPS.format(f"io = {store}; {step}")) == []
    assert clobbered("os.remove('rows')\n" + before + loop) == []
    assert clobbered(before + SESSION + STEPS.format("pass") + f"x = 1\n{step}\n") == []
    assert clobbered(before + loop.replace(step, f"{step}; show(io)")) == []
    unseen = loop.replace("Persistence(v, d)", "model")
    assert [sure for *_, sure in clobbered(before + unseen)] == [False]
    counted = unseen.replace("s.write(", "s.write(n=s.write_count, ")
    assert [sure for *_, sure in clobbered(before + counted)] == [True]


QUIET = {
    "a log": ("open('run.log', 'w')", "io.write(str(x))"),
    "nothing to see": ("open(os.devnull, 'w')", "io.write(str(x))"),
    "appended": ("open('o.csv', 'a')", "io.write(str(x))"),
    "read": ("open('o.csv')", "io.write(str(x))"),
    "a buffer": ("KVBackend()", "io.write(x, c, 't2m'); np.save('o', x)"),
    "a map that is there": ("np.memmap('o', mode='r+')", "io[0] = x"),
}


@pytest.mark.parametrize(("store", "step"), QUIET.values(), ids=QUIET)
def test_what_is_no_emptied_output_is_left_alone(store: str, step: str) -> None:
    assert clobbered(f"io = {store}\n" + SESSION + STEPS.format(step)) == []


def test_what_a_restart_does_not_come_to_is_left_alone() -> None:
    loop = "io = KVBackend()\n" + STEPS.format("io.write(x, c, 't2m')").replace("    ", "", 1)
    inside = SESSION + "    if s.exists:\n        return go_on(s)\n" + indent(loop, "    ")
    assert clobbered(inside) == []


def test_a_script_below_its_guard_is_looked_at() -> None:
    script = "io = KVBackend()\n" + BUILT_IN.format("io", "")
    guarded = "if __name__ == '__main__':\n" + indent(script, "    ")
    assert len(ask(HEAD + guarded).clobbered_outputs) == 1
    assert len(ask(HEAD + guarded.replace("__name__", "mode")).clobbered_outputs) == 0
