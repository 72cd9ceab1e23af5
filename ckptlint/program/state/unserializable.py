"""What is put into a bound state and cannot be saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.state.annotations import types_annotated
from ckptlint.program.state.instances import Setting, is_self
from ckptlint.program.state.placing import span_of_binding
from ckptlint.program.state.types import (
    DICTS,
    NONE,
    UNKNOWN,
    Refusal,
    is_unsaved_key,
    refusal,
    refused_key,
)
from ckptlint.program.state.values import types_made_by, types_of
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.state.bound import BoundDataclass
    from ckptlint.program.state.fields import Field
    from ckptlint.program.state.types import Types
    from ckptlint.program.state.uses import Put
    from ckptlint.sources.source import Span


@dataclass(frozen=True, slots=True)
class UnserializableField:
    """A field whose value a commit refuses.

    Parameters
    ----------
    span : Span
        What is assigned, the field that starts with it, or what binds the dataclass.
    name : str
        The field.
    state : str
        The dataclass's name.
    reason : Refusal
        Why it is refused.
    target : str or None
        What is assigned to; None where the field starts with the value.
    field : Span or None
        The field, where it stands in this module and is not shown itself.
    is_sure : bool
        Whether the value itself is known, not only the field's annotation.
    """

    span: Span
    name: str
    state: str
    reason: Refusal
    target: str | None
    field: Span | None
    is_sure: bool


def unserializable_fields(
    module: Module, bound: tuple[BoundDataclass, ...]
) -> tuple[UnserializableField, ...]:
    """Find the fields of what the classes of `module` bind that a commit refuses."""
    found: dict[Span, UnserializableField] = {}
    for one in bound:
        for field in one.fields:
            for refused in _of_field(one, field, module):
                found.setdefault(refused.span, refused)
    return tuple(found[span] for span in sorted(found))


def _of_field(bound: BoundDataclass, field: Field, module: Module) -> Iterator[UnserializableField]:
    puts = [put for put in bound.puts_of(field.name) if not _is_overwritten(put, bound)]
    declared = types_annotated(field.annotation, field.module)
    whole = [(put, _types_put(put, bound)) for put in puts if put.key is None]
    for put, types in whole:
        reason = refusal(types)
        if reason is not None:
            yield from _refused(bound, field, put, reason, True, module)
    for put in puts:
        if put.key is not None:
            yield from _item(bound, field, put, declared, module)
    if _is_filled_by_itself(bound, field):
        return
    start = _start(bound, field)
    reason = refusal(start)
    if reason is not None:
        if all(types == frozenset({NONE}) for _, types in whole):
            yield from _starting(bound, field, reason, module)
        return
    reason = refusal(declared)
    if reason is not None:
        for put, types in whole:
            if types == UNKNOWN and _is_handed_on(put.value):
                yield from _refused(bound, field, put, reason, False, module)


def _types_put(put: Put, bound: BoundDataclass) -> Types:
    return types_of(put.value, Setting(put.module, bound.concrete))


def _refused(
    bound: BoundDataclass, field: Field, put: Put, reason: Refusal, is_sure: bool, module: Module
) -> Iterator[UnserializableField]:
    if put.module is module:
        shown = module.span(field.node.target) if field.module is module else None
        yield UnserializableField(
            module.span(put.value if put.value is not None else put.node),
            field.name,
            bound.dataclass.name,
            reason,
            put.text.partition("[")[0] if put.key is not None else put.text,
            shown,
            is_sure,
        )


def _item(
    bound: BoundDataclass, field: Field, put: Put, declared: Types, module: Module
) -> Iterator[UnserializableField]:
    """Judge an item that is set: the key, where the field holds a dict, and the value."""
    held = {one.name for one in (*declared, *_start(bound, field)) if one != NONE}
    keys = types_of(put.key, Setting(put.module, bound.concrete))
    if held & DICTS and not held - DICTS - {"?"} and is_unsaved_key(keys):
        yield from _refused(bound, field, put, refused_key(), True, module)
        return
    reason = refusal(_types_put(put, bound)) if put.value is not None else None
    if reason is not None:
        yield from _refused(bound, field, put, reason, True, module)


def _start(bound: BoundDataclass, field: Field) -> Types:
    """Give the types of what a field holds before anything is put there."""
    given = bound.argument_of(field.name)
    if given is not None:
        if given is bound.made.call:
            return UNKNOWN
        return types_of(given, Setting(bound.owner.module, bound.concrete))
    if field.factory is not None:
        return types_made_by(field.factory, Setting(field.module, None))
    return types_of(field.default, Setting(field.module, None))


def _starting(
    bound: BoundDataclass, field: Field, reason: Refusal, module: Module
) -> Iterator[UnserializableField]:
    if field.module is module and bound.argument_of(field.name) is None:
        span: Span | None = module.span(field.node)
    else:
        span = span_of_binding(bound, module)
    if span is not None:
        yield UnserializableField(span, field.name, bound.dataclass.name, reason, None, None, True)


def _is_filled_by_itself(bound: BoundDataclass, field: Field) -> bool:
    """Tell whether the dataclass assigns the field in a method of its own."""
    return any(
        field.name in getattr(ancestor, "instance_attributes", ())
        for ancestor in bound.dataclass.cls.mro
    )


def _is_handed_on(value: nodes.NodeNG | None) -> bool:
    """Tell whether a value is put there as it is, by a name, and not made for the state."""
    if isinstance(value, nodes.Attribute):
        return is_self(value.expr)
    return isinstance(value, nodes.Name)


def _is_overwritten(put: Put, bound: BoundDataclass) -> bool:
    """Tell whether the next statements put something else there, before anything is yielded."""
    following = put.node.statement().next_sibling()
    others = [
        one for one in bound.puts_of(put.name) if one.key is None and one.node is not put.node
    ]
    while following is not None:
        if any(True for _ in nodes_in(following, (nodes.Yield, nodes.YieldFrom))):
            return False
        if any(one.node.statement() is following for one in others):
            return True
        following = following.next_sibling()
    return False
