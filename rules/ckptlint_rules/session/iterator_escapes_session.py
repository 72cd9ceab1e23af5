"""An iterator that is made in a session and first drawn from after it has ended.

## What it does

Finds the iterators of restart-aware models that are made inside the `with` of a session, are not
touched there, and are drawn from, or returned, outside it.

## Why is this bad?

Making an iterator runs nothing. The rollout begins at the first `next`, and by then the session has
ended: nothing is restored. A restart begins again at the initial condition, while the rows go on
being counted, so that the last leads are missing.

An iterator that was primed, by one `next` inside the session, goes on as it should.

## Example

```python
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    model = Persistence(variable, domain)
    iterator = model.create_iterator(x0, coords0)
for x, coords in iterator:
    session.write(lead_time=coords["lead_time"][-1])
```

## Use instead

```python
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    model = Persistence(variable, domain)
    iterator = model.create_iterator(x0, coords0)
    for x, coords in iterator:
        session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

There is no fix: how much belongs into the session only the author knows.

## Proof

A run shows it: killed after a write and started again, it begins at the initial condition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import Evidence, Example, Finding, FixAvailability, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program


def check(program: Program) -> Iterator[Finding]:
    """Find the iterators of one module that escape their session undrawn."""
    for found in program.escaping_iterators:
        what = (
            "leaves its session" if found.is_returned else "is first drawn from after its session"
        )
        line = program.told_line(found.block)
        yield Finding(
            program.span(found.use),
            f"this rollout {what} (`with` on {line}) "
            + ("before it has begun" if found.is_returned else "has ended")
            + ", so that it restores nothing",
            help="Draw from the iterator inside the `with`",
            related=(Related(program.span(found.made), "the iterator is made here"),),
        )


_HEAD = """\
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint


"""

RULE = Rule(
    code="CKP308",
    name="iterator-escapes-session",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"Checkpoint(", b"create_iterator", b"with "),),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "drawn from after the `with`",
            _HEAD
            + """\
def forecast(domain, x0, coords0):
    with Checkpoint("forecast") as session:
        model = Persistence(["t2m"], domain)
        iterator = model.create_iterator(x0, coords0)
    for x, coords in iterator:  # error: 22, "this rollout is first drawn from after its session (`with` on line 6) has ended, so that it restores nothing"
        session.write(lead_time=coords["lead_time"][-1])
""",
        ),
        Example(
            "returned out of the `with`",
            _HEAD
            + """\
def rollout(domain, x0, coords0):
    with Checkpoint("forecast"):
        return Persistence(["t2m"], domain).create_iterator(x0, coords0)  # error: 9, "this rollout leaves its session (`with` on line 6) before it has begun, so that it restores nothing"
""",
        ),
    ),
    good=(
        Example(
            "primed inside",
            _HEAD
            + """\
def rollout(domain, x0, coords0):
    with Checkpoint("forecast"):
        iterator = Persistence(["t2m"], domain).create_iterator(x0, coords0)
        next(iterator)
    return iterator
""",
        ),
        Example(
            "a generator keeps its session open",
            _HEAD
            + """\
def rollout(domain, x0, coords0):
    with Checkpoint("forecast"):
        iterator = Persistence(["t2m"], domain).create_iterator(x0, coords0)
        yield from iterator
""",
        ),
    ),
)
