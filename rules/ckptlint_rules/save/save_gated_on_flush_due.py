"""A boundary that is saved only where a flush is expected.

## What it does

Finds each read of `checkpoint_is_flush_due` that decides whether a boundary is saved: where it is
false, a `yield` of the rollout hands out a boundary that was not saved, and a save is skipped that
nothing else leads to. The condition may stand in a helper, in a property, or in a local.

A condition that gates anything else, such as logging or a costly diagnostic, is not reported, nor
is a save that another condition leads to as well.

## Why is this bad?

`checkpoint_is_flush_due` only says whether the *next write* is expected to commit. A session
commits at other times too: by the `flush()` at its end, without which the last steps are lost, by
`flush(key=value)`, and in a handler that flushes before the job is killed. What is committed then
is the bound state as it stands, and that is the boundary of the last due write, under the count and
the labels of a later one. After the restart the rollout repeats steps that the workflow believes
done. With `flush_interval=None` no flush is ever due, and nothing is saved at all.

Saving is cheap beside a step of the model: it is the flush that writes to the disk.

## Example

```python
while True:
    x, coords = self._step(x, coords)
    if self.checkpoint.checkpoint_level == 2 and self.checkpoint.checkpoint_is_flush_due:
        self._save_checkpoint_state(x, coords)
    yield x, coords
```

## Use instead

```python
while True:
    x, coords = self._step(x, coords)
    if self.checkpoint.checkpoint_level == 2:
        self._save_checkpoint_state(x, coords)
    yield x, coords
```

## Fix safety

The fix takes the condition out: out of the `and` of an `if`, the whole `if` where it is all of its
test, or an early `return` before the saves. It is offered where only saves depend on the condition,
so that nothing changes but how often the state is saved, and is then safe.

## Proof

A workflow shows it: with a longer interval, stopped after its last flush and started again, it ends
in other output.
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

    from ckptlint.rule import Program


def check(program: Program) -> Iterator[Finding]:
    """Find the saves of one module that wait for a flush."""
    for found in program.saves_when_due:
        condition = program.words(found.condition)
        fix = None
        if found.edits is not None:
            fix = Fix(f"Take out `{condition}`", found.edits, Applicability.SAFE)
        yield Finding(
            program.span(found.condition),
            "this boundary is saved only where the next write is expected to commit: "
            "any other flush commits an older one",
            help="Save each boundary before it is yielded; when to commit is the session's matter",
            related=(
                Related(
                    program.place(found.save.node, found.save.module),
                    "this save is skipped",
                    Step.AFTER,
                ),
                Related(
                    program.place(found.boundary.node, found.boundary.module),
                    "and this boundary is yielded unsaved",
                    Step.AFTER,
                ),
            ),
            fix=fix,
        )


_MODEL = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()
        self.checkpoint.coords = tuple(coords.values())

"""

_MESSAGE = (
    "this boundary is saved only where the next write is expected to commit: "
    "any other flush commits an older one"
)

RULE = Rule(
    code="CKP203",
    name="save-gated-on-flush-due",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"checkpoint_is_flush_due",),),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT, Evidence.SESSION),
    check=check,
    bad=(
        Example(
            "a save that waits for the flush",
            _MODEL
            + f"""\
    def create_iterator(self, x, coords):
        while True:
            if self.checkpoint.checkpoint_is_flush_due:  # error: 16, "{_MESSAGE}"
                self._save(x, coords)
            yield x, coords
            x, coords = self.step(x, coords)
""",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        while True:
            self._save(x, coords)
            yield x, coords
            x, coords = self.step(x, coords)
""",
        ),
        Example(
            "beside the level",
            _MODEL
            + f"""\
    def _save_at_level(self, x, coords):
        state = self.checkpoint
        if state.checkpoint_level == 2 and state.checkpoint_is_flush_due:  # error: 44, "{_MESSAGE}"
            self._save(x, coords)

    def create_iterator(self, x, coords):
        while True:
            self._save_at_level(x, coords)
            yield x, coords
            x, coords = self.step(x, coords)
""",
            _MODEL
            + """\
    def _save_at_level(self, x, coords):
        state = self.checkpoint
        if state.checkpoint_level == 2:
            self._save(x, coords)

    def create_iterator(self, x, coords):
        while True:
            self._save_at_level(x, coords)
            yield x, coords
            x, coords = self.step(x, coords)
""",
        ),
    ),
    good=(
        Example(
            "something else waits for the flush",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        while True:
            self._save(x, coords)
            if self.checkpoint.checkpoint_is_flush_due:
                self.log(x)
            yield x, coords
            x, coords = self.step(x, coords)
""",
        ),
        Example(
            "another condition leads to the save as well",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        while True:
            if self.checkpoint.checkpoint_is_flush_due or self.is_every_step_saved:
                self._save(x, coords)
            yield x, coords
            x, coords = self.step(x, coords)
""",
        ),
    ),
)
