"""A name, keyword or call form that the project's Earth2Studio does not have any more.

## What it does

Finds what was in drafts of Earth2Studio's checkpoint API, and went before its first release with
0.16.0: `state_policy=`, `keep_last=`, `NO_CHECKPOINT`, `NullCheckpointSession`,
`checkpoint_state_policy`, `select()` and `select(time=...)`, `write(lead_time, {...})`, and the
functions and keywords of drafts older still, such as `save_checkpoint`, `open_restart_io`,
`restart_io=` and `resume_from_step=`.

The version is that of the setting `earth2studio-version`, else the one that is installed, else the
one that the project locks or pins, else the newest known; the message names it. A version before
0.16.0 is not judged, and neither is a draft that is found in the project or its environment.

## Why is this bad?

The drafts were public for months, as branches, examples and instructions for coding assistants,
and their names are still copied. With a released Earth2Studio they raise, and not always at the
start: `write(lead_time, {...})` only after the first step has been computed, `select(time=...)` on
a branch that only a restart takes.

Names of other libraries, a project's own functions of these names, and code that allows for both
(`except ImportError`, `hasattr`, a branch on the version) are not reported.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast", state_policy="full", keep_last=3, mode="append")
with checkpoint.select() as session:
    session.write(lead_time)
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast", level=2, history_size=3, mode="append")
with checkpoint as session:
    session.write(lead_time=lead_time)
```

## Fix safety

What was only renamed, or only has to be given by keyword, is a safe fix. A state policy becomes a
level by an unsafe one: "minimal" 0, "state", "workflow" and "replay" 1, "full", "rollout" and
"direct" 2. What a component saved under a policy of a draft is for its author to compare. Labels,
and the functions of the oldest drafts, have no counterpart, and so no fix.

## Proof

A session shows it: the call raises.
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

_OLDEST_NAMES = (
    b"capture_rng_state", b"default_restart_path", b"get_last_step", b"init_restart",
    b"load_checkpoint", b"load_restart", b"open_restart_io", b"restore_rng_state",
    b"save_checkpoint", b"save_restart", b"should_checkpoint", b"validate_checkpoint_compatibility",
    b"validate_restart_compatibility",
)  # fmt: skip
_OLDEST_KEYWORDS = (b"checkpoint_interval=", b"checkpoint_path=", b"resume_from_step=")


def check(program: Program) -> Iterator[Finding]:
    """Find what one module uses and its Earth2Studio lacks."""
    for found in program.removed_uses:
        fix = None
        if found.edits:
            applicability = Applicability.SAFE if found.is_renamed else Applicability.UNSAFE
            reason = None if found.is_renamed else "levels are not quite what policies were"
            fix = Fix(f"Use {found.use}", found.edits, applicability, reason)
        yield Finding(
            found.span,
            f"{found.what} is gone from {program.earth2studio}: use {found.use}",
            help=f"Use {found.use}",
            fix=fix,
        )


RULE = Rule(
    code="CKP501",
    name="removed-name",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"state_policy",),
        (b"CheckpointStatePolicy",),
        (b"NullCheckpointSession",),
        (b"NO_CHECKPOINT", b"earth2studio"),
        (b"keep_last", b"Checkpoint("),
        (b"Checkpoint", b".write("),
        (b"Checkpoint", b".flush("),
        (b"Checkpoint", b".select("),
        *((b"utils.checkpoint", b" " + name) for name in _OLDEST_NAMES),
        *((b"utils import checkpoint", b"." + name) for name in _OLDEST_NAMES),
        *((b"earth2studio", name) for name in (b"restart_io=", b"restart_interval=")),
        *((b"earth2studio.run", name) for name in _OLDEST_KEYWORDS),
        *((b"earth2studio import run", name) for name in _OLDEST_KEYWORDS),
    ),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "keywords of a draft",
            """\
from earth2studio.utils.checkpoint import Checkpoint

store = Checkpoint(
    "forecast",
    state_policy="full",  # error: 5, "`state_policy=` is gone from Earth2Studio 0.19.0 (the newest that ckptlint knows): use `level=`"
    keep_last=3,  # error: 5, "`keep_last=` is gone from Earth2Studio 0.19.0 (the newest that ckptlint knows): use `history_size=`"
)
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint

store = Checkpoint(
    "forecast",
    level=2,
    history_size=3,
)
""",
        ),
        Example(
            "a name and two call forms",
            """\
from earth2studio.utils.checkpoint import NO_CHECKPOINT, Checkpoint  # error: 43, "`NO_CHECKPOINT` is gone from Earth2Studio 0.19.0 (the newest that ckptlint knows): use `NullCheckpoint()`"


def forecast(model, x, coords, checkpoint=NO_CHECKPOINT):
    store = Checkpoint("forecast")
    with store.select() as session:  # error: 10, "`select()` without a row is gone from Earth2Studio 0.19.0 (the newest that ckptlint knows): use `with store`"
        for x, coords in model.create_iterator(x, coords):
            session.write(coords["lead_time"][-1], {"step": 1})  # error: 13, "`write` with arguments by position is gone from Earth2Studio 0.19.0 (the newest that ckptlint knows): use `write(lead_time=...)`"
""",
            """\
from earth2studio.utils.checkpoint import NullCheckpoint, Checkpoint


def forecast(model, x, coords, checkpoint=NullCheckpoint()):
    store = Checkpoint("forecast")
    with store as session:
        for x, coords in model.create_iterator(x, coords):
            session.write(lead_time=coords["lead_time"][-1], step=1)
""",
        ),
    ),
    good=(
        Example(
            "another library's keyword",
            """\
from trainer.callbacks import Checkpoint

callback = Checkpoint("best", keep_last=3, state_policy="full")
""",
        ),
        Example(
            "both releases are allowed for",
            """\
try:
    from earth2studio.utils.checkpoint import NO_CHECKPOINT
except ImportError:
    from earth2studio.utils.checkpoint import NullCheckpoint

    NO_CHECKPOINT = NullCheckpoint()
""",
        ),
        Example(
            "functions of the project's own",
            """\
from earth2studio.utils.checkpoint import Checkpoint
from forecasting.files import load_checkpoint, save_checkpoint

with Checkpoint("forecast") as session:
    weights = load_checkpoint("weights.pt")
    session.write(lead_time=6)
""",
        ),
    ),
)
