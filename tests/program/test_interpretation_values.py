"""Values and their joins: a join stands for both, and forgets no read of restored state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flow_trees import tree
from hypothesis import given
from hypothesis import strategies as st
from restart_models import program

from ckptlint.program.interpretation.values import (
    UNKNOWN,
    BoundState,
    Checkpoint,
    Condition,
    Flag,
    Function,
    Iterator,
    Opaque,
    OpaqueMethod,
    Self,
    Sequence,
    Session,
    Super,
    constant,
    join,
    made_from,
    may_save,
    reads_of,
    restored,
    truth,
)

if TYPE_CHECKING:
    from ckptlint.program.interpretation.values import Value

MODULE = program("def f(): ...\ndef g(): ...\nCheckpoint('c')\nCheckpoint('d')\n")
FUNCTIONS = [Function(node, MODULE) for node in MODULE.tree.body[:2]]
METHODS = [Function(function.node, MODULE, is_bound=True) for function in FUNCTIONS]
CALLS = [statement.value for statement in MODULE.tree.body[2:]]
READS = [statement.value for statement in tree("s.x\ns.y\ns.z").body]
X, Y, Z = map(restored, READS)

ATOMS: list[Value] = [
    UNKNOWN,
    Opaque(may_save=True),
    Opaque(frozenset(READS[:2]), may_save=True),
    X,
    Y,
    Z,
    constant(None),
    constant(True),
    constant(False),
    constant(1),
    constant(0),
    constant("x"),
    Flag(True),
    Flag(False),
    Condition("loaded"),
    Condition("loaded", negated=True),
    BoundState(),
    Self(),
    Super(None),
    *FUNCTIONS,
    *METHODS,
    OpaqueMethod("m", saves=None, restores=None),
    OpaqueMethod("m", saves=False, restores=None),
    Iterator(None),
    Iterator(FUNCTIONS[0], (("x", X),)),
    Iterator(FUNCTIONS[0], (("x", Y),)),
    *(Checkpoint(interval, CALLS[0]) for interval in (1, 2, None, "unknown")),
    Checkpoint(1, CALLS[1]),
    Session(Checkpoint(1, CALLS[0])),
]
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: Sequence(tuple(items))),
    max_leaves=6,
)


@given(VALUES)
def test_a_value_joined_with_itself_is_itself(value: Value) -> None:
    assert join(value, value) == value


@given(VALUES, VALUES)
def test_the_order_of_a_join_does_not_matter(left: Value, right: Value) -> None:
    assert join(left, right) == join(right, left)


@given(VALUES, VALUES, VALUES)
def test_the_grouping_of_joins_does_not_matter(first: Value, second: Value, third: Value) -> None:
    assert join(join(first, second), third) == join(first, join(second, third))


@given(VALUES, VALUES)
def test_a_join_is_above_both(left: Value, right: Value) -> None:
    above = join(left, right)
    assert join(above, left) == above
    assert join(above, right) == above


@given(VALUES, VALUES)
def test_a_join_keeps_the_reads_of_both_and_adds_none(left: Value, right: Value) -> None:
    assert reads_of(join(left, right)) == reads_of(left) | reads_of(right)


@given(VALUES, VALUES)
def test_a_join_may_save_where_one_of_both_may(left: Value, right: Value) -> None:
    assert may_save(join(left, right)) is (may_save(left) or may_save(right))


@given(VALUES, VALUES)
def test_a_join_is_true_only_where_both_are(left: Value, right: Value) -> None:
    assert truth(join(left, right)) in (None, truth(left))


@given(st.lists(VALUES, max_size=4))
def test_what_is_made_from_values_keeps_their_reads(values: list[Value]) -> None:
    made = made_from(values)
    assert made == Opaque(
        frozenset().union(*map(reads_of, values)), may_save=any(map(may_save, values))
    )


def test_tuples_are_joined_element_by_element() -> None:
    left = Sequence((X, constant(True), Sequence((constant(1),))))
    right = Sequence((Y, constant(False), Sequence((constant(1),))))
    assert join(left, right) == Sequence(
        (Opaque(frozenset(READS[:2])), UNKNOWN, Sequence((constant(1),)))
    )


def test_tuples_of_different_lengths_become_one_value() -> None:
    assert join(Sequence((X,)), Sequence((Y, Z))) == Opaque(frozenset(READS))


@pytest.mark.parametrize("left", [True, 1])
def test_one_and_true_are_different_constants(left: bool | int) -> None:
    assert (constant(left) == constant(True)) is (left is True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (UNKNOWN, None),
        (X, None),
        (constant(None), False),
        (constant(0), False),
        (constant(""), False),
        (constant(1), True),
        (constant("x"), True),
        (Flag(True), True),
        (Flag(False), False),
        (Sequence(()), False),
        (Sequence((UNKNOWN,)), True),
        (Condition("loaded"), None),
        (BoundState(), True),
        (Self(), True),
        (FUNCTIONS[0], True),
        (OpaqueMethod("m", saves=None, restores=None), True),
        (Iterator(None), True),
        (Checkpoint(1, CALLS[0]), True),
        (Session(Checkpoint(1, CALLS[0])), None),
    ],
)
def test_the_truth_of_a_value(value: Value, expected: bool | None) -> None:
    assert truth(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (UNKNOWN, False),
        (X, False),
        (constant(1), False),
        (Flag(True), False),
        (BoundState(), True),
        (Self(), True),
        (Sequence((constant(1), Sequence((Self(),)))), True),
        (FUNCTIONS[0], False),
        (METHODS[0], True),
        (OpaqueMethod("m", saves=None, restores=None), True),
        (OpaqueMethod("m", saves=True, restores=None), True),
        (OpaqueMethod("m", saves=False, restores=None), False),
        (Checkpoint(1, CALLS[0]), False),
    ],
)
def test_what_may_save_when_it_is_handed_on(value: Value, expected: bool) -> None:
    assert may_save(value) is expected


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.text()))
def test_a_constant_has_the_truth_of_its_literal(literal: bool | int | str | None) -> None:
    assert truth(constant(literal)) is bool(literal)
