"""What a commit refuses: the types of values, held against the checkpoint itself."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from source_trees import program

from ckptlint.program.program import Program
from ckptlint.program.state.instances import Setting
from ckptlint.program.state.types import refusal
from ckptlint.program.state.values import types_of

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import enum, functools, random, re, types, uuid
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Callable, NamedTuple, Optional
import numpy as np
import pandas as pd
import torch
import xarray as xr

class Phase(enum.Enum):
    A = 1
class Number(enum.IntEnum):
    A = 1
class Text(enum.StrEnum):
    A = "a"
class Flag(enum.Flag):
    A = 1
class Pair(NamedTuple):
    a: int = 1
class Plain:
    pass
class Heir(Plain):
    pass
class Words(str):
    pass
class Net(torch.nn.Module):
    pass
@dataclass
class Inner:
    a: int = 1
def function():
    return 1
def generator():
    yield 1
def path():
    return Path(".") if Phase else None
value = {"a"}
"""

REFUSED = [
    "{1}", "frozenset()", "set()", "{n for n in 'ab'}", "b'x'", "bytearray(1)", "bytes(2)", "1j",
    "complex(1)", "range(3)", "slice(1)", "(n for n in 'a')", "iter([1])", "zip('a')",
    "map(int, '1')",
    "enumerate('a')", "reversed([1])", "lambda: 1", "function", "generator()", "generator",
    "functools.partial(int)", "Plain", "Plain()", "Heir()", "Phase.A", "Phase(1)", "Flag.A",
    "Path('.')", "path()", "deque()", "random.Random()", "re.compile('a')", "time(1)", "Decimal(1)",
    "Fraction(1)", "uuid.uuid4()", "types.SimpleNamespace()", "types.MappingProxyType({})",
    "memoryview(b'')", "torch.Generator()", "torch.Generator().manual_seed", "Net()",
    "np.random.default_rng()", "np.random.RandomState()", "np.array([None], dtype=object)",
    "np.array([1]).astype(object)", "np.ma.masked_array([1])", "{1: 2}", "{Phase.A: 1}",
    "{n: 1 for n in range(2)}", "{(1, 2): 1}", "{'a': 1, 2: 3}", "[{1}]", "(1, {1})", "{'a': {1}}",
    "[Path(n) for n in 'a']", "{'a': 1}.keys()", "OrderedDict(a=1).values()", "dict(a=1).items()",
    "torch.zeros(1, dtype=torch.bfloat16)", "torch.zeros(1).to(torch.bfloat16)",
    "torch.zeros(1).bfloat16()", "torch.zeros(1).bfloat16().clone().detach()",
    "torch.zeros(1).to(dtype=torch.float8_e4m3fn)", "torch.zeros(1, 1).to_sparse()",
    "'a'.encode()", "value", "pd.DataFrame()", "pd.Series([1])", "pd.Index([1])",
    "xr.DataArray([1])", "xr.Dataset()", "None or {1}", "type(1)",
]  # fmt: skip
UNSEEN = {"None or {1}", "torch.Generator().manual_seed", "{n: 1 for n in range(2)}"}
SAVED = [
    "None", "1", "True", "1.5", "'a'", "f'{1}'", "datetime(2024, 1, 1)", "timedelta(1)", "()", "[]",
    "(1, 'a', None)", "['a', 2.0]", "{}", "{'a': 1}", "{'a': {'b': [1]}}", "Number.A", "Text.A",
    "Pair()", "Inner()", "[Inner()]", "Words()", "int('1')", "float(1)", "str(Path('.'))",
    "len('a')",
    "tuple({1})", "sorted({1})", "list({1})", "OrderedDict(a=1)", "defaultdict(int)",
    "Counter('a')",
    "dict(a=1)", "torch.zeros(1)", "torch.zeros(1, dtype=torch.float16)", "torch.zeros(1).clone()",
    "torch.zeros(1).to(torch.bfloat16).float()", "torch.zeros(1).bfloat16().to(torch.float32)",
    "torch.zeros(1, 1).to_sparse().to_dense()", "torch.device('cpu')", "torch.Size([1])",
    "np.array([1])", "np.zeros(2, dtype=np.float32)", "np.float32(1)", "np.int64(1)",
    "np.array([None], dtype=object).astype(np.float32)", "np.datetime64('2024-01-01')",
    "np.timedelta64(6, 'h')", "np.dtype('f4')", "torch.float32", "Phase.A.name", "Phase.A.value",
    "torch.Generator().get_state()", "np.random.default_rng().bit_generator.state",
    "random.Random().getstate()", "[*{1}]", "tuple(map(str, [1]))", "{str(n): 1 for n in range(2)}",
    "'a'.encode().decode()", "bytes(2).hex()", "function()", "pd.Timestamp('2024-01-01')",
    "np.frombuffer(b'ab', np.uint8)", "str(1j)", "deque([1])[0]", "{1} & {1} == {1}",
]  # fmt: skip


