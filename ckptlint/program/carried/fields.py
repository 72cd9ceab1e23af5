"""The field of the state dataclass that would hold something that a rollout carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.carried.randomness import called_name

if TYPE_CHECKING:
    from ckptlint.program.carried.event import Event

_OF_LISTS: Final = frozenset({"append", "appendleft", "extend", "insert", "pop", "popleft"})
_TENSOR: Final = "torch.Tensor | None = None"


def field_for(name: str, kind: str, change: Event) -> str:
    """Declare a field for what `change` writes."""
    last = name.rpartition(".")[2].strip("_") or "value"
    if not last.isidentifier():
        last = "position"
    if kind == "global random generator":
        if name == "torch":
            return "rng_state: torch.Tensor | None = None"
        return "rng_state: tuple | None = None" if name == "random" else "rng_state: dict = None"
    if kind == "random generator":
        return f"{last}_state: {_TENSOR}"
    if called_name(change.node) == "next":
        return f"{last}_position: int = 0"
    return f"{last}: {_type_of(change.node)}"


def _type_of(node: nodes.NodeNG) -> str:
    """Guess the type and default of a field: a count, a flag or a word, else a tensor."""
    if isinstance(node, nodes.Subscript):
        return "list | None = None"
    if isinstance(node, nodes.Call) and called_name(node) in _OF_LISTS:
        return "tuple = ()"
    statement = node.statement()
    value = getattr(statement, "value", None)
    if isinstance(statement, nodes.For):
        return "int = 0"
    if isinstance(statement, nodes.AugAssign):
        is_count = statement.op in ("+=", "-=") and _is_integer(value)
        return "int = 0" if is_count else _TENSOR
    if isinstance(value, nodes.Const) and type(value.value) in (bool, int, str):
        return f"{type(value.value).__name__} = {type(value.value)()!r}"
    if isinstance(value, nodes.BinOp) and value.op in ("+", "-", "%"):
        is_count = _is_integer(value.left) or _is_integer(value.right)
        return "int = 0" if is_count else _TENSOR
    return _TENSOR


def _is_integer(node: nodes.NodeNG | None) -> bool:
    return isinstance(node, nodes.Const) and type(node.value) is int
