"""A field of the bound state that comes back as something else than what was saved.

## What it does

Finds two ways in which a saved value is used as if it came back as it was:

- A dict, an OrderedDict too, is saved, and the order of its keys is used after a restart: it is made
  a list or a tuple, or it is yielded as the coordinates of a boundary.
- An attribute is read that only the type before the restart has: of a namedtuple, of a `torch.Size`,
  of a NumPy scalar, of an IntEnum or StrEnum member, of a dataclass in a field that is None at
  first, of an OrderedDict, defaultdict or Counter.

Dicts that are only looked up by their keys, whose keys are in alphabetical order anyway or that are
put in order after the restart, are not reported. Nor are values that are made again from what came
back.

## Why is this bad?

A checkpoint writes dicts with their keys in alphabetical order, so a coordinate system comes back
with its dimensions in another order: `batch, lat, lead_time, lon, variable`. Nothing raises; the
tensor is read along the wrong dimensions, or the output is written in another shape.

Tuples with names come back as plain tuples, NumPy's scalars as Python's numbers, members of an Enum as
plain numbers or text, defaultdicts as dicts, and a dataclass in a field that is None at first as a
dict. The run that starts anew works; the restart raises.

## Example

```python
from collections import OrderedDict
from dataclasses import dataclass, field

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    coords: dict = field(default_factory=dict)


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def _save(self, coords):
        self.checkpoint.coords = dict(coords)

    def _dimensions(self):
        return tuple(self.checkpoint.coords)
```

## Use instead

```python
from collections import OrderedDict
from dataclasses import dataclass, field

from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    coord_keys: tuple = ()
    coord_values: tuple = ()


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def _save(self, coords):
        self.checkpoint.coord_keys = tuple(coords)
        self.checkpoint.coord_values = tuple(coords.values())

    def _dimensions(self):
        return self.checkpoint.coord_keys
```

## Fix safety

There is no fix: another form of the field changes every place that saves or restores it.

## Proof

A rollout shows it: stopped and restarted, it does not continue bit for bit, or it raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.rule import Evidence, Example, Finding, FixAvailability, Related, Rule, Severity, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.rule import LossyField, Program


def check(program: Program) -> Iterator[Finding]:
    """Find the fields of one module that a restart changes."""
    for found in program.lossy_fields:
        yield Finding(
            found.span,
            _message(found),
            help=_help(found),
            related=()
            if found.put is None
            else (Related(found.put, "it is saved here", Step.ASIDE),),
        )


def _message(found: LossyField) -> str:
    if found.change is None:
        return (
            f"the order of `{found.text}` is used, but a restart brings a dict back with its keys in"
            " alphabetical order"
        )
    return (
        f"`{found.text}` raises AttributeError after a restart: {found.change.before} comes back as"
        f" {found.change.after}"
    )


def _help(found: LossyField) -> str:
    if found.change is None:
        return "Save the keys and the values as two tuples, and zip them after a restart"
    return f"Make {found.change.before} again from what came back, before it is used"


_HEAD = """\
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from earth2studio.utils.checkpoint import bind_checkpoint_state


class Window(NamedTuple):
    first: int
    last: int


@dataclass
class State:
    coords: dict = field(default_factory=dict)
    window: Window | None = None


class Model:
    def __init__(self):
        self.checkpoint = bind_checkpoint_state(State())

    def _save(self, coords, first):
        self.checkpoint.coords = dict(coords)
        self.checkpoint.window = Window(first, first + 1)

"""

RULE = Rule(
    code="CKP402",
    name="lossy-field",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(
        (b"bind_checkpoint_state",),
        (b"self.checkpoint", b"dataclass"),
        (b"_checkpoint_state",),
    ),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.ROLLOUT, Evidence.SESSION),
    check=check,
    bad=(
        Example(
            "the order of a dict",
            _HEAD
            + """\
    def _dimensions(self):
        return tuple(self.checkpoint.coords)  # error: 22, "the order of `self.checkpoint.coords` is used, but a restart brings a dict back with its keys in alphabetical order"
""",
        ),
        Example(
            "a name of a namedtuple",
            _HEAD
            + """\
    def _length(self):
        return self.checkpoint.window.last - self.checkpoint.window[0]  # error: 16, "`self.checkpoint.window.last` raises AttributeError after a restart: a `Window` comes back as a tuple"
""",
        ),
    ),
    good=(
        Example(
            "looked up by key, and in an order of its own",
            _HEAD
            + """\
    def _restored(self, names):
        saved = self.checkpoint.coords
        lead = saved["lead_time"]
        return OrderedDict((name, saved[name]) for name in names), lead
""",
        ),
        Example(
            "unpacked, and made again",
            _HEAD
            + """\
    def _length(self):
        first, last = self.checkpoint.window
        return last - first + Window(*self.checkpoint.window).first
""",
        ),
    ),
)
