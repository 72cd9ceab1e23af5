"""Something that each step leaves for the next one and that no checkpoint brings back.

## What it does

Finds what a restart-aware rollout carries from step to step beside its boundary, and what of that a
restart begins anew: a local of the generator, an attribute of the model, an attribute of the network
that the model wraps, the position of a loop or an iterator. Such a thing is changed by a step and
used by the next one before it is written again; and between the start of a restarted rollout and its
first step nothing that was restored reaches it.

Steps are followed through the methods that they call, through `super()`, into parents in other files
and into the object that `self.core` holds where its class can be seen. A value that the restart
computes from what it restores, such as a counter made from the lead time, counts as restored.

Not reported are caches and lazy loads, what a step puts back before it ends, counters that are only
logged, and buffers that are filled before they are read. What is saved, and then set anew by the
start of the rollout, is reported as that. The boundary's own `x` and `coords` are left to other
rules.

## Why is this bad?

The step is a function of all that it reads. A counter that begins at nought again damps another
step; a latent that is empty again gives another field. The restarted forecast has the right shape,
the right lead times and plausible values, and is another forecast.

## Example

```python
class Model:
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        step = 0
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            step += 1
            x, coords = self._forward(x, damped=step % 3 == 0), self.output_coords(coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords
```

## Use instead

```python
class Model:
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        step = self.checkpoint.step if restored else 0
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            step += 1
            x, coords = self._forward(x, damped=step % 3 == 0), self.output_coords(coords)
            self.checkpoint.step = step
            self._save_checkpoint_state(x, coords)
            yield x, coords
```

## Fix safety

There is no fix: the state dataclass, the save and the restore change together, and only the author
knows whether the value is better saved or computed from the lead time.

## Proof

A rollout shows it: restarted after a stop, it does not continue bit for bit. Where the value only
matters at some steps, such as each third one, the rollout must go on to one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import Evidence, Example, Finding, FixAvailability, Related, Rule, Severity, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import LostState, Program


def check(program: Program) -> Iterator[Finding]:
    """Find what the rollouts of one module carry and a restart begins anew."""
    for found in program.lost_state:
        if not found.carried.kind.is_random:
            yield Finding(
                program.span(found.site),
                _message(found, program),
                help=_help(found),
                related=tuple(_related(found, program)),
            )


def _message(found: LostState, program: Program) -> str:
    one = found.carried
    use = program.told_place(one.use.node, one.use.module)
    change = "here"
    if found.site is not one.change.node:
        change = f"on {program.told_place(one.change.node, one.change.module)}"
    if not one.is_saved:
        return (
            f"`{one.name}`, changed {change} and used by the next step on {use}, is not saved: the "
            f"state needs a field such as `{one.field}`"
        )
    if one.reset is not None:
        reset = program.told_place(one.reset.node, one.reset.module)
        return (
            f"`{one.name}`, changed {change} and used by the next step on {use}, is saved, but a "
            f"restart sets it anew on {reset}"
        )
    return (
        f"`{one.name}`, changed {change} and used by the next step on {use}, is saved, but a "
        "restart does not put it back"
    )


def _help(found: LostState) -> str:
    one = found.carried
    if one.is_saved:
        return f"Set `{one.name}` from the restored state, after all else that sets it at the start"
    return (
        f"Add `{one.field}` to the state dataclass, save `{one.name}` in it with each boundary and "
        "set it again after a restore, or compute it from the restored lead time"
    )


def _related(found: LostState, program: Program) -> Iterator[Related]:
    one = found.carried
    if found.site is not one.change.node:
        yield Related(
            program.place(one.change.node, one.change.module), "a step changes it here", Step.AFTER
        )
    yield Related(
        program.place(one.use.node, one.use.module), "the next step uses it here", Step.AFTER
    )
    if one.reset is not None:
        yield Related(
            program.place(one.reset.node, one.reset.module),
            "a restarted rollout sets it here",
            Step.AFTER,
        )


_MODEL = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def _restore(self, x, coords):
        if self.checkpoint.checkpoint_level == 2 and self.checkpoint.x is not None:
            return self.checkpoint.x, self.checkpoint.coords, True
        return x, coords, False

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()
        self.checkpoint.coords = tuple(coords.values())

"""

RULE = Rule(
    code="CKP406",
    name="rollout-state-not-saved",
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
            "the number of steps decides which network runs",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        step = 0
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            network = self.long_range if step == 20 else self.short_range
            x = network(x)
            step += 1  # error: 13, "`step`, changed here and used by the next step on line 24, is not saved: the state needs a field such as `step: int = 0`"
            self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "the model remembers a latent",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        self.latent = None
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            x = self._step(x)
            self._save(x, coords)
            yield x, coords

    def _step(self, x):
        x, latent = self.core(x, self.latent)
        self.latent = latent  # error: 9, "`self.latent`, changed here and used by the next step on line 29, is not saved: the state needs a field such as `latent: torch.Tensor | None = None`"
        return x
""",
        ),
    ),
    good=(
        Example(
            "the number of steps is saved and restored",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        step = self.checkpoint.step if restored else 0
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            network = self.long_range if step >= 20 else self.short_range
            x = network(x)
            step += 1
            self.checkpoint.step = step
            self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "a cache, and a counter for the log",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        done = 0
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            if self._mask is None:
                self._mask = self.load_mask(x.shape)
            x = self.core(x * self._mask)
            done += 1
            logger.info("%d steps done", done)
            self._save(x, coords)
            yield x, coords
""",
        ),
    ),
)
