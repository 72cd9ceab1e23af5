"""A restored tensor that stays on the CPU, where it was read to.

## What it does

Finds tensors that a rollout restores from the bound state and goes on with, and that nothing on the
way moves to the device on which the rollout runs.

A tensor counts as moved where any `.to(...)`, `.cuda()`, `type_as`, `copy_`, call with `device=`, or
function that cannot be seen is given it, also in a helper and also later. It is quiet where the
rollout names the CPU or goes on in NumPy, and about fields of which neither the type nor what is
saved tells that they hold a tensor.

## Why is this bad?

A checkpoint gives its tensors back on the CPU, whatever `Checkpoint(device=...)` says; that only
tells where they are kept before they are written. On an accelerator the first step after a restart
mixes them with weights that are elsewhere, and raises. Where nothing mixes them, the rollout goes on
on the CPU, slowly. On a CPU nobody sees it, and a long run is restarted for the first time when it
was lost.

## Example

```python
class Model(torch.nn.Module, PrognosticMixin):
    def __init__(self, core):
        super().__init__()
        self.core = core
        self.restart = bind_checkpoint_state(Boundary())

    def _save(self, x, coords):
        self.restart.x = x.clone()
        self.restart.coord_keys, self.restart.coord_values = tuple(coords), tuple(coords.values())

    def create_iterator(self, x, coords):
        saved = self.restart
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded:
            x = saved.x.clone()
            coords = OrderedDict(zip(saved.coord_keys, saved.coord_values))
        else:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self.core(x), self.output_coords(coords)
            self._save(x, coords)
            yield x, coords
```

## Use instead

```python
class Model(torch.nn.Module, PrognosticMixin):
    def __init__(self, core):
        super().__init__()
        self.core = core
        self.restart = bind_checkpoint_state(Boundary())

    def _save(self, x, coords):
        self.restart.x = x.clone()
        self.restart.coord_keys, self.restart.coord_values = tuple(coords), tuple(coords.values())

    def create_iterator(self, x, coords):
        saved = self.restart
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded:
            x = saved.x.to(x.device).clone()
            coords = OrderedDict(zip(saved.coord_keys, saved.coord_values))
        else:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self.core(x), self.output_coords(coords)
            self._save(x, coords)
            yield x, coords
```

## Fix safety

The fix moves the tensor to the device of the one that the rollout is given, and is safe: on the CPU
it does nothing. It is offered where that tensor has a name at the place of the restore.

## Proof

A run on an accelerator shows it, and so does `ckptlint verify --device rehearse`, which needs none.
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
    Rule,
    Severity,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program, UnmovedTensor


def check(program: Program) -> Iterator[Finding]:
    """Find the restored tensors of one module that nothing moves."""
    for found in program.unmoved_tensors:
        yield Finding(
            program.span(found.node),
            f"`{program.words(found.node)}` is restored on the CPU, and nothing moves it to where"
            f" `{found.model}` runs",
            help="Move it to the device of the tensor that the rollout is given:"
            f" `.to({found.like or 'x'}.device)`",
            fix=_fix(found, program),
        )


def _fix(found: UnmovedTensor, program: Program) -> Fix | None:
    edits = program.moved(found)
    if edits is None:
        return None
    return Fix(
        f"Move it to the device of `{found.like}`",
        edits,
        Applicability.SAFE,
    )


_MODEL = """\
from dataclasses import dataclass

import torch
from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class Boundary:
    x: torch.Tensor | None = None
    coord_keys: tuple = ()
    coord_values: tuple = ()


class Model(torch.nn.Module):
    def __init__(self, core):
        super().__init__()
        self.core = core
        self.checkpoint = bind_checkpoint_state(Boundary())

    def _step(self, x, coords):
        return self.core(x), self.output_coords(coords)

    def _save(self, x, coords):
        self.checkpoint.x = x.detach().clone().to(self.checkpoint.device)
        self.checkpoint.coord_keys = tuple(coords)
        self.checkpoint.coord_values = tuple(coords.values())

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

_COORDS = "dict(zip(saved.coord_keys, saved.coord_values))"

RULE = Rule(
    code="CKP107",
    name="restored-tensor-not-moved",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=((b"checkpoint_state",),),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "given back as it was read",
            _MODEL
            + f"""\
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_state_loaded and saved.x is not None:
            return saved.x, {_COORDS}, True  # error: 20, "`saved.x` is restored on the CPU, and nothing moves it to where `Model` runs"
        return x, coords, False
""",
            _MODEL
            + f"""\
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_state_loaded and saved.x is not None:
            return saved.x.to(x.device), {_COORDS}, True
        return x, coords, False
""",
        ),
        Example(
            "a copy is no move",
            _MODEL
            + f"""\
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_state_loaded and saved.x is not None:
            x = saved.x.clone()  # error: 17, "`saved.x` is restored on the CPU, and nothing moves it to where `Model` runs"
            return x, {_COORDS}, True
        return x, coords, False
""",
            _MODEL
            + f"""\
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_state_loaded and saved.x is not None:
            x = saved.x.to(x.device).clone()
            return x, {_COORDS}, True
        return x, coords, False
""",
        ),
    ),
    good=(
        Example(
            "moved where it is read",
            _MODEL
            + f"""\
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_state_loaded and saved.x is not None:
            return saved.x.to(x.device), {_COORDS}, True
        return x, coords, False
""",
        ),
        Example(
            "moved later, like another tensor",
            _MODEL
            + f"""\
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_state_loaded and saved.x is not None:
            x, coords = saved.x, {_COORDS}
            return x.to(self.weight), coords, True
        return x, coords, False
""",
        ),
    ),
)
