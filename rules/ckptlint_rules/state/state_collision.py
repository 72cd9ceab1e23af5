"""One state dataclass that is bound twice in a session.

## What it does

Finds two calls of `bind_checkpoint_state` that bind instances of one dataclass and can run in one
session: in the `__init__` of one class and of its parents, in components that one object makes, and
in components that a workflow makes in one `with checkpoint` block. A call in a loop binds as often
as the loop goes round; where nothing tells how often that is, the finding is shown with
`--preview`.

Alternatives are not reported, such as the two branches of an `if`, nor is one instance that is
bound twice, or a parent whose dataclass a child replaces by its own.

## Why is this bad?

A session tells states apart by the name of their dataclass alone. The second instance has the same
name, so it can neither be saved nor restored: binding it raises `CheckpointStateCollision`, as soon
as both are used in a session. Without a session nothing happens, so tests without one pass.

## Example

```python
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None


class Coupled:
    def __init__(self):
        self.atmosphere = bind_checkpoint_state(State())
        self.ocean = bind_checkpoint_state(State())
```

## Use instead

```python
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None


@dataclass
class OceanState(State):
    pass


class Coupled:
    def __init__(self):
        self.atmosphere = bind_checkpoint_state(State())
        self.ocean = bind_checkpoint_state(OceanState())
```

## Fix safety

There is no fix: a second dataclass, or one with fields for both, is the author's choice.

## Proof

A workflow shows it: it raises `CheckpointStateCollision`.
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

    from ckptlint.rule import Collision, Program


def check(program: Program) -> Iterator[Finding]:
    """Find the states of one module that collide."""
    for found in program.collisions:
        yield Finding(
            found.span,
            _message(found),
            help="Bind a dataclass of its own for each: a subclass of the same fields will do",
            related=()
            if found.first is None
            else (Related(found.first, "it is bound here too", Step.ASIDE),),
            confidence=Confidence.HIGH if found.is_sure else Confidence.LOW,
        )


def _message(found: Collision) -> str:
    who = f"this `{found.component}` binds" if found.component else "this binds"
    raises = "in a session that raises CheckpointStateCollision"
    state = f"`{found.state}`" if found.state is not None else "its state"
    if found.first is None:
        return f"{who} {state} each time round the loop: {raises}"
    what = "what is bound" if found.first_component is None else f"the `{found.first_component}`"
    return f"{who} {state} again, after {what} {found.where}: {raises}"


_HEAD = """\
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None


"""

RULE = Rule(
    code="CKP405",
    name="state-collision",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"bind_checkpoint_state",), (b"Checkpoint(", b"with ")),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "two states of one model",
            _HEAD
            + """\
class Coupled:
    def __init__(self):
        self.atmosphere = bind_checkpoint_state(State())
        self.ocean = bind_checkpoint_state(State())  # error: 22, "this binds `State` again, after what is bound on line 13: in a session that raises CheckpointStateCollision"
""",
        ),
        Example(
            "two models of one workflow",
            """\
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint

with Checkpoint("forecast") as session:
    fast = Persistence(["t2m"], domain)
    slow = Persistence(["t2m"], domain)  # error: 12, "this `Persistence` binds its state again, after the `Persistence` on line 5: in a session that raises CheckpointStateCollision"
""",
        ),
    ),
    good=(
        Example(
            "a choice",
            _HEAD
            + """\
class Model:
    def __init__(self, is_fast):
        if is_fast:
            self.checkpoint = bind_checkpoint_state(State())
        else:
            self.checkpoint = bind_checkpoint_state(State(x=0))
""",
        ),
        Example(
            "a dataclass for each",
            _HEAD
            + """\
@dataclass
class OceanState(State):
    pass


class Coupled:
    def __init__(self):
        self.atmosphere = bind_checkpoint_state(State())
        self.ocean = bind_checkpoint_state(OceanState())
""",
        ),
    ),
)
