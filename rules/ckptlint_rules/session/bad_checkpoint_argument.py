"""A literal that `Checkpoint` refuses, or takes and does not heed.

## What it does

Finds arguments of `Checkpoint` that raise: a `mode` other than "overwrite" and "append", a
`flush_interval` or `history_size` below 1, a `level` other than 0, 1 and 2 (a truth value too), a
`device` that is none. And it finds those that do something else than they say: a `history_size`
at `mode="overwrite"`, which is the default, and a `flush_interval` that is no whole number.

## Why is this bad?

`history_size=5` alone keeps one row, not five: the older rows that were to be selected after a bad
forecast are not there. `flush_interval=2.5` commits at each 5th write, and `flush_interval=1.1` at
none, so a restart loses steps. What raises does so when the run starts, or with
`history_size=2.0` when the first row is committed.

Only literals are judged, not names or settings that are read when the program runs.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast", history_size=5, level=True)
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast", mode="append", history_size=5, level=2)
```

## Fix safety

There is no fix: which value was meant is not in the text.

## Proof

A session shows it: making the Checkpoint raises, or its rows are counted after some writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import (
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
    """Find the wrong literals of one module's Checkpoints."""
    for found in program.bad_arguments:
        yield Finding(
            program.span(found.node),
            f"`{found.parameter}={found.value}` {found.consequence}",
            help=found.wanted,
        )


RULE = Rule(
    code="CKP306",
    name="bad-checkpoint-argument",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"Checkpoint(", b"flush_interval"),
        (b"Checkpoint(", b"history_size"),
        (b"Checkpoint(", b"level="),
        (b"Checkpoint(", b'"append"'),
        (b"Checkpoint(", b"'append'"),
        *((b"Checkpoint(", b"utils.checkpoint", name) for name in (b"mode=", b"device=")),
        *((b"Checkpoint(", b"utils import checkpoint", name) for name in (b"mode=", b"device=")),
    ),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "arguments that raise",
            """\
from earth2studio.utils.checkpoint import Checkpoint

store = Checkpoint(
    "forecast",
    mode="Append",  # error: 5, '`mode="Append"` raises: a mode is "overwrite" or "append"'
    flush_interval=0,  # error: 5, "`flush_interval=0` raises: it is a number of writes from 1, or None"
    level=True,  # error: 5, "`level=True` raises: a level is 0, 1 or 2"
)
""",
        ),
        Example(
            "arguments that are not heeded",
            """\
from earth2studio.utils.checkpoint import Checkpoint

rows = Checkpoint("rows", history_size=5)  # error: 27, '`history_size=5` is ignored: at `mode="overwrite"` only the newest row is kept'
late = Checkpoint("late", flush_interval=2.5)  # error: 27, "`flush_interval=2.5` commits at each 5th write alone: it is a whole number of writes"
""",
        ),
    ),
    good=(
        Example(
            "what each may be",
            """\
from earth2studio.utils.checkpoint import Checkpoint

store = Checkpoint("forecast", "rows", "append", None, 5, 0, device="cuda:0")
one = Checkpoint("forecast", history_size=1, flush_interval=6.0)
""",
        ),
        Example(
            "settings that are read when the program runs",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def store(mode, every, **options):
    return Checkpoint("forecast", mode=mode, flush_interval=every or None, history_size=5, **options)
""",
        ),
        Example(
            "another library's Checkpoint",
            """\
from trainer.callbacks import Checkpoint

callback = Checkpoint("best", mode="min", level=3)
""",
        ),
    ),
)
