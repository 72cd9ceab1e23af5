"""Iterators of rollouts that are made in a session, and first drawn from after it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.facts import ITERATOR_METHODS
from ckptlint.program.interpretation.frame import is_generator
from ckptlint.program.interpretation.values import constant
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.components import component_of, restart_aware_class

if TYPE_CHECKING:
    from ckptlint.program.interpretation.observations import Called
    from ckptlint.program.interpretation.values import Session
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows


@dataclass(frozen=True, slots=True)
class EscapingIterator:
    """An iterator whose rollout begins only after the session has ended.

    Parameters
    ----------
    made : Call
        What makes it.
    block : With
        The statement that opens and ends the session.
    use : NodeNG
        Where it is first used outside: what draws from it, or the ``return`` that hands it out.
    """

    made: nodes.Call
    block: nodes.With
    use: nodes.NodeNG

    @property
    def is_returned(self) -> bool:
        """Whether it leaves the function before anything is drawn."""
        return isinstance(self.use, nodes.Return)


def escaping_iterators(module: Module, workflows: Workflows) -> tuple[EscapingIterator, ...]:
    """Find the iterators of restart-aware models that escape their session undrawn.

    Quiet where the model's class is not known, where anything is done with the iterator inside
    the session, where the session restores nothing, and where it may be opened again.
    """
    found = []
    for call, ways in workflows.calls.items():
        function = call.func
        if not isinstance(function, nodes.Attribute) or function.attrname not in ITERATOR_METHODS:
            continue
        if not _is_of_component(function.expr, module) or not all(map(_restores, ways)):
            continue
        blocks = {_block_of(way.sessions[-1], call) for way in ways}
        block = blocks.pop() if len(blocks) == 1 else None
        use = None if block is None else _first_use_outside(call, block)
        if block is not None and use is not None and not _is_opened_again(use, block):
            found.append(EscapingIterator(call, block, use))
    return tuple(found)


def _restores(way: Called) -> bool:
    """Tell whether the innermost session around a call brings back state."""
    return bool(way.sessions) and way.sessions[-1].checkpoint.level == constant(2)


def _is_opened_again(use: nodes.NodeNG, block: nodes.With) -> bool:
    """Tell whether something else is entered around `use`: it may be a session of the model's."""
    return any(
        isinstance(one, nodes.With) and not one.parent_of(block) and one is not block
        for one in use.node_ancestors()
    )


def _is_of_component(model: nodes.NodeNG, module: Module) -> bool:
    if isinstance(model, nodes.Name):
        return component_of(model, module) is not None
    return restart_aware_class(model, module) is not None


def _block_of(session: Session, call: nodes.Call) -> nodes.With | None:
    """Give the ``with`` around `call` that ends the session."""
    opener = session.opened_by
    node = call.parent
    while node is not None and node is not call.frame():
        if isinstance(node, nodes.With) and (
            node is opener or any(_opens(item, opener) for item, _ in node.items)
        ):
            return node
        node = node.parent
    return None


def _opens(expression: nodes.NodeNG, opener: nodes.NodeNG | None) -> bool:
    """Tell whether a ``with`` item is what `opener` gives, at once or by a name."""
    if expression is opener:
        return True
    statement = None if opener is None else opener.parent
    return (
        isinstance(expression, nodes.Name)
        and isinstance(statement, nodes.Assign)
        and expression.name in {getattr(target, "name", None) for target in statement.targets}
    )


def _first_use_outside(call: nodes.Call, block: nodes.With) -> nodes.NodeNG | None:
    """Give where the iterator is first used after `block`, if it is not used inside it."""
    scope, statement = call.frame(), call.parent
    if isinstance(scope, nodes.FunctionDef) and is_generator(scope):
        return None  # it may keep its session open while it is drawn from
    handed_out = _return_of(call)
    if handed_out is not None:
        return handed_out
    if not isinstance(statement, nodes.Assign) or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    if not isinstance(target, nodes.AssignName) or len(scope.locals.get(target.name, ())) != 1:
        return None
    uses = [one for one in nodes_in(scope, nodes.Name) if one.name == target.name]
    if not uses or any(one.frame() is not scope for one in uses):
        return None
    inside = [one for one in uses if _is_inside(one, block)]
    if inside:
        returns = [_return_of(one) for one in inside]
        return returns[0] if all(returns) else None
    return min(uses, key=lambda one: (one.lineno, one.col_offset))


def _return_of(node: nodes.NodeNG) -> nodes.Return | None:
    """Give the ``return`` that hands out `node`, alone or as an element of a tuple."""
    parent = node.parent.parent if isinstance(node.parent, nodes.Tuple) else node.parent
    return parent if isinstance(parent, nodes.Return) else None


def _is_inside(node: nodes.NodeNG, block: nodes.With) -> bool:
    while node is not None and node is not block:
        node = node.parent
    return node is block
