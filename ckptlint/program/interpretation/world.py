"""A world: one way in which the program may have come to a point, and sets of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ckptlint.program.interpretation.situation import USUAL
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    Session,
    Unflushed,
    constant,
    join,
    reads_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from astroid import nodes

    from ckptlint.program.interpretation.observations import Suspended
    from ckptlint.program.interpretation.situation import Situation
    from ckptlint.program.interpretation.values import Value

MOST_WORLDS: Final = 32
"""How many worlds are kept apart at a point before they are merged into one."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The bound state was written since the last yield; not `seen`: it only may have been."""

    seen: bool


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Nothing was saved since `since`: a yield, or the start of the rollout (None).

    `drawn` is where a generator of this object yielded the boundary, if it was drawn from one that
    saves what it yields elsewhere; `since` then is a yield of that generator, or its start.
    """

    since: nodes.NodeNG | None
    drawn: Suspended | None = None


SAVED: Final = Saved(seen=True)
MAY_BE_SAVED: Final = Saved(seen=False)
UNSAVED_SINCE_START: Final = Unsaved(None)

Key = tuple[str, object]
"""What a world knows of: ``("name", local)``, ``("self", attribute)``, ``("field", name)`` of the
bound state, ``("if", condition)``, ``("is None", local)``, ``("open", opener)`` for a session that
was entered and not left, ``("unflushed", session)`` for what it has not committed, or
``("result", call)`` until its statement has ended. Where the situation is traced,
``("saved", field)`` is what was last written there, and ``("guard", "unseen")`` is bound in a world
that is `behind_unseen_guard`."""

_UNSEEN_GUARD: Final = ("guard", "unseen")

_AGREED_KINDS: Final = ("if", "field", "is None", "open", "unflushed")
"""The kinds of keys that count in a merged world only where all agree on them."""

_OF_SESSIONS: Final = ("open", "unflushed")
"""The kinds of keys of which a world that lacks one knows as much as one that has it."""

SHARED_KINDS: Final = ("self", "field", "if", "saved", "guard", *_OF_SESSIONS)
"""The kinds of keys that a callee shares with its caller."""


class World:
    """An immutable binding of keys to values, with the state of the boundary.

    All worlds of one run share its `situation`.
    """

    __slots__ = ("_bindings", "_hash", "boundary", "situation")

    def __init__(
        self,
        bindings: Mapping[Key, Value] | None = None,
        boundary: Saved | Unsaved = UNSAVED_SINCE_START,
        situation: Situation = USUAL,
    ) -> None:
        self._bindings: dict[Key, Value] = dict(bindings or {})
        self.boundary = boundary
        self.situation = situation
        self._hash: int | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, World)
            and self.boundary == other.boundary
            and self._bindings == other._bindings
        )

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash((self.boundary, frozenset(self._bindings.items())))
        return self._hash

    def get(self, key: Key) -> Value | None:
        """Give what is known of `key`, or None where nothing is."""
        return self._bindings.get(key)

    def items(self) -> Iterator[tuple[Key, Value]]:
        """Give every key with its value."""
        return iter(self._bindings.items())

    @property
    def open_sessions(self) -> tuple[Session, ...]:
        """The sessions that were entered and not left, in the order of their entering."""
        return tuple(
            value
            for key, value in self._bindings.items()
            if key[0] == "open" and isinstance(value, Session)
        )

    @property
    def is_behind_unseen_guard(self) -> bool:
        """Whether a condition on this world's path may be there to keep it from restoring."""
        return _UNSEEN_GUARD in self._bindings

    def behind_unseen_guard(self) -> World:
        """Give this world behind a condition that may keep it from restoring."""
        return self.bind(_UNSEEN_GUARD, constant(True))

    @property
    def unflushed(self) -> Iterator[tuple[Session, frozenset[nodes.Call]]]:
        """Each session that surely has writes to be committed, with these."""
        for (kind, session), value in self._bindings.items():
            if kind == "unflushed" and isinstance(value, Unflushed):
                assert isinstance(session, Session)
                yield session, value.writes

    def bind(self, key: Key, value: Value) -> World:
        """Give this world with `key` bound anew."""
        if value == UNKNOWN and key[0] == "name":
            return self.without(key)
        if self._bindings.get(key) == value:
            return self
        return World({**self._bindings, key: value}, self.boundary, self.situation)

    def without(self, *keys: Key) -> World:
        """Give this world with nothing known of `keys`."""
        if not any(key in self._bindings for key in keys):
            return self
        kept = {key: value for key, value in self._bindings.items() if key not in keys}
        return World(kept, self.boundary, self.situation)

    def keep(self, *kinds: str) -> World:
        """Give this world with only the keys of `kinds`."""
        kept = {key: value for key, value in self._bindings.items() if key[0] in kinds}
        if len(kept) == len(self._bindings):
            return self
        return World(kept, self.boundary, self.situation)

    def with_boundary(self, boundary: Saved | Unsaved) -> World:
        """Give this world with the boundary saved or not."""
        if boundary == self.boundary:
            return self
        return World(self._bindings, boundary, self.situation)

    def goes_on(self) -> bool:
        """Tell whether some local is made from what a checkpoint brought back."""
        return any(key[0] == "name" and reads_of(value) for key, value in self._bindings.items())

    def covers(self, other: World) -> bool:
        """Tell whether all that this world leaves open includes what `other` knows."""
        if self.boundary != other.boundary:
            return False
        for key, value in self._bindings.items():
            its = other._bindings.get(key)
            if its == value:
                continue
            if key[0] in _AGREED_KINDS or join(value, UNKNOWN if its is None else its) != value:
                return False
        return all(key in self._bindings or _may_lack(key, value) for key, value in other.items())

    def resume(self, ended: World) -> World:
        """Give this world, the caller's, after a callee has left the world `ended`."""
        own = {key: value for key, value in self._bindings.items() if key[0] not in SHARED_KINDS}
        shared = ended.keep(*SHARED_KINDS)._bindings
        return World(own | shared, ended.boundary, self.situation)


def _may_lack(key: Key, value: Value) -> bool:
    """Tell whether a world without `key` leaves open what one knows that has `value` there."""
    if key[0] in _OF_SESSIONS:
        return False
    return key[0] in _AGREED_KINDS or join(value, UNKNOWN) == UNKNOWN


Worlds = frozenset[World]


def worlds_of(worlds: Iterable[World]) -> Worlds:
    """Collect worlds, merging them where there are too many to keep apart."""
    collected = frozenset(worlds)
    if len(collected) <= MOST_WORLDS:
        return collected
    by_boundary: dict[Saved | Unsaved, World] = {}
    for world in collected:
        known = by_boundary.get(world.boundary)
        by_boundary[world.boundary] = world if known is None else _merge(known, world)
    return frozenset(by_boundary.values())


def _merge(left: World, right: World) -> World:
    """Join two worlds of one boundary; a name known in one of them alone keeps its restored reads.

    A condition, or a field written before, counts only where both agree on it.
    """
    bindings: dict[Key, Value] = {}
    right_bindings = dict(right.items())
    for key, value in left.items():
        other = right_bindings.pop(key, None)
        if key[0] in _AGREED_KINDS:
            if other == value:
                bindings[key] = value
        else:
            bindings[key] = join(value, UNKNOWN if other is None else other)
    for key, value in right_bindings.items():
        if key[0] not in _AGREED_KINDS:
            bindings[key] = join(value, UNKNOWN)
    known = {
        key: value for key, value in bindings.items() if not (value == UNKNOWN and key[0] == "name")
    }
    return World(known, left.boundary, left.situation)
