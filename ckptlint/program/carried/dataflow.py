"""What is read again before it is written, what changes, and what a restart brings back."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from astroid import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ckptlint.program.carried.activation import Activation
    from ckptlint.program.carried.event import Event, Location
    from ckptlint.program.carried.unrolled import Unrolled


class Locations:
    """The locations of a rollout as bits: sets of them are integers."""

    def __init__(self, unrolled: Unrolled) -> None:
        found: dict[Location, None] = {}
        for step in unrolled.steps:
            for event in step.events:
                found.update(dict.fromkeys(event.reads))
                if event.target is not None:
                    found[event.target] = None
            if step.condition is not None:
                found.update(dict.fromkeys(step.condition[1].locations))
        self._all = tuple(found)
        self._bits = {location: 1 << number for number, location in enumerate(self._all)}
        self._inside: dict[Location, int] = {}

    def bit(self, location: Location) -> int:
        """Give the bit of one location."""
        return self._bits[location]

    def inside(self, location: Location) -> int:
        """Give the bits of a location and of all that lies inside what it holds."""
        if location not in self._inside:
            if location.root is None:
                held = [one for one in self._all if location.holds(one)]
                self._inside[location] = sum(self._bits[one] for one in held)
            else:
                self._inside[location] = self._bits.get(location, 0)
        return self._inside[location]

    def of(self, locations: frozenset[Location] | set[Location]) -> int:
        """Give the bits of locations that are read, with what lies inside them."""
        found = 0
        for location in locations:
            found |= self.inside(location)
        return found

    def named(self, bits: int) -> Iterator[Location]:
        """Give the locations of a set."""
        while bits:
            lowest = bits & -bits
            yield self._all[lowest.bit_length() - 1]
            bits ^= lowest


class Dataflow:
    """The analyses of one unrolled rollout.

    Parameters
    ----------
    unrolled : Unrolled
        The rollout.
    resumed : Mapping[NodeNG, set[bool]]
        How conditions come out where a rollout goes on from restored state; see `Observations`.
    """

    def __init__(self, unrolled: Unrolled, resumed: Mapping[nodes.NodeNG, set[bool]]) -> None:
        self.unrolled = unrolled
        self.locations = Locations(unrolled)
        self.decided: set[tuple[int, nodes.NodeNG]] = set()
        self._resumed = resumed
        self._steps = unrolled.steps
        self._predecessors: list[list[int]] = [[] for _ in self._steps]
        for place, step in enumerate(self._steps):
            for following in step.following:
                self._predecessors[following].append(place)

    @cached_property
    def live(self) -> list[int]:
        """What is read from each node on, before it is written, and matters to the rollout."""
        live = [0] * len(self._steps)
        waiting = [-place for place in reversed(range(len(self._steps)))]
        queued = set(range(len(self._steps)))
        while waiting:
            place = -heappop(waiting)
            queued.discard(place)
            known = 0
            for following in self._steps[place].following:
                known |= live[following]
            for event in reversed(self._steps[place].events):
                known = self._before(event, known)
            if known != live[place]:
                live[place] = known
                for before in self._predecessors[place]:
                    if before not in queued:
                        queued.add(before)
                        heappush(waiting, -before)
        return live

    def _before(self, event: Event, live: int) -> int:
        if event.target is None:
            return live | self.locations.of(event.reads)
        target = self.locations.inside(event.target)
        if not target & live:
            return live
        if event.hides:
            live &= ~target
        return live | self.locations.of(event.reads)

    @cached_property
    def cyclic(self) -> set[int]:
        """The nodes that a rollout comes to again after a yield."""
        return {
            place
            for component in _components([step.following for step in self._steps])
            if component & self.unrolled.boundaries
            for place in component
        }

    @cached_property
    def awaited(self) -> int:
        """What may be used that the steps left: after a yield, or where the steps begin."""
        places = {
            following
            for place in self.unrolled.boundaries & self.cyclic
            for following in self._steps[place].following
        }
        for place in self.restored:
            if place not in self.cyclic:
                places.update(self.cyclic.intersection(self.restart_edges[place]))
        awaited = 0
        for place in places:
            awaited |= self.live[place]
        return awaited

    @cached_property
    def restored(self) -> dict[int, int]:
        """What is made from restored state, before each node that a restart comes to at first.

        That is before the first yield. What a restored condition decides counts as restored.
        """
        while True:
            before, found = self._propagate()
            if found <= self.decided:
                return before
            self.decided |= found

    @cached_property
    def restart_edges(self) -> dict[int, list[int]]:
        """Where a restart goes on from each node, before its first yield."""
        edges: dict[int, list[int]] = {}
        dropped: defaultdict[int, list[int]] = defaultdict(list)
        for given, following in self.unrolled.dropped:
            dropped[given].append(following)
        handed_out = set(dropped) | self.unrolled.boundaries
        for place, step in enumerate(self._steps):
            goals = dropped[place] if place in handed_out else step.following
            if step.condition is not None and place not in handed_out:
                outcomes = self._resumed.get(step.condition[0], set())
                if len(outcomes) == 1:
                    unlikely = not next(iter(outcomes))
                    goals = [goal for goal in goals if step.outcomes.get(goal) is not unlikely]
            edges[place] = list(goals)
        return edges

    def _propagate(self) -> tuple[dict[int, int], set[tuple[int, nodes.NodeNG]]]:
        before: dict[int, int] = {0: 0}
        found: set[tuple[int, nodes.NodeNG]] = set()
        waiting = [0]
        while waiting:
            place = waiting.pop()
            step = self._steps[place]
            known = self.after_events(place, before[place])
            if step.condition is not None:
                node, reads = step.condition
                if reads.restores or self.locations.of(reads.locations) & known:
                    found.add((step.run.index, _decider(node)))
            for following in self.restart_edges[place]:
                joined = known | before.get(following, 0)
                if following not in before or joined != before[following]:
                    before[following] = joined
                    waiting.append(following)
        return before, found

    def after_events(self, place: int, known: int) -> int:
        """Give what is made from restored state after the events of a node."""
        for event in self._steps[place].events:
            if event.target is None:
                continue
            target = self.locations.inside(event.target)
            if (
                event.restores
                or self.locations.of(event.reads) & known
                or _is_decided(event.node, self._steps[place].run, self.decided)
            ):
                known |= target
            elif event.overwrites:
                known &= ~target
        return known

    def reached(self, location: Location, changes: list[tuple[int, Event]]) -> set[int]:
        """Give the nodes before which `location` may still hold what one of `changes` wrote."""
        bit = self.locations.bit(location)
        reached: set[int] = set()
        waiting: list[int] = []
        for place, event in changes:
            events = self._steps[place].events
            number = next(i for i, one in enumerate(events) if one is event)
            if not self._is_overwritten(events[number + 1 :], bit):
                waiting += self._steps[place].following
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            if not self._is_overwritten(self._steps[place].events, bit):
                waiting += self._steps[place].following
        return reached

    def _is_overwritten(self, events: list[Event], bit: int) -> bool:
        return any(
            event.overwrites
            and event.target is not None
            and self.locations.inside(event.target) & bit
            for event in events
        )

    def first_use(self, place: int, location: Location) -> Event | None:
        """Find the nearest event from a node on that reads `location`, not only to update it."""
        bit = self.locations.bit(location)
        seen, waiting = {place}, [place]
        update: Event | None = None
        while waiting:
            following: list[int] = []
            for one in waiting:
                for event in self._steps[one].events:
                    if not self.locations.of(event.reads) & bit:
                        continue
                    if isinstance(event.node.parent, nodes.Expr) or event.target == location:
                        update = update or event
                        continue
                    return event
                following += self._steps[one].following
            waiting = [one for one in dict.fromkeys(following) if one not in seen]
            seen.update(waiting)
        return update


def _decider(node: nodes.NodeNG) -> nodes.NodeNG:
    """Give what a condition decides: the statement, or the conditional expression."""
    while not node.is_statement and not isinstance(node.parent, nodes.IfExp):
        node = node.parent
    return node.parent if isinstance(node.parent, nodes.IfExp) and not node.is_statement else node


def _is_decided(
    node: nodes.NodeNG, run: Activation, decided: set[tuple[int, nodes.NodeNG]]
) -> bool:
    """Tell whether `node`, or a call that led to it, stands under one of the conditions."""
    one: Activation | None = run
    site: nodes.NodeNG | None = node
    while one is not None and site is not None:
        while site is not None and not isinstance(site, nodes.FunctionDef):
            if (one.index, site) in decided:
                return True
            site = site.parent
        one, site = one.caller if one.caller is not None else (None, None)
    return False


def _components(following: list[list[int]]) -> Iterator[set[int]]:
    """Give the strongly connected components that hold a cycle, by Tarjan's algorithm."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in range(len(following)):
        if root in index:
            continue
        path = [(root, iter(following[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while path:
            place, goals = path[-1]
            for goal in goals:
                if goal not in index:
                    index[goal] = low[goal] = len(index)
                    stack.append(goal)
                    on_stack.add(goal)
                    path.append((goal, iter(following[goal])))
                    break
                if goal in on_stack:
                    low[place] = min(low[place], index[goal])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[place])
                if low[place] == index[place]:
                    cut = stack.index(place)
                    component = set(stack[cut:])
                    del stack[cut:]
                    on_stack -= component
                    if len(component) > 1 or place in following[place]:
                        yield component
