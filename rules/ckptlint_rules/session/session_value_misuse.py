"""A session, or what its `write` gives back, taken for something else.

## What it does

Finds what the truth of a session and the value of `write` do not mean:

- `session or NullCheckpoint()`: a session is false until its first commit, so the other takes its
  place in a first run, and nothing is ever written.
- `if session: session.write(...)`, where every commit of the session stands behind such a condition:
  the first waits for itself. `session.exists` says the same.
- `session = session.write(...)`: what it gives is an entry of the catalog or None, and no session.
- `session.write(...).commit_id`, `assert session.write(...)`, at a `flush_interval` that is not 1: the
  value is None where the write is only gathered.
- `session.write(...) < 3`: the value is no number.

It is not reported where the session may be something else, where it was chosen by `select`, or where
the value is tested first.

## Why is this bad?

The first two run to their end and leave no row, so that a stopped job begins anew. The others raise,
some of them only after hours, when the first write comes that does not flush.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        io.write(x, coords, "t2m")
        if session:
            session.write(lead_time=coords["lead_time"][-1])
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        io.write(x, coords, "t2m")
        if session is not None:
            session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

The fix puts `is not None` for the truth of the session, or the session itself for `session or other`.
It is unsafe: from then on rows are written where none were. The uses of what `write` gives have no
fix.

## Proof

A workflow shows it: it raises, or it leaves no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import (
    Applicability,
    Edit,
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

    from ckptlint.rule import Program, SessionMisuse

_HELP = {
    "replaced": "A `with` gives a session always; use it as it is",
    "guarded": "Write without this condition, or ask whether it `is not None`",
    "rebound": "Give the entry a name of its own",
    "no entry": "Test whether it is None before its attributes are read",
    "no success": "`write` raises where it fails; leave its value alone",
    "no number": "`write_count` of the session is the number of writes",
}


def check(program: Program) -> Iterator[Finding]:
    """Find the misunderstood sessions of one module, and values of `write`."""
    for found in program.session_misuses:
        made = found.session.checkpoint.made_by
        related = (
            ()
            if made is None or made.root() is not found.node.root()
            else (Related(program.span(made), "the session is one of this checkpoint"),)
        )
        yield Finding(
            program.span(found.node),
            _message(found, program),
            help=_HELP[found.kind],
            related=related,
            fix=_fix(found, program),
        )


def _message(found: SessionMisuse, program: Program) -> str:
    holder = program.words(found.holder)
    interval = found.session.checkpoint.interval
    messages = {
        "replaced": f"`{holder}` is false until its first commit, so a first run goes on without it",
        "guarded": f"`{holder}` is false until the first commit, which waits behind this condition",
        "rebound": f"`{holder}` is no session any more: `write` gives an entry of the catalog, or None",
        "no entry": "`write` gives None where it does not commit, as for most writes at "
        f"`flush_interval={interval}`",
        "no success": "that `write` gives None is no failure: at "
        f"`flush_interval={interval}` most writes are gathered",
        "no number": "`write` gives an entry of the catalog, or None, and no number",
    }
    return messages[found.kind]


def _fix(found: SessionMisuse, program: Program) -> Fix | None:
    reason = "from then on rows are written where none were"
    span = program.span(found.node)
    holder = program.words(found.holder)
    if found.kind == "replaced":
        edits = (Edit(span, holder),)
        return Fix(f"Use `{holder}`", edits, Applicability.UNSAFE, reason=reason)
    if found.kind == "guarded" and holder.isidentifier():
        edits = (Edit(span, f"{holder} is not None"),)
        return Fix(f"Test `{holder} is not None`", edits, Applicability.UNSAFE, reason=reason)
    return None


RULE = Rule(
    code="CKP311",
    name="session-value-misuse",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"Checkpoint", b".write("), (b"NullCheckpoint", b" or ")),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "the first commit waits for itself",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for step in range(4):
        if session:  # error: 12, "`session` is false until the first commit, which waits behind this condition"
            session.write(step=step)
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    for step in range(4):
        if session is not None:
            session.write(step=step)
""",
        ),
        Example(
            "the new session is replaced",
            """\
from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint

with Checkpoint("forecast") as session:
    print(session)
    store = session or NullCheckpoint()  # error: 13, "`session` is false until its first commit, so a first run goes on without it"
    store.write(step=0)
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint

with Checkpoint("forecast") as session:
    print(session)
    store = session
    store.write(step=0)
""",
        ),
        Example(
            "the value of a write that is gathered",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    print(session.write(step=0).commit_id)  # error: 11, "`write` gives None where it does not commit, as for most writes at `flush_interval=6`"
    session.flush()
""",
        ),
    ),
    good=(
        Example(
            "the truth of a session tells whether this is a restart",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    if session:
        print("goes on behind", session.lead_time)
    session.write(step=0)
""",
        ),
        Example(
            "a session that may be none",
            """\
from earth2studio.utils.checkpoint import Checkpoint


def save(step, session: Checkpoint | None = None):
    if session:
        session.write(step=step)
""",
        ),
        Example(
            "an entry that is tested",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast", flush_interval=6) as session:
    entry = session.write(step=0)
    if entry is not None:
        print(entry.commit_id)
    session.flush()
""",
        ),
    ),
)