def judged(expression: str) -> str | None:
    """Return the error that is foretold."""
    module = program(f"{HEAD}judged = (\n{expression}\n)\n")
    assert not module.syntax_problems
    reason = refusal(types_of(module.tree.body[-1].value, Setting(module, None)))
    return reason and reason.error


@pytest.mark.parametrize("expression", REFUSED)
def test_what_is_refused(expression: str) -> None:
    assert (judged(expression) is None) is (expression in UNSEEN)


@pytest.mark.parametrize("expression", SAVED)
def test_what_is_not_refused(expression: str) -> None:
    assert judged(expression) is None


@pytest.mark.parametrize("expression", [*REFUSED, *SAVED])
def test_the_checkpoint_agrees(expression: str, tmp_path: Path) -> None:
    checkpoint = pytest.importorskip("earth2studio.utils.checkpoint")
    for package in ("pandas", "xarray"):
        pytest.importorskip(package)
    names: dict[str, object] = {"__name__": "judged"}
    exec(compile(HEAD, "judged", "exec", dont_inherit=True), names)
    value = eval(compile(expression, "judged", "eval", dont_inherit=True), names)
    raised = None
    try:
        checkpoint._CheckpointCodec.dump_value(value, tmp_path, ("value",))
    except Exception as error:
        raised = type(error).__name__
    assert (raised is None) is (expression in SAVED)
    assert judged(expression) == (None if expression in UNSEEN else raised)


STATE = "@dataclass\nclass State:\n    x: object = None\n"
MODEL = """
from earth2studio.utils.checkpoint import bind_checkpoint_state

class Model:
    def __init__(self):
        self.c = bind_checkpoint_state({made})
        self.seen = set()
        self.maybe: Optional[set] = None

{methods}
"""


def found(body: str, state: str = STATE, made: str = "State()") -> list[tuple[str, bool]]:
    method = "def step(self, y, *, s: set = None, o: object = None, p: 'Path | None' = None):\n{}"
    methods = indent(method.format(indent(dedent(body).strip("\n"), "    ")), "    ")
    asked = Program(program(HEAD + state + MODEL.format(made=made, methods=methods)))
    return [(asked.text(one.span), one.is_sure) for one in asked.unserializable_fields]


PUTS = {
    "a literal": ("self.c.x = {1}", ["{1}"]),
    "a parameter": ("self.c.x = s", ["s"]),
    "a quoted parameter": ("self.c.x = p", ["p"]),
    "a wide parameter": ("self.c.x = o", []),
    "an unknown parameter": ("self.c.x = y", []),
    "an attribute": ("self.c.x = self.seen", ["self.seen"]),
    "an attribute that is None": ("self.c.x = self.maybe", []),
    "a local": ("z = {1}\nself.c.x = z", ["z"]),
    "a local made anew": ("z = {1}\nz = sorted(z)\nself.c.x = z", []),
    "a local of two types": ("z = {1}\nif y:\n    z = []\nself.c.x = z", []),
    "a local made anew in a loop": ("z = {1}\nfor _ in y:\n    self.c.x = z\n    z = []", []),
    "a local of a loop": ("for z in y:\n    self.c.x = z", []),
    "a parameter made anew": ("if isinstance(s, set):\n    s = sorted(s)\nself.c.x = s", []),
    "replaced": ("self.c.x = {1}\nself.c.x = (1,)", []),
    "replaced after a yield": ("self.c.x = {1}\nyield\nself.c.x = (1,)", ["{1}"]),
    "replaced on a condition": ("self.c.x = {1}\nif y:\n    self.c.x = (1,)", ["{1}"]),
    "a choice with None": ("self.c.x = {1} if y else None", ["{1} if y else None"]),
    "a choice with a tuple": ("self.c.x = {1} if y else (1,)", []),
    "a tuple": ("self.c.x, z = {1}, 2", ["{1}"]),
    "setattr": ("setattr(self.c, 'x', {1})", ["{1}"]),
    "no field": ("self.c.z = {1}", []),
}


