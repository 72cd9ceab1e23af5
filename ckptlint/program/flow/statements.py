"""Statements: branches, loops, matches, jumps, and the simple ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from astroid import nodes

from ckptlint.program.flow.assembly import Frame, Way
from ckptlint.program.flow.exceptions import ExceptionLowering
from ckptlint.program.flow.expressions import HAS_POINT, defaults
from ckptlint.program.flow.graph import EdgeKind, PointKind
from ckptlint.program.flow.purity import (
    is_irrefutable,
    matching_may_raise,
    may_raise,
    storing_may_raise,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ckptlint.program.flow.assembly import Ends

_LOOP = frozenset({Way.BREAK, Way.CONTINUE})
_HARMLESS = (nodes.Pass, nodes.Global, nodes.Nonlocal)


class StatementLowering(ExceptionLowering):
    """Lays the points of statements."""

    def body(self, statements: Sequence[nodes.NodeNG]) -> None:
        """Lay statements one after the other, as far as control reaches them."""
        for statement in statements:
            if not self.ends:
                return
            _LOWERING.get(type(statement), StatementLowering._simple)(self, statement)

    def _simple(self, node: nodes.NodeNG) -> None:
        self.evaluate(*node.get_children())
        self.lay(PointKind.STATEMENT, node, raises=not isinstance(node, _HARMLESS))

    def _expression(self, node: nodes.Expr) -> None:
        self.evaluate(node.value)
        if not isinstance(node.value, HAS_POINT):
            raises = self.guarded and may_raise(node.value)
            self.lay(PointKind.STATEMENT, node, raises=raises)

    def _assign(self, node: nodes.Assign) -> None:
        self.evaluate(node.value, *node.targets)
        raises = self.guarded and storing_may_raise(node.targets, node.value)
        self.lay(PointKind.STATEMENT, node, raises=raises)

    def _annotated_assign(self, node: nodes.AnnAssign) -> None:
        if node.value is not None:
            self.evaluate(node.value, node.target)
            raises = self.guarded and storing_may_raise([node.target], node.value)
            self.lay(PointKind.STATEMENT, node, raises=raises)

    def _function(self, node: nodes.FunctionDef) -> None:
        decorators = node.decorators.nodes if node.decorators else []
        self.evaluate(*decorators, *defaults(node.args))
        self.lay(PointKind.STATEMENT, node, raises=bool(decorators))

    def _class(self, node: nodes.ClassDef) -> None:
        decorators = node.decorators.nodes if node.decorators else []
        keywords = [keyword.value for keyword in node.keywords]
        self.evaluate(*decorators, *node.bases, *keywords)
        self.lay(PointKind.STATEMENT, node, raises=True)

    def _type_alias(self, node: nodes.TypeAlias) -> None:
        self.lay(PointKind.STATEMENT, node)

    def _return(self, node: nodes.Return) -> None:
        self.evaluate(node.value)
        self.lay(PointKind.RETURN, node, raises=self.guarded and may_raise(node.value))
        self.jump(Way.RETURN)

    def _raise(self, node: nodes.Raise) -> None:
        self.evaluate(node.exc, node.cause)
        self._raise_at(node)

    def _assert(self, node: nodes.Assert) -> None:
        holds, self.ends = self.decide(node.test)
        self.evaluate(node.fail)
        self._raise_at(node)
        self.ends = holds

    def _raise_at(self, node: nodes.Raise | nodes.Assert) -> None:
        point = self.lay(PointKind.RAISE, node)
        self.ends, _ = self.split(point, EdgeKind.RAISES, EdgeKind.RAISES)
        self.jump(Way.RAISE)

    def _break(self, _: nodes.Break) -> None:
        self.jump(Way.BREAK)

    def _continue(self, _: nodes.Continue) -> None:
        self.jump(Way.CONTINUE)

    def _if(self, node: nodes.If) -> None:
        done: Ends = []
        branch = node
        while True:
            self.ends, fails = self.decide(branch.test)
            self.body(branch.body)
            done += self.ends
            self.ends = fails
            # A chain of elif is thousands of branches long in generated code.
            if len(branch.orelse) != 1 or not isinstance(branch.orelse[0], nodes.If):
                break
            branch = branch.orelse[0]
        self.body(branch.orelse)
        self.ends = self.ends + done

    def _while(self, node: nodes.While) -> None:
        head = self.lay(PointKind.JOIN, node)
        self.ends, fails = self.decide(node.test)
        self._loop(node, head, fails)

    def _for(self, node: nodes.For) -> None:
        self.evaluate(node.iter)
        head = self.lay(PointKind.ITERATE, node, raises=True)
        self.ends, exhausted = self.split(head, EdgeKind.ITEM, EdgeKind.EXHAUSTED)
        self.evaluate(node.target)
        self._loop(node, head, exhausted)

    def _loop(self, node: nodes.While | nodes.For, head: int, done: Ends) -> None:
        frame = self.open(Frame(_LOOP))
        self.body(node.body)
        self.close()
        self.tie(self.ends + frame.caught[Way.CONTINUE], head)
        self.ends = done
        self.body(node.orelse)
        self.ends = self.ends + frame.caught[Way.BREAK]

    def _match(self, node: nodes.Match) -> None:
        self.evaluate(node.subject)
        done: Ends = []
        for case in node.cases:
            raises = self.guarded and matching_may_raise(case.pattern)
            point = self.lay(PointKind.CASE, case, raises=raises)
            self.ends, others = self.split(point, EdgeKind.MATCHED, EdgeKind.UNMATCHED)
            if is_irrefutable(case.pattern):
                others = []
            if case.guard is not None:
                self.ends, fails = self.decide(case.guard)
                others = others + fails
            self.body(case.body)
            done += self.ends
            self.ends = others
        self.ends = self.ends + done


_LOWERING: dict[type[nodes.NodeNG], Callable[[StatementLowering, Any], None]] = {
    nodes.AnnAssign: StatementLowering._annotated_assign,
    nodes.Assert: StatementLowering._assert,
    nodes.Assign: StatementLowering._assign,
    nodes.AsyncFor: StatementLowering._for,
    nodes.AsyncFunctionDef: StatementLowering._function,
    nodes.AsyncWith: StatementLowering.with_statement,
    nodes.Break: StatementLowering._break,
    nodes.ClassDef: StatementLowering._class,
    nodes.Continue: StatementLowering._continue,
    nodes.Expr: StatementLowering._expression,
    nodes.For: StatementLowering._for,
    nodes.FunctionDef: StatementLowering._function,
    nodes.If: StatementLowering._if,
    nodes.Match: StatementLowering._match,
    nodes.Raise: StatementLowering._raise,
    nodes.Return: StatementLowering._return,
    nodes.Try: StatementLowering.try_statement,
    nodes.TryStar: StatementLowering.try_statement,
    nodes.TypeAlias: StatementLowering._type_alias,
    nodes.While: StatementLowering._while,
    nodes.With: StatementLowering.with_statement,
}
