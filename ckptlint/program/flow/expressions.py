"""Expressions: their points in the order of evaluation, and conditions taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from astroid import nodes

from ckptlint.program.flow.assembly import Assembly
from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.flow.purity import always, may_raise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ckptlint.program.flow.assembly import Ends

_POINTS: dict[type[nodes.NodeNG], tuple[PointKind, bool]] = {
    nodes.Call: (PointKind.CALL, True),
    nodes.Yield: (PointKind.YIELD, False),
    nodes.YieldFrom: (PointKind.DELEGATE, True),
    nodes.Await: (PointKind.AWAIT, True),
    nodes.Lambda: (PointKind.STATEMENT, False),
}
"""The expressions that are points themselves, behind their parts, and whether they may raise.

A yield is resumed or closed: ``throw`` is left out, and what follows GeneratorExit cannot yield.
"""

HAS_POINT = (*_POINTS, nodes.NamedExpr)

_LEAVES = frozenset(
    (nodes.Name, nodes.Const, nodes.AssignName, nodes.DelName, nodes.EmptyNode, nodes.DictUnpack)
)


def _parts(node: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """Yield what is evaluated of an expression before the expression itself, in this order."""
    if isinstance(node, nodes.Lambda):
        yield from defaults(node.args)
    elif isinstance(node, nodes.GeneratorExp):
        yield node.generators[0].iter
    else:
        yield from node.get_children()


def defaults(arguments: nodes.Arguments) -> Iterator[nodes.NodeNG]:
    """Yield the default values that a definition evaluates."""
    yield from arguments.defaults or ()
    for default in arguments.kw_defaults or ():
        if default is not None:
            yield default


class ExpressionLowering(Assembly):
    """Lays the points of expressions."""

    def evaluate(self, *expressions: nodes.NodeNG | None) -> None:
        """Lay the points of expressions whose values are used, one after the other."""
        # An own stack: operators and calls are chained thousands deep in generated code.
        # A kind beside a node says that its parts are done and its own point is due.
        waiting: list[tuple[nodes.NodeNG, tuple[PointKind, bool] | None]] = [
            (node, None) for node in reversed(expressions) if node is not None
        ]
        while waiting:
            node, due = waiting.pop()
            node_type = type(node)
            if due is not None:
                self.lay(due[0], node, raises=due[1])
            elif node_type in _LEAVES:
                continue
            elif branching := _BRANCHING.get(node_type):
                branching(self, node)
            else:
                point = _POINTS.get(node_type)
                if point is not None:
                    waiting.append((node, point))
                waiting.extend((part, None) for part in reversed(list(_parts(node))))

    def decide(self, condition: nodes.NodeNG) -> tuple[Ends, Ends]:
        """Lay a condition; return the loose ends where it holds and those where it does not."""
        match condition:
            case nodes.UnaryOp(op="not", operand=operand):
                holds, fails = self.decide(operand)
                return fails, holds
            case nodes.BoolOp(op=operator, values=values):
                return self._decide_chain(operator, values)
            case nodes.IfExp(test=test, body=body, orelse=orelse):
                holds, fails = self.decide(test)
                self.ends = holds
                holds, body_fails = self.decide(body)
                self.ends = fails
                orelse_holds, fails = self.decide(orelse)
                return holds + orelse_holds, body_fails + fails
            case nodes.Compare(ops=ops) if len(ops) > 1:
                fails = self._compare_all_but_last(condition)
                holds, last_fails = self._test(condition)
                return holds, fails + last_fails
        self.evaluate(condition)
        return self._test(condition)

    def _test(self, condition: nodes.NodeNG) -> tuple[Ends, Ends]:
        point = self.lay(PointKind.TEST, condition, raises=self.guarded and may_raise(condition))
        holds, fails = self.split(point, EdgeKind.TRUE, EdgeKind.FALSE)
        value = always(condition)
        return [] if value is False else holds, [] if value is True else fails

    def _decide_chain(self, operator: str, values: list[nodes.NodeNG]) -> tuple[Ends, Ends]:
        """Lay operands of ``and`` or ``or`` up to the one that settles it."""
        going_on: Ends = self.ends
        settled: Ends = []
        for value in values:
            self.ends = going_on
            holds, fails = self.decide(value)
            going_on, settles = (holds, fails) if operator == "and" else (fails, holds)
            settled += settles
        return (going_on, settled) if operator == "and" else (settled, going_on)

    def _compare_all_but_last(self, comparison: nodes.Compare) -> Ends:
        """Lay a chain of comparisons up to the last operand; return where an earlier one fails."""
        failed: Ends = []
        self.evaluate(comparison.left)
        for _, operand in comparison.ops[:-1]:
            self.evaluate(operand)
            self.ends, fails = self._test(comparison)
            failed += fails
        self.evaluate(comparison.ops[-1][1])
        return failed

    def _comparison(self, node: nodes.Compare) -> None:
        failed = self._compare_all_but_last(node)
        self.ends = self.ends + failed

    def _boolean(self, node: nodes.BoolOp) -> None:
        going_on, settled = self._decide_chain(node.op, node.values[:-1])
        if node.op == "or":
            going_on, settled = settled, going_on
        self.ends = going_on
        self.evaluate(node.values[-1])
        self.ends = self.ends + settled

    def _conditional(self, node: nodes.IfExp) -> None:
        done: Ends = []
        last: nodes.NodeNG = node
        while isinstance(last, nodes.IfExp):
            self.ends, fails = self.decide(last.test)
            self.evaluate(last.body)
            done += self.ends
            self.ends = fails
            last = last.orelse
        self.evaluate(last)
        self.ends = self.ends + done

    def _assignment(self, node: nodes.NamedExpr) -> None:
        self.evaluate(node.value)
        raises = self.guarded and may_raise(node.value)
        self.lay(PointKind.STATEMENT, node, raises=raises)

    def _comprehension(self, node: nodes.ListComp | nodes.SetComp | nodes.DictComp) -> None:
        after: Ends = []
        outer: int | None = None
        for generator in node.generators:
            self.evaluate(generator.iter)
            loop = self.lay(PointKind.ITERATE, generator, raises=True)
            self.ends, exhausted = self.split(loop, EdgeKind.ITEM, EdgeKind.EXHAUSTED)
            if outer is None:
                after = exhausted
            else:
                self.tie(exhausted, outer)
            self.evaluate(generator.target)
            for condition in generator.ifs:
                self.ends, fails = self.decide(condition)
                self.tie(fails, loop)
            outer = loop
        if isinstance(node, nodes.DictComp):
            self.evaluate(node.key, node.value)
        else:
            self.evaluate(node.elt)
        if outer is not None:
            self.tie(self.ends, outer)
        self.ends = after


_BRANCHING: dict[type[nodes.NodeNG], Callable[[ExpressionLowering, Any], None]] = {
    nodes.Compare: ExpressionLowering._comparison,
    nodes.BoolOp: ExpressionLowering._boolean,
    nodes.IfExp: ExpressionLowering._conditional,
    nodes.NamedExpr: ExpressionLowering._assignment,
    nodes.ListComp: ExpressionLowering._comprehension,
    nodes.SetComp: ExpressionLowering._comprehension,
    nodes.DictComp: ExpressionLowering._comprehension,
}
"""The expressions that do not simply evaluate their parts and then themselves."""
