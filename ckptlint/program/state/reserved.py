"""Fields that a proxy keeps for itself, and dataclasses that a restart cannot fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import is_metadata
from ckptlint.program.classes import Class
from ckptlint.program.state.fields import StateDataclass, dataclass_of, decorator_of
from ckptlint.program.state.handles import Handle
from ckptlint.program.state.instances import Setting, class_named_by, instance_made
from ckptlint.program.state.placing import span_of_binding
from ckptlint.sources.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.state.bound import BoundDataclass
    from ckptlint.program.state.fields import Field

_SLOTS: Final = frozenset({"_checkpoint", "_session", "_state", "_state_loaded"})
"""What the proxy keeps on itself: these names never reach the dataclass."""


@dataclass(frozen=True, slots=True)
class ReservedName:
    """A name of the proxy's own is used as if it were a field.

    Parameters
    ----------
    span : Span
        The assignment that raises or goes astray, or the field that is never reached.
    name : str
        The name.
    state : str
        The dataclass's name.
    field : Field or None
        The field of that name, if there is one.
    is_assigned : bool
        Whether it is assigned; else it is read.
    is_slot : bool
        Whether the proxy keeps a part of itself under the name.
    text : str
        The expression that is assigned to or read.
    """

    span: Span
    name: str
    state: str
    field: Field | None
    is_assigned: bool
    is_slot: bool
    text: str


@dataclass(frozen=True, slots=True)
class FrozenState:
    """A restart assigns to a dataclass that is frozen.

    Parameters
    ----------
    span : Span
        The ``frozen=True``; the field or the binding, where that stands in another module.
    state : StateDataclass
        The frozen dataclass.
    field : Field or None
        The field of the bound dataclass that holds it; None where it is bound itself.
    edits : tuple[Edit, ...]
        What takes ``frozen=True`` out, where that leaves a dataclass that Python accepts.
    """

    span: Span
    state: StateDataclass
    field: Field | None
    edits: tuple[Edit, ...]


def reserved_names(module: Module, bound: tuple[BoundDataclass, ...]) -> tuple[ReservedName, ...]:
    """Find where the classes of `module` use a name of the proxy as a field."""
    found: dict[Span, ReservedName] = {}
    for one in bound:
        for reserved in (*_assigned(one, module), *_never_read(one, module)):
            found.setdefault(reserved.span, reserved)
    return tuple(found[span] for span in sorted(found))


def frozen_states(module: Module, bound: tuple[BoundDataclass, ...]) -> tuple[FrozenState, ...]:
    """Find the frozen dataclasses that the classes of `module` bind, or hold in what they bind."""
    found: dict[Span, FrozenState] = {}
    for one in bound:
        for frozen in (*_frozen_itself(one, module), *_frozen_inside(one, module)):
            found.setdefault(frozen.span, frozen)
    return tuple(found[span] for span in sorted(found))


def _assigned(bound: BoundDataclass, module: Module) -> Iterator[ReservedName]:
    for put in bound.uses.puts:
        is_reserved = is_metadata(put.name) or put.name in _SLOTS
        if not is_reserved or put.handle is not Handle.PROXY or put.key is not None:
            continue
        if put.module is module:
            yield ReservedName(
                module.span(put.node),
                put.name,
                bound.dataclass.name,
                bound.dataclass.field(put.name),
                True,
                put.name in _SLOTS,
                put.text,
            )


def _never_read(bound: BoundDataclass, module: Module) -> Iterator[ReservedName]:
    for field in bound.fields:
        is_slot = field.name in _SLOTS
        if field.name not in facts.STATE_METADATA and not is_slot:
            continue
        reads = bound.reads_of(field.name)
        is_hidden = bool(reads) and all(read.handle is Handle.PROXY for read in reads)
        if bound.puts_of(field.name) or not is_hidden or field.module is not module:
            continue
        yield ReservedName(
            module.span(field.node.target),
            field.name,
            bound.dataclass.name,
            field,
            False,
            is_slot,
            reads[0].text,
        )


def _frozen_itself(bound: BoundDataclass, module: Module) -> Iterator[FrozenState]:
    keyword = bound.dataclass.frozen_by
    if keyword is None or not bound.dataclass.is_complete:
        return
    if keyword.root() is module.tree:
        edits = _thawed(bound.dataclass, keyword, module)
        yield FrozenState(module.span(keyword), bound.dataclass, None, edits)
        return
    span = span_of_binding(bound, module)
    if span is not None:
        yield FrozenState(span, bound.dataclass, None, ())


def _frozen_inside(bound: BoundDataclass, module: Module) -> Iterator[FrozenState]:
    """Find fields whose default is an instance of a frozen dataclass: a restart fills that one."""
    for field in bound.fields:
        if field.module is not module or bound.argument_of(field.name) is not None:
            continue
        setting = Setting(field.module, None)
        made = instance_made(field.default, setting)
        cls = made.cls if made is not None else class_named_by(field.factory, setting)
        if isinstance(field.factory, nodes.Lambda):
            made = instance_made(field.factory.body, setting)
            cls = made.cls if made is not None else None
        inner = dataclass_of(cls) if cls is not None else None
        if inner is None or inner.frozen_by is None or not inner.is_complete or not inner.fields:
            continue
        if all(_is_nothing(put.value) for put in bound.puts_of(field.name)):
            yield FrozenState(module.span(field.node.target), inner, field, ())


def _is_nothing(node: nodes.NodeNG | None) -> bool:
    return isinstance(node, nodes.Const) and node.value is None


def _thawed(state: StateDataclass, keyword: nodes.Keyword, module: Module) -> tuple[Edit, ...]:
    """Take ``frozen=True`` out of a decorator; nothing where heirs or ancestors are frozen too."""
    ancestors = [one for one in state.cls.mro if isinstance(one, Class) and decorator_of(one)]
    heirs = [one for one in module.classes if ancestors[0] in one.mro and decorator_of(one)]
    if len(ancestors) > 1 or len(heirs) > 1:
        return ()
    decorator = keyword.parent
    others = [*decorator.args, *decorator.keywords]
    index = others.index(keyword)
    if len(others) == 1:
        span = Span(module.span(decorator.func).end, module.span(decorator).end)
    elif index:
        span = Span(module.span(others[index - 1]).end, module.span(keyword).end)
    else:
        span = Span(module.span(keyword).start, module.span(others[1]).start)
    return () if "#" in module.text(span) else (Edit(span, ""),)
