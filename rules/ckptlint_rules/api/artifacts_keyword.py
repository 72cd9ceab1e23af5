"""`write(artifacts={...})`, which stores the dict whole, under the one key `artifacts`.

## What it does

Finds `write` and `flush` of a checkpoint session that are given a dict as `artifacts=`.

## Why is this bad?

A draft of the API took small values for a restart as `artifacts={"seed": 7}` and gave them back by
their names. Since its first release, with Earth2Studio 0.16.0, every keyword is a key of the
metadata, `artifacts` like any other. So nothing raises when the row is written. After the restart
`session.metadata["seed"]` and `metadata_value("seed")` raise KeyError, and
`session.metadata.get("seed", 0)` gives the default: the run goes on with another seed than the one
it was saved with.

A module that looks the key `artifacts` up is not reported: there the dict is meant.

## Example

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(lead_time=lead_time, artifacts={"seed": 7})
```

## Use instead

```python
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(lead_time=lead_time, seed=7)
```

## Fix safety

The fix writes each entry as a keyword. It is unsafe: code in another module may read the dict as
`session.metadata["artifacts"]`.

## Proof

A session shows it: the names under which the metadata comes back.
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


def check(program: Program) -> Iterator[Finding]:
    """Find the artifacts that one module hands over as a dict."""
    for found in program.artifacts_keywords:
        lost = next((key for key in found.keys if key != "**"), None)
        away = f"`{lost}` is no key of its own" if lost else "its keys are none of their own"
        fix = None
        if found.edits:
            fix = Fix(
                "Write each entry as a keyword",
                found.edits,
                Applicability.UNSAFE,
                'the dict may be read elsewhere, as `metadata["artifacts"]`',
            )
        yield Finding(
            program.span(found.keyword),
            f"`artifacts=` stores its dict whole, under the one key `artifacts`: {away}",
            help=f"Write each entry as a keyword, `{found.call.func.attrname}(seed=7)`",
            fix=fix,
        )


RULE = Rule(
    code="CKP502",
    name="artifacts-keyword",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"artifacts=",),),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "metadata as a draft took it",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    seed = session.metadata.get("seed", 0)
    session.write(lead_time=6, artifacts={"seed": seed, "attempt": 1})  # error: 32, "`artifacts=` stores its dict whole, under the one key `artifacts`: `seed` is no key of its own"
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    seed = session.metadata.get("seed", 0)
    session.write(lead_time=6, seed=seed, attempt=1)
""",
        ),
        Example(
            "a dict that was made before",
            """\
from earth2studio.utils.checkpoint import Checkpoint

extras = {"seed": 7}
with Checkpoint("forecast") as session:
    session.flush(artifacts=extras)  # error: 19, "`artifacts=` stores its dict whole, under the one key `artifacts`: its keys are none of their own"
""",
            """\
from earth2studio.utils.checkpoint import Checkpoint

extras = {"seed": 7}
with Checkpoint("forecast") as session:
    session.flush(**extras)
""",
        ),
    ),
    good=(
        Example(
            "a key of that name which is read back",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    files = session.metadata.get("artifacts", {})
    session.write(artifacts={"log": "run.log"})
""",
        ),
        Example(
            "a list of files",
            """\
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    session.write(artifacts=["run.log", "plot.png"])
""",
        ),
        Example(
            "another library's writer",
            """\
from tracking import Run

with Run("forecast") as session:
    session.write(artifacts={"seed": 7})
""",
        ),
    ),
)
