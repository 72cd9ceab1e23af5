"""Literals that a `Checkpoint` refuses, or takes and does not heed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.api.changes import LEVELS
from ckptlint.program.bound_state import is_call_of
from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ckptlint.program.module import Module

_NO_LITERAL: Final = object()
_MISNAMED: Final = re.compile(r"gpu(:\d+)?", re.IGNORECASE)
_DEVICE: Final = re.compile(r"(cpu|cuda|mps|xpu)(:\d+)?", re.IGNORECASE)
_MOST_WRITES: Final = 1000


@dataclass(frozen=True, slots=True)
class BadArgument:
    """An argument of a `Checkpoint` that raises, or is not heeded.

    Parameters
    ----------
    node : NodeNG
        The keyword, or the positional argument.
    parameter : str
        Its parameter.
    value : str
        The argument as written.
    consequence : str
        What comes of it.
    wanted : str
        What it should be.
    """

    node: nodes.NodeNG
    parameter: str
    value: str
    consequence: str
    wanted: str


def bad_arguments(module: Module) -> tuple[BadArgument, ...]:
    """Find the literals that are wrong for the parameter of a `Checkpoint` that they are for."""
    found: list[BadArgument] = []
    for call in nodes_in(module.tree, nodes.Call):
        if is_call_of(facts.CHECKPOINT, module, call) and not is_error_expected(call):
            found += _of_call(call, module)
    return tuple(found)


def _of_call(call: nodes.Call, module: Module) -> Iterator[BadArgument]:
    given = _given(call)
    for name, node in given.items():
        value_node = node.value if isinstance(node, nodes.Keyword) else node
        value = _literal(value_node)
        judge = _JUDGES.get(name)
        if value is _NO_LITERAL or judge is None:
            continue
        verdict = judge(value)
        if name == "history_size" and verdict is None and _is_ignored(value, call, given):
            verdict = (
                'is ignored: at `mode="overwrite"` only the newest row is kept',
                'Set `mode="append"` to keep more rows than one',
            )
        if verdict is not None:
            yield BadArgument(node, name, module.text(value_node), *verdict)


def _given(call: nodes.Call) -> dict[str, nodes.NodeNG]:
    """Give the arguments of a call by their parameters, up to the first that is starred."""
    found: dict[str, nodes.NodeNG] = {}
    for name, argument in zip(facts.CHECKPOINT_PARAMETERS, call.args, strict=False):
        if isinstance(argument, nodes.Starred):
            break
        found[name] = argument
    found.update((one.arg, one) for one in call.keywords if one.arg is not None)
    return found


def _literal(node: nodes.NodeNG) -> object:
    """Give the value of a literal, a number with a sign too."""
    match node:
        case nodes.Const():
            return node.value
        case nodes.UnaryOp(op="-", operand=nodes.Const(value=int() | float() as number)):
            return -number
        case nodes.UnaryOp(op="+", operand=nodes.Const(value=int() | float() as number)):
            return number
    return _NO_LITERAL


_Verdict = tuple[str, str] | None
_NUMBER: Final = "raises: it is a number of"


def _mode(value: object) -> _Verdict:
    if value in ("overwrite", "append"):
        return None
    return 'raises: a mode is "overwrite" or "append"', 'Write `mode="overwrite"` or "append"'


def _flush_interval(value: object) -> _Verdict:
    wanted = "Write a number of writes from 1, or None to commit by `flush` alone"
    if value is None:
        return None
    if value is True:
        return "is taken for 1: each write commits", wanted
    if not isinstance(value, int | float) or value < 1:
        return f"{_NUMBER} writes from 1, or None", wanted
    if isinstance(value, int) or value.is_integer():
        return None
    every = next((count for count in range(1, _MOST_WRITES) if count % value == 0), None)
    when = "commits nothing" if every is None else f"commits at each {_ordinal(every)} write alone"
    return f"{when}: it is a whole number of writes", wanted


def _history_size(value: object) -> _Verdict:
    wanted = "Write a number of rows from 1, or None to keep all"
    if value is None or value is True:
        return None
    if not isinstance(value, int | float) or value < 1:
        return f"{_NUMBER} rows from 1, or None", wanted
    if isinstance(value, float):
        return "raises at the first commit: it is a whole number of rows", wanted
    return None


def _level(value: object) -> _Verdict:
    if value in (0, 1, 2) and not isinstance(value, bool):
        return None
    closest = LEVELS.get(value)
    wanted = "Write `level=2` to go on inside a rollout, 1 between members, 0 to save no state"
    if closest is not None:
        wanted = f"Write `level={closest}`"
    return "raises: a level is 0, 1 or 2", wanted


def _device(value: object) -> _Verdict:
    wanted = 'Write a device such as "cpu" or "cuda:0"'
    if value is None or isinstance(value, bool | float):
        return "raises: it is no device", wanted
    if isinstance(value, str) and _MISNAMED.fullmatch(value):
        return "raises: torch has no such device", 'Write `device="cuda"`'
    if isinstance(value, str) and _DEVICE.fullmatch(value) and value != value.lower():
        return "raises: torch writes devices in small letters", f'Write `device="{value.lower()}"`'
    return None


def _path(value: object) -> _Verdict:
    if value is None or isinstance(value, str):
        return None
    return "raises: it is no path", "Write the path as a text or a `Path`"


_JUDGES: Final[dict[str, Callable[[object], _Verdict]]] = {
    "mode": _mode,
    "flush_interval": _flush_interval,
    "history_size": _history_size,
    "level": _level,
    "device": _device,
    "path": _path,
}


def _is_ignored(value: object, call: nodes.Call, given: dict[str, nodes.NodeNG]) -> bool:
    """Tell whether a history size is given to a Checkpoint that keeps one row in any case."""
    if not isinstance(value, int) or value == 1:
        return False
    mode = given.get("mode")
    if mode is None:
        is_open = any(one.arg is None for one in call.keywords)
        return not is_open and not any(isinstance(one, nodes.Starred) for one in call.args)
    return _literal(mode.value if isinstance(mode, nodes.Keyword) else mode) == "overwrite"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"
