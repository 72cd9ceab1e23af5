"""A restart begins the output anew, and writes only the steps that are left.

## What it does

Finds the outputs of a workflow with a checkpoint that are emptied, or kept in memory, wherever the
script is run: `overwrite=True`, `mode="w"`, `KVBackend`, a `ZarrBackend` without a file. Those count
that a built-in workflow is given together with a Checkpoint, and those that are written in the loop
that commits the steps.

## Why is this bad?

A workflow that goes on from its checkpoint does not write again what it had written before it was
killed. An output that is emptied when the script starts has lost those steps for good, and what was
in memory has gone with the process.

## Example

```python
from earth2studio import run
from earth2studio.io import ZarrBackend
from earth2studio.utils.checkpoint import Checkpoint

store = Checkpoint("forecast", path="runs")
output = ZarrBackend("forecast.zarr", backend_kwargs={"overwrite": True})
run.deterministic(dates, 8, model, data, output, checkpoint=store)
```

## Use instead

```python
from earth2studio import run
from earth2studio.io import ZarrBackend
from earth2studio.utils.checkpoint import Checkpoint

store = Checkpoint("forecast", path="runs")
output = ZarrBackend("forecast.zarr")
run.deterministic(dates, 8, model, data, output, checkpoint=store)
```

## Fix safety

There is no fix: whether the first attempt may find an older output only the author knows.

## Proof

A run shows it: killed after a write and started again, it ends with less output than one that ran
through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import (
    Confidence,
    Evidence,
    Example,
    Finding,
    FixAvailability,
    Related,
    Rule,
    Severity,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program


def check(program: Program) -> Iterator[Finding]:
    """Find the outputs of one module that a restart begins anew."""
    for found in program.clobbered_outputs:
        option = found.store.option
        if option is None:
            what = (
                "this output is kept in memory: after a restart it holds only the steps left then"
            )
            advice = "Write to an output on disk, which a restart opens as it is"
        else:
            what = f"a restart empties this output (`{option}`), then writes only the steps left"
            advice = "Empty the output only where the session does not exist yet"
        yield Finding(
            program.span(found.store.made),
            what,
            help=advice,
            related=(
                Related(
                    program.span(found.writer), "the steps are written and counted here", Step.AFTER
                ),
            ),
            confidence=Confidence.HIGH if found.is_sure else Confidence.LOW,
        )


_HEAD = """\
from earth2studio import run
from earth2studio.io import KVBackend, ZarrBackend
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint


"""
_OVERWRITE = 'backend_kwargs={"overwrite": True}'

RULE = Rule(
    code="CKP314",
    name="restart-clobbers-output",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"Checkpoint(", b"earth2studio.io"),
        (b"Checkpoint(", b"write(", b"open("),
        (b"Checkpoint(", b"write(", b"memmap"),
    ),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "overwritten at each start",
            _HEAD
            + f"""\
def forecast(dates, model, data):
    output = ZarrBackend("forecast.zarr", {_OVERWRITE})  # error: 14, "a restart empties this output (`overwrite=True`), then writes only the steps left"
    store = Checkpoint("forecast", path="runs")
    run.deterministic(dates, 8, model, data, output, checkpoint=store)
""",
        ),
        Example(
            "kept in memory",
            _HEAD
            + """\
def forecast(domain, x0, coords0):
    output = KVBackend()  # error: 14, "this output is kept in memory: after a restart it holds only the steps left then"
    with Checkpoint("forecast", path="runs") as session:
        model = Persistence(["t2m"], domain)
        for x, coords in model.create_iterator(x0, coords0):
            output.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])
    return output
""",
        ),
    ),
    good=(
        Example(
            "opened as it is",
            _HEAD
            + """\
def forecast(dates, model, data):
    output = ZarrBackend("forecast.zarr")
    store = Checkpoint("forecast", path="runs")
    run.deterministic(dates, 8, model, data, output, checkpoint=store)
""",
        ),
        Example(
            "emptied by the first attempt alone",
            _HEAD
            + """\
def forecast(dates, model, data):
    with Checkpoint("forecast", path="runs") as session:
        options = {"overwrite": not session.exists}
        output = ZarrBackend("forecast.zarr", backend_kwargs=options)
        run.deterministic(dates, 8, model, data, output, checkpoint=session)
""",
        ),
    ),
)
