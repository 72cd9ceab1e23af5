"""Saved state that shares its memory with what the rollout changes in place.

## What it does

Finds each save that puts a tensor or array into the state without a copy, where its memory is
changed in place between the save and the commit, and the next step does not go on with the change:

- what was changed for the output is changed back after the `yield`, or made anew;
- a buffer for the output was saved, and is scaled before it is yielded.

`detach`, `to`, `cpu`, `numpy` and views share memory; `to` and `cpu` do on the device where the tensor
is already. A local that is bound anew leaves the saved one alone. A change in place that the next step
reads is saved with it, and a change that the next step makes comes after the commit.

## Why is this bad?

The row is committed after the `yield`. What is written then is what the shared memory holds by that
time, such as degrees for radians. The rollout goes on with other values, and a restart with these.

## Example

```python
self._save_checkpoint_state(x, coords)  # self.checkpoint.x = x.detach()
x.mul_(self.scale)
yield x.clone(), coords
x.div_(self.scale)
```

## Use instead

```python
self._save_checkpoint_state(x, coords)  # self.checkpoint.x = x.detach().clone()
x.mul_(self.scale)
yield x.clone(), coords
x.div_(self.scale)
```

## Fix safety

The fix gives the field a copy. It is safe: it costs memory, and changes nothing else.

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

    from ckptlint.rule import Program


def check(program: Program) -> Iterator[Finding]:
    """Find the saved state of one module that is changed through a local."""
    for found in program.shared_saves:
        change = program.words(found.change)
        related = [
            Related(
                program.span(found.boundary), "what it holds by then is committed here", Step.AFTER
            )
        ]
        node, module = found.assignment.node, found.assignment.module
        if found.edit is None:
            related.insert(
                0, Related(program.place(node, module), "it is saved here without a copy")
            )
        fix = None
        if found.edit is not None:
            fix = Fix("Save a copy", (found.edit,), Applicability.SAFE)
        yield Finding(
            program.span(found.change),
            f"`{change}` changes the saved `{found.field}` as well: it shares the memory of `{found.name}`",
            help="Put a copy into the state, such as `.detach().clone()`",
            related=tuple(related),
            fix=fix,
        )


_MODEL = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def _save(self, x, coords):
        self.checkpoint.x = x.detach()
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
    code="CKP204",
    name="saved-state-aliases-rollout",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"checkpoint_state", b"yield"),
        (b"checkpoint_level", b"yield"),
        (b"checkpoint_enabled", b"yield"),
    ),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "changed for the output, and changed back",
            _MODEL
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            self._save(x, coords)
            x.mul_(self.scale)  # error: 13, "`x.mul_(self.scale)` changes the saved `x` as well: it shares the memory of `x`"
            yield x.clone(), coords
            x.div_(self.scale)
""",
            _MODEL.replace("x.detach()", "x.detach().clone()")
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            self._save(x, coords)
            x.mul_(self.scale)
            yield x.clone(), coords
            x.div_(self.scale)
""",
        ),
        Example(
            "a buffer for the output",
            _MODEL
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            output = x.clone()
            self._save(output, coords)
            output += self.offset
            output.mul_(self.scale)  # error: 13, "`output.mul_(self.scale)` changes the saved `x` as well: it shares the memory of `output`"
            yield output, coords
""",
            _MODEL.replace("x.detach()", "x.detach().clone()")
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            output = x.clone()
            self._save(output, coords)
            output += self.offset
            output.mul_(self.scale)
            yield output, coords
""",
        ),
    ),
    good=(
        Example(
            "changed in place, and carried on so",
            _MODEL
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            self._save(x, coords)
            x.mul_(self.scale)
            yield x.clone(), coords
""",
        ),
        Example(
            "bound anew for the output",
            _MODEL
            + """\
            x, coords = self._forward(x), self.output_coords(coords)
            self._save(x, coords)
            output = x * self.scale
            yield output, coords
""",
        ),
    ),
)
