"""Restored state is handed to the start of the parent's rollout.

## What it does

Finds calls of `super().create_iterator(...)`, `super()._default_generator(...)` and
`Parent.create_iterator(self, ...)` that state restored from a checkpoint may reach. The lines that
restore it are shown, and what the parent does at its start.

A call that only ever gets the initial condition is not reported. Nor is a parent that is seen to
do nothing before its first `yield` and not to restore by itself. A parent that cannot be seen is
reported all the same, and the message says so.

## Why is this bad?

What a parent does before its first `yield` is meant for the initial condition: it resets noise
states, seeds generators, regrids or pads the input. Run on a boundary from the middle of a rollout,
it changes the forecast that follows. The wrapper then drops one `next()`, which is meant to be the
boundary. Where the parent restores by itself it has dropped that boundary already, and a forecast
step is lost instead. Either way the restarted forecast looks fine and is wrong.

## Example

```python
def create_iterator(self, x, coords):
    restored = False
    if self.restart.checkpoint_state_loaded and self.restart.x is not None:
        x, coords = self.restart.x.to(x.device), rebuild(self.restart.coords)
        restored = True
    iterator = super().create_iterator(x, coords)
    if restored:
        next(iterator)
    for x_out, coords_out in iterator:
        self._save_checkpoint_state(x_out, coords_out)
        yield x_out, coords_out
```

## Use instead

```python
def create_iterator(self, x, coords):
    restored = False
    if self.restart.checkpoint_state_loaded and self.restart.x is not None:
        x, coords = self.restart.x.to(x.device), rebuild(self.restart.coords)
        restored = True
    if restored:
        x_out, coords_out = x, coords
        while True:
            x_out, coords_out = self.front_hook(x_out, coords_out)
            x_out, coords_out = self(x_out, coords_out)
            x_out, coords_out = self.rear_hook(x_out, coords_out)
            self._save_checkpoint_state(x_out, coords_out)
            yield x_out, coords_out
    for x_out, coords_out in super().create_iterator(x, coords):
        self._save_checkpoint_state(x_out, coords_out)
        yield x_out, coords_out
```

## Fix safety

The fix continues a restored rollout with the model's own step, and leaves an uninterrupted one as
it was. It is unsafe: it is right only if `self(x, coords)` is the step that the parent's rollout
takes, and if what was saved is all that this step reads. No fix is offered where the wrapper has
another shape, or where calling the model restores by itself.

## Proof

A rollout shows it: restarted from a boundary, it does not continue bit for bit.
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

    from ckptlint.rule import Program, RestartedParent


def check(program: Program) -> Iterator[Finding]:
    """Find the calls of one module that restart a parent on restored state."""
    for found in program.restarted_parents:
        yield Finding(
            program.span(found.call),
            _message(found, program),
            help="Continue a restored rollout with the model's own step, and start the parent's"
            " rollout on the initial condition alone",
            related=tuple(_places(found, program)),
            fix=_fix(found, program),
        )


def _message(found: RestartedParent, program: Program) -> str:
    reaches = f"restored state reaches `{program.words(found.call.func)}`"
    if found.restores_itself:
        return f"{reaches}, but `{found.parent}` restores by itself: a forecast step will be lost"
    if found.parent is None:
        return f"{reaches}, which starts a rollout anew; what it does then cannot be seen"
    return f"{reaches}, so that what `{found.parent}` does at the start of a rollout is done again"


def _places(found: RestartedParent, program: Program) -> Iterator[Related]:
    for read in found.reads:
        yield Related(program.place(read.node, read.module), "restored here")
    for effect in found.effects:
        yield Related(program.place(effect.node, effect.module), effect.description, Step.AFTER)


def _fix(found: RestartedParent, program: Program) -> Fix | None:
    edits = program.own_step_after_restart(found)
    if edits is None:
        return None
    return Fix(
        "Continue a restored rollout with the model's own step",
        edits,
        Applicability.UNSAFE,
        reason="it is right only if `self(x, coords)` takes the parent's step, and if what was"
        " saved is all that this step reads",
    )


_WRAPPER = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Core:
    def create_iterator(self, x, coords):
        self.noise = self.draw(x)
        yield x, coords
        while True:
            x, coords = self(x, coords)
            yield x, coords

    def __call__(self, x, coords):
        return self.network(x, self.noise), self.output_coords(coords)


class Wrapper(Core):
    def __init__(self, state):
        self.restart = bind_checkpoint_state(state)

    def _save(self, x, coords):
        self.restart.x = x.clone()
        self.restart.coords = tuple(coords.values())

    def create_iterator(self, x, coords):
        restored = False
        if self.restart.checkpoint_state_loaded and self.restart.x is not None:
            x = self.restart.x.to(x.device)
            restored = True
"""

RULE = Rule(
    code="CKP101",
    name="super-iterator-with-restored-state",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"super().create_iterator",),
        (b"super()._default_generator",),
        (b"checkpoint_state", b".create_iterator"),
        (b"checkpoint_state", b"._default_generator"),
    ),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "a wrapper starts its parent on the restored boundary",
            _WRAPPER
            + """\
        iterator = super().create_iterator(x, coords)  # error: 20, "restored state reaches `super().create_iterator`, so that what `Core` does at the start of a rollout is done again"
        if restored:
            next(iterator)
        for x_out, coords_out in iterator:
            self._save(x_out, coords_out)
            yield x_out, coords_out
""",
            _WRAPPER
            + """\
        if restored:
            x_out, coords_out = x, coords
            while True:
                x_out, coords_out = self(x_out, coords_out)
                self._save(x_out, coords_out)
                yield x_out, coords_out
        iterator = super().create_iterator(x, coords)
        for x_out, coords_out in iterator:
            self._save(x_out, coords_out)
            yield x_out, coords_out
""",
        ),
    ),
    good=(
        Example(
            "the parent is started on the initial condition alone",
            _WRAPPER
            + """\
        if restored:
            while True:
                x, coords = self(x, coords)
                self._save(x, coords)
                yield x, coords
        for x, coords in super().create_iterator(x, coords):
            self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "the parent does nothing at its start",
            _WRAPPER.replace("        self.noise = self.draw(x)\n", "")
            + """\
        iterator = super().create_iterator(x, coords)
        if restored:
            next(iterator)
        for x_out, coords_out in iterator:
            self._save(x_out, coords_out)
            yield x_out, coords_out
""",
        ),
    ),
)
