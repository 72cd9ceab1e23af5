"""Edits that take a condition off the saves that it decides over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Position, Span

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from ckptlint.program.module import Module


def without_condition(
    condition: nodes.Attribute, saves: AbstractSet[nodes.NodeNG], module: Module
) -> tuple[Edit, ...] | None:
    """Let what `condition` decides over happen always, if those are saves alone.

    Parameters
    ----------
    condition : Attribute
        An attribute of the bound state: an operand of the ``and`` in an ``if``, its whole test, or
        the test, negated, of an early return.
    saves : set of NodeNG
        The statements that are seen to save.
    module : Module
        Where it stands.

    Returns
    -------
    tuple[Edit, ...] or None
        None where it decides over anything else, or stands in any other place.
    """
    operand, negated = condition, False
    if isinstance(operand.parent, nodes.UnaryOp) and operand.parent.op == "not":
        operand, negated = operand.parent, True
    statement = operand.parent
    if isinstance(statement, nodes.BoolOp) and statement.op == "and" and not negated:
        owner = statement.parent
        if isinstance(owner, nodes.If) and owner.test is statement:
            return _drop_operand(operand, module) if _only_saves(owner, condition, saves) else None
        return None
    if not isinstance(statement, nodes.If) or statement.test is not operand or statement.orelse:
        return None
    if negated:
        return _delete_return(statement, condition, saves, module)
    return _unwrap(statement, module) if _only_saves(statement, condition, saves) else None


def _drop_operand(operand: nodes.NodeNG, module: Module) -> tuple[Edit, ...] | None:
    operands = operand.parent.values
    place, span = operands.index(operand), module.span(operand)
    if place + 1 < len(operands):
        removed = Span(span.start, module.span(operands[place + 1]).start)
        between = Span(span.end, removed.end)
    else:
        removed = Span(module.span(operands[place - 1]).end, span.end)
        between = Span(removed.start, span.start)
    return (Edit(removed, ""),) if module.text(between).split() == ["and"] else None


def _unwrap(statement: nodes.If, module: Module) -> tuple[Edit, ...] | None:
    """Put the body of an ``if`` in its place."""
    start, body = module.span(statement).start, module.span(statement.body[0]).start
    head = Span(start, body)
    if editing.indentation_of(module, statement) is None or "#" in module.text(head):
        return None
    edits = [Edit(head, "")]
    excess = body.column - start.column
    is_on_one_line = body.line == start.line
    for line in range(body.line + 1, module.span(statement.body[-1]).end.line + 1):
        text = module.lines[line - 1]
        if is_on_one_line or text[:excess].strip():
            return None
        if text.strip():
            edits.append(Edit(Span(Position(line, 1), Position(line, excess + 1)), ""))
    return tuple(edits)


def _delete_return(
    statement: nodes.If,
    condition: nodes.Attribute,
    saves: AbstractSet[nodes.NodeNG],
    module: Module,
) -> tuple[Edit, ...] | None:
    """Take out ``if not CONDITION: return`` before saves that end a method."""
    body = statement.body
    if len(body) != 1 or not isinstance(body[0], nodes.Return) or body[0].value is not None:
        return None
    scope = statement.parent
    if not isinstance(scope, nodes.FunctionDef):
        return None
    following = scope.body[scope.body.index(statement) + 1 :]
    if not all(_saves(one, condition, saves) for one in following):
        return None
    return editing.delete(module, statement)


def _only_saves(
    statement: nodes.If, condition: nodes.Attribute, saves: AbstractSet[nodes.NodeNG]
) -> bool:
    """Tell whether the body of an ``if`` does nothing but save, and name what it saves."""
    made: set[str] = set()
    for one in statement.body:
        names = _names_made(one)
        if names is not None:
            made |= names
        elif not _saves(one, condition, saves):
            return False
    reads = [name for name in nodes_in(statement.frame(), nodes.Name) if name.name in made]
    return all(any(one.parent_of(name) for one in statement.body) for name in reads)


def _names_made(statement: nodes.NodeNG) -> set[str] | None:
    if not isinstance(statement, nodes.Assign):
        return None
    targets = [
        part
        for target in statement.targets
        for part in (target.elts if isinstance(target, nodes.Tuple) else [target])
    ]
    if not all(isinstance(target, nodes.AssignName) for target in targets):
        return None
    return {target.name for target in targets}


def _saves(
    statement: nodes.NodeNG, condition: nodes.Attribute, saves: AbstractSet[nodes.NodeNG]
) -> bool:
    """Tell whether a statement is seen to save, or writes a field of the same state."""
    if isinstance(statement, nodes.Assign):
        state = condition.expr.as_string()
        return all(
            isinstance(target, nodes.AssignAttr) and target.expr.as_string() == state
            for target in statement.targets
        )
    return isinstance(statement, nodes.Expr) and statement in saves
