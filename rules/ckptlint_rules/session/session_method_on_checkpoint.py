"""A member of a session looked for on its Checkpoint, or the reverse.

## What it does

Finds `checkpoint.write(...)`, `checkpoint.metadata`, `checkpoint.exists` and the like on a
`Checkpoint`, and `session.select(...)`, `session.level`, `session.flush_interval` and the like on
a session.

## Why is this bad?

A `Checkpoint` is the catalog of a run; `with checkpoint as session` opens one row of it. Each has
members of its own, and asking the wrong one raises AttributeError: often after the first step has
been computed, or on a branch that only a restart takes. Where the argument may be a
`NullCheckpoint`, which is both in one, the mistake shows only once a run is checkpointed.

Names that are bound to more than one kind of object, and code under a test for one (`isinstance`,
`hasattr`), are not reported.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast")
with checkpoint as session:
    for x, coords in model.create_iterator(x0, coords0):
        checkpoint.write(lead_time=coords["lead_time"][-1])
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast")
with checkpoint as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

The fix is safe: what it replaces raises. On a session it reads from `session.catalog`, which is
its Checkpoint; on a Checkpoint, from the name that the `with` around the place gives its session.
Where there is no such name there is no fix.

## Proof

A session shows it: the attribute is not there.
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
    Rule,
    Severity,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program

_OF_SESSION = (
    b"write", b"flush(", b"metadata", b"exists", b"lead_time", b"commit_id", b"is_active", b"bind("
)  # fmt: skip
_OF_CHECKPOINT = (b"select(", b"level", b"flush_interval", b"history_size", b"refresh(")
"""What is looked for most; the other members of a Checkpoint have names that all things have."""


def check(program: Program) -> Iterator[Finding]:
    """Find the members of one module that are read from the wrong object."""
    for found in program.misplaced_members:
        name = found.node.attrname
        has, lacks = ("session", "Checkpoint") if found.of_session else ("Checkpoint", "session")
        owner = found.owner or "session"
        fix = None
        if found.edits:
            fix = Fix(f"Read `{name}` from `{owner}`", found.edits, Applicability.SAFE)
        help_text = f"Write `{owner}.{name}`"
        if found.owner is None:
            help_text += ", of the session that `with checkpoint as session` gives"
        yield Finding(
            program.span(found.node),
            f"`{program.words(found.node)}` raises: a {lacks} has no `{name}`, its {has} has",
            help=help_text,
            fix=fix,
        )


RULE = Rule(
    code="CKP305",
    name="session-method-on-checkpoint",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        *((b"Checkpoint", b"." + name) for name in _OF_SESSION),
        *((b"Checkpoint", b"." + name) for name in _OF_CHECKPOINT),
    ),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "written to the Checkpoint",
            """\
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast")
with checkpoint as session:
    checkpoint.write(lead_time=6)  # error: 5, "`checkpoint.write` raises: a Checkpoint has no `write`, its session has"
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast")
with checkpoint as session:
    session.write(lead_time=6)
""",
        ),
        Example(
            "the session is asked for what belongs to its Checkpoint",
            """\
from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint


def forecast(checkpoint: Checkpoint | NullCheckpoint):
    with checkpoint as session:
        if session.level < 2:  # error: 12, "`session.level` raises: a session has no `level`, its Checkpoint has"
            print("members start again")
        session.write(lead_time=6)
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint


def forecast(checkpoint: Checkpoint | NullCheckpoint):
    with checkpoint as session:
        if session.catalog.level < 2:
            print("members start again")
        session.write(lead_time=6)
""",
        ),
    ),
    good=(
        Example(
            "each from its own",
            """\
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast")
if checkpoint.catalog:
    with checkpoint.select(-1) as session:
        print(session.catalog.level, session.write_count, session.device)
""",
        ),
        Example(
            "a Checkpoint, a session, or neither",
            """\
from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession, NullCheckpoint


def forecast(checkpoint: Checkpoint | CheckpointSession | NullCheckpoint = NullCheckpoint()):
    if isinstance(checkpoint, CheckpointSession):
        return checkpoint.write_count
    return checkpoint.metadata
""",
        ),
        Example(
            "another library's Checkpoint",
            """\
from orbax.checkpoint import Checkpoint

checkpoint = Checkpoint("weights")
checkpoint.write(step=1)
""",
        ),
    ),
)
