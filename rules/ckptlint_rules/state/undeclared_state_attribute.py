"""An attribute that is set on the bound state and is no field of its dataclass.

## What it does

Finds assignments to attributes of a bound state that its dataclass does not declare as fields. An
attribute of the dataclass without an annotation is no field, nor is one that a subclass annotates
without `@dataclass` of its own.

Fields may be inherited, or come with the dataclass that a subclass binds. What the dataclass sets in
its own methods, properties and what is set in `__init__` alone or only where it is still absent are
not reported, nor is what is always set before it is read. Where it is not seen that a step takes
the value from the step before, or that a restart reads it, the finding is not sure: it is shown
with `--preview`.

## Why is this bad?

The bound state passes every attribute on to the dataclass instance, and Python lets one be set that
was never declared. But a checkpoint holds the fields and nothing else. The model works while the
process lives; after a restart the attribute is gone, or has its first value again, and the forecast
goes on from that.

## Example

```python
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def _save(self, x):
        self.checkpoint.x = x.clone()
        self.checkpoint.steps = getattr(self.checkpoint, "steps", 0) + 1

    def _is_wet(self):
        return self.checkpoint.steps % 4 == 0
```

## Use instead

```python
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None
    steps: int = 0


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def _save(self, x):
        self.checkpoint.x = x.clone()
        self.checkpoint.steps = getattr(self.checkpoint, "steps", 0) + 1

    def _is_wet(self):
        return self.checkpoint.steps % 4 == 0
```

## Fix safety

The fix declares the field, where the dataclass is in the same file, and takes away the assignment of
a first value in `__init__`. It is unsafe: rows that were committed before do not fit the dataclass
any more, and the field's type and first value are the best guess.

## Proof

A rollout shows it: stopped and restarted, it does not continue bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import (
    Applicability,
    Confidence,
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

    from ckptlint.rule import Program, UndeclaredAttribute


def check(program: Program) -> Iterator[Finding]:
    """Find the attributes of one module that are set on a bound state and are not saved."""
    for found in program.undeclared_attributes:
        yield Finding(
            found.span,
            _message(found),
            help=_help(found),
            related=()
            if found.read is None
            else (Related(found.read, "it is read here", Step.AFTER),),
            fix=_fix(found),
            confidence=Confidence.HIGH if found.is_carried else Confidence.LOW,
        )


def _message(found: UndeclaredAttribute) -> str:
    if found.has_slots:
        return (
            f"`{found.name}` is no field of `{found.state}`, which has slots: this raises"
            " AttributeError"
        )
    if found.why.name == "NO_ANNOTATION":
        why = f"`{found.name}` has no annotation in `{found.state}`, so it is no field"
    elif found.why.name == "NO_DECORATOR":
        why = f"`{found.name}` is no field, as `{found.state}` has no `@dataclass` of its own"
    elif found.why.name == "CLASS_VARIABLE":
        why = f"`{found.name}` is a class variable of `{found.state}`, not a field"
    else:
        why = f"`{found.name}` is no field of `{found.state}`"
    return f"{why}: it is not saved, and gone after a restart"


def _help(found: UndeclaredAttribute) -> str:
    if found.why.name == "NO_DECORATOR":
        return f"Decorate `{found.state}` with `@dataclass`"
    return f"Declare `{found.name}` as a field of `{found.state}`, with a type and a default"


def _fix(found: UndeclaredAttribute) -> Fix | None:
    if found.declaration is None:
        return None
    return Fix(
        f"Declare `{found.declaration.text}`",
        found.declaration.edits,
        Applicability.UNSAFE,
        reason="committed rows do not fit a changed dataclass; check the type and the default",
    )


_STATE = """\
from dataclasses import dataclass

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: object = None
"""

_MODEL = """\


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

"""

RULE = Rule(
    code="CKP404",
    name="undeclared-state-attribute",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"bind_checkpoint_state",),
        (b"self.checkpoint", b"dataclass"),
        (b"_checkpoint_state",),
    ),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "a counter that only lives in the process",
            _STATE
            + _MODEL
            + """\
    def _save(self, x):
        self.checkpoint.x = x.clone()
        self.checkpoint.steps = getattr(self.checkpoint, "steps", 0) + 1  # error: 9, "`steps` is no field of `State`: it is not saved, and gone after a restart"

    def _is_wet(self):
        return self.checkpoint.steps % 4 == 0
""",
            _STATE
            + "    steps: int = 0\n"
            + _MODEL
            + """\
    def _save(self, x):
        self.checkpoint.x = x.clone()
        self.checkpoint.steps = getattr(self.checkpoint, "steps", 0) + 1

    def _is_wet(self):
        return self.checkpoint.steps % 4 == 0
""",
        ),
        Example(
            "an attribute without an annotation",
            _STATE
            + "    steps = 0\n"
            + _MODEL
            + """\
    def _save(self, x):
        self.checkpoint.x = x.clone()
        self.checkpoint.steps += 1  # error: 9, "`steps` has no annotation in `State`, so it is no field: it is not saved, and gone after a restart"
        return self.checkpoint.steps % 4 == 0
""",
            _STATE
            + "    steps: int = 0\n"
            + _MODEL
            + """\
    def _save(self, x):
        self.checkpoint.x = x.clone()
        self.checkpoint.steps += 1
        return self.checkpoint.steps % 4 == 0
""",
        ),
    ),
    good=(
        Example(
            "an inherited field",
            _STATE
            + """\


@dataclass
class Counted(State):
    steps: int = 0


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(Counted())

    def _save(self, x):
        self.checkpoint.x = x.clone()
        self.checkpoint.steps += 1
        return self.checkpoint.steps % 4 == 0
""",
        ),
        Example(
            "an attribute that is always set before it is read",
            _STATE
            + _MODEL
            + """\
    def step(self, x):
        self.checkpoint.mean = x.mean()
        x = x - self.checkpoint.mean
        self.checkpoint.x = x.clone()
        return x
""",
        ),
    ),
)
