"""A boundary that is yielded before it is saved.

## What it does

Finds each `yield` of a restart-aware rollout that some path reaches with no save since the yield
before it, or since the start of the rollout. A save is whatever writes a field of the state that
`bind_checkpoint_state` has bound: an assignment, a helper such as `_save_checkpoint_state`, a step
that saves on its way. A save that comes only after the yield is named as that.

Only rollouts are judged: what `create_iterator` of a class with bound state yields, through
`yield from` and across files. A generator that only makes a segment, whose consumer saves and
yields again, is not reported, nor is a class that binds nothing.

## Why is this bad?

The workflow writes its checkpoint as soon as it has drawn a boundary. What is committed then is
the bound state as it stands at the `yield`. If it was not saved there, the row holds the boundary
before, or nothing: the restart repeats a step under the wrong lead time, or begins again at lead
zero. Nothing crashes, and the forecast looks fine.

## Example

```python
def create_iterator(self, x, coords):
    x, coords, restored = self._restore_checkpoint_state(x, coords)
    if not restored:
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
    if not restored:
        self._save_checkpoint_state(x, coords)
        yield x, coords
    while True:
        x, coords = self._step(x, coords)
        self._save_checkpoint_state(x, coords)
        yield x, coords
```

## Fix safety

The fix puts a save before the `yield`. It is safe where every other save of the rollout is given
exactly what the `yield` after it hands out, or where the save stood directly behind the `yield`
with the same arguments. Otherwise it is unsafe: a model may carry more than it yields, a window of
several frames for one, and only its author knows what the next step reads.

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

    from ckptlint.rule import Program, UnsavedYield


def check(program: Program) -> Iterator[Finding]:
    """Find the yields of one module that hand out an unsaved boundary."""
    for found in program.unsaved_yields:
        yield Finding(
            program.span(found.node),
            _message(found, program),
            help=_help(found, program),
            related=tuple(_path(found, program)),
            fix=_fix(found, program),
        )


def _message(found: UnsavedYield, program: Program) -> str:
    if found.late_save is not None:
        line = program.told_line(found.late_save)
        return f"this boundary is yielded before it is saved: the save comes after, on {line}"
    if found.since is None:
        return "this boundary is yielded with no save since the start of the rollout"
    if found.since is found.node:
        return "this boundary is yielded with no save since the last time round the loop"
    line = program.told_line(found.since)
    return f"this boundary is yielded with no save since the `yield` on {line}"


def _help(found: UnsavedYield, program: Program) -> str:
    saves = program.save_calls(found.rollout)
    how = f"with `{saves[0].method}`, " if saves else ""
    return f"Save what the next step reads {how}just before the `yield`, on every path to it"


def _path(found: UnsavedYield, program: Program) -> Iterator[Related]:
    if found.since is not None and found.since is not found.node:
        yield Related(program.span(found.since), "the boundary before is yielded here")
    for turn in found.turns:
        yield Related(program.span(turn.node), turn.description)
    if found.late_save is not None:
        yield Related(program.span(found.late_save), "this boundary is saved only here", Step.AFTER)


def _fix(found: UnsavedYield, program: Program) -> Fix | None:
    statement = found.node.statement()
    moved = found.adjacent_late_save
    if moved is not None and "#" not in program.text(moved):
        text = program.text(moved)
        edit = program.insertion(statement, [text])
        if edit is None:
            return None
        edits = (edit, *program.deletion(moved))
        return Fix(f"Move `{text}` before the `yield`", edits, Applicability.SAFE)
    save = program.missing_save(found)
    if save is None:
        return None
    edit = program.insertion(statement, [save.text])
    if edit is None:
        return None
    if save.doubt is None:
        return Fix(f"Insert `{save.text}`", (edit,), Applicability.SAFE)
    return Fix(
        f"Insert `{save.text}`",
        (edit,),
        Applicability.UNSAFE,
        reason=f"{save.doubt}; check that this is what the next step reads",
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

RULE = Rule(
    code="CKP201",
    name="yield-without-save",
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
            "the initial condition is not saved",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        yield x, coords  # error: 9, "this boundary is yielded with no save since the start of the rollout"
        while True:
            x, coords = self.step(x, coords)
            self._save(x, coords)
            yield x, coords
""",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        self._save(x, coords)
        yield x, coords
        while True:
            x, coords = self.step(x, coords)
            self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "the save comes after the yield",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        while True:
            yield x, coords  # error: 13, "this boundary is yielded before it is saved: the save comes after, on line 15"
            self._save(x, coords)
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
    ),
    good=(
        Example(
            "every boundary is saved, in either branch",
            _MODEL
            + """\
    def create_iterator(self, x, coords):
        self._save(x, coords)
        yield x, coords
        while True:
            x, coords = self.step(x, coords)
            if self.scaled:
                x = x * self.scale
                self._save(x, coords)
            else:
                self._save(x, coords)
            yield x, coords
""",
        ),
        Example(
            "a segment, saved by the rollout that draws from it",
            _MODEL
            + """\
    def _hours(self, x, coords):
        for hour in range(6):
            x = self.interpolate(x, hour)
            yield x, coords

    def create_iterator(self, x, coords):
        while True:
            for x, coords in self._hours(x, coords):
                self._save(x, coords)
                yield x, coords
""",
        ),
    ),
)
