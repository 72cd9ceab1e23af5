"""A field of the bound state that holds what a checkpoint cannot save.

## What it does

Finds values that are put into a field of a bound state and that no checkpoint can save, and fields
that start with such a value: sets, bytes, paths, Enum members, complex numbers, deques, generators of
any kind, functions, objects of other classes, dicts with keys that are no strings, arrays of objects,
and bfloat16, float8 and sparse tensors.

What is assigned counts, not what the annotation allows. A value that is converted before it is
assigned is not reported, nor is one whose type cannot be told. Where only the annotation of the field
says that it cannot be saved, the finding is not sure: it is shown with `--preview`.

## Why is this bad?

The assignment succeeds. The value is refused when the session commits, with
`CheckpointSerializationError` or, for tensors that NumPy has no type for, a bare `TypeError`: at the
next `write`, in the middle of the forecast. The default of a field is refused as well, whether
anything is ever put there or not.

IntEnum and StrEnum members are saved, but come back as plain numbers and text.

## Example

```python
from dataclasses import dataclass, field

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None
    seen: set = field(default_factory=set)


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
    seen: tuple = ()


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())
```

## Fix safety

There is no fix: what to save instead, and what to make of it after a restart, is the author's choice.

## Proof

A workflow shows it: its first commit raises.
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

    from ckptlint.rule import Program, UnserializableField


def check(program: Program) -> Iterator[Finding]:
    """Find the fields of one module that a commit refuses."""
    for found in program.unserializable_fields:
        yield Finding(
            found.span,
            _message(found),
            help=found.reason.instead,
            related=() if found.field is None else (Related(found.field, "the field", Step.ASIDE),),
            confidence=Confidence.HIGH if found.is_sure else Confidence.LOW,
        )


def _message(found: UnserializableField) -> str:
    what, error = found.reason.what, found.reason.error
    if found.target is None:
        return f"field `{found.name}` of `{found.state}` starts as {what}: a commit raises {error}"
    if not found.is_sure:
        return (
            f"`{found.target}` is by its annotation {what}: if so, the next commit raises {error}"
        )
    return f"`{found.target}` is given {what}: the next commit raises {error}"


_STATE = """\
from dataclasses import dataclass, field

import torch
from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None
"""

_MODEL = """\


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())
        self.generator = torch.Generator()

"""

RULE = Rule(
    code="CKP401",
    name="unserializable-field",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"bind_checkpoint_state",),
        (b"self.checkpoint", b"dataclass"),
        (b"_checkpoint_state",),
    ),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.SESSION,),
    check=check,
    bad=(
        Example(
            "a random generator",
            _STATE
            + _MODEL
            + """\
    def _save(self, x):
        self.checkpoint.x = self.generator  # error: 29, "`self.checkpoint.x` is given a random generator: the next commit raises CheckpointSerializationError"
""",
        ),
        Example(
            "a default that is never saved over",
            _STATE
            + """\
    seen: set = field(default_factory=set)  # error: 5, "field `seen` of `State` starts as a set: a commit raises CheckpointSerializationError"
"""
            + _MODEL
            + """\
    def _save(self, x):
        self.checkpoint.seen.add(x.shape)
""",
        ),
        Example(
            "a tensor that NumPy has no type for",
            _STATE
            + _MODEL
            + """\
    def _save(self, x):
        x = x.to(torch.bfloat16)
        self.checkpoint.x = x.clone()  # error: 29, "`self.checkpoint.x` is given a bfloat16 tensor: the next commit raises TypeError"
""",
        ),
    ),
    good=(
        Example(
            "converted before",
            _STATE
            + _MODEL
            + """\
    def _save(self, x: set):
        self.checkpoint.x = tuple(sorted(x))
""",
        ),
        Example(
            "the generator's state",
            _STATE
            + _MODEL
            + """\
    def _save(self):
        self.checkpoint.x = self.generator.get_state()
""",
        ),
    ),
)
