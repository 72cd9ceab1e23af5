"""Checkpoints that serve several runs, and those that only look as if they did."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from restart_models import ask

HEAD = """\
import os, shutil, tempfile
from pathlib import Path
from earth2studio import run
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint
ROWS = "rows"
"""
STORE = "store = Checkpoint('f', path='rows'{})\n"
STEPS = """\
    still = Persistence(variables, domain)
    for x, c in still.create_iterator(x0, c0):
        s.write(lead_time=c["lead_time"][-1])
"""
BUILT_IN = "run.deterministic([date], 4, model, data, io, checkpoint=store)"


def reused(
    body: str, parameters: str = "dates, variables, domain, model, data, io, x0, c0"
) -> list:
    """Return what is said of a function: where the Checkpoint serves again, and what varies."""
    asked = ask(HEAD + f"def f({parameters}):\n" + indent(dedent(body), "    "))
    return [(asked.text(one.use), one.item, one.is_sure) for one in asked.reused_checkpoints]


def own(
    loop: str, opened: str = "store", *, before: str = STORE.format(""), first: str = ""
) -> str:
    """Write a loop whose body opens a session and runs a model in it."""
    body = f"{first}with {opened} as s:\n{STEPS}"
    return before + loop + indent(body, "    ")


START = "    x0, c0 = start_of(date)\n"
DATES = "for date in dates:\n" + START

LOOPS = {
    "a date": DATES,
    "a number": "for number, date in enumerate(dates):\n" + START,
    "a time put into the coordinates": "for date in dates:\n    c0['time'] = date\n",
    "two steps": "for date in dates:\n    fields = get(date)\n    x0 = fields[0]\n",
    "the start itself": "for x0, c0 in dates:\n",
    "a branch": "for date in dates:\n    if date:\n        x0 = get(date)\n",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_session_of_each_turn_resumes_the_row_of_the_turn_before(loop: str) -> None:
    ((use, _, is_sure),) = reused(own(loop))
    assert use == "store"
    assert is_sure
    assert len(reused(own(loop, "store.select(-1)"))) == 1
    assert len(reused(own(loop, "Checkpoint('f', path='rows')", before=""))) == 1
    assert len(reused(own(loop, "Checkpoint(ROWS, Path(ROWS) / 'a')", before=""))) == 1


QUIET = {
    "nothing varies": own("for attempt in dates:\n"),
    "one date": own("for date in ['2024']:\n" + START),
    "a path of its own": own(DATES, "Checkpoint('f', path=Path('rows') / date)", before=""),
    "a name of its own": own(DATES, "Checkpoint(f'f{date}')", before=""),
    "a rank of its own": own(
        "for rank, date in enumerate(dates):\n" + START,
        "Checkpoint('f', rank=rank, world_size=9)",
        before="",
    ),
    "a path made on the way": own(
        DATES, "Checkpoint('f', path=rows)", before="", first="rows = ROWS + date\n"
    ),
    "a temporary path": own(DATES, "Checkpoint('f', path=tempfile.mkdtemp())", before=""),
    "options that are unseen": own(DATES, "Checkpoint('f', **options)", before=""),
    "another folder": own(DATES, first="os.chdir(date)\n"),
    "an emptied store": own(DATES, first="shutil.rmtree('rows')\n"),
    "no state": own(DATES, before=STORE.format(", level=0")),
    "members alone": own(DATES, before=STORE.format(", level=1")),
    "a level from outside": own(DATES, before=STORE.format(", level=domain")),
    "another row": own(DATES, "store.select(3)"),
    "a row of its own": own("for row, date in enumerate(dates):\n" + START, "store.select(row)"),
    "left when it has succeeded": own(DATES) + "        break\n",
    "returned from": own(DATES) + "        return x\n",
    "asks whose row it is": own(DATES) + "        print(s.metadata['date'])\n",
    "a path that is set": own(DATES, first="store.path = date\n"),
    "one session around": STORE.format("")
    + "with store as s:\n    for date in dates:\n        x0 = get(date)\n"
    + indent(STEPS, "    "),
    "only a log": own("for date in dates:\n    print(date)\n"),
}


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_what_only_looks_like_it_is_left_alone(body: str) -> None:
    assert reused(body) == []


def test_a_model_that_is_not_seen_makes_it_unsure() -> None:
    unseen = own(DATES).replace("Persistence(variables, domain)", "load()")
    assert [sure for *_, sure in reused(unseen)] == [False]
    counted = unseen.replace("as s:\n", "as s:\n    " + "    n = s.write_count\n", 1)
    assert [sure for *_, sure in reused(counted)] == [True]


WORKFLOWS = {
    "time": "run.deterministic([date], 4, model, data, io, checkpoint=store)",
    "data": "run.deterministic(dates, 4, model, data_of(date), io, checkpoint=store)",
    "prognostic": "run.deterministic(dates, 4, prognostic=date, data=data, checkpoint=store)",
    "perturbation": "run.ensemble(dates, 4, 2, model, data, io, date, checkpoint=store)",
}
SAME_RUN = {
    "steps": "run.deterministic(dates, date, model, data, io, checkpoint=store)",
    "output": "run.deterministic(dates, 4, model, data, io=date, checkpoint=store)",
    "device": "run.deterministic(dates, 4, model, data, io, device=date, checkpoint=store)",
    "no checkpoint": "run.deterministic([date], 4, model, data, io)",
    "another function": "walk([date], 4, model, data, io, checkpoint=store)",
}


@pytest.mark.parametrize("call", WORKFLOWS.values(), ids=WORKFLOWS)
def test_a_built_in_workflow_takes_the_next_run_for_the_one_that_has_ended(call: str) -> None:
    loop = STORE.format("") + f"for date in dates:\n    {call}\n"
    assert reused(loop) == [("store", "date", True)]
    assert reused(STORE.format("") + f"all = [{call} for date in dates]\n") != []
    session = STORE.format("") + f"with store as s:\n    for date in dates:\n        {call}\n"
    assert reused(session.replace("checkpoint=store", "checkpoint=s")) == [("s", "date", True)]


@pytest.mark.parametrize("call", SAME_RUN.values(), ids=SAME_RUN)
def test_a_built_in_workflow_may_go_on_with_the_same_run(call: str) -> None:
    assert reused(STORE.format("") + f"for date in dates:\n    {call}\n") == []


def test_runs_one_after_another_are_of_other_times() -> None:
    first = BUILT_IN.replace("date", "'2024-01-01'")
    second = BUILT_IN.replace("date", "'2024-01-02'")
    (found,) = reused(STORE.format("") + f"{first}\n{second}\n")
    assert found == ("store", "time", True)
    assert reused(STORE.format("") + f"{first}\n{first}\n") == []
    assert reused(STORE.format("") + f"{first}\n{BUILT_IN}\n", "date, model, data, io") == []
    branches = f"if data:\n    {first}\nelse:\n    {second}\n"
    assert reused(STORE.format("") + branches) == []
    assert reused(STORE.format("") + first + "\nstore = Checkpoint('g')\n" + second) == []


CALLED = (
    HEAD
    + """
