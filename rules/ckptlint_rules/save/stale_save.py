"""A save of what the rollout does not go on with.

## What it does

Finds each save after which a saved value changes, where the next step reads the change and a
restart reads what was saved. The change may come

- between the save and the `yield`: a rear hook, coordinates that advance, `x = 0.5 * x`, an update
  in place where the state holds a copy;
- after the `yield`: `out = self._forward(x)`, then `x` is saved, `out` is yielded, and `x = out`.

What a restart reads is followed: the local that holds a restored field when a step first reads it,
through helpers and flags. A value that is changed for the output alone, that is saved again, or that
is made anew before the next step reads it, is not reported. Neither is a restart that makes up for
the change, nor a model that saves the window its next step reads and yields one frame of it.

## Why is this bad?

A restart goes on from the saved value as if it were what the next step is given. If the rollout
itself goes on from another one, the two differ from the first step after the restart: a filter is
skipped once, a step is made twice, or the lead time is one step short. Nothing crashes.

## Example

```python
while True:
    x, coords = self._forward(x), self.output_coords(coords)
    self._save_checkpoint_state(x, coords)
    x, coords = self.rear_hook(x, coords)
    yield x, coords
```

## Use instead

```python
while True:
    x, coords = self._forward(x), self.output_coords(coords)
    x, coords = self.rear_hook(x, coords)
    self._save_checkpoint_state(x, coords)
    yield x, coords
```

## Fix safety

Where nothing but assignments and calls stand between the two, the fix moves the save to just before
the `yield`. It is unsafe: only the author knows whether the change belongs to what is carried on or
to the output alone.

## Proof

A rollout shows it: stopped after this boundary and restarted, it does not continue bit for bit.
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

    from ckptlint.rule import Program, StaleSave


def check(program: Program) -> Iterator[Finding]:
    """Find the saves of one module that the rollout does not go on with."""
    for found in program.stale_saves:
        yield Finding(
            program.span(found.save),
            _message(found, program),
            help=_help(found),
            related=(
                Related(program.span(found.change), "what was saved changes here", Step.AFTER),
                Related(
                    program.span(found.boundary),
                    "and this boundary is committed with it",
                    Step.AFTER,
                ),
            ),
            fix=_fix(found, program),
        )


def _message(found: StaleSave, program: Program) -> str:
    names = " and ".join(f"`{name}`" for name in found.names)
    line = program.told_line(found.change)
    is_one = len(found.names) == 1
    if found.is_after:
        becomes = "becomes another" if is_one else "become others"
        return f"what is saved here is one step old: {names} {becomes} after the `yield`, on {line}"
    changes, they, were = (
        ("changes", "it is", "it was") if is_one else ("change", "they are", "they were")
    )
    return (
        f"{names} {changes} on {line}, after {they} saved here: a restart goes on from what {were}"
    )


def _help(found: StaleSave) -> str:
    if found.is_after:
        return "Save what the next step reads, and let a restart begin with that step"
    return "Save what the next step reads, just before the `yield`"


def _fix(found: StaleSave, program: Program) -> Fix | None:
    moved = found.moved
    if moved is None:
        return None
    text = program.text(moved)
    if "#" in text or "\n" in text:
        return None
    edit = program.insertion(found.boundary.statement(), [text])
    if edit is None:
        return None
    return Fix(
        f"Move `{text}` before the `yield`",
        (*program.deletion(moved), edit),
        Applicability.UNSAFE,
        reason="the next step must read what is saved; check that it does not read it unchanged",
    )


_MODEL = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()
        self.checkpoint.keys = tuple(coords)
        self.checkpoint.values = tuple(value.copy() for value in coords.values())

    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None:
            return saved.x.to(x.device), dict(zip(saved.keys, saved.values)), True
        return x, coords, False

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
"""

RULE = Rule(
    code="CKP202",
    name="stale-save",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"checkpoint_state", b"yield"),
        (b"checkpoint_level", b"yield"),
        (b"checkpoint_enabled", b"yield"),
        (b"super().create_iterator", b"yield"),
        (b"super()._default_generator", b"yield"),
    ),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "the rear hook comes after the save",
            _MODEL
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            self._save(x, coords)  # error: 13, "`x` and `coords` change on line 27, after they are saved here: a restart goes on from what they were"
            x, coords = self.rear_hook(x, coords)
            yield x, coords
""",
            _MODEL
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            x, coords = self.rear_hook(x, coords)
            self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "the input of the step is saved, and its output yielded",
            _MODEL
            + """\
            out, coords = self._forward(x), self.output_coords(coords)
            self._save(x, coords)  # error: 13, "what is saved here is one step old: `x` becomes another after the `yield`, on line 28"
            yield out, coords
            x = out
""",
        ),
    ),
    good=(
        Example(
            "the output is changed, and not what the next step reads",
            _MODEL
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            self._save(x, coords)
            degrees = x * self.scale
            yield degrees, coords
""",
        ),
        Example(
            "saved again after the change",
            _MODEL
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            self._save(x, coords)
            x, coords = self.rear_hook(x, coords)
            self._save(x, coords)
            yield x, coords
""",
        ),
    ),
)
