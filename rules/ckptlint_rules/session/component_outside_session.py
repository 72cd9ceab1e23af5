"""A restart-aware component is built before the Checkpoint that should save it.

## What it does

Finds models and perturbations with bound state that are built before the `Checkpoint` is made in
whose session they run, or which is given to the workflow that runs them. The class may stand in any
file; Earth2Studio's own are known.

A component is not reported that is built after the Checkpoint and before its session: Earth2Studio
keeps its state until the session opens, with a warning. Nor is one whose class cannot be seen, one
whose session is of level 0 or 1, a model that is only called for steps, or one of whose rollouts
only whole ones are written.

## Why is this bad?

`bind_checkpoint_state` gives the state to the session that is active, else to the Checkpoint that was
made last. Where there is none yet, the state belongs to nobody. The workflow writes its rows, each
without the component's state, and a restart begins again at the initial condition.

## Example

```python
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint

model = Persistence(variable, domain)
with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
```

## Use instead

```python
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    model = Persistence(variable, domain)
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
```

## Fix safety

The fix moves the building to the start of the `with`. It is unsafe: what the building reads from
elsewhere may be another thing by then.

## Proof

A run shows it: killed after a write and started again, it begins at the initial condition.
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

    from ckptlint.rule import EarlyComponent, Program


def check(program: Program) -> Iterator[Finding]:
    """Find the components of one module that are built too early to be saved."""
    for found in program.early_components:
        component = found.component
        line = program.told_line(found.checkpoint)
        yield Finding(
            program.span(component.build),
            f"`{component.name}` is built before its `Checkpoint` is made, on {line}, so that its "
            "state is never saved",
            help=f"Build `{component.name}` inside the session",
            related=(
                Related(program.span(found.checkpoint), "the checkpoint is made here", Step.AFTER),
                Related(program.span(found.use), f"`{component.name}` runs here", Step.AFTER),
            ),
            fix=_fix(found, program),
        )


def _fix(found: EarlyComponent, program: Program) -> Fix | None:
    edits = program.build_in_session(found)
    if edits is None:
        return None
    return Fix(
        f"Build `{found.component.name}` inside the session",
        edits,
        Applicability.UNSAFE,
        reason="check that it is built from the same things there",
    )


RULE = Rule(
    code="CKP307",
    name="component-outside-session",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"Checkpoint(", b"create_iterator"), (b"Checkpoint(", b"checkpoint=")),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "a model of Earth2Studio",
            """\
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint

model = Persistence(["t2m"], domain)  # error: 1, "`model` is built before its `Checkpoint` is made, on line 5, so that its state is never saved"
with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
""",
            """\
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    model = Persistence(["t2m"], domain)
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
""",
        ),
        Example(
            "a model of one's own, given to a workflow",
            """\
from earth2studio import run
from earth2studio.utils.checkpoint import Checkpoint, bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.state = bind_checkpoint_state(state)


def forecast(state, data, io):
    model = Model(state)  # error: 5, "`model` is built before its `Checkpoint` is made, on line 12, so that its state is never saved"
    checkpoint = Checkpoint("forecast")
    run.deterministic(["2024-01-01"], 4, model, data, io, checkpoint=checkpoint)
""",
        ),
    ),
    good=(
        Example(
            "built after the checkpoint is made",
            """\
from earth2studio import run
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint

checkpoint = Checkpoint("forecast")
model = Persistence(["t2m"], domain)
run.deterministic(["2024-01-01"], 4, model, data, io, checkpoint=checkpoint)
""",
        ),
        Example(
            "a model that binds nothing",
            """\
from earth2studio.utils.checkpoint import Checkpoint


class Model:
    def __init__(self, core):
        self.core = core


model = Model(core)
with Checkpoint("forecast") as session:
    for x, coords in model.create_iterator(x0, coords0):
        session.write(lead_time=coords["lead_time"][-1])
""",
        ),
    ),
)
