"""The running of generators in an unrolled rollout, where they are drawn from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.carried import effects
from ckptlint.program.carried.activation import Reads
from ckptlint.program.carried.event import Event
from ckptlint.program.carried.iterators import is_seen_iterable
from ckptlint.program.carried.regions import Drawn, Laid
from ckptlint.program.carried.unrolled import Step, Unrolled
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.carried.activation import Activation
    from ckptlint.program.carried.regions import Region
    from ckptlint.program.flow.graph import Point

MOST_STEPS: Final = 12_000
"""How many nodes a rollout is unrolled to before its question stays unanswered."""


class TooLong(Exception):  # noqa: N818
    """The rollout is too large to be unrolled."""


class GeneratorUnrolling(ABC):
    """Lays generators into the graph.

    Attributes
    ----------
    result : Unrolled
        The graph, as far as it is laid.
    """

    def __init__(self) -> None:
        self.result = Unrolled()
        self._suspended: dict[tuple[int, nodes.NodeNG | None], Activation] = {}
        self._started: dict[tuple[int, nodes.NodeNG | None], Drawn] = {}

    @abstractmethod
    def _body(self, run: Activation, drawn: Drawn | None) -> Laid:
        """Lay the body of an activation, for a generator that is drawn from, or the rollout."""

    def _lay(self, run: Activation, *events: Event) -> int:
        if len(self.result.steps) >= MOST_STEPS:
            raise TooLong
        self.result.steps.append(Step(run, list(events)))
        return len(self.result.steps) - 1

    def _tie(self, source: int, target: int) -> None:
        self.result.steps[source].following.append(target)

    def _add(self, place: int, *events: Event) -> None:
        self.result.steps[place].events += events

    def _drawn_from(
        self, node: nodes.NodeNG | None, run: Activation, drawer: nodes.NodeNG | None = None
    ) -> Drawn | None:
        """Give the generator that `node` stands for; each is run where it is first drawn from.

        What it returns is the result of `drawer`.
        """
        call = node
        if isinstance(node, nodes.Name):
            bound = run.function.locals.get(node.name, ())
            values = [getattr(one.parent, "value", None) for one in bound]
            call = values[0] if len(values) == 1 else None
        if (run.index, call) in self._started:
            return self._started.pop((run.index, call))
        inner = self._suspended.pop((run.index, call), None)
        if inner is None:
            return None
        inner.drawer = drawer
        drawn = Drawn(call, inner)
        drawn.laid = self._body(inner, drawn)
        return drawn

    def _delegate(
        self,
        node: nodes.YieldFrom | nodes.Return,
        run: Activation,
        place: int,
        outer: Drawn | None,
    ) -> Laid | None:
        """Lay a generator whose yields are those of `outer`, or of the rollout."""
        run.result(node)
        drawn = self._drawn_from(node.value, run, node)
        if drawn is None:
            self._add(place, effects.use(node, run, node.value))
            return None
        if outer is not None:
            outer.yields += drawn.yields
        else:
            for given, value, giver in drawn.yields:
                self._add(given, effects.use(value, giver, value.value))
                self.result.boundaries.add(given)
            for given, resumed in drawn.laid.yields:
                self._tie(given, resumed)
            drawn.laid.yields.clear()
        arity = drawn.run.returned_arity()
        if arity is not None:
            run.arities[node] = arity
        self._start(place, drawn)
        return drawn.laid

    def _loop(self, point: Point, region: Region, run: Activation) -> Laid | None:
        """Lay what a loop iterates over, or the loop itself, which asks for one item after another.

        A loop is entered before it asks for the first one.
        """
        node, start = point.node, region.before[point.index]
        drawn = self._drawn_from(node.iter, run)
        if drawn is not None:
            for given, value, giver in drawn.yields:
                reads = giver.read(value.value)
                self._add(given, *effects.assign(node.target, None, reads, run))
            self._start(start, drawn)
            return drawn.laid
        again = region.again[point.index] = region.after[point.index] = self._lay(run)
        self._tie(start, again)
        reads = run.read(node.iter)
        if is_seen_iterable(node.iter, run):
            position = run.result(node)
            self.result.positions[position] = node
            made_of = frozenset(reads.locations)
            self._add(start, Event(node, run.module, made_of, position, restores=reads.restores))
            reads = Reads({*reads.locations, position}, reads.restores)
            self._add(again, *effects.assign(node.target, None, reads, run))
            moved = Event(
                node, run.module, frozenset({position}), position, hides=False, updates=True
            )
            self._add(again, moved)
        else:
            self._add(again, *effects.assign(node.target, None, reads, run))
        self.result.steps[again].condition = (node, reads)
        return None

    def _start(self, place: int, drawn: Drawn) -> None:
        """Start a generator at `place`, or go on behind what ``next`` has drawn of it before."""
        self._tie(place, drawn.laid.entry)
        for resumed in drawn.passed:
            self._tie(place, resumed)

    def _next(self, call: nodes.Call, run: Activation, place: int) -> Laid | None:
        """Lay ``next(generator)`` before a loop over the same one: it runs to its first yields."""
        name = call.args[0] if call.args and isinstance(call.args[0], nodes.Name) else None
        if name is None or getattr(call.func, "name", None) != "next":
            return None
        if not _is_drawn_later(name, run.function):
            return None
        drawn = self._drawn_from(name, run)
        if drawn is None:
            return None
        self._started[run.index, drawn.call] = drawn
        if any(one.value is None for one in nodes_in(drawn.run.function, nodes.Yield)):
            return None
        behind = self._lay(run)
        self._tie(place, drawn.laid.entry)
        resumed = dict(drawn.laid.yields)
        values = {given: (value, giver) for given, value, giver in drawn.yields}
        for given in self._first(drawn.laid.entry, set(resumed)):
            value, giver = values[given]
            reads = giver.read(value.value)
            self._add(
                given,
                Event(
                    value,
                    giver.module,
                    frozenset(reads.locations),
                    run.result(call),
                    restores=reads.restores,
                ),
            )
            self.result.dropped.append((given, behind))
            self._tie(given, behind)
            drawn.passed.append(resumed[given])
        return Laid(drawn.laid.entry, behind, behind)

    def _first(self, entry: int, goals: set[int]) -> list[int]:
        """Give the first of some nodes that are come to from `entry`."""
        waiting, seen = [entry], {entry}
        found: list[int] = []
        while waiting:
            place = waiting.pop()
            if place in goals:
                found.append(place)
                continue
            for following in self.result.steps[place].following:
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return found


def _is_drawn_later(name: nodes.Name, function: nodes.FunctionDef) -> bool:
    """Tell whether a loop or ``yield from`` goes on with the generator that a name holds."""
    return any(
        getattr(one.iter if isinstance(one, nodes.For) else one.value, "name", None) == name.name
        for one in nodes_in(function, (nodes.For, nodes.YieldFrom))
    )
