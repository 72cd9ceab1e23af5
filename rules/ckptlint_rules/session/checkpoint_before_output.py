"""A row that is committed before the output of its step is written.

## What it does

Finds a loop over steps in which the session's `write` comes before the only output of the turn: the
`write` of an IO backend, an array file, a text file. Where only `flush` commits, the place of the
`flush` counts.

It is not reported where other output of the turn comes first, where what is written later belongs to
the next step, where a restart writes the last output again on a condition about its session, where
it chooses its row by `select`, or where only a log is written.

## Why is this bad?

A job may be stopped between the two. The row says that the step is done, so the restart goes on
behind it, and the output of that step is missing for ever: a gap in the store, or the fill value
where it should be. In the other order a stop costs at most a step that is done twice.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
        io.write(x, coords, "t2m")
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        io.write(x, coords, "t2m")
        session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

The fix moves the commit behind the output, where both are statements of one block. It is unsafe: what
stands between them may rely on the row.

## Proof

A workflow shows it: killed right after the write and run again, it ends without that output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import (
    Applicability,
    Evidence,
    Example,
    Finding,
    Fix,
    FixAvailability,
    Related,
    Rule,
    Severity,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import EarlyCommit, Program


def check(program: Program) -> Iterator[Finding]:
    """Find the rows of one module that are committed before their output."""
    for found in program.early_commits:
        output = program.words(found.output.func)
        yield Finding(
            program.span(found.commit),
            f"this row is committed before the output of its step: `{output}` comes only after it, "
            f"on {program.told_line(found.output)}",
            help="Write the output first: what a stop between the two loses, no restart writes again",
            related=(
                Related(program.span(found.output), "the output is written only here", Step.AFTER),
            ),
            fix=_fix(found, program),
        )


def _fix(found: EarlyCommit, program: Program) -> Fix | None:
    edits = program.output_first(found)
    if edits is None:
        return None
    return Fix(
        f"Move `{program.words(found.commit)}` behind the output",
        edits,
        Applicability.UNSAFE,
        reason="check that nothing between the two needs the row",
    )


RULE = Rule(
    code="CKP304",
    name="checkpoint-before-output",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"Checkpoint", b".write("),),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "the row comes first",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(model, x0, coords0, io):
    with Checkpoint("forecast") as session:
        for x, coords in model.create_iterator(x0, coords0):
            session.write(lead_time=coords["lead_time"][-1])  # error: 13, "this row is committed before the output of its step: `io.write` comes only after it, on line 8"
            io.write(x, coords, "t2m")
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(model, x0, coords0, io):
    with Checkpoint("forecast") as session:
        for x, coords in model.create_iterator(x0, coords0):
            io.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])
""",
        ),
        Example(
            "an array file, converted on the way",
            """\
import numpy as np
from earth2studio.utils.checkpoint import Checkpoint


def forecast(states, folder):
    with Checkpoint("forecast") as session:
        for step, x in enumerate(states):
            if step % 2 == 0:
                session.write(step=step)  # error: 17, "this row is committed before the output of its step: `np.save` comes only after it, on line 11"
            field = x.cpu().numpy()
            np.save(folder / f"{step}.npy", field)
""",
        ),
    ),
    good=(
        Example(
            "the output comes first",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(model, x0, coords0, io):
    with Checkpoint("forecast") as session:
        for x, coords in model.create_iterator(x0, coords0):
            io.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])
""",
        ),
        Example(
            "the row of the step before, then the next step",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(iterator, io, steps):
    with Checkpoint("forecast") as session:
        for step in range(session.write_count, steps):
            if step:
                session.write(step=step - 1)
            x, coords = next(iterator)
            io.write(x, coords, "t2m")
""",
        ),
        Example(
            "only the flush commits",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(model, x0, coords0, io):
    with Checkpoint("forecast", flush_interval=None) as session:
        for x, coords in model.create_iterator(x0, coords0):
            session.write(lead_time=coords["lead_time"][-1])
            io.write(x, coords, "t2m")
            session.flush()
""",
        ),
    ),
)