def one(store, date, path, other):
    x0, c0 = start_of(date)
    with store as s:
        for x, c in Persistence(v, d).create_iterator(x0, c0):
            s.write()

def all_of_them(dates):
    store = Checkpoint("f")
    for date in dates:
        one({arguments})
"""
)


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ("store, date, 1, 2", 1),
        ("store, path=1, other=2, date=f'{date}'", 1),
        ("store, 1, date, date", 0),
        ("Checkpoint(f'{date}'), date, 1, 2", 0),
        ("Checkpoint('f'), date, 1, 2", 1),
    ],
)
def test_a_loop_is_found_above_the_function_that_runs(arguments: str, count: int) -> None:
    assert len(ask(CALLED.replace("{arguments}", arguments)).reused_checkpoints) == count


def shared(first: str, second: str, between: str = "") -> list[tuple[int, bool]]:
    """Return the lines of the second Checkpoints, and whether they overwrite."""
    opened = [f"with {one} as s:\n{STEPS}" for one in (first, second)]
    body = indent(between.join(opened), "    ")
    found = ask(f"{HEAD}def f(rows, v, d, x0, c0):\n{body}").shared_stores
    return [(one.second.lineno, one.drops) for one in found]


def test_two_modes_of_one_store() -> None:
    append, plain = "Checkpoint('f', rows, 'append')", "Checkpoint(name='f', path=rows)"
    assert shared(append, plain) == [(12, True)]
    assert shared(plain, append) == [(12, False)]
    assert shared(append, append) == []
    assert shared(append, "Checkpoint('g', path=rows)") == []
    assert shared(append, "Checkpoint('f', path=rows / 'b')") == []
    assert shared(append, "Checkpoint('f', path=rows, mode=v)") == []
    assert shared(append, plain, "rows = 'c'\n") == []
    assert shared(append, plain, "return\n") == []
