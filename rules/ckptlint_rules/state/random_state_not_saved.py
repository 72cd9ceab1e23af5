"""Random numbers that a restarted rollout does not draw as the uninterrupted one would.

## What it does

Finds restart-aware rollouts whose steps draw random numbers from a generator that outlives the step,
and whose restart does not bring the generator's state back: a `torch.Generator`, a numpy `Generator`
or `RandomState` or a `random.Random`, in a local or on the model, or the global generator of torch,
numpy or random.

Not reported are draws whose generator each step seeds itself, before it draws; generators whose state
is restored, or rebuilt from what is restored; draws inside `fork_rng()` and other shields of the
global state; and what is drawn only at the start of a rollout, which a restart skips. Dropout inside
a network cannot be seen.

## Why is this bad?

A generator's next number depends on all that it has drawn. A restarted process begins with another
state: with that of a new generator, or with whatever the global generator happens to hold. From the
first step on it draws other noise, and the restarted member is another member.

## Example

```python
class Model:
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        generator = torch.Generator().manual_seed(self.seed)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            noise = torch.randn(x.shape, generator=generator)
            x, coords = self._forward(x + noise), self.output_coords(coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords
```

## Use instead

```python
class Model:
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        generator = torch.Generator().manual_seed(self.seed)
        if restored:
            generator.set_state(self.checkpoint.generator_state)
        else:
            self._save_checkpoint_state(x, coords, generator)
            yield x, coords
        while True:
            noise = torch.randn(x.shape, generator=generator)
            x, coords = self._forward(x + noise), self.output_coords(coords)
            self._save_checkpoint_state(x, coords, generator)
            yield x, coords
```

## Fix safety

There is no fix: whether to save the generator's state or to seed each step from its lead time is the
author's choice.

## Proof

A rollout shows it: restarted after a stop, it does not continue bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import Evidence, Example, Finding, FixAvailability, Related, Rule, Severity, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import LostState, Program


def check(program: Program) -> Iterator[Finding]:
    """Find the random generators of one module's rollouts whose state a restart loses."""
    for found in program.lost_state:
        if found.carried.kind.is_random:
            yield Finding(
                program.span(found.site),
                _message(found, program),
                help=_help(found),
                related=tuple(_related(found, program)),
            )


def _message(found: LostState, program: Program) -> str:
    one = found.carried
    where = "here"
    if found.site is not one.change.node:
        where = f"on {program.told_place(one.change.node, one.change.module)}"
    who = f"`{one.name}`" if not one.is_global else f"the global random generator of {one.name}"
    if one.is_saved and one.reset is not None:
        reset = program.told_place(one.reset.node, one.reset.module)
        lost = f"whose state is saved, but which a restart sets anew on {reset}"
    elif one.is_saved:
        lost = "whose state is saved, but which a restart does not put back"
    else:
        lost = f"whose state is not saved: the state needs a field such as `{one.field}`"
    return f"each step draws {where} from {who}, {lost}"


def _help(found: LostState) -> str:
    one = found.carried
    if one.is_saved:
        return "Set its state from the restored one, after all else that seeds it at the start"
    if one.is_global:
        return (
            "Draw from a generator that each step seeds from its lead time, or from one whose "
            "state is saved with each boundary and set again after a restore"
        )
    return (
        f"Add `{one.field}` to the state dataclass, save the generator's state in it with each "
        "boundary and set it again after a restore, or seed each step from its lead time"
    )


def _related(found: LostState, program: Program) -> Iterator[Related]:
    one = found.carried
    if found.site is not one.change.node:
        yield Related(
            program.place(one.change.node, one.change.module), "a step draws here", Step.AFTER
        )
    if one.reset is not None:
        yield Related(
            program.place(one.reset.node, one.reset.module),
            "a restarted rollout seeds it here",
            Step.AFTER,
        )


_MODEL = """\
import torch
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)
        self.generator = torch.Generator()

    def _restore(self, x, coords):
        if self.checkpoint.checkpoint_level == 2 and self.checkpoint.x is not None:
            return self.checkpoint.x, self.checkpoint.coords, True
        return x, coords, False

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()
        self.checkpoint.coords = tuple(coords.values())

"""

RULE = Rule(
    code="CKP407",
    name="random-state-not-saved",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"checkpoint_state", b"yield"),
        (b"checkpoint_level", b"yield"),
        (b"checkpoint_enabled", b"yield"),
    ),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.ROLLOUT,),
    check=check,
    bad=(
        Example(
            "the generator is seeded when a rollout starts",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        self.generator.manual_seed(7)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            noise = torch.randn(x.shape, generator=self.generator)  # error: 21, "each step draws here from `self.generator`, whose state is not saved: the state needs a field such as `generator_state: torch.Tensor | None = None`"
            x = self.core(x + noise)
            self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "the global generator",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            x = self.core(x) + torch.randn_like(x)  # error: 32, "each step draws here from the global random generator of torch, whose state is not saved: the state needs a field such as `rng_state: torch.Tensor | None = None`"
            self._save(x, coords)
            yield x, coords
""",
        ),
    ),
    good=(
        Example(
            "the generator's state is saved and restored",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        self.generator.manual_seed(7)
        x, coords, restored = self._restore(x, coords)
        if restored:
            self.generator.set_state(self.checkpoint.draws)
        else:
            self._save(x, coords)
            yield x, coords
        while True:
            x = self.core(x + torch.randn(x.shape, generator=self.generator))
            self._save(x, coords)
            self.checkpoint.draws = self.generator.get_state()
            yield x, coords
""",
        ),
        Example(
            "each step seeds its noise from the lead time",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            torch.manual_seed(int(coords["lead_time"][-1].astype(int)))
            x = self.core(x + torch.randn_like(x))
            self._save(x, coords)
            yield x, coords
""",
        ),
    ),
)
