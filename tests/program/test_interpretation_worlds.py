"""Worlds, and what is left of them where there are too many to keep apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flow_trees import tree
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.program.interpretation.values import (
    UNKNOWN,
    BoundState,
    Sequence,
    constant,
    join,
    reads_of,
    restored,
)
from ckptlint.program.interpretation.world import (
    MAY_BE_SAVED,
    MOST_WORLDS,
    SAVED,
    UNSAVED_SINCE_START,
    Unsaved,
    World,
    worlds_of,
)

if TYPE_CHECKING:
    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.interpretation.world import Key

YIELDS = [statement.value for statement in tree("(yield 1)\n(yield 2)").body]
READS = [statement.value for statement in tree("s.x\ns.y").body]
X, Y = map(restored, READS)

NAMES: list[Key] = [("name", "x"), ("name", "flag"), ("result", READS[0])]
SHARED: list[Key] = [("self", "noise"), ("field", "x"), ("if", "checkpoint_state_loaded")]
VALUES = st.sampled_from(
    [
        UNKNOWN,
        X,
        Y,
        constant(True),
        constant(False),
        constant(None),
        BoundState(),
        Sequence((X, constant(1))),
        Sequence((Y, constant(1))),
    ]
)
BOUNDARIES = st.sampled_from([SAVED, MAY_BE_SAVED, UNSAVED_SINCE_START, *map(Unsaved, YIELDS)])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = World({}, draw(BOUNDARIES))
    for key, value in draw(st.dictionaries(st.sampled_from(NAMES + SHARED), VALUES)).items():
        world = world.bind(key, value)
    return world


def known(world: World, key: Key) -> Value:
    return world.get(key) or UNKNOWN


def covers(general: World, special: World) -> bool:
    """Tell whether everything that `general` says is also so in `special`."""
    if general.boundary != special.boundary:
        return False
    for key, value in general.items():
        if key[0] in ("if", "field"):
            if special.get(key) != value:
                return False
        elif join(value, known(special, key)) != value:
            return False
    return all(
        reads_of(value) <= reads_of(known(general, key))
        for key, value in special.items()
        if key[0] not in ("if", "field")
    )


def test_a_name_is_bound_anew() -> None:
    world = World().bind(("name", "x"), X)
    assert world.get(("name", "x")) == X
    assert world.bind(("name", "x"), Y).get(("name", "x")) == Y
    assert world.get(("name", "x")) == X


def test_nothing_is_kept_of_a_name_that_may_hold_anything() -> None:
    world = World().bind(("name", "x"), X).bind(("name", "x"), UNKNOWN)
    assert world == World()
    assert hash(world) == hash(World())


def test_an_attribute_that_was_set_hides_what_the_class_defines() -> None:
    world = World().bind(("self", "step"), UNKNOWN)
    assert world.get(("self", "step")) == UNKNOWN
    assert world != World()


@given(worlds(), VALUES)
def test_binding_what_is_known_changes_nothing(world: World, value: Value) -> None:
    bound = world.bind(("name", "x"), value)
    assert bound.bind(("name", "x"), value) == bound
    assert bound.boundary == world.boundary


@given(worlds())
def test_without_forgets_and_keep_keeps_only_what_is_named(world: World) -> None:
    assert dict(world.without(("name", "x"), ("field", "x")).items()) == {
        key: value for key, value in world.items() if key not in (("name", "x"), ("field", "x"))
    }
    assert dict(world.keep("self", "if").items()) == {
        key: value for key, value in world.items() if key[0] in ("self", "if")
    }


@given(worlds(), worlds())
def test_a_caller_goes_on_with_its_names_and_what_the_callee_left(
    caller: World, ended: World
) -> None:
    resumed = caller.resume(ended)
    assert resumed.boundary == ended.boundary
    assert dict(resumed.items()) == {
        **{key: value for key, value in caller.items() if key in NAMES},
        **{key: value for key, value in ended.items() if key in SHARED},
    }


@given(worlds(), worlds())
def test_equal_worlds_hash_alike(left: World, right: World) -> None:
    assert (left == right) is (
        left.boundary == right.boundary and dict(left.items()) == dict(right.items())
    )
    if left == right:
        assert hash(left) == hash(right)


def test_few_worlds_are_kept_apart() -> None:
    few = [World().bind(("name", "x"), constant(number)) for number in range(MOST_WORLDS)]
    assert worlds_of(few) == frozenset(few)


def test_many_worlds_become_one_for_each_state_of_the_boundary() -> None:
    many = [World().bind(("name", "x"), constant(number)) for number in range(MOST_WORLDS)]
    assert worlds_of([*many, World({}, SAVED)]) == {World(), World({}, SAVED)}


def test_merging_keeps_restored_reads_of_a_name_that_few_worlds_bind() -> None:
    many = [World().bind(("name", "n"), constant(number)) for number in range(MOST_WORLDS)]
    (merged,) = worlds_of([*many, World().bind(("name", "x"), X)])
    assert dict(merged.items()) == {("name", "x"): X}


def test_merging_keeps_a_condition_only_where_all_agree() -> None:
    loaded: Key = ("if", "checkpoint_state_loaded")
    written: Key = ("field", "x")
    many = [
        World().bind(("name", "n"), constant(number)).bind(loaded, constant(True))
        for number in range(MOST_WORLDS)
    ]
    last = World().bind(loaded, constant(True)).bind(written, UNKNOWN)
    (merged,) = worlds_of([*many, last])
    assert dict(merged.items()) == {loaded: constant(True)}


@given(st.lists(worlds(), max_size=3 * MOST_WORLDS))
def test_whatever_is_collected_is_covered(collected: list[World]) -> None:
    result = worlds_of(collected)
    assert len(result) <= max(MOST_WORLDS, 5)
    for world in collected:
        assert any(covers(general, world) for general in result)
    assert {world.boundary for world in result} == {world.boundary for world in collected}


@given(st.lists(worlds(), max_size=2 * MOST_WORLDS), st.lists(worlds(), max_size=MOST_WORLDS))
def test_more_ways_in_lose_nothing_that_was_there(few: list[World], more: list[World]) -> None:
    for world in worlds_of(few):
        assert any(covers(general, world) for general in worlds_of([*few, *more]))
