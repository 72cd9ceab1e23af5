"""One Checkpoint for several runs: a run goes on from the row that another one has left.

## What it does

Finds the Checkpoints that a loop over start dates, or over anything else that a run begins with,
opens again in each turn or hands to a built-in workflow, built-in workflows that are given one
Checkpoint for other times, and two Checkpoints of one name and path with different modes.

## Why is this bad?

A row does not tell whose it is. Where the next run opens the store, it finds the row that the run
before has left, and goes on from there: the state of one start date under the labels of another. A
built-in workflow even counts the writes of the run before, and returns with nothing written.

Two Checkpoints on one store read each other's rows in the same way, and one that overwrites drops
the rows that the other appends.

A loop that tries again, and is left when a run has succeeded, opens its store again on purpose.

## Example

```python
from earth2studio import run
from earth2studio.utils.checkpoint import Checkpoint

store = Checkpoint("forecast", path="runs")
for date in dates:
    run.deterministic([date], 8, model, data, outputs[date], checkpoint=store)
```

## Use instead

```python
from earth2studio import run
from earth2studio.utils.checkpoint import Checkpoint

for date in dates:
    store = Checkpoint(f"forecast-{date}", path="runs")
    run.deterministic([date], 8, model, data, outputs[date], checkpoint=store)
```

## Fix safety

There is no fix: what tells the runs apart only the author knows.

## Proof

A run shows it: killed and started again the workflow ends in other output, or a run of it writes
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import (
    Confidence,
    Evidence,
    Example,
    Finding,
    FixAvailability,
    Related,
    Rule,
    Severity,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program, ReusedCheckpoint


def check(program: Program) -> Iterator[Finding]:
    """Find the Checkpoints of one module that serve more than one run."""
    for found in program.reused_checkpoints:
        where = program.span(found.loop or found.earlier or found.use)
        path = [Related(program.span(found.made), "the Checkpoint is made here")]
        path.append(Related(where, "the runs are made here" if found.loop else "the run before"))
        yield Finding(
            program.span(found.use),
            _message(program, found),
            help="Give each run a Checkpoint of its own, by a name or a path that tells which it is",
            related=tuple(path),
            confidence=Confidence.HIGH if found.is_sure else Confidence.LOW,
        )
    for shared in program.shared_stores:
        line = program.told_line(shared.first)
        yield Finding(
            program.span(shared.second),
            f"this Checkpoint has the name and the path of the one on {line}, but another mode: "
            + ("it drops the rows that the other keeps" if shared.drops else "its rows are dropped")
            + ", and each resumes what the other has saved",
            help="Give one of them another name or path",
            related=(
                Related(program.span(shared.first), "the other one is made here", Step.ASIDE),
            ),
        )


def _message(program: Program, found: ReusedCheckpoint) -> str:
    made = f"made on {program.told_line(found.made)}"
    if found.earlier is not None:
        line = program.told_line(found.earlier)
        return (
            f"this Checkpoint, {made}, has served the run of another time, on {line}: "
            "this run resumes its row"
        )
    return (
        f"one store, {made}, serves the run of every `{found.item}`: "
        "a row that one of them leaves is resumed by another"
    )


_HEAD = """\
from earth2studio import run
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint


"""

RULE = Rule(
    code="CKP309",
    name="checkpoint-reused",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"Checkpoint(", b"for "), (b"Checkpoint(", b"mode"), (b"Checkpoint(", b"run")),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "given to a built-in workflow for each date",
            _HEAD
            + """\
def forecasts(dates, model, data, outputs):
    store = Checkpoint("forecast", path="runs")
    for date in dates:
        run.deterministic([date], 8, model, data, outputs[date], checkpoint=store)  # error: 77, "one store, made on line 7, serves the run of every `date`: a row that one of them leaves is resumed by another"
""",
        ),
        Example(
            "made anew with the same name and path",
            _HEAD
            + """\
def forecasts(starts, domain):
    for x0, coords0 in starts:
        with Checkpoint("forecast", path="runs") as session:  # error: 14, "one store, made on line 8, serves the run of every `x0`: a row that one of them leaves is resumed by another"
            model = Persistence(["t2m"], domain)
            for x, coords in model.create_iterator(x0, coords0):
                session.write(lead_time=coords["lead_time"][-1])
""",
        ),
    ),
    good=(
        Example(
            "each date has its store",
            _HEAD
            + """\
def forecasts(dates, model, data, outputs):
    for date in dates:
        store = Checkpoint("forecast", path=f"runs/{date}")
        run.deterministic([date], 8, model, data, outputs[date], checkpoint=store)
""",
        ),
        Example(
            "tried again until it succeeds",
            _HEAD
            + """\
def forecast(date, data, output, models):
    store = Checkpoint("forecast", path="runs")
    for model in models:
        try:
            run.deterministic([date], 8, model, data, output, checkpoint=store)
            break
        except MemoryError:
            continue
""",
        ),
    ),
)
