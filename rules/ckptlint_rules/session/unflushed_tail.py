"""Writes at the end of a session that are never committed.

## What it does

Finds a checkpoint session with a `flush_interval` of None or above 1 that some path ends with
writes behind the last `flush`. Leaving the `with` does not flush.

A session is not reported where it ends with a write that is known to commit, where a `flush`
depends on a condition that may hold at the end, where the session is handed to something that may
flush it, such as a built-in workflow, or where the interval cannot be seen.

## Why is this bad?

With an interval of 6 every sixth `write` commits. A run of 20 steps leaves 18 in the catalog: a run
that is continued from there does two steps again, and whoever reads the last row gets a forecast
that is twelve hours short. With `flush_interval=None` nothing is left at all. Nothing is said about
it.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
    session.flush()
```

## Fix safety

The fix puts a `flush()` at the end of the `with`. It is safe: it commits what was written, and
nothing where that is committed already. There is no fix where the `with` may be left before its end.

## Proof

A workflow shows it: when it has ended, its session has writes that were never committed.
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

    from ckptlint.rule import Program, UnflushedTail


def check(program: Program) -> Iterator[Finding]:
    """Find the sessions of one module that end with writes that nothing has committed."""
    for tail in program.unflushed_tails:
        write = program.words(tail.write.func)
        made = tail.session.checkpoint.made_by
        related = [] if made is None else [Related(program.span(made), _commits(tail))]
        related.append(
            Related(program.span(tail.opened_by.items[0][0]), "this session ends so", Step.AFTER)
        )
        yield Finding(
            program.span(tail.write),
            f"what `{write}` wrote last is lost: at `flush_interval={tail.interval}` no `flush` "
            "follows before the session ends",
            help="Flush the session once more behind its last `write`; leaving the `with` does not",
            related=tuple(related),
            fix=_fix(tail, program),
        )


def _commits(tail: UnflushedTail) -> str:
    if tail.interval is None:
        return "only a `flush` commits what is written to this checkpoint"
    return f"this checkpoint commits at every {tail.interval}th `write`"


def _fix(tail: UnflushedTail, program: Program) -> Fix | None:
    written = program.flush_at_end(tail)
    if written is None:
        return None
    text, edit = written
    return Fix(f"Insert `{text}` at the end of the `with`", (edit,), Applicability.SAFE)


RULE = Rule(
    code="CKP302",
    name="unflushed-tail",
    documentation=__doc__,
    severity=Severity.WARNING,
    needles=((b"Checkpoint", b"flush_interval", b".write"),),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "the last steps are never committed",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    for step in range(20):
        session.write(step=step)  # error: 9, "what `session.write` wrote last is lost: at `flush_interval=6` no `flush` follows before the session ends"
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    for step in range(20):
        session.write(step=step)
    session.flush()
""",
        ),
        Example(
            "flushed every few steps, not at the end",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(steps):
    with Checkpoint("forecast", flush_interval=None) as session:
        for step in range(steps):
            session.write(step=step)  # error: 13, "what `session.write` wrote last is lost: at `flush_interval=None` no `flush` follows before the session ends"
            if step % 10 == 0:
                session.flush()
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(steps):
    with Checkpoint("forecast", flush_interval=None) as session:
        for step in range(steps):
            session.write(step=step)
            if step % 10 == 0:
                session.flush()
        session.flush()
""",
        ),
    ),
    good=(
        Example(
            "a flush behind the loop",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    for step in range(20):
        session.write(step=step)
    session.flush()
""",
        ),
        Example(
            "the last write commits",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    for step in range(24):
        session.write(step=step)
""",
        ),
        Example(
            "a flush in a helper",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def finish(session):
    session.write(done=True)
    session.flush()


with Checkpoint("forecast", flush_interval=6) as session:
    session.write(step=0)
    finish(session)
""",
        ),
        Example(
            "the caller's interval",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def forecast(every):
    with Checkpoint("forecast", flush_interval=every) as session:
        session.write(lead_time=6)
""",
        ),
    ),
)
