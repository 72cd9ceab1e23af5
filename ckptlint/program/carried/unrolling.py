"""The unrolling of a rollout: calls are entered, and generators run where they are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.carried import effects
from ckptlint.program.carried.activation import Activation, Reads
from ckptlint.program.carried.callees import Callee, callee_of, may_do_anything
from ckptlint.program.carried.drawing import GeneratorUnrolling
from ckptlint.program.carried.entering import enter, returned
from ckptlint.program.carried.event import Event, Location
from ckptlint.program.carried.objects import Objects
from ckptlint.program.carried.regions import Drawn, Laid, Region, is_inside
from ckptlint.program.carried.saved import saves_of
from ckptlint.program.carried.telling import only_tells
from ckptlint.program.carried.unseen import unseen_call
from ckptlint.program.flow.builder import build_flow_graph
from ckptlint.program.flow.graph import EdgeKind, FlowGraph, Point, PointKind, is_interrupted
from ckptlint.program.interpretation.frame import is_generator

if TYPE_CHECKING:
    from ckptlint.program.carried.unrolled import Unrolled
    from ckptlint.program.interpretation.frame import Frame


def unroll(frame: Frame) -> Unrolled:
    """Unroll the rollout that starts in `frame`.

    Raises
    ------
    TooLong
        If it is too large.
    """
    return _Unroller(frame).result


class _Unroller(GeneratorUnrolling):
    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._objects = Objects(frame.concrete)
        self._graphs: dict[nodes.NodeNG, FlowGraph] = {}
        self._activations = 0
        run = enter(
            Callee(frame.scope, frame.module, Location(None), frame.concrete, frame.owner),
            None,
            self._number(),
            self._objects,
        )
        start = self._lay(run)
        laid = self._body(run, None)
        self._tie(start, laid.entry)

    def _number(self) -> int:
        self._activations += 1
        return self._activations

    def _body(self, run: Activation, drawn: Drawn | None) -> Laid:
        """Lay the body of an activation, for a generator that is drawn from, or the rollout."""
        graph = self._graphs.get(run.function)
        if graph is None:
            graph = self._graphs[run.function] = build_flow_graph(run.function)
        laid = Laid(-1, -1, -1)
        region = Region(graph.points)
        self._lay_region(region, run, drawn, laid)
        for one in region.all():
            self._tie_region(one, graph)
        laid.entry = region.before[graph.entry.index]
        laid.exit, laid.raised = region.before[graph.exit.index], region.before[graph.raised.index]
        return laid

    def _lay_region(self, region: Region, run: Activation, drawn: Drawn | None, laid: Laid) -> None:
        """Lay points; the body of a loop over a generator is laid once for each of its yields."""
        loops: list[tuple[Point, Laid]] = []
        for point in region.points:
            if any(is_inside(point.node, loop.node) for loop, _ in loops):
                continue
            place = self._lay(run)
            region.before[point.index] = region.after[point.index] = place
            if point.kind is PointKind.ITERATE and isinstance(point.node, nodes.For):
                iterated = self._loop(point, region, run)
                if iterated is not None:
                    loops.append((point, iterated))
            else:
                self._lay_point(point, region, run, drawn, laid)
        for loop, iterated in loops:
            inside = tuple(one for one in region.points if is_inside(one.node, loop.node))
            region.exhausted[loop.index] = iterated.exit
            for given, resumed in iterated.yields:
                copy = Region(inside, region, loop, given, resumed)
                region.copies.append(copy)
                self._lay_region(copy, run, drawn, laid)

    def _lay_point(
        self,
        point: Point,
        region: Region,
        run: Activation,
        drawn: Drawn | None,
        laid: Laid,
    ) -> None:
        node, place = point.node, region.before[point.index]
        match point.kind:
            case PointKind.CALL:
                inner = self._call(node, run, place)
                if inner is not None:
                    region.after[point.index] = self._lay(run)
                    self._tie(inner.exit, region.after[point.index])
                    region.raised[point.index] = inner.raised
            case PointKind.YIELD if node.value is not None and drawn is None:
                self._add(place, effects.use(node, run, node.value))
                self.result.boundaries.add(place)
            case PointKind.YIELD if node.value is not None and drawn is not None:
                drawn.yields.append((place, node, run))
                region.after[point.index] = self._lay(run)
                laid.yields.append((place, region.after[point.index]))
            case PointKind.DELEGATE:
                inner = self._delegate(node, run, place, drawn)
                region.after[point.index] = self._lay(run)
                self._tie(place if inner is None else inner.exit, region.after[point.index])
                if inner is not None:
                    laid.yields += inner.yields
            case PointKind.RETURN:
                self._add(place, *returned(node, run))
                if run.caller is None and not is_generator(run.function):
                    region.after[point.index] = self._hand_over(node, run, place)
            case PointKind.TEST:
                self._test(node, run, place)
            case PointKind.CASE if isinstance(node, nodes.MatchCase):
                self._add(place, effects.use(node, run, node.parent.subject))
            case PointKind.STATEMENT:
                self._add(place, *effects.statement(node, run))
                self.result.saves += saves_of(node, run)
            case PointKind.ENTER:
                manager, target = node.items[point.item]
                if target is not None:
                    self._add(place, *effects.assign(target, None, run.read(manager), run))

    def _tie_region(self, region: Region, graph: FlowGraph) -> None:
        if region.loop is not None:
            for edge in graph.successors(region.loop):
                if edge.kind is EdgeKind.ITEM:
                    self._tie(region.given, region.goal(edge.target, region.loop))
        for index, place in region.before.items():
            point = graph.points[index]
            for edge in graph.successors(point):
                if index in region.exhausted:
                    if edge.kind is EdgeKind.EXHAUSTED:
                        goal = region.goal(edge.target, point)
                        self._tie(region.exhausted[index], goal)
                    continue
                goal = region.goal(edge.target, point)
                source = place if is_interrupted(point, edge) else region.after[index]
                self._tie(source, goal)
                if point.kind is PointKind.TEST and edge.kind in (EdgeKind.TRUE, EdgeKind.FALSE):
                    self.result.steps[source].outcomes[goal] = edge.kind is EdgeKind.TRUE
                if edge.kind is EdgeKind.RAISES and index in region.raised:
                    self._tie(region.raised[index], goal)

    def _call(self, call: nodes.Call, run: Activation, place: int) -> Laid | None:
        """Lay a call: its body behind `place`, if that is seen."""
        run.result(call)
        self.result.saves += saves_of(call, run)
        begun = self._next(call, run, place)
        if begun is not None:
            return begun
        callee = callee_of(call, run)
        if callee is None:
            is_own = may_do_anything(call, run)
            self._add(place, *unseen_call(call, run, is_own=is_own))
            return None
        inner = enter(callee, (run, call), self._number(), self._objects)
        events = inner.arguments
        if is_generator(callee.function):
            self._suspended[run.index, call] = inner
            reads = Reads()
            for event in events:
                reads.add(Reads(set(event.reads), event.restores))
            events.append(
                Event(
                    call,
                    run.module,
                    frozenset(reads.locations),
                    run.result(call),
                    restores=reads.restores,
                )
            )
            self._add(place, *events)
            return None
        self._add(place, *events)
        laid = self._body(inner, None)
        self._tie(place, laid.entry)
        arity = inner.returned_arity()
        if arity is not None:
            run.arities[call] = arity
        return laid

    def _hand_over(self, node: nodes.Return, run: Activation, place: int) -> int:
        """Run the generator that the entry of a rollout returns; give where it has ended."""
        laid = self._delegate(node, run, place, None) if node.value is not None else None
        return place if laid is None else laid.exit

    def _test(self, node: nodes.NodeNG, run: Activation, place: int) -> None:
        self.result.steps[place].condition = (node, run.read(node))
        if not only_tells(node):
            self._add(place, effects.use(node, run, node))
