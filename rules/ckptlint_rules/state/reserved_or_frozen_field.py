"""A field that the bound state keeps for itself, or a state dataclass that is frozen.

## What it does

Finds three ways in which a state dataclass cannot be used as it is written:

- An attribute `device` or `checkpoint_...` is assigned through the bound state, or a field with the
  name of such metadata is read through it. The names `_state`, `_checkpoint`, `_session` and
  `_state_loaded` are the bound state's own as well.
- The dataclass that is bound is frozen.
- A field holds a frozen dataclass by default.

Only dataclasses that are bound are looked at. A frozen dataclass that is put into a field whose
default is `None` is not reported, nor is a name that is reached only through the instance itself,
`self.checkpoint.checkpoint_dataclass`.

## Why is this bad?

What `bind_checkpoint_state` returns answers `device` and every `checkpoint_...` of its metadata
itself. Assigning to such a name raises `AttributeError`, and reading it gives the metadata: a field
of that name can neither be saved nor restored.

A restart puts the saved values back by assigning to the fields of the instance that is bound, and of
the dataclasses that its fields hold. Where one of them is frozen that raises `FrozenInstanceError`:
the run that must go on from the checkpoint ends at once.

## Example

```python
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass(frozen=True)
class State:
    x: object = None


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())
```

## Use instead

```python
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())
```

## Fix safety

The fix takes `frozen=True` out. It is safe: no program can restart with it. It is given only where
the dataclass has no ancestor and no heir among dataclasses, for those must all be frozen or none.
Names are not changed: only the author knows everything that uses them.

## Proof

A workflow shows it: its restart raises an exception.
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

    from ckptlint.rule import FrozenState, Program, ReservedName


def check(program: Program) -> Iterator[Finding]:
    """Find the reserved names and the frozen dataclasses of one module."""
    for found in program.frozen_states:
        yield Finding(
            found.span,
            _frozen_message(found),
            help="Leave out `frozen=True`: a restart assigns to each field",
            fix=Fix("Delete `frozen=True`", found.edits, Applicability.SAFE)
            if found.edits
            else None,
        )
    for reserved in program.reserved_names:
        yield Finding(reserved.span, _reserved_message(reserved), help=_help(reserved))


def _frozen_message(found: FrozenState) -> str:
    if found.field is not None:
        return (
            f"field `{found.field.name}` holds a `{found.state.name}`, which is frozen: a restart"
            " raises FrozenInstanceError"
        )
    return f"`{found.state.name}` is bound and frozen: a restart raises FrozenInstanceError"


def _reserved_message(found: ReservedName) -> str:
    if found.is_slot:
        return f"`{found.text}` is the bound state's own, not a field of `{found.state}`"
    if found.is_assigned:
        return (
            f"assigning to `{found.text}` raises AttributeError: it is metadata of the checkpoint"
        )
    return f"field `{found.name}` is out of reach: `{found.text}` is metadata of the checkpoint"


def _help(found: ReservedName) -> str:
    if found.field is not None:
        return f"Give the field `{found.name}` of `{found.state}` another name"
    return f"Save it in a field of `{found.state}` with another name"


RULE = Rule(
    code="CKP403",
    name="reserved-or-frozen-field",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"bind_checkpoint_state",), (b"self.checkpoint", b"dataclass")),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "a frozen dataclass is bound",
            """\
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass(frozen=True)  # error: 12, "`State` is bound and frozen: a restart raises FrozenInstanceError"
class State:
    x: object = None


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())
""",
            """\
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())
""",
        ),
        Example(
            "a field is named like metadata",
            """\
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None
    device: str = "cpu"


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def _save(self, x):
        self.checkpoint.x = x
        self.checkpoint.device = str(x.device)  # error: 9, "assigning to `self.checkpoint.device` raises AttributeError: it is metadata of the checkpoint"
""",
        ),
    ),
    good=(
        Example(
            "a frozen dataclass that is never bound",
            """\
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass(frozen=True)
class Grid:
    height: int = 4


@dataclass
class State:
    x: object = None


class Model:
    def __init__(self, grid=Grid()):
        self.grid = grid
        self.checkpoint = bind_checkpoint_state(State())
""",
        ),
        Example(
            "the device of the checkpoint is only read",
            """\
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None
    device_name: str = "cpu"


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def _save(self, x):
        self.checkpoint.x = x.to(self.checkpoint.device)
        self.checkpoint.device_name = str(x.device)
""",
        ),
    ),
)
