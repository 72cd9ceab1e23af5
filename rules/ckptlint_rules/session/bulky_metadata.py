"""A field among the metadata of a row.

## What it does

Finds `session.write(x=x)` and `session.flush(x=x)` where the value is for sure a whole field, as a
rollout yields it or `fetch_data` gives it, also copied, moved, sliced, calculated with or in a
list. The coordinates of a field are a finding of low confidence.

## Why is this bad?

Metadata is meant for a few small values. Every value is written twice at each commit: as an array
beside the row, and as text into `catalog.json`, the index of all rows, where each number of the
field becomes a line of its own. One field of 181 by 360 points in three variables makes 3.3 MB of
text, one of 721 by 1440 in 73 more than a gigabyte. It is read back whenever the catalog is looked
at, and in mode "append" it is written again for each row that is kept. A tensor of bfloat16 raises.

What a model needs for a restart belongs in its bound state, which is saved once, as an array; the
forecast belongs in the output.

Single values are not reported (`x.mean()`, `.item()`, `coords["lead_time"][-1]`), and neither is
anything whose size is not known.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1], x=x.cpu())
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        io.write(*split_coords(x, coords))
        session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

There is no fix: where the field belongs is not in the text.

## Proof

Nothing is run for it: the row is right, and only its size is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import (
    Confidence,
    Evidence,
    Example,
    Finding,
    FixAvailability,
    Rule,
    Severity,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program


def check(program: Program) -> Iterator[Finding]:
    """Find the fields among the metadata of one module."""
    for found in program.bulky_metadata:
        is_field = found.kind == "field"
        what = "is a whole field" if is_field else "holds the coordinates of a field"
        yield Finding(
            program.span(found.keyword),
            f"`{program.words(found.keyword.value)}` {what}: each commit writes its numbers as "
            "text into `catalog.json`",
            help="Keep it in the state of the component that needs it, or in the output",
            confidence=Confidence.HIGH if is_field else Confidence.LOW,
        )


RULE = Rule(
    code="CKP313",
    name="bulky-metadata",
    documentation=__doc__,
    severity=Severity.WARNING,
    needles=((b"Checkpoint", b".write("), (b"Checkpoint", b".flush(")),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.STATIC,),
    check=check,
    bad=(
        Example(
            "the yielded field",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for step, (x, coords) in enumerate(model.create_iterator(x0, coords0)):
        session.write(lead_time=coords["lead_time"][-1], x=x.cpu())  # error: 58, "`x.cpu()` is a whole field: each commit writes its numbers as text into `catalog.json`"
""",
        ),
        Example(
            "the initial condition, and one frame",
            """\
from earth2studio.data import fetch_data
from earth2studio.utils.checkpoint import Checkpoint

x0, coords0 = fetch_data(source, time, variable)
with Checkpoint("forecast") as session:
    session.flush(start=[x0[:, -1], 6])  # error: 19, "`[x0[:, -1], 6]` is a whole field: each commit writes its numbers as text into `catalog.json`"
""",
        ),
    ),
    good=(
        Example(
            "single values",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(
            lead_time=coords["lead_time"][-1], mean=x.mean(), top=x.max().item(), shape=x.shape
        )
""",
        ),
        Example(
            "another writer",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        io.write(x=x, coords=coords)
        session.write(lead_time=coords["lead_time"][-1])
""",
        ),
    ),
)
