"""Rows that are committed by `flush` alone, in a workflow that counts writes.

## What it does

Finds a loop that commits by `session.flush(key=...)` where the session is never written, and the same
function goes by `session.write_count`.

It is not reported where the session is written anywhere, where it is handed to something that may
write it, or where nothing counts writes: a store of metadata alone is right.

## Why is this bad?

`flush` with keywords commits a row, with the state of all components, but it counts no write:
`write_count` stays 0. A restart takes up the last state and then does every step of the run from
there, under lead times that run past the end.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    steps = model.create_iterator(x0, coords0)
    for _ in range(session.write_count, nsteps):
        x, coords = next(steps)
        io.write(x, coords, "t2m")
        session.flush(lead_time=coords["lead_time"][-1])
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    steps = model.create_iterator(x0, coords0)
    for _ in range(session.write_count, nsteps):
        x, coords = next(steps)
        io.write(x, coords, "t2m")
        session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

The fix puts `write` for `flush`, where the session commits each write. It is unsafe: restarts begin
elsewhere from then on.

## Proof

A workflow shows it: killed after a commit and run again, it ends in other output.
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

    from ckptlint.rule import Program, UncountedRow


def check(program: Program) -> Iterator[Finding]:
    """Find the loops of one module that commit by `flush` alone and count writes."""
    for found in program.uncounted_rows:
        flush, counted = program.words(found.flush.func), program.words(found.counted)
        yield Finding(
            program.span(found.flush),
            f"`{flush}` commits a row and counts no write: a restart finds `{counted}` as it was at "
            "the start",
            help="Commit the step by `write`, with the same keywords",
            related=(Related(program.span(found.counted), "writes are counted here", Step.ASIDE),),
            fix=_fix(found, program),
        )


def _fix(found: UncountedRow, program: Program) -> Fix | None:
    edit = program.write_instead(found)
    if edit is None:
        return None
    return Fix(
        "Call `write`",
        (edit,),
        Applicability.UNSAFE,
        reason="restarts begin elsewhere from then on",
    )


RULE = Rule(
    code="CKP303",
    name="flush-without-write",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"Checkpoint", b".flush(", b"write_count"),),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "each step is flushed, none is counted",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for step in range(session.write_count, 20):
        session.flush(step=step)  # error: 9, "`session.flush` commits a row and counts no write: a restart finds `session.write_count` as it was at the start"
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for step in range(session.write_count, 20):
        session.write(step=step)
""",
        ),
        Example(
            "writes are gathered",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(steps):
    with Checkpoint("forecast", flush_interval=6) as session:
        while session.write_count < steps:
            session.flush(step=steps)  # error: 13, "`session.flush` commits a row and counts no write: a restart finds `session.write_count` as it was at the start"
""",
        ),
    ),
    good=(
        Example(
            "a step is written, its notes are flushed",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for step in range(session.write_count, 20):
        session.write(step=step)
        session.flush(note="done")
""",
        ),
        Example(
            "nothing counts writes",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("notes") as session:
    for day in range(session.metadata.get("day", 0), 20):
        session.flush(day=day + 1)
""",
        ),
    ),
)
