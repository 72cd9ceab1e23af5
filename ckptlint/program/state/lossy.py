"""Fields of a bound state that come back as something else than what was saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.classes import Class, KnownClass
from ckptlint.program.state.annotations import types_annotated
from ckptlint.program.state.fields import dataclass_of
from ckptlint.program.state.instances import Setting
from ckptlint.program.state.ordering import Order, is_sorted, order_used
from ckptlint.program.state.placing import asks_for_restored_state, comes_before
from ckptlint.program.state.types import DICTS, NONE
from ckptlint.program.state.values import types_made_by, types_of
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.rollouts import Rollout
    from ckptlint.program.state.bound import BoundDataclass
    from ckptlint.program.state.fields import Field
    from ckptlint.program.state.types import Type, Types
    from ckptlint.program.state.uses import Put, Read
    from ckptlint.sources.source import Span

_OF_NUMPY_SCALARS: Final = frozenset(
    {"astype", "dtype", "item", "itemsize", "nbytes", "ndim", "reshape", "shape", "size", "tolist"}
)
_COORDINATES: Final = "coord"
_OF_COUNTERS: Final = frozenset({"elements", "most_common", "subtract", "total"})


@dataclass(frozen=True, slots=True)
class Change:
    """What a restart makes of a value: its words before and after, and the attributes it loses."""

    before: str
    after: str
    lost: Container[str]


@dataclass(frozen=True, slots=True)
class LossyField:
    """A field that is read as if it came back as it was.

    Parameters
    ----------
    span : Span
        Where it is read.
    text : str
        What is read there.
    change : Change or None
        What has become of it; None for a dict whose keys come back in another order.
    put : Span or None
        Where it is assigned, in this module.
    """

    span: Span
    text: str
    change: Change | None
    put: Span | None


def lossy_fields(
    module: Module, bound: tuple[BoundDataclass, ...], rollouts: tuple[Rollout, ...]
) -> tuple[LossyField, ...]:
    """Find where the classes of `module` read a field as if a restart had not changed it."""
    found: dict[Span, LossyField] = {}
    restored: dict[Class | None, set[nodes.NodeNG]] = {}
    for rollout in rollouts:
        reads = restored.setdefault(rollout.frame.concrete, set())
        reads.update(rollout.interpreter.observations.restores)
    for one in bound:
        for field in one.fields:
            puts = [put for put in one.puts_of(field.name) if put.key is None]
            if any(_keeps_it_whole(put, one) for put in puts):
                continue
            reads = restored.get(one.concrete, set())
            for lossy in (
                *_reordered(one, field, puts, reads, module),
                *_changed(one, field, puts, module),
            ):
                found.setdefault(lossy.span, lossy)
    return tuple(found[span] for span in sorted(found))


def _keeps_it_whole(put: Put, bound: BoundDataclass) -> bool:
    """Tell whether the field is set anew in each process, or made again from what came back."""
    if put.reach.function.name == "__init__":
        return True
    value = put.value
    return value is not None and any(
        read.node is value or value.parent_of(read.node) for read in bound.reads_of(put.name)
    )


def _reordered(
    bound: BoundDataclass,
    field: Field,
    puts: list[Put],
    restored: set[nodes.NodeNG],
    module: Module,
) -> Iterator[LossyField]:
    declared = types_annotated(field.annotation, field.module)
    given = [put for put in puts if not _is_nothing(put.value)]
    if not given or all(is_sorted(put.value) for put in given):
        return
    if not _are_dicts(declared) and not all(_are_dicts(_types_put(put, bound)) for put in given):
        return
    for read in _open_reads(bound, field, puts, module):
        order = order_used(read.node)
        is_boundary = read.node in restored or _are_restored_coordinates(read, given)
        is_handed_on = order is Order.HANDED_OUT and is_boundary
        if order is Order.USED or (is_handed_on and not _is_put_in_order(read, bound)):
            yield LossyField(module.span(read.node), read.text, None, _span_of_put(given, module))


def _are_restored_coordinates(read: Read, puts: list[Put]) -> bool:
    """Tell whether coordinates are handed out by what restores them."""
    are_coordinates = _COORDINATES in read.name or any(
        _COORDINATES in name.name
        for put in puts
        if put.value is not None
        for name in nodes_in(put.value, nodes.Name)
    )
    return are_coordinates and asks_for_restored_state(read.reach.function)


def _is_put_in_order(read: Read, bound: BoundDataclass) -> bool:
    """Tell whether a caller of what hands out a dict looks its items up in an order of its own."""
    callers = (
        method
        for ancestor in bound.concrete.mro
        if isinstance(ancestor, Class)
        for method in nodes_in(ancestor.node, nodes.FunctionDef)
        if any(_calls(call, read.reach.function.name) for call in nodes_in(method, nodes.Call))
    )
    return any(map(_puts_in_order, callers))


def _calls(call: nodes.Call, name: str) -> bool:
    return isinstance(call.func, nodes.Attribute) and call.func.attrname == name


def _puts_in_order(function: nodes.FunctionDef) -> bool:
    """Tell whether a function looks up coordinates one by one, in an order of its own."""
    return any(
        _COORDINATES in getattr(item.value, "name", "")
        for comprehension in nodes_in(function, nodes.ComprehensionScope)
        for item in nodes_in(comprehension, nodes.Subscript)
    )


def _are_dicts(types: Types) -> bool:
    held = {one.name for one in types if one != NONE}
    return bool(held) and held <= DICTS


def _changed(
    bound: BoundDataclass, field: Field, puts: list[Put], module: Module
) -> Iterator[LossyField]:
    start = _start(field)
    types = {one for put in puts for one in _types_put(put, bound)} | start
    changes = [_change_of(one, start) for one in types if one != NONE]
    change = changes[0] if changes else None
    if change is None or any(one is None or one.after != change.after for one in changes):
        return
    shown = _span_of_put([put for put in puts if not _is_nothing(put.value)], module)
    for read in _open_reads(bound, field, puts, module):
        attribute = read.node.parent
        is_lost = isinstance(attribute, nodes.Attribute) and attribute.attrname in change.lost
        if is_lost and not _is_asked_for_its_type(read):
            text = " ".join(module.text(attribute).split())
            yield LossyField(module.span(attribute), text, change, shown)


def _start(field: Field) -> Types:
    setting = Setting(field.module, None)
    if field.factory is not None:
        return types_made_by(field.factory, setting)
    return types_of(field.default, setting) if field.default is not None else frozenset({NONE})


def _change_of(one: Type, start: Types) -> Change | None:
    """Tell what a restart makes of a value of a type; None where it keeps it, or nobody knows."""
    if one.cls is not None:
        return _change_of_class(one.cls, start)
    match one.name:
        case "torch.Size":
            return Change("a torch.Size", "a tuple", {"numel"})
        case "numpy.scalar":
            return Change("a NumPy scalar", "a plain number or text", _OF_NUMPY_SCALARS)
        case "collections.OrderedDict":
            return Change("an OrderedDict", "a dict", {"move_to_end"})
        case "collections.defaultdict":
            return Change("a defaultdict", "a dict", {"default_factory"})
        case "collections.Counter":
            return Change("a Counter", "a dict", _OF_COUNTERS)
    return None


def _change_of_class(cls: Class, start: Types) -> Change | None:
    own = {
        str(name)
        for ancestor in cls.mro
        if isinstance(ancestor, Class)
        for name in ancestor.node.locals
        if not str(name).startswith("__")
    }
    if dataclass_of(cls) is not None:
        # Where the field starts with an instance, a restart fills that one.
        is_filled = any(one.cls is not None for one in start)
        return None if is_filled else Change(f"a `{cls.name}`", "a dict", own - set(dir(dict)))
    bases = {one.qualified_name for one in cls.mro if isinstance(one, KnownClass)}
    if "typing.NamedTuple" in bases:
        return Change(f"a `{cls.name}`", "a tuple", own - set(dir(tuple)))
    if bases & {"enum.IntEnum", "enum.IntFlag"}:
        return Change(f"a `{cls.name}`", "a plain int", {"name", "value"})
    if "enum.StrEnum" in bases:
        return Change(f"a `{cls.name}`", "plain text", {"name", "value"})
    return None


def _open_reads(
    bound: BoundDataclass, field: Field, puts: list[Put], module: Module
) -> Iterator[Read]:
    """Give the reads that may see what a restart brought back."""
    for read in bound.reads_of(field.name):
        is_set_before = any(
            put.reach.function is read.reach.function and comes_before(put.node, read.node)
            for put in puts
        )
        if read.module is module and isinstance(read.node, nodes.Attribute) and not is_set_before:
            yield read


def _is_asked_for_its_type(read: Read) -> bool:
    return any(
        getattr(call.func, "name", None) in ("isinstance", "hasattr", "type")
        for call in nodes_in(read.reach.function, nodes.Call)
    )


def _types_put(put: Put, bound: BoundDataclass) -> Types:
    return types_of(put.value, Setting(put.module, bound.concrete))


def _span_of_put(puts: list[Put], module: Module) -> Span | None:
    return next((module.span(put.node) for put in puts if put.module is module), None)


def _is_nothing(node: nodes.NodeNG | None) -> bool:
    return isinstance(node, nodes.Const) and node.value is None
