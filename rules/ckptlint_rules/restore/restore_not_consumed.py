"""Every rollout of the session starts from what was restored, not only the one that was stopped.

## What it does

Finds restores of a rollout that ask only whether the checkpoint has loaded something: its level,
`checkpoint_state_loaded`, `is not None`. Nothing tells that the saved boundary was used already, and
nothing tells that it is of the run which is started now.

A restore is not reported that leaves a mark and asks for it, such as a flag on the model, nor one that
asks about anything else, such as whether the saved coordinates are those of this run. One mark alone
may still be wrong, where a member was stopped at its very end; both together are right. To empty a
field is no mark: the next save fills it again.

## Why is this bad?

`checkpoint_state_loaded` stays true for the life of the session. After a restart, the second
ensemble member, or the second start date, begins where the first was stopped and with its values: a
24-hour forecast of member 1 is written as the initial condition of member 2. It is plausible, and
wrong. A model that is used for one rollout a session is not harmed.

## Example

```python
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model(PrognosticMixin):
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)

    def create_iterator(self, x, coords):
        state = self.checkpoint
        if state.checkpoint_level == 2 and state.checkpoint_state_loaded:
            x, coords = state.x.to(x.device), self.restored_coords()
        else:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self(x, coords)
            self._save(x, coords)
            yield x, coords
```

## Use instead

```python
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model(PrognosticMixin):
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)
        self._seen = None

    def create_iterator(self, x, coords):
        state = self.checkpoint
        is_new = state.x is not self._seen
        self._seen = state.x
        if (
            state.checkpoint_level == 2
            and state.checkpoint_state_loaded
            and is_new
            and self.is_same_run(coords, state.run)
        ):
            x, coords = state.x.to(x.device), self.restored_coords()
        else:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self(x, coords)
            self._save(x, coords)
            yield x, coords
```

## Fix safety

There is no fix: what tells one run from another only the author knows.

## Proof

A rollout shows it: after a restart, a second `create_iterator` does not start from what it is given.
A restarted ensemble shows it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import Evidence, Example, Finding, FixAvailability, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import Program


def check(program: Program) -> Iterator[Finding]:
    """Find the restores of one module that every rollout of a session makes again."""
    for found in program.repeated_restores:
        yield Finding(
            program.span(found.read),
            f"every rollout of a session restores `{program.words(found.read)}`: nothing tells that "
            "it was used, or that it is of this run",
            help="Restore once, and only into the run that was saved: remember what was restored, "
            "and compare the saved leading coordinates with those that are given",
        )


_HEAD = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Model:
    def __init__(self, state):
        self.checkpoint = bind_checkpoint_state(state)
        self._is_restored = False

"""
_ROLLOUT = """\
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            x, coords = self.step(x, coords)
            self._save(x, coords)
            yield x, coords

    def _save(self, x, coords):
        self.checkpoint.x = x.clone()
        self.checkpoint.coords = tuple(coords.values())

"""

RULE = Rule(
    code="CKP104",
    name="restore-not-consumed",
    documentation=__doc__,
    severity=Severity.WARNING,
    needles=(
        (b"checkpoint_state_loaded",),
        (b"checkpoint_level",),
        (b"checkpoint_state", b"yield"),
    ),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.ROLLOUT, Evidence.SESSION),
    check=check,
    bad=(
        Example(
            "a helper that asks for the checkpoint alone",
            _HEAD
            + _ROLLOUT
            + """\
    def _restore(self, x, coords):
        state = self.checkpoint
        if state.checkpoint_level != 2 or state.x is None:
            return x, coords, False
        return state.x.to(x.device), self.with_values(coords, state.coords), True  # error: 16, "every rollout of a session restores `state.x`: nothing tells that it was used, or that it is of this run"
""",
        ),
        Example(
            "written out in the rollout",
            _HEAD
            + """\
    def create_iterator(self, x, coords):
        if self.checkpoint.checkpoint_state_loaded:
            x = self.checkpoint.x  # error: 17, "every rollout of a session restores `self.checkpoint.x`: nothing tells that it was used, or that it is of this run"
        else:
            yield x, coords
        while True:
            x = self.step(x)
            self.checkpoint.x = x.clone()
            yield x, coords
""",
        ),
        Example(
            "a field that is taken out, and filled again by the next save",
            _HEAD
            + _ROLLOUT
            + """\
    def _restore(self, x, coords):
        saved = self.checkpoint.x  # error: 17, "every rollout of a session restores `self.checkpoint.x`: nothing tells that it was used, or that it is of this run"
        if self.checkpoint.checkpoint_level != 2 or saved is None:
            return x, coords, False
        self.checkpoint.x = None
        return saved.to(x.device), self.with_values(coords, self.checkpoint.coords), True
""",
        ),
    ),
    good=(
        Example(
            "a flag on the model",
            _HEAD
            + _ROLLOUT
            + """\
    def _restore(self, x, coords):
        state = self.checkpoint
        if self._is_restored or state.checkpoint_level != 2 or state.x is None:
            return x, coords, False
        self._is_restored = True
        return state.x.to(x.device), self.with_values(coords, state.coords), True
""",
        ),
        Example(
            "only the run that was saved",
            _HEAD
            + _ROLLOUT
            + """\
    def _restore(self, x, coords):
        state = self.checkpoint
        if state.checkpoint_level == 2 and state.x is not None and state.run == self.run(coords):
            return state.x.to(x.device), self.with_values(coords, state.coords), True
        return x, coords, False
""",
        ),
    ),
)
