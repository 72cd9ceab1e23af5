"""Which of Earth2Studio's checkpoint objects an expression gives, whatever path has led there.

A name counts only if everything that binds it in its scope gives such an object, and an attribute
of `self` only if every assignment to it does. What has been set to None first, to be filled in
later, is what it is filled with.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import is_bind_call, is_call_of
from ckptlint.program.classes import Class
from ckptlint.program.scopes import bindings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.program.module import Module


class ObjectKind(Enum):
    """A kind of checkpoint object; `NULL` is the stand-in for both a Checkpoint and a session."""

    CHECKPOINT = "Checkpoint"
    SESSION = "CheckpointSession"
    NULL = "NullCheckpoint"
    STATE = "CheckpointState"


Kinds: TypeAlias = frozenset[ObjectKind]

UNKNOWN_KIND: Final[Kinds] = frozenset()
"""Nothing is known, or something else is possible too."""

_CLASSES: Final = {
    facts.CHECKPOINT: ObjectKind.CHECKPOINT,
    facts.CHECKPOINT_SESSION: ObjectKind.SESSION,
    facts.NULL_CHECKPOINT: ObjectKind.NULL,
    facts.CHECKPOINT_STATE: ObjectKind.STATE,
}
_NAMES: Final = frozenset(kind.value for kind in ObjectKind)
_ENTERED: Final = {
    ObjectKind.CHECKPOINT: ObjectKind.SESSION,
    ObjectKind.SESSION: ObjectKind.SESSION,
    ObjectKind.NULL: ObjectKind.NULL,
}

Trail: TypeAlias = frozenset[tuple[object, str]]
"""The names, each with its scope, and attributes, each with its class, that are being looked at."""


def kinds_of(node: nodes.NodeNG | None, module: Module, trail: Trail = frozenset()) -> Kinds:
    """Tell what an expression may give; `UNKNOWN_KIND` where it may give anything else.

    What leads back to itself, as in ``x = next_of(x)``, is unknown.
    """
    match node:
        case nodes.Call():
            return _made_by(node, module, trail)
        case nodes.Name():
            scope, bindings = bindings_of(node.name, node)
            if (scope, node.name) in trail:
                return UNKNOWN_KIND
            trail |= {(scope, node.name)}
            return _all_of(_bound_by(one, module, trail) for one in bindings if not _none(one))
        case nodes.Attribute():
            return _attribute(node, module, trail)
        case nodes.NamedExpr():
            return kinds_of(node.value, module, trail)
        case nodes.IfExp():
            return _all_of(kinds_of(one, module, trail) for one in (node.body, node.orelse))
        case nodes.BoolOp():
            return _all_of(kinds_of(one, module, trail) for one in node.values)
    return UNKNOWN_KIND


def is_session(kinds: Kinds) -> bool:
    """Tell whether something is a session, or what stands in for one."""
    return ObjectKind.SESSION in kinds and kinds <= {ObjectKind.SESSION, ObjectKind.NULL}


def is_checkpoint(kinds: Kinds) -> bool:
    """Tell whether something is a Checkpoint, or what stands in for one."""
    return ObjectKind.CHECKPOINT in kinds and kinds <= {ObjectKind.CHECKPOINT, ObjectKind.NULL}


def _made_by(call: nodes.Call, module: Module, trail: Trail) -> Kinds:
    for name, kind in _CLASSES.items():
        if is_call_of(name, module, call):
            return frozenset({kind})
    if is_bind_call(module, call):
        return frozenset({ObjectKind.STATE})
    if not isinstance(call.func, nodes.Attribute):
        return UNKNOWN_KIND
    match call.func.attrname:
        case "select" if is_checkpoint(kinds_of(call.func.expr, module, trail)):
            return frozenset({ObjectKind.SESSION})
        case "__enter__":
            return _entered(kinds_of(call.func.expr, module, trail))
        case "enter_context" if call.args:
            return _entered(kinds_of(call.args[0], module, trail))
    return UNKNOWN_KIND


def _attribute(node: nodes.Attribute, module: Module, trail: Trail) -> Kinds:
    if node.attrname == "catalog":
        owner = kinds_of(node.expr, module, trail)
        if is_session(owner):
            return frozenset({ObjectKind.CHECKPOINT} | (owner & {ObjectKind.NULL}))
    if not isinstance(node.expr, nodes.Name) or node.expr.name != "self":
        return UNKNOWN_KIND
    scope = node.frame()
    while isinstance(scope, nodes.FunctionDef):
        cls = module.class_of(scope)
        if cls is not None:
            return _own_attribute(node.attrname, cls, trail)
        scope = scope.parent.frame()
    return UNKNOWN_KIND


def _own_attribute(name: str, cls: Class, trail: Trail) -> Kinds:
    """Tell what the classes of an object assign to one of its attributes."""
    if (cls.node, name) in trail:
        return UNKNOWN_KIND
    return _all_of(_assigned(name, cls, trail | {(cls.node, name)}))


def _assigned(name: str, cls: Class, trail: Trail) -> Iterator[Kinds]:
    for ancestor in cls.mro:
        if isinstance(ancestor, facts.KnownClass) and ancestor.bound_state == name:
            yield frozenset({ObjectKind.STATE})
        elif isinstance(ancestor, Class):
            for assignment in ancestor.instance_attributes.get(name, ()):
                value = getattr(assignment, "value", None)
                if not _is_none(value):
                    yield kinds_of(value, ancestor.module, trail)


def _bound_by(binding: nodes.NodeNG, module: Module, trail: Trail) -> Kinds:
    parent = binding.parent
    match parent:
        case nodes.AnnAssign():
            noted = _noted(parent.annotation, module)
            return noted or kinds_of(parent.value, module, trail)
        case nodes.Assign() if binding in parent.targets:
            return kinds_of(parent.value, module, trail)
        case nodes.NamedExpr():
            return kinds_of(parent.value, module, trail)
        case nodes.With():
            opened = next((one for one, name in parent.items if name is binding), None)
            return _entered(kinds_of(opened, module, trail))
        case nodes.Arguments():
            return _noted(_annotation_of(binding, parent), module)
    return UNKNOWN_KIND


def _entered(kinds: Kinds) -> Kinds:
    """Tell what ``with`` gives."""
    if ObjectKind.STATE in kinds:
        return UNKNOWN_KIND
    return frozenset(_ENTERED[kind] for kind in kinds)


def _annotation_of(parameter: nodes.NodeNG, arguments: nodes.Arguments) -> nodes.NodeNG | None:
    for parameters, notes in (
        (arguments.posonlyargs, arguments.posonlyargs_annotations),
        (arguments.args, arguments.annotations),
        (arguments.kwonlyargs, arguments.kwonlyargs_annotations),
    ):
        for one, note in zip(parameters or (), notes or (), strict=False):
            if one is parameter:
                return note
    return None


def _noted(note: nodes.NodeNG | None, module: Module) -> Kinds:
    """Tell what an annotation names; of ``X | None`` only X counts."""
    match note:
        case nodes.Name() | nodes.Attribute():
            written = note.name if isinstance(note, nodes.Name) else note.attrname
            dotted = module.names.dotted(note) if written[:1].isupper() else None
            if dotted is None or dotted.rpartition(".")[2] not in _NAMES:
                return UNKNOWN_KIND
            kind = _CLASSES.get(module.resolve(note) or "")
            return UNKNOWN_KIND if kind is None else frozenset({kind})
        case nodes.BinOp(op="|"):
            parts = [one for one in (note.left, note.right) if not _is_none(one)]
            return _all_of(_noted(one, module) for one in parts)
        case nodes.Subscript(value=nodes.Name(name="Optional")):
            return _noted(note.slice, module)
        case nodes.Subscript(value=nodes.Name(name="Union"), slice=nodes.Tuple(elts=parts)):
            return _all_of(_noted(one, module) for one in parts if not _is_none(one))
        case nodes.Subscript():
            return _noted(note.value, module) & {ObjectKind.STATE}
    return UNKNOWN_KIND


def _all_of(kinds: Iterable[Kinds]) -> Kinds:
    """Join what several places give, if it is known of each of them; the first unknown ends it."""
    joined: Kinds = UNKNOWN_KIND
    for one in kinds:
        if not one:
            return UNKNOWN_KIND
        joined |= one
    return joined


def _none(binding: nodes.NodeNG) -> bool:
    """Tell whether a binding only says that there is nothing yet."""
    parent = binding.parent
    return isinstance(parent, nodes.Assign | nodes.AnnAssign) and _is_none(parent.value)


def _is_none(node: nodes.NodeNG | None) -> bool:
    return isinstance(node, nodes.Const) and node.value is None
