"""State is bound to the checkpoint, but never saved, or never restored.

## What it does

Finds calls of `bind_checkpoint_state` whose state no method of the class ever writes, or ever reads
back. Base classes in other files count, and so do aliases, helpers, `setattr`, and what a subclass of
the same file does.

A class is not reported that leaves work to its children, that has a base which cannot be seen, or
that hands its state, or itself, to code which cannot be seen.

## Why is this bad?

The class looks restart-aware, and a workflow treats it so: the checkpoint has a row for each step.
But the row holds the defaults, or nobody looks at it, and every restart begins again at the initial
condition, under the lead times of the steps that are still to come.

## Example

```python
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: torch.Tensor | None = None


class Model(PrognosticMixin):
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def create_iterator(self, x, coords):
        self.checkpoint.x = x.clone()
        yield x, coords
        while True:
            x, coords = self(x, coords)
            self.checkpoint.x = x.clone()
            yield x, coords
```

## Use instead

```python
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: torch.Tensor | None = None


class Model(PrognosticMixin):
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def create_iterator(self, x, coords):
        state = self.checkpoint
        if state.checkpoint_level == 2 and state.checkpoint_state_loaded:
            x, coords = state.x.to(x.device), self.coords_at(coords, state.checkpoint_lead_time)
        else:
            state.x = x.clone()
            yield x, coords
        while True:
            x, coords = self(x, coords)
            state.x = x.clone()
            yield x, coords
```

## Fix safety

There is no fix: what the next step reads only its author can tell.

## Proof

A rollout shows it: stopped and restarted, it begins again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import Evidence, Example, Finding, FixAvailability, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import DeadBinding, Program


def check(program: Program) -> Iterator[Finding]:
    """Find the states of one module that are bound for nothing."""
    for found in program.dead_bindings:
        yield Finding(program.span(found.bound.call), _message(found), help=_HELP[found.lack.name])


def _message(found: DeadBinding) -> str:
    state, model = found.bound.dataclass.name, found.bound.concrete.name
    match found.lack.name:
        case "BOTH":
            return f"`{state}` is bound, but `{model}` neither saves nor restores it"
        case "SAVE":
            return f"`{state}` is bound, but `{model}` never saves into it"
    return f"`{state}` is bound, but `{model}` never restores from it"


_HELP = {
    "SAVE": "Write what the next step reads into its fields before every `yield`",
    "RESTORE": "Go on from its fields where the session has loaded them, at level 2",
    "BOTH": "Save before every `yield` and go on from what was saved, or take the binding out",
}

_HEAD = """\
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None


class Model:
    def __init__(self):
"""

RULE = Rule(
    code="CKP108",
    name="dead-binding",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"bind_checkpoint_state",),),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "saved, but never restored",
            _HEAD
            + """\
        self.checkpoint = bind_checkpoint_state(State())  # error: 27, "`State` is bound, but `Model` never restores from it"

    def create_iterator(self, x, coords):
        while True:
            self.checkpoint.x = x.clone()
            yield x, coords
            x = self.step(x)

    def step(self, x):
        return x
""",
        ),
        Example(
            "only bound",
            _HEAD
            + """\
        self.restart = bind_checkpoint_state(State())  # error: 24, "`State` is bound, but `Model` neither saves nor restores it"

    def create_iterator(self, x, coords):
        while True:
            yield x, coords
            x = 2 * x
""",
        ),
    ),
    good=(
        Example(
            "saved and restored by helpers and an alias",
            _HEAD
            + """\
        self.checkpoint = bind_checkpoint_state(State())

    def create_iterator(self, x, coords):
        state = self.checkpoint
        if state.checkpoint_level == 2 and state.x is not None:
            x = state.x.to(x.device)
        else:
            self._save(x)
            yield x, coords
        while True:
            x = 2 * x
            self._save(x)
            yield x, coords

    def _save(self, x):
        setattr(self.checkpoint, "x", x.clone())
""",
        ),
        Example(
            "a base class, whose children have the rollout",
            _HEAD
            + """\
        self.checkpoint = bind_checkpoint_state(State())

    def _save(self, x):
        self.checkpoint.x = x.clone()
""",
        ),
    ),
)
