"""A restored boundary is yielded once more.

## What it does

Finds each `yield` of a rollout that a restart reaches with the restored boundary as it was brought
back: the saved tensor, a copy of it, a view, its last frame, with no step between.

A generator is not judged by itself where its consumer in the same model drops the first boundary
after a restart. Nor is a rollout that saves ahead, so that what it restores was never yielded, nor
a `yield` that a setting of the model asks for.

## Why is this bad?

The boundary was yielded before the stop, for a checkpoint is written once it was drawn. A workflow
takes the next step's place from what was written, so the repeated boundary is stored under the lead
time of the step that should come next, and the forecast's last step is lost. Nothing crashes.

## Example

```python
def create_iterator(self, x, coords):
    x, coords, restored = self._restore_checkpoint_state(x, coords)
    self._save_checkpoint_state(x, coords)
    yield x, coords
    while True:
        x, coords = self._step(x, coords)
        self._save_checkpoint_state(x, coords)
        yield x, coords
```

## Use instead

```python
def create_iterator(self, x, coords):
    x, coords, restored = self._restore_checkpoint_state(x, coords)
    self._save_checkpoint_state(x, coords)
    if not restored:
        yield x, coords
    while True:
        x, coords = self._step(x, coords)
        self._save_checkpoint_state(x, coords)
        yield x, coords
```

## Fix safety

The fix puts the `yield` under `if not restored:`, and is unsafe: a consumer of the iterator outside
the model may count on the boundary. It is offered where a local is seen to be true after a restore
and false without one, or is thrown away as `_`, and where no loop goes round the `yield`.

## Proof

A rollout shows it: restarted, its first boundary is the last one before the stop.
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

    from ckptlint.rule import Program, RepeatedBoundary


def check(program: Program) -> Iterator[Finding]:
    """Find the yields of one module that hand out a restored boundary."""
    for found in program.repeated_boundaries:
        read = found.reads[0]
        yield Finding(
            program.span(found.node),
            f"the restored `{read.text}` is yielded once more, though it was yielded before the"
            " stop",
            help="Yield the first boundary only where nothing was restored; a restart goes on with"
            " the next step",
            related=tuple(
                Related(program.place(one.node, one.module), "restored here") for one in found.reads
            ),
            fix=_fix(found, program),
        )


def _fix(found: RepeatedBoundary, program: Program) -> Fix | None:
    edits = program.yield_only_at_the_start(found)
    if edits is None:
        return None
    return Fix(
        "Yield this boundary only where nothing was restored",
        edits,
        Applicability.UNSAFE,
        reason="a consumer outside the model may count on the boundary that is yielded again",
    )


_MODEL = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None:
            return saved.x.to(x.device), dict(zip(saved.keys, saved.values)), True
        return x, coords, False

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()
        self.checkpoint.keys = tuple(coords)
        self.checkpoint.values = tuple(coords.values())

"""

RULE = Rule(
    code="CKP102",
    name="restored-boundary-yielded",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"checkpoint_state", b"yield"), (b"checkpoint_level", b"yield")),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "the flag of the restore is thrown away",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, _ = self._restore(x, coords)
        self._save(x, coords)
        yield x, coords  # error: 9, "the restored `saved.x` is yielded once more, though it was yielded before the stop"
        while True:
            x, coords = self.step(x, coords)
            self._save(x, coords)
            yield x, coords
""",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        self._save(x, coords)
        if not restored:
            yield x, coords
        while True:
            x, coords = self.step(x, coords)
            self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "a loop that yields before it steps",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        while True:
            self._save(x, coords)
            yield x, coords  # error: 13, "the restored `saved.x` is yielded once more, though it was yielded before the stop"
            x, coords = self.step(x, coords)
""",
        ),
    ),
    good=(
        Example(
            "yielded only where nothing was restored",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self.step(x, coords)
            self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "the model's own wrapper drops what is yielded again",
            _MODEL
            + """\
    def _generator(self, x, coords):
        yield x, coords
        while True:
            x, coords = self.step(x, coords)
            yield x, coords

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        iterator = self._generator(x, coords)
        if restored:
            next(iterator)
        for x, coords in iterator:
            self._save(x, coords)
            yield x, coords
""",
        ),
    ),
)
