"""Attributes that are set on a bound state and are no field of it, so that nothing saves them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.bound_state import is_metadata
from ckptlint.program.classes import Class
from ckptlint.program.facts import ITERATOR_METHODS
from ckptlint.program.state.declaring import declaration
from ckptlint.program.state.fields import decorator_of
from ckptlint.program.state.placing import asks_for_restored_state, comes_before
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.module import Module
    from ckptlint.program.state.bound import BoundDataclass
    from ckptlint.program.state.declaring import Declaration
    from ckptlint.program.state.uses import Put, Read
    from ckptlint.sources.source import Span


class Missing(Enum):
    """Why an attribute is no field."""

    NOWHERE = "the dataclass does not declare it"
    NO_ANNOTATION = "the class declares it without an annotation"
    NO_DECORATOR = "the class that declares it is no dataclass itself"
    CLASS_VARIABLE = "the dataclass declares it as a class variable"


@dataclass(frozen=True, slots=True)
class UndeclaredAttribute:
    """An attribute of a bound state that is gone after a restart.

    Parameters
    ----------
    span : Span
        Where it is set.
    name : str
        The attribute.
    state : str
        The dataclass's name.
    why : Missing
        Why it is no field.
    is_carried : bool
        Whether it is seen to be read before it is set anew: what a step takes from the one before,
        or what a restart reads.
    has_slots : bool
        Whether setting it raises at once.
    read : Span or None
        Where it is read, in this module.
    declaration : Declaration or None
        What makes it a field, where that is certain.
    """

    span: Span
    name: str
    state: str
    why: Missing
    is_carried: bool
    has_slots: bool
    read: Span | None
    declaration: Declaration | None


def undeclared_attributes(
    module: Module, bound: tuple[BoundDataclass, ...]
) -> tuple[UndeclaredAttribute, ...]:
    """Find the attributes that the classes of `module` set on their state and that are no field.

    Quiet where one of the classes that run the same code has the field.
    """
    declared = {
        put.node for one in bound for put in one.uses.puts if _why_missing(one, put.name) is None
    }
    found: dict[Span, UndeclaredAttribute] = {}
    for one in bound:
        if not one.dataclass.is_complete or not one.uses.is_followed or not one.made.is_exact:
            continue
        for name in dict.fromkeys(put.name for put in one.uses.puts):
            puts = [put for put in one.puts_of(name) if put.key is None]
            why = _why_missing(one, name)
            if why is None or not puts or any(put.node in declared for put in puts):
                continue
            undeclared = _undeclared(one, name, why, puts, module)
            if undeclared is not None:
                found.setdefault(undeclared.span, undeclared)
    return tuple(found[span] for span in sorted(found))


def _why_missing(bound: BoundDataclass, name: str) -> Missing | None:
    """Tell why a name is no field; None where it is one, or is something else that counts."""
    state = bound.dataclass
    if state.field(name) is not None or is_metadata(name) or name.startswith("__"):
        return None
    if name not in state.other_attributes:
        return Missing.NOWHERE
    for ancestor in state.cls.mro:
        if not isinstance(ancestor, Class):
            continue
        if name in ancestor.instance_attributes:
            return None
        for binding in ancestor.node.locals.get(name, ()):
            return _why_no_field(binding, ancestor)
    return None


def _why_no_field(binding: nodes.NodeNG, owner: Class) -> Missing | None:
    if not isinstance(binding, nodes.AssignName) or binding.lineno is None:
        return None
    if isinstance(binding.parent, nodes.Assign):
        # A descriptor, such as a property made by a call, does what it likes with an assignment.
        is_plain = not isinstance(binding.parent.value, nodes.Call | nodes.Name | nodes.Attribute)
        return Missing.NO_ANNOTATION if is_plain and decorator_of(owner) is not None else None
    if isinstance(binding.parent, nodes.AnnAssign):
        return Missing.CLASS_VARIABLE if decorator_of(owner) is not None else Missing.NO_DECORATOR
    return None


def _undeclared(
    bound: BoundDataclass, name: str, why: Missing, puts: list[Put], module: Module
) -> UndeclaredAttribute | None:
    later = [put for put in puts if put.reach.function.name != "__init__" and not _is_lazy(put)]
    reads = list(bound.reads_of(name))
    open_reads = [
        read
        for read in reads
        if not _is_only_updated(read) and not _is_set_before(read, puts, reads)
    ]
    here = [put for put in later if put.module is module]
    is_set_anew = any(map(_is_at_each_start, puts))
    is_made_on = any(_is_made_from_itself(put, reads) for put in later)
    if not here or not open_reads or (is_set_anew and not is_made_on):
        return None
    shown = next((read for read in open_reads if read.module is module), None)
    return UndeclaredAttribute(
        module.span(here[0].node),
        name,
        bound.dataclass.name,
        why,
        bound.dataclass.has_slots or is_made_on or _is_carried(later, open_reads),
        bound.dataclass.has_slots,
        module.span(shown.node) if shown is not None else None,
        declaration(bound, name, why is Missing.NO_ANNOTATION, puts, module)
        if why in (Missing.NOWHERE, Missing.NO_ANNOTATION) and not is_set_anew
        else None,
    )


def _is_lazy(put: Put) -> bool:
    """Tell whether it is set only where it is found to be absent: a cache, filled when needed."""
    node = put.node.statement()
    while node is not None and not isinstance(node, nodes.FunctionDef):
        if isinstance(node, nodes.If) and _asks_for(put.name, node.test):
            return True
        node = node.parent
    return False


def _asks_for(name: str, test: nodes.NodeNG) -> bool:
    for node in nodes_in(test, (nodes.Const, nodes.Attribute)):
        if isinstance(node, nodes.Attribute):
            if node.attrname == name and isinstance(node.parent, nodes.Compare | nodes.UnaryOp):
                return True
        elif node.value == name:
            return True
    return False


def _is_at_each_start(put: Put) -> bool:
    """Tell whether every rollout sets it at its start, a restarted one too."""
    statement, function = put.node.statement(), put.reach.function
    if function.name not in ITERATOR_METHODS or statement.parent is not function:
        return False
    earlier = function.body[: function.body.index(statement)]
    return not any(True for one in earlier for _ in nodes_in(one, (nodes.Yield, nodes.YieldFrom)))


def _is_only_updated(read: Read) -> bool:
    """Tell whether a read only makes the attribute's own next value."""
    statement = read.node.statement()
    return isinstance(statement, nodes.Assign) and any(
        isinstance(target, nodes.AssignAttr) and target.attrname == read.name
        for target in statement.targets
    )


def _is_set_before(read: Read, puts: list[Put], reads: list[Read]) -> bool:
    return any(
        put.reach.function is read.reach.function and comes_before(put.node, read.node)
        for put in puts
        if not _is_made_from_itself(put, reads)
    )


def _is_carried(puts: list[Put], reads: list[Read]) -> bool:
    """Tell whether a value goes from step to step, or is read by what restores."""
    for read in reads:
        function = read.reach.function
        if any(put.reach.function is function and _follows(put, read) for put in puts):
            return True
        if asks_for_restored_state(function):
            return True
    return False


def _is_made_from_itself(put: Put, reads: list[Read]) -> bool:
    return put.is_augmented or any(
        put.value is not None and (read.node is put.value or put.value.parent_of(read.node))
        for read in reads
    )


def _follows(put: Put, read: Read) -> bool:
    """Tell whether a read comes before the put in the text, or goes round a loop with it."""
    return bool(read.node.lineno < put.node.lineno) or comes_before(read.node, put.node)
