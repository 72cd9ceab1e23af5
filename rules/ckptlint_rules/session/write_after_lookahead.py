"""A row that is written when a step more has been drawn than it stands for.

## What it does

Finds a session's `write` that commits while the next step has been drawn from `create_iterator`
already, and its output comes only later: a loop that draws with `next` before it writes, that runs
over `pairwise(...)`, or over a `list` of all steps.

It is not reported where the step that was drawn last is also written before the row, where several
steps are drawn and written for one row, or where the scope binds state of its own to restart from.

## Why is this bad?

A restart-aware model saves its state at each `yield`. A row that is written while a step waits holds
the state of that later step, but counts only those that were written. The restart goes on behind the
step that was waiting, so its output is missing, and all that follows is one step off.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    steps = model.create_iterator(x0, coords0)
    x, coords = next(steps)
    for _ in range(nsteps):
        later = next(steps)
        io.write(x, coords, "t2m")
        session.write(lead_time=coords["lead_time"][-1])
        x, coords = later
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    steps = model.create_iterator(x0, coords0)
    for x, coords in islice(steps, nsteps):
        io.write(x, coords, "t2m")
        session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

There is no fix: the loop has to be written in another way.

## Proof

A workflow shows it: killed right after the write and run again, it ends in other output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import (
    Evidence,
    Example,
    Finding,
    FixAvailability,
    Related,
    Rule,
    Severity,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program


def check(program: Program) -> Iterator[Finding]:
    """Find the rows of one module that are committed while a step waits for its output."""
    for found in program.lookaheads:
        line = program.told_line(found.drawn)
        waiting = " and ".join(f"`{name}`" for name in found.names)
        message = (
            f"this row holds the state of a later step: {waiting}, drawn on {line}, "
            f"{'is' if len(found.names) == 1 else 'are'} not written yet"
            if found.names
            else f"this row holds the state of the last step: all are drawn on {line} before the "
            "first is written"
        )
        yield Finding(
            program.span(found.commit),
            message,
            help="Write the row of a step before the next one is drawn",
            related=(Related(program.span(found.drawn), "the state goes on to here"),),
        )


RULE = Rule(
    code="CKP310",
    name="write-after-lookahead",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"Checkpoint", b"create_iterator", b".write("),),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "the next step is drawn before the row",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(model, x0, coords0, io, nsteps):
    with Checkpoint("forecast") as session:
        steps = model.create_iterator(x0, coords0)
        x, coords = next(steps)
        for _ in range(nsteps):
            later = next(steps)
            io.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])  # error: 13, "this row holds the state of a later step: `later`, drawn on line 9, is not written yet"
            x, coords = later
""",
        ),
        Example(
            "all steps are drawn first",
            """\
from itertools import islice

from earth2studio.utils.checkpoint import Checkpoint


def forecast(model, x0, coords0, io, nsteps):
    with Checkpoint("forecast") as session:
        for x, coords in list(islice(model.create_iterator(x0, coords0), nsteps)):
            io.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])  # error: 13, "this row holds the state of the last step: all are drawn on line 8 before the first is written"
""",
        ),
    ),
    good=(
        Example(
            "each step is written before the next is drawn",
            """\
from itertools import islice

from earth2studio.utils.checkpoint import Checkpoint


def forecast(model, x0, coords0, io, nsteps):
    with Checkpoint("forecast") as session:
        for x, coords in islice(model.create_iterator(x0, coords0), nsteps):
            io.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])
""",
        ),
        Example(
            "two steps for each row",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(model, x0, coords0, io, nsteps):
    with Checkpoint("forecast") as session:
        steps = model.create_iterator(x0, coords0)
        next(steps)
        for _ in range(nsteps):
            x, coords = next(steps)
            io.write(x, coords, "t2m")
            x, coords = next(steps)
            io.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])
""",
        ),
    ),
)
