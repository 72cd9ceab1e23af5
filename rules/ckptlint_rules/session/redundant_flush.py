"""A `flush` that commits nothing, on a session that commits each write.

## What it does

Finds `session.flush()` without keywords on a checkpoint session whose flush interval is known to
be 1, the default of `Checkpoint(flush_interval=...)`.

## Why is this bad?

At interval 1 every `write` commits at once, so there is never anything left for `flush()` to do.
The call costs nothing, but it tells the reader that without it a restart would lose a step. That
belief then spreads to sessions with a longer interval, where a missing `flush` does lose steps.

Sessions whose interval cannot be seen are not reported: a session that was passed in, or one of a
`Checkpoint` that another library defines. Nor is `flush(key=value)`, which commits metadata, nor a
`flush()` whose result is used.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
        session.flush()
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

The fix deletes the statement, and an `if` or `else` that it leaves empty. It is safe: the catalog
and its files are the same with and without the call.

## Proof

A session shows it: the catalog and its files, before and after the call.
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
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program


def check(program: Program) -> Iterator[Finding]:
    """Find the redundant flushes of one module."""
    for flush in program.flushes:
        if flush.interval != 1 or not flush.is_statement or flush.has_arguments:
            continue
        call = program.words(flush.call)
        yield Finding(
            program.span(flush.call),
            f"`{call}` commits nothing: at `flush_interval=1` each `write` has committed already",
            help=f"Delete `{call}`, or set a longer `flush_interval` if writes should be gathered",
            related=tuple(
                Related(program.span(made), "this checkpoint commits at each `write`")
                for made in flush.made_by
            ),
            fix=Fix(f"Delete `{call}`", program.deletion(flush.call.parent), Applicability.SAFE),
        )


RULE = Rule(
    code="CKP301",
    name="redundant-flush",
    documentation=__doc__,
    severity=Severity.WARNING,
    needles=((b"Checkpoint", b".flush"),),
    fix=FixAvailability.ALWAYS,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "each write is followed by a flush",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(lead_time=6)
    session.flush()  # error: 5, "`session.flush()` commits nothing: at `flush_interval=1` each `write` has committed already"
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(lead_time=6)
""",
        ),
        Example(
            "a selected row, and an if that is left empty",
            """\
from earth2studio.utils import checkpoint as restart

store = restart.Checkpoint("forecast", flush_interval=1)
with store.select(-1) as row:
    for step in range(4):
        row.write(step=step)
        if step == 3:
            row.flush()  # error: 13, "`row.flush()` commits nothing: at `flush_interval=1` each `write` has committed already"
""",
            """\
from earth2studio.utils import checkpoint as restart

store = restart.Checkpoint("forecast", flush_interval=1)
with store.select(-1) as row:
    for step in range(4):
        row.write(step=step)
""",
        ),
    ),
    good=(
        Example(
            "writes are gathered",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    session.write(lead_time=6)
    session.flush()
""",
        ),
        Example(
            "a flush that commits metadata",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(lead_time=6)
    session.flush(done=True)
""",
        ),
        Example(
            "the caller's session",
            """\
from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint


def forecast(checkpoint: Checkpoint | NullCheckpoint = NullCheckpoint()):
    with checkpoint as session:
        session.write(lead_time=6)
        session.flush()
""",
        ),
        Example(
            "another library's Checkpoint",
            """\
from orbax.checkpoint import Checkpoint

with Checkpoint("weights") as session:
    session.write(step=1)
    session.flush()
""",
        ),
    ),
)