@pytest.mark.parametrize("name", PUTS)
def test_what_is_put(name: str) -> None:
    body, expected = PUTS[name]
    assert found(body) == [(text, True) for text in expected]


STARTS = {
    "a factory": ("s: object = field(default_factory=set)", "pass", True),
    "a lambda": ("s: object = field(default_factory=lambda: {1})", "pass", True),
    "a function": ("s: object = field(default_factory=path)", "pass", True),
    "a dict": ("s: set = field(default_factory=dict)", "pass", False),
    "a default": ("s: object = Phase.A", "pass", True),
    "a saved default": ("s: object = Number.A", "pass", False),
    "only annotated": ("s: set | None = None", "pass", False),
    "saved over": ("s: object = field(default_factory=set)", "self.c.s = (1,)", False),
    "cleared": ("s: object = field(default_factory=set)", "self.c.s = None", True),
}


@pytest.mark.parametrize("name", STARTS)
def test_what_a_field_starts_with(name: str) -> None:
    field, body, is_found = STARTS[name]
    assert found(body, f"@dataclass\nclass State:\n    {field}\n") == [(field, True)] * is_found


@pytest.mark.parametrize(
    ("made", "is_found"),
    [("State({1})", True), ("State(s={1})", True), ("State(s=())", False), ("State(**y)", False)],
)
def test_what_the_dataclass_is_given(made: str, is_found: bool) -> None:
    state = "@dataclass\nclass State:\n    s: object = ()\n"
    assert found("pass", state, made) == [(f"bind_checkpoint_state({made})", True)] * is_found


def test_a_default_that_is_not_used() -> None:
    state = "@dataclass\nclass State:\n    s: object = field(default_factory=set)\n"
    assert found("pass", state, "State(())") == []


@pytest.mark.parametrize(
    ("annotation", "body", "expected"),
    [
        ("set | None", "self.c.s = y", [("y", False)]),
        ("Optional[Path]", "self.c.s = y", [("y", False)]),
        ("'torch.Generator | None'", "self.c.s = y", [("y", False)]),
        ("Callable[[int], int] | None", "self.c.s = y", [("y", False)]),
        ("dict[int, str] | None", "self.c.s = y", [("y", False)]),
        ("set | tuple | None", "self.c.s = y", []),
        ("object", "self.c.s = y", []),
        ("set | None", "self.c.s = convert(y)", []),
        ("set | None", "self.c.s = y.s", []),
        ("set | None", "self.c.s = tuple(y)", []),
    ],
)
def test_only_the_annotation_tells(
    annotation: str, body: str, expected: list[tuple[str, bool]]
) -> None:
    assert found(body, f"@dataclass\nclass State:\n    s: {annotation} = None\n") == expected


@pytest.mark.parametrize(
    ("start", "body", "is_found"),
    [
        ("dict = field(default_factory=dict)", "self.c.s[1] = 2", True),
        ("dict = field(default_factory=dict)", "self.c.s['a'] = 2", False),
        ("dict = field(default_factory=dict)", "self.c.s[y] = 2", False),
        ("dict = field(default_factory=dict)", "self.c.s['a'] = {1}", True),
        ("list = field(default_factory=list)", "self.c.s[1] = 2", False),
        ("list = field(default_factory=list)", "self.c.s[1] = {1}", True),
        ("object = None", "self.c.s[1] = 2", False),
    ],
)
def test_items(start: str, body: str, is_found: bool) -> None:
    assert bool(found(body, f"@dataclass\nclass State:\n    s: {start}\n")) is is_found
