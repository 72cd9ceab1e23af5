"""The values of the abstract execution, and their joins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from astroid import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.program.classes import Class, KnownClass
    from ckptlint.program.module import Module


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that is not followed further.

    Parameters
    ----------
    reads : frozenset[NodeNG]
        The nodes at which restored state was read that it is made from; none where it is empty.
        Where the situation is traced, a parameter of the rollout is a read of what it is given.
    may_save : bool
        Whether using it may write the bound state: it was made from the state, from the object
        itself, or from one of its methods.
    is_unchanged : bool
        Whether it is known to be what was read, a copy, a view or a part of it; only where the
        situation is traced.
    """

    reads: frozenset[nodes.NodeNG] = frozenset()
    may_save: bool = False
    is_unchanged: bool = False


UNKNOWN = Opaque()


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; its type is kept because ``1 == True``."""

    value: bool | int | str | None
    type: type


@dataclass(frozen=True, slots=True)
class Flag:
    """Something of which a test has told whether it is true, and nothing else."""

    is_true: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A tuple whose elements are followed one by one."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """The truth of a pure condition on the bound state, by its normalised text."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class BoundState:
    """The proxy that `bind_checkpoint_state` returns."""


@dataclass(frozen=True, slots=True)
class Self:
    """The object on which the interpreted method runs."""


@dataclass(frozen=True, slots=True)
class Super:
    """``super()``: attribute look-up goes on after `after` in the object's MRO."""

    after: Class | KnownClass | None


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method whose body can be seen.

    `owner` is the class in whose body it stands; a bound one gets `Self` as its first argument.
    `module` is where it stands.
    """

    node: nodes.FunctionDef
    module: Module
    owner: Class | None = None
    is_bound: bool = False

    @property
    def is_nested(self) -> bool:
        """Whether it stands inside another function, whose names it sees."""
        return isinstance(self.node.parent.frame(), nodes.FunctionDef)


@dataclass(frozen=True, slots=True)
class OpaqueMethod:
    """A method of the interpreted object whose body cannot be seen, or only by bundled facts.

    `saves` and `restores` are None where nothing is known.
    """

    name: str
    saves: bool | None
    restores: bool | None


@dataclass(frozen=True, slots=True)
class Iterator:
    """What calling a generator function gives: nothing of its body has run yet.

    `arguments` binds its parameters; `function` is None for a method that cannot be seen.
    """

    function: Function | None
    arguments: tuple[tuple[str, Value], ...] = ()
    saves_each: bool = False


Interval: TypeAlias = int | Literal["unknown"] | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An `earth2studio.utils.checkpoint.Checkpoint`.

    Parameters
    ----------
    interval : int, "unknown" or None
        Its flush interval in writes; None means that only `flush` commits.
    made_by : Call or None
        The call that makes it; None where it comes from outside, as a parameter.
    name, path, mode, level : Value
        What it was made with, the default where nothing was given; `UNKNOWN` where it is no
        literal.
    """

    interval: Interval
    made_by: nodes.Call | None
    name: Value = UNKNOWN
    path: Value = UNKNOWN
    mode: Value = UNKNOWN
    level: Value = UNKNOWN


@dataclass(frozen=True, slots=True)
class Session:
    """A session of `checkpoint`.

    Parameters
    ----------
    checkpoint : Checkpoint
        Its Checkpoint.
    opened_by : NodeNG or None
        The ``with``, or the call of ``select`` or ``__enter__``, that gives it; None where it comes
        from outside.
    is_selected : bool
        Whether ``select(row)`` chose its row.
    """

    checkpoint: Checkpoint
    opened_by: nodes.NodeNG | None = None
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Unflushed:
    """What a session has written since it was flushed, as far as a `flush` would commit it."""

    writes: frozenset[nodes.Call]


Value: TypeAlias = (
    Opaque
    | Constant
    | Flag
    | Sequence
    | Condition
    | BoundState
    | Self
    | Super
    | Function
    | OpaqueMethod
    | Iterator
    | Checkpoint
    | Session
    | Unflushed
)


def constant(value: bool | int | str | None) -> Constant:
    """Wrap a literal."""
    return Constant(value, type(value))


def restored(read: nodes.NodeNG, *, is_traced: bool = False) -> Opaque:
    """Give the value of a field that a checkpoint brought back, read at `read`."""
    return Opaque(frozenset({read}), is_unchanged=is_traced)


def is_unchanged(value: Value) -> bool:
    """Tell whether `value`, and every element of it, is known to be what was read."""
    if isinstance(value, Sequence):
        return bool(reads_of(value)) and all(
            is_unchanged(item) for item in value.items if reads_of(item)
        )
    return isinstance(value, Opaque) and value.is_unchanged


def reads_of(value: Value) -> frozenset[nodes.NodeNG]:
    """Give the reads of restored state that `value` is made from."""
    match value:
        case Opaque():
            return value.reads
        case Sequence():
            return frozenset().union(*map(reads_of, value.items))
        case Iterator():
            return frozenset().union(*(reads_of(argument) for _, argument in value.arguments))
        case _:
            return frozenset()


def may_save(value: Value) -> bool:
    """Tell whether using `value` in a way that is not followed may write the bound state."""
    match value:
        case Opaque():
            return value.may_save
        case Sequence():
            return any(map(may_save, value.items))
        case OpaqueMethod():
            return value.saves is not False
        case Function():
            return value.is_bound or value.is_nested
        case _:
            return isinstance(value, BoundState | Self | Iterator)


def made_from(values: Iterable[Value]) -> Value:
    """Give the result of an operation that is not followed further, from its operands."""
    operands = tuple(values)
    reads: frozenset[nodes.NodeNG] = frozenset().union(*map(reads_of, operands))
    return Opaque(reads, any(map(may_save, operands)))


def copy_of(values: Iterable[Value]) -> Value:
    """Give a copy, a view or a part of `values`, which are put side by side if they are several."""
    operands = tuple(values)
    made = made_from(operands)
    traced = [value for value in operands if reads_of(value)]
    if isinstance(made, Opaque) and traced and all(map(is_unchanged, traced)):
        return replace(made, is_unchanged=True)
    return made


def join(left: Value, right: Value) -> Value:
    """Give the value that stands for either of two."""
    if left == right:
        return left
    if (
        isinstance(left, Sequence)
        and isinstance(right, Sequence)
        and len(left.items) == len(right.items)
    ):
        return Sequence(tuple(map(join, left.items, right.items)))
    if is_unchanged(left) and is_unchanged(right):
        return copy_of((left, right))
    if isinstance(left, Unflushed) and isinstance(right, Unflushed):
        return Unflushed(left.writes | right.writes)
    return made_from((left, right))


def truth(value: Value) -> bool | None:
    """Tell whether `value` is true, or None where that is not known."""
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, Flag):
        return value.is_true
    if isinstance(value, Sequence):
        return bool(value.items)
    if isinstance(value, BoundState | Self | Function | OpaqueMethod | Iterator | Checkpoint):
        return True
    return None
