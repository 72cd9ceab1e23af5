"""None as the checkpoint of a built-in workflow.

## What it does

Finds `checkpoint=None` in a call of `deterministic`, `diagnostic` or `ensemble` of
`earth2studio.run`: written there, chosen by a conditional expression, or as the default of a
parameter that is handed on without a look at it.

## Why is this bad?

A built-in workflow opens what it is given: `with checkpoint as ckpt`. None cannot be opened, so it
raises TypeError, after the model has been moved to its device and the output has been laid out. No
checkpoint is `NullCheckpoint()`, the default. (A draft of the API took None.)

A wrapper that turns None into something else, or only looks at it, is not reported.

## Example

```python
from earth2studio.run import deterministic


def forecast(model, data, io, checkpoint=None):
    return deterministic(["2024-01-01"], 4, model, data, io, checkpoint=checkpoint)
```

## Use instead

```python
from earth2studio.run import deterministic
from earth2studio.utils.checkpoint import NullCheckpoint


def forecast(model, data, io, checkpoint=None):
    return deterministic(
        ["2024-01-01"],
        4,
        model,
        data,
        io,
        checkpoint=NullCheckpoint() if checkpoint is None else checkpoint,
    )
```

## Fix safety

The fix is safe: what it changes raises. It takes `checkpoint=None` out of the call, or puts
`NullCheckpoint()` where None is, and imports it. It does not write `checkpoint or
NullCheckpoint()`, for a session without a row is false.

## Proof

A session shows it: the workflow raises.
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
    """Find the built-in workflows of one module that are given None."""
    for found in program.missing_checkpoints:
        words = program.words(found.argument)
        message = f"`{found.workflow}` opens its checkpoint, and None cannot be opened"
        related: tuple[Related, ...] = ()
        if not found.is_literal:
            message = (
                f"`{found.workflow}` opens its checkpoint, and `{words}` is None unless a caller "
                "gives another"
                if found.is_default
                else f"`{found.workflow}` opens its checkpoint, and `{words}` may be None"
            )
            related = (Related(program.span(found.none), "None comes from here"),)
        fix = None
        if found.edits:
            fix = Fix("Use `NullCheckpoint()` for no checkpoint", found.edits, Applicability.SAFE)
        yield Finding(
            program.span(found.argument),
            message,
            help="Leave the argument out, or give `NullCheckpoint()`",
            related=related,
            fix=fix,
        )


RULE = Rule(
    code="CKP312",
    name="checkpoint-none",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"earth2studio.run", b"checkpoint", b"None"),
        (b"earth2studio import run", b"checkpoint", b"None"),
    ),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "written in the call",
            """\
import earth2studio.run as run

run.deterministic(["2024-01-01"], 4, model, data, io, checkpoint=None, verbose=False)  # error: 66, "`deterministic` opens its checkpoint, and None cannot be opened"
""",
            """\
import earth2studio.run as run

run.deterministic(["2024-01-01"], 4, model, data, io, verbose=False)
""",
        ),
        Example(
            "the default of a wrapper",
            """\
from earth2studio.run import ensemble


def members(model, data, io, noise, checkpoint=None):
    return ensemble(["2024-01-01"], 4, 8, model, data, io, noise, checkpoint=checkpoint)  # error: 78, "`ensemble` opens its checkpoint, and `checkpoint` is None unless a caller gives another"
""",
            """\
from earth2studio.run import ensemble
from earth2studio.utils.checkpoint import NullCheckpoint


def members(model, data, io, noise, checkpoint=None):
    return ensemble(["2024-01-01"], 4, 8, model, data, io, noise, checkpoint=NullCheckpoint() if checkpoint is None else checkpoint)
""",
        ),
    ),
    good=(
        Example(
            "a wrapper that converts",
            """\
from earth2studio.run import deterministic
from earth2studio.utils.checkpoint import NullCheckpoint


def forecast(model, data, io, checkpoint=None):
    if checkpoint is None:
        checkpoint = NullCheckpoint()
    return deterministic(["2024-01-01"], 4, model, data, io, checkpoint=checkpoint)
""",
        ),
        Example(
            "a workflow of the project's own",
            """\
from forecasting.run import deterministic

deterministic(model, checkpoint=None)
""",
        ),
    ),
)
