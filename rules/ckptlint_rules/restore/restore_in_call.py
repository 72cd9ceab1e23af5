"""A model restores when it is called, and so ignores what it is given.

## What it does

Finds restores in `__call__` of a restart-aware model, or in what it calls, whose state takes the
place of the input: after a restart, the result is made from what was saved and from nothing that
was given. For a model without a `__call__` of its own, `forward` is looked at.

A `__call__` that only saves is not reported, nor one whose helper is told not to restore, nor a
restore behind a flag of the model that may be off.

## Why is this bad?

`model(x, coords)` means one step from `x`. After a restart the saved boundary stays loaded for the
whole session, so each call steps that boundary again, whatever it is given: a diagnostic run, a
perturbed member, a loop that feeds the result back. All of them get the same plausible field.

## Example

```python
@batch_func()
def __call__(self, x, coords):
    x, coords, _ = self._restore_checkpoint_state(x, coords)
    return self._forward(x), self.output_coords(coords)
```

## Use instead

```python
@batch_func()
def __call__(self, x, coords):
    return self._forward(x), self.output_coords(coords)
```

## Fix safety

The fix takes the restore out, and is unsafe: a workflow that calls the model in a loop of its own
may have relied on it, and must then restore by itself. It is offered where the restore is a
statement that does nothing else.

## Proof

A run shows it: after a restore, the model is called on other fields, and steps what was saved.
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

    from ckptlint.rule import Program, RestoringCall


def check(program: Program) -> Iterator[Finding]:
    """Find the restores of one module that are made when a model is called."""
    for found in program.restoring_calls:
        read = found.read
        yield Finding(
            program.span(found.node),
            f"`{found.method}` restores `{read.text}` and steps it: after a restart, what it is"
            " given is ignored",
            help="Restore only where a rollout starts, in the generator of `create_iterator`, and"
            f" let `{found.method}` step what it is given",
            related=()
            if read.node is found.node
            else (Related(program.place(read.node, read.module), "restored here"),),
            fix=_fix(found, program),
        )


def _fix(found: RestoringCall, program: Program) -> Fix | None:
    edits = program.without_restore(found)
    if edits is None:
        return None
    return Fix(
        f"Take the restore out of `{found.method}`",
        edits,
        Applicability.UNSAFE,
        reason="a loop of one's own around the calls may have relied on it",
    )


_MODEL = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def _restore(self, x, coords, is_wanted=True):
        saved = self.checkpoint
        if is_wanted and saved.checkpoint_level == 2 and saved.checkpoint_state_loaded:
            return saved.x.to(x.device), dict(zip(saved.keys, saved.values)), True
        return x, coords, False

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self._step(x, coords)
            self._save(x, coords)
            yield x, coords

"""

RULE = Rule(
    code="CKP105",
    name="restore-in-call",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"checkpoint_state",),),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "each call steps what was saved",
            _MODEL
            + """\
    def __call__(self, x, coords):
        x, coords, _ = self._restore(x, coords)  # error: 24, "`__call__` restores `saved.x` and steps it: after a restart, what it is given is ignored"
        return self._step(x, coords)
""",
            _MODEL
            + """\
    def __call__(self, x, coords):
        return self._step(x, coords)
""",
        ),
        Example(
            "a step that restores is what is called",
            _MODEL
            + """\
    def __call__(self, x, coords):
        return self._advance(x, coords)  # error: 16, "`__call__` restores `saved.x` and steps it: after a restart, what it is given is ignored"

    def _advance(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        return self._step(x, coords)
""",
        ),
    ),
    good=(
        Example(
            "a call that only saves",
            _MODEL
            + """\
    def __call__(self, x, coords):
        x, coords = self._step(x, coords)
        self._save(x, coords)
        return x, coords
""",
        ),
        Example(
            "the helper is told not to restore",
            _MODEL
            + """\
    def __call__(self, x, coords):
        x, coords, _ = self._restore(x, coords, is_wanted=False)
        return self._step(x, coords)
""",
        ),
    ),
)
