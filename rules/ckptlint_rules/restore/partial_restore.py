"""A tensor is restored without its coordinates, or the coordinates without their tensor.

## What it does

Finds restores of which only one half reaches the boundaries that are yielded afterwards: the tensor
comes from the checkpoint while the coordinates go on from the initial condition, or the reverse.

Coordinates count as restored if any part of them is: a lead time alone, one computed from a saved
counter, or one taken from the checkpoint's metadata. What is handed out as it was given, because it
never changes, is not reported; nor is a tensor that each step makes anew from the coordinates.

## Why is this bad?

A boundary is a tensor and the place in time that it belongs to. If the tensor of hour 72 goes on
with the coordinates of hour 0, the restarted forecast is stored under lead times that were written
before, and whatever depends on the lead time, such as the sun's position, is wrong as well.

## Example

```python
def create_iterator(self, x, coords):
    restored = False
    if self._is_restart():
        x = self.checkpoint.x.to(x.device)
        restored = True
    while True:
        x, coords = self._forward(x), self.output_coords(coords)
        self._save_checkpoint_state(x, coords)
        yield x, coords
```

## Use instead

```python
def create_iterator(self, x, coords):
    restored = False
    if self._is_restart():
        x = self.checkpoint.x.to(x.device)
        coords = OrderedDict(zip(self.checkpoint.coord_keys, self.checkpoint.coord_values))
        restored = True
    while True:
        x, coords = self._forward(x), self.output_coords(coords)
        self._save_checkpoint_state(x, coords)
        yield x, coords
```

## Fix safety

There is no fix: how the other half was saved, or whether it was, is for the author to say. Keys and
values as two tuples are safe; a dict comes back with its keys in alphabetical order.

## Proof

A rollout shows it: restarted from a boundary, it yields other lead times or other values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import Evidence, Example, Finding, FixAvailability, Related, Rule, Severity, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import PartialRestore, Program


def check(program: Program) -> Iterator[Finding]:
    """Find the restores of one module that bring back half a boundary."""
    for found in program.partial_restores:
        yield Finding(
            program.span(found.node),
            _message(found),
            help=_HELP[found.restored],
            related=tuple(_places(found, program)),
        )


def _places(found: PartialRestore, program: Program) -> Iterator[Related]:
    read = found.read
    if read.node is not found.node:
        yield Related(program.place(read.node, read.module), "restored here")
    yield Related(program.place(found.yielded, found.module), "both are yielded here", Step.AFTER)


def _message(found: PartialRestore) -> str:
    restored = f"`{found.read.text}` is restored"
    if found.restored == "x":
        return f"{restored}, but the coordinates go on from the initial condition"
    return f"{restored}, but the tensor goes on from the initial condition"


_HELP = {
    "x": "Save the coordinates too, keys and values as two tuples, and restore both together",
    "coords": "Save the tensor too, and restore both together",
}

_MODEL = """\
from collections import OrderedDict

from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def _is_restart(self):
        saved = self.checkpoint
        return saved.checkpoint_level == 2 and saved.checkpoint_state_loaded

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()
        self.checkpoint.keys = tuple(coords)
        self.checkpoint.values = tuple(coords.values())

    def create_iterator(self, x, coords):
"""

_STEPS = """\
        else:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self.network(x), self.output_coords(coords)
            self._save(x, coords)
            yield x, coords
"""

RULE = Rule(
    code="CKP106",
    name="partial-restore",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"checkpoint_state",), (b"._restore", b"coords"), (b"self.checkpoint", b"coords")),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "the tensor without its coordinates",
            _MODEL
            + """\
        if self._is_restart():
            x = self.checkpoint.x.to(x.device)  # error: 17, "`self.checkpoint.x` is restored, but the coordinates go on from the initial condition"
"""
            + _STEPS,
        ),
        Example(
            "the coordinates without their tensor",
            _MODEL
            + """\
        if self._is_restart():
            coords = OrderedDict(zip(self.checkpoint.keys, self.checkpoint.values))  # error: 38, "`self.checkpoint.keys` is restored, but the tensor goes on from the initial condition"
"""
            + _STEPS,
        ),
    ),
    good=(
        Example(
            "both, put together from two tuples",
            _MODEL
            + """\
        if self._is_restart():
            x = self.checkpoint.x.to(x.device)
            coords = OrderedDict(zip(self.checkpoint.keys, self.checkpoint.values))
"""
            + _STEPS,
        ),
        Example(
            "the lead time comes from the metadata",
            _MODEL
            + """\
        if self._is_restart():
            x, coords = self.checkpoint.x.to(x.device), coords.copy()
            coords["lead_time"] = coords["lead_time"] + self.checkpoint.checkpoint_lead_time
"""
            + _STEPS,
        ),
    ),
)
