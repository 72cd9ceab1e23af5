"""A restore that is made where nothing is to be restored.

## What it does

Finds restores that go on inside a rollout although the session should not: under level 1, because
nothing asks for `checkpoint_level == 2`; or with nothing loaded, because nothing asks for
`checkpoint_state_loaded`, or `checkpoint_selected` is asked for instead.

The level may be asked for anywhere: in a helper, a property, an early `return`, the parent, by `==`,
`>=`, `in` or `match`. Where a condition cannot be seen, nothing is reported. Nor is a restore of
what is the same at every level, such as a saved initial condition, nor a model that treats level 1
as a case of its own.

## Why is this bad?

The level belongs to the user. Level 1 says: begin each rollout at its initial condition. A model
that restores all the same begins in the middle, and its forecast has the wrong length.

`checkpoint_selected` is true as soon as the session has a row, its own first one too. In a session
that has loaded nothing, the second member then goes on from the end of the first. The same happens
where only `x is not None` is asked, for that member has saved an `x`.

## Example

```python
def create_iterator(self, x, coords):
    if self.checkpoint.checkpoint_selected and self.checkpoint.x is not None:
        x, coords = self.checkpoint.x.to(x.device), rebuild(self.checkpoint.coords)
    else:
        self.checkpoint.x, self.checkpoint.coords = x.clone(), tuple(coords.values())
        yield x, coords
    while True:
        x, coords = self._step(x, coords)
        self.checkpoint.x, self.checkpoint.coords = x.clone(), tuple(coords.values())
        yield x, coords
```

## Use instead

```python
def create_iterator(self, x, coords):
    if (
        self.checkpoint.checkpoint_level == 2
        and self.checkpoint.checkpoint_state_loaded
        and self.checkpoint.x is not None
    ):
        x, coords = self.checkpoint.x.to(x.device), rebuild(self.checkpoint.coords)
    else:
        self.checkpoint.x, self.checkpoint.coords = x.clone(), tuple(coords.values())
        yield x, coords
    while True:
        x, coords = self._step(x, coords)
        self.checkpoint.x, self.checkpoint.coords = x.clone(), tuple(coords.values())
        yield x, coords
```

## Fix safety

The fix asks for what is missing in the condition that is there, and is unsafe: it changes what the
model does under the levels below 2, on which somebody may have come to rely. It is offered where
the condition stands in the function that restores.

## Proof

A rollout shows it: restarted under level 1, it does not begin at its initial condition. A second
rollout in one session shows the other.
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

    from ckptlint.rule import Program, UnguardedRestore


def check(program: Program) -> Iterator[Finding]:
    """Find the restores of one module that nothing guards."""
    for found in program.unguarded_restores:
        yield Finding(
            program.span(found.node),
            _message(found),
            help="Restore only if `checkpoint_level == 2` and `checkpoint_state_loaded`, and the"
            " field is not None",
            related=tuple(_places(found, program)),
            fix=_fix(found, program),
        )


def _message(found: UnguardedRestore) -> str:
    read = f"`{found.read.text}`"
    if found.lack == "level":
        return (
            f"{read} is restored under level 1 too, where a rollout begins at its initial condition"
        )
    if found.asks_for_selected:
        return (
            f"{read} is restored once a row is selected, though nothing was loaded: a second"
            " rollout goes on from the first"
        )
    return f"{read} is restored though nothing was loaded: a second rollout goes on from the first"


def _places(found: UnguardedRestore, program: Program) -> Iterator[Related]:
    if found.condition is not None:
        yield Related(program.span(found.condition), "this is all that is asked here")
    if found.read.node is not found.node:
        yield Related(program.place(found.read.node, found.read.module), "restored here")


def _fix(found: UnguardedRestore, program: Program) -> Fix | None:
    edits = program.guarded(found)
    if edits is None:
        return None
    asked = "checkpoint_level == 2" if found.lack == "level" else "checkpoint_state_loaded"
    return Fix(
        f"Restore only if `{asked}`",
        edits,
        Applicability.UNSAFE,
        reason="somebody may have come to rely on the restore that is then left out",
    )


_MODEL = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()
        self.checkpoint.keys = tuple(coords)
        self.checkpoint.values = tuple(coords.values())

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self.step(x, coords)
            self._save(x, coords)
            yield x, coords

    def _restore(self, x, coords):
        saved = self.checkpoint
"""

_RESTORED = """\
            return saved.x, dict(zip(saved.keys, saved.values)), True
        return x, coords, False
"""

RULE = Rule(
    code="CKP103",
    name="unguarded-restore",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"checkpoint_state",), (b"self.checkpoint", b"coords")),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "no level is asked for",
            _MODEL
            + """\
        if saved.checkpoint_state_loaded and saved.x is not None:
            return saved.x, dict(zip(saved.keys, saved.values)), True  # error: 20, "`saved.x` is restored under level 1 too, where a rollout begins at its initial condition"
        return x, coords, False
""",
            _MODEL
            + """\
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None:
"""
            + _RESTORED,
        ),
        Example(
            "a row is selected, and nothing loaded",
            _MODEL
            + """\
        if saved.checkpoint_level == 2 and saved.checkpoint_selected and saved.x is not None:
            return saved.x, dict(zip(saved.keys, saved.values)), True  # error: 20, "`saved.x` is restored once a row is selected, though nothing was loaded: a second rollout goes on from the first"
        return x, coords, False
""",
            _MODEL
            + """\
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None:
"""
            + _RESTORED,
        ),
    ),
    good=(
        Example(
            "the level, what was loaded, and the field",
            _MODEL
            + """\
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None:
"""
            + _RESTORED,
        ),
        Example(
            "an early return, and a level that is compared otherwise",
            _MODEL
            + """\
        if saved.checkpoint_level < 2 or not saved.checkpoint_state_loaded:
            return x, coords, False
        if saved.x is not None:
"""
            + _RESTORED,
        ),
    ),
)
