"""Which attributes of `self` the methods of a class assign to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.syntax import blocks_of, statements

if TYPE_CHECKING:
    from collections.abc import Iterator


def instance_attributes(definition: nodes.ClassDef) -> dict[str, tuple[nodes.NodeNG, ...]]:
    """Find the statements that assign to attributes of the instance, by attribute.

    The instance is what a method calls its first parameter, also in the functions inside it that
    do not bind that name anew. Methods under conditions in the class's body count, those of nested
    classes do not.
    """
    found: dict[str, list[nodes.NodeNG]] = {}
    for method in _methods(definition):
        instance = _instance_name(method)
        if instance is None:
            continue
        for statement in _statements_that_see(instance, method):
            for name in _assigned_attributes(instance, statement):
                places = found.setdefault(name, [])
                if statement not in places[-1:]:
                    places.append(statement)
    return {name: tuple(places) for name, places in found.items()}


def _methods(definition: nodes.ClassDef) -> Iterator[nodes.FunctionDef]:
    for statement in statements(definition):
        if isinstance(statement, nodes.FunctionDef) and statement.parent.frame() is definition:
            yield statement


def _instance_name(method: nodes.FunctionDef) -> str | None:
    """Give the name of a method's first parameter; None where that is not the instance."""
    decorators = method.decorators.nodes if method.decorators is not None else ()
    if any(isinstance(d, nodes.Name) and d.name == "staticmethod" for d in decorators):
        return None
    parameters = [*method.args.posonlyargs, *(method.args.args or ())]
    return str(parameters[0].name) if parameters else None


def _statements_that_see(name: str, function: nodes.FunctionDef) -> Iterator[nodes.NodeNG]:
    pending = list(reversed(function.body))
    while pending:
        statement = pending.pop()
        if isinstance(statement, nodes.ClassDef):
            continue
        if isinstance(statement, nodes.FunctionDef) and name in statement.locals:
            continue
        yield statement
        pending.extend(reversed(blocks_of(statement)))


def _assigned_attributes(instance: str, statement: nodes.NodeNG) -> Iterator[str]:
    targets: list[nodes.NodeNG] = []
    match statement:
        case nodes.Assign():
            targets.extend(statement.targets)
        case nodes.AnnAssign() | nodes.AugAssign() | nodes.For():
            targets.append(statement.target)
        case nodes.With():
            targets.extend(target for _, target in statement.items if target is not None)
    while targets:
        target = targets.pop(0)
        match target:
            case nodes.Tuple() | nodes.List():
                targets[:0] = target.elts
            case nodes.Starred():
                targets.insert(0, target.value)
            case nodes.AssignAttr(expr=nodes.Name(name=name)) if name == instance:
                yield str(target.attrname)
