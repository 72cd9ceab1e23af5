"""What comparing two values tells."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final

from ckptlint.program.interpretation.values import (
    UNKNOWN,
    Condition,
    Constant,
    Flag,
    Opaque,
    OpaqueMethod,
    Value,
    constant,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_OPERATORS: Final[dict[str, Callable[..., bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(left: Value, sign: str, right: Value) -> Value:
    """Give the outcome of ``left sign right``."""
    if not isinstance(right, Constant):
        return UNKNOWN
    is_same = sign in ("is", "==")
    if isinstance(left, Condition) and right.type is bool and sign in ("is", "is not", "==", "!="):
        return left if bool(right.value) is is_same else negate(left)
    if not isinstance(left, Constant):
        return UNKNOWN
    if sign in ("is", "is not"):
        return constant((left == right) is is_same) if right.type is bool else UNKNOWN
    try:
        return constant(_OPERATORS[sign](left.value, right.value))
    except TypeError:
        return UNKNOWN


def contains(items: list[Value], value: Value) -> Value:
    """Tell whether `value` is one of the items that are written out."""
    if not items or not all(isinstance(one, Constant) for one in (*items, value)):
        return UNKNOWN
    return constant(value in items)


def negate(value: Value) -> Value:
    """Give ``not value``."""
    if isinstance(value, Condition):
        return Condition(value.text, not value.negated)
    known = truth(value)
    return UNKNOWN if known is None else constant(not known)


def is_nothing(value: Value) -> Value:
    """Tell whether `value` is None."""
    match value:
        case Constant():
            return constant(value.value is None)
        case Flag():
            return constant(False) if value.is_true else UNKNOWN
        case Opaque() | OpaqueMethod() | Condition():
            return UNKNOWN
        case _:
            return constant(False)
