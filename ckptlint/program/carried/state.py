"""The question: what each restart-aware rollout of a module carries from step to step."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.carried.dataflow import Dataflow
from ckptlint.program.carried.drawing import TooLong
from ckptlint.program.carried.event import GLOBAL_RANDOM, Location
from ckptlint.program.carried.fields import field_for
from ckptlint.program.carried.records import Carried, CarriedKind, CarriedState, Where
from ckptlint.program.carried.saved import saved_locations
from ckptlint.program.carried.stable import fills_once, puts_back
from ckptlint.program.carried.unrolling import unroll
from ckptlint.program.interpretation.frame import parameter_names
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.carried.activation import Activation
    from ckptlint.program.carried.event import Event
    from ckptlint.program.carried.unrolled import Unrolled
    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.rollouts import Rollout


def carried_states(rollouts: tuple[Rollout, ...], give_up: GiveUp) -> tuple[CarriedState, ...]:
    """Find what the rollouts carry that save or restore something themselves.

    The body of a method that stands alone in a fragment is not judged: its start may be missing.
    """
    found: list[CarriedState] = []
    for rollout in rollouts:
        if not rollout.takes_part or not isinstance(rollout.frame.scope, nodes.FunctionDef):
            continue
        carried = _carried_by(rollout)
        if carried is None:
            give_up(rollout.frame)
        else:
            found.append(CarriedState(rollout, carried))
    return tuple(found)


def _carried_by(rollout: Rollout) -> tuple[Carried, ...] | None:
    """Find what one rollout carries, once; None if it is too long to follow."""
    frame, interpreter = rollout.frame, rollout.interpreter

    def search() -> tuple[Carried, ...] | None:
        try:
            unrolled = unroll(frame)
        except (TooLong, RecursionError):
            return None
        flow = Dataflow(unrolled, interpreter.observations.resumed)
        return tuple(sorted(_Search(rollout, unrolled, flow).carried(), key=_place))

    return rollout.remember("carried", search)


def _place(one: Carried) -> tuple[str, int, int]:
    change = one.change
    return str(change.module.source.path), change.node.lineno, change.node.col_offset


class _Search:
    def __init__(self, rollout: Rollout, unrolled: Unrolled, flow: Dataflow) -> None:
        self._rollout = rollout
        self._unrolled = unrolled
        self._flow = flow
        self._saved = saved_locations(unrolled)
        self._written: dict[Location, list[tuple[int, Event]]] = {}

    def carried(self) -> Iterator[Carried]:
        """Give everything that is carried, once for each name and place of change."""
        self._written = self._changes()
        for location, changes in self._written.items():
            found = self._judge(location, changes)
            if found is not None:
                yield found

    def _changes(self) -> dict[Location, list[tuple[int, Event]]]:
        """Give the writes of a step that leave another value behind, by location."""
        found: defaultdict[Location, list[tuple[int, Event]]] = defaultdict(list)
        steps = self._unrolled.steps
        for place in sorted(self._flow.cyclic):
            for event in steps[place].events:
                target = event.target
                if target is None or not event.changes or target == Location(None):
                    continue
                if not puts_back(event, target, steps[place].run):
                    found[target].append((place, event))
        return found

    def _judge(self, location: Location, changes: list[tuple[int, Event]]) -> Carried | None:
        flow, steps = self._flow, self._unrolled.steps
        bit = flow.locations.bit(location)
        if not flow.awaited & bit:
            return None
        reached = {place for place in flow.reached(location, changes) if flow.live[place] & bit}
        if not reached & flow.cyclic or self._is_kept(location, changes):
            return None
        entrances = self._entrances(location, reached)
        if not entrances:
            return None
        use = self._use(location, entrances)
        if use is None:
            return None
        states = [flow.after_events(source, flow.restored[source]) for source, _ in entrances]
        is_restored = any(state & bit for state in states) or not any(map(self._names, states))
        change = _most_telling(changes, location)
        run = steps[change[0]].run
        kind = self._kind(location)
        loop = self._unrolled.positions.get(location)
        name = self._name(location, loop)
        if name is None:
            return None
        return Carried(
            name,
            kind,
            run.function.name if kind is CarriedKind.LOCAL else "",
            Where(change[1].node if loop is None else loop.target, change[1].module),
            Where(use.node, use.module),
            self._reset(location),
            location in self._saved,
            is_restored or self._is_aligned(location) or self._is_put_back_by_a_step(location),
            self._is_boundary(location),
            field_for(name, kind, change[1]),
        )

    def _use(self, location: Location, entrances: list[tuple[int, int]]) -> Event | None:
        """Find where the next step uses the value; a loop's position is used as its target."""
        loop = self._unrolled.positions.get(location)
        for _, place in entrances:
            run = self._unrolled.steps[place].run
            for one in [location] if loop is None else [*_targets(loop, run), location]:
                use = self._flow.first_use(place, one)
                if use is not None:
                    return use
        return None

    def _is_kept(self, location: Location, changes: list[tuple[int, Event]]) -> bool:
        """Tell whether the writes are those of a cache."""
        steps = self._unrolled.steps
        written = [(event, steps[place].run) for place, event in changes]
        graph = self._rollout.interpreter.graph_of(written[0][1].function)
        return fills_once(written, location, graph, self._statements_of)

    def _statements_of(self, location: Location) -> set[nodes.NodeNG] | None:
        """Give the statements that write a location anew; None if one updates it."""
        changes = self._written.get(location, [])
        if any(event.updates for _, event in changes):
            return None
        return {event.node.statement() for _, event in changes}

    def _entrances(self, location: Location, reached: set[int]) -> list[tuple[int, int]]:
        """Give the edges by which a restart comes to where the carried value would be used.

        Where the steps write it themselves first, they count only if it is kept over a yield.
        """
        flow, steps = self._flow, self._unrolled.steps
        bit = flow.locations.bit(location)
        is_kept = any(
            flow.live[following] & bit
            for place in reached & self._unrolled.boundaries
            for following in steps[place].following
        )
        found: list[tuple[int, int]] = []
        written: list[tuple[int, int]] = []
        for source, following in sorted(flow.restart_edges.items()):
            if source not in flow.restored:
                continue
            writes = any(
                event.target is not None
                and (event.overwrites or event.hides)
                and flow.locations.inside(event.target) & bit
                for event in steps[source].events
            )
            if source in reached and not writes:
                continue
            entered = written if writes and source in flow.cyclic else found
            entered += [
                (source, goal) for goal in following if goal in reached and goal in flow.cyclic
            ]
        return found or (written if is_kept else [])

    def _names(self, bits: int) -> bool:
        """Tell whether a set holds more than the results of calls."""
        named = self._flow.locations.named(bits)
        return any(one.root is None or not one.root[1].startswith("<") for one in named)

    def _is_put_back_by_a_step(self, location: Location) -> bool:
        """Tell whether each step sets the location from the bound state, and from nothing else."""
        return any(
            event.restores
            and event.overwrites
            and not event.updates
            and not event.reads & self._written.keys()
            and event.target is not None
            and event.target.holds(location)
            for place in self._flow.cyclic
            for event in self._unrolled.steps[place].events
        )

    def _is_aligned(self, location: Location) -> bool:
        """Tell whether a restart compares the value with what was restored, to catch up with it."""
        flow = self._flow
        bit = flow.locations.bit(location)
        loop = self._unrolled.positions.get(location)
        for place, known in flow.restored.items():
            step = self._unrolled.steps[place]
            if step.condition is None or step.condition[0] is loop:
                continue
            reads = step.run.read(_whole_condition(step.condition[0]))
            bits = flow.locations.of(reads.locations)
            about = bits & bit
            if loop is not None and not about:
                about = bits & flow.locations.of(set(_targets(loop, step.run)))
            if about and (reads.restores or bits & known & ~about):
                return True
        return False

    def _kind(self, location: Location) -> CarriedKind:
        if location.root is not None and location.root[0] == GLOBAL_RANDOM:
            return CarriedKind.GLOBAL_RANDOM
        run = self._unrolled.steps[0].run
        if run.is_generator(location):
            return CarriedKind.GENERATOR
        if location.root is not None:
            return CarriedKind.LOCAL
        return CarriedKind.ATTRIBUTE if len(location.path) == 1 else CarriedKind.CORE_ATTRIBUTE

    def _name(self, location: Location, loop: nodes.NodeNG | None) -> str | None:
        if loop is not None:
            return str(loop.target.as_string())
        if location.root is None:
            return ".".join(("self", *location.path))
        return None if location.root[1].startswith("<") else location.root[1]

    def _reset(self, location: Location) -> Where | None:
        """Find where the start of a restart sets the location, if not from what was restored."""
        flow = self._flow
        for place in sorted(flow.restored):
            if place in flow.cyclic:
                continue
            for event in self._unrolled.steps[place].events:
                if (
                    event.target is not None
                    and event.overwrites
                    and event.target.holds(location)
                    and not event.updates
                    and not event.restores
                    and not flow.locations.of(event.reads) & flow.restored[place]
                ):
                    return Where(event.node, event.module)
        return None

    def _is_boundary(self, location: Location) -> bool:
        """Tell whether a local is one of the first two parameters of a generator."""
        if location.root is None:
            return False
        index, name = location.root
        for step in self._unrolled.steps:
            run: Activation = step.run
            if run.index == index:
                names = parameter_names(run.function)
                first = 1 if run.receiver is not None else 0
                return name in names[first : first + 2]
        return False


def _most_telling(changes: list[tuple[int, Event]], location: Location) -> tuple[int, Event]:
    """Choose the change to show: one made from the old value, else the first of the text."""

    def order(change: tuple[int, Event]) -> tuple[bool, int, int]:
        event = change[1]
        return not event.updates, event.node.lineno, event.node.col_offset

    return min(changes, key=order)


def _targets(loop: nodes.NodeNG, run: Activation) -> list[Location]:
    """Give the locals that a loop binds."""
    names = (one.name for one in nodes_in(loop.target, nodes.AssignName))
    return [location for location in map(run.named, names) if location is not None]


def _whole_condition(node: nodes.NodeNG) -> nodes.NodeNG:
    """Give the condition that a part of it belongs to."""
    while isinstance(node.parent, nodes.BoolOp | nodes.UnaryOp | nodes.Compare):
        node = node.parent
    return node.iter if isinstance(node, nodes.For) else node
