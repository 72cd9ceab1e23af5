"""How an attribute of a bound state becomes a field of its dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.state.fields import decorator_of, own_fields
from ckptlint.program.state.instances import is_nothing
from ckptlint.sources.source import Edit, Position, Span

if TYPE_CHECKING:
    from ckptlint.program.classes import Class
    from ckptlint.program.module import Module
    from ckptlint.program.state.bound import BoundDataclass
    from ckptlint.program.state.uses import Put


@dataclass(frozen=True, slots=True)
class Declaration:
    """A field to be written into the dataclass: its text, and the edits that do it."""

    text: str
    edits: tuple[Edit, ...]


def declaration(
    bound: BoundDataclass, name: str, is_annotated: bool, puts: list[Put], module: Module
) -> Declaration | None:
    """Declare an attribute as a field; None where the dataclass or the default is not certain.

    Parameters
    ----------
    bound : BoundDataclass
        What is bound.
    name : str
        The attribute.
    is_annotated : bool
        Whether the class gives it a value already and only lacks the annotation.
    puts : list[Put]
        Where it is set.
    module : Module
        The module that is checked; the dataclass must stand in it.
    """
    cls = bound.dataclass.cls
    if cls.module is not module or decorator_of(cls) is None or _has_heir_with_required(cls):
        return None
    if is_annotated:
        return _annotated(cls, name, puts, module)
    default = _default(bound, name, puts)
    if default is None:
        return None
    text = f"{name}: {_annotation(default, puts, cls)} = {default.as_string()}"
    insertion = _append(cls, text, module)
    if insertion is None:
        return None
    starting = [put for put in puts if put.reach.function.name == "__init__"]
    deletions = [edit for put in starting for edit in editing.delete(module, put.node.statement())]
    return Declaration(text, (insertion, *deletions))


def _default(bound: BoundDataclass, name: str, puts: list[Put]) -> nodes.Const | None:
    """Give what a field starts with: what `getattr` falls back to, or what ``__init__`` sets."""
    found: list[nodes.NodeNG | None] = []
    for read in bound.reads_of(name):
        if isinstance(read.node, nodes.Call):
            found.append(read.node.args[2] if len(read.node.args) == 3 else None)
    for put in puts:
        if put.reach.function.name == "__init__":
            is_alone = (
                isinstance(put.node.parent, nodes.Assign) and len(put.node.parent.targets) == 1
            )
            found.append(
                put.value if is_alone and put.module is bound.dataclass.cls.module else None
            )
    if not found:
        return nodes.Const(None)
    first = found[0]
    texts = {one.as_string() if isinstance(one, nodes.Const) else None for one in found}
    return first if isinstance(first, nodes.Const) and len(texts) == 1 else None


def _annotation(default: nodes.Const, puts: list[Put], cls: Class) -> str:
    if not is_nothing(default):
        return type(default.value).__name__
    names = {_type_name(put, cls) for put in puts if not is_nothing(put.value)}
    name = names.pop() if len(names) == 1 else None
    return f"{name} | None" if name is not None else "object"


def _type_name(put: Put, cls: Class) -> str | None:
    """Name the type of a literal, or that of a tensor's copy."""
    value = put.value
    if isinstance(value, nodes.Const):
        return type(value.value).__name__
    function = value.func if isinstance(value, nodes.Call) else None
    if isinstance(function, nodes.Attribute) and function.attrname in ("clone", "detach"):
        is_imported = "torch" in cls.module.tree.locals
        return "torch.Tensor" if is_imported else None
    return None


def _annotated(cls: Class, name: str, puts: list[Put], module: Module) -> Declaration | None:
    """Add the annotation that a name of the class's body lacks."""
    (binding, *others) = cls.node.locals.get(name, (None,))
    statement = binding.parent if binding is not None else None
    if others or not isinstance(statement, nodes.Assign) or len(statement.targets) > 1:
        return None
    if not isinstance(statement.value, nodes.Const):
        return None
    end = module.span(statement.targets[0]).end
    annotation = _annotation(statement.value, puts, cls)
    text = f"{name}: {annotation} = {module.text(statement.value)}"
    return Declaration(text, (Edit(Span(end, end), f": {annotation}"),))


def _append(cls: Class, text: str, module: Module) -> Edit | None:
    """Put a line behind the last field of a class, else behind the last statement of its body."""
    body = cls.node.body
    fields = [one for one in body if isinstance(one, nodes.AnnAssign)]
    if cls.node.doc_node is not None and not body:
        last = cls.node.doc_node
    elif body:
        last = fields[-1] if fields else body[-1]
    else:
        return None
    indentation = editing.indentation_of(module, last)
    if indentation is None:
        return None
    line = module.span(last).end.line
    end = Position(line, len(module.lines[line - 1]) + 1)
    return Edit(Span(end, end), f"\n{indentation}{text}")


def _has_heir_with_required(cls: Class) -> bool:
    """Tell whether a dataclass below declares a field that must be given: it may not come later."""
    for heir in cls.module.classes:
        if heir is cls or cls not in heir.mro or decorator_of(heir) is None:
            continue
        for _, field in own_fields(heir):
            if field is not None and field.default is None and field.factory is None:
                return True
    return False
