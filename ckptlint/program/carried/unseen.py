"""What calls do whose bodies are not seen, as far as their names and arguments tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.carried import randomness
from ckptlint.program.carried.activation import Reads
from ckptlint.program.carried.event import Event, Location, global_generator
from ckptlint.program.carried.iterators import draws_visibly
from ckptlint.program.carried.telling import is_telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ckptlint.program.carried.activation import Activation

MODEL: Final = Location(None)

_FILLS: Final = frozenset({"clear", "copy_", "fill_", "zero_", "zero_grad"})
"""Methods after which nothing is left of what their object held."""

_MOVES: Final = frozenset(
    {
        "append", "appendleft", "extend", "insert", "pop", "popitem", "popleft", "remove",
        "reverse", "rotate", "sort",
    }
)  # fmt: skip
"""Methods that make a list, a queue or a mapping from itself."""

_ADDS: Final = frozenset({"add", "discard", "update"})

_ITSELF: Final = frozenset(
    {
        "clone", "contiguous", "copy", "cpu", "cuda", "detach", "double", "eval", "float", "get",
        "half", "items", "keys", "long", "numpy", "setdefault", "to", "train", "values",
    }
)  # fmt: skip
"""Methods that leave their object as it was, or lead a cache."""

_LIKE_SOMETHING: Final = frozenset(
    {
        "empty_like",
        "full_like",
        "ones_like",
        "rand_like",
        "randint_like",
        "randn_like",
        "zeros_like",
    }
)
"""Functions that take of their first argument only what it looks like, not its values."""

_NEW_ONES: Final = frozenset({"new_empty", "new_full", "new_ones", "new_zeros"})


def unseen_call(call: nodes.Call, run: Activation, *, is_own: bool) -> Iterator[Event]:
    """Give the events of a call whose body is not seen.

    `is_own` says that it is a method of the model, which may do anything to it.
    """
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if is_telling(call):
        return
    name = randomness.called_name(call)
    reads = run.read(*(given[1:] if name in _LIKE_SOMETHING else given))
    if is_own or any(run.locate(one) == MODEL for one in given if isinstance(one, nodes.Name)):
        yield _touch(call, MODEL, Reads(reads.locations, restores=True), run)
    yield from _random_effects(call, reads, run)
    if isinstance(call.func, nodes.Attribute):
        yield from _method_effects(call, call.func, reads, run)
        if name not in _NEW_ONES:
            is_held = run.locate(call.func.expr) == MODEL
            reads.add(run.read(call.func if is_held else call.func.expr))
    else:
        yield from _function_effects(call, reads, run)
        reads.add(run.read(call.func))
    yield Event(
        call, run.module, frozenset(reads.locations), run.result(call), restores=reads.restores
    )


def _touch(node: nodes.NodeNG, target: Location, reads: Reads, run: Activation) -> Event:
    """Let something take up what it is given, in a way that is not seen."""
    return Event(
        node,
        run.module,
        frozenset(reads.locations),
        target,
        hides=False,
        overwrites=False,
        changes=False,
        restores=reads.restores,
    )


def _advance(node: nodes.NodeNG, target: Location, run: Activation) -> Event:
    """Move a generator or an iterator on."""
    return Event(node, run.module, frozenset({target}), target, hides=False, updates=True)


def _random_effects(call: nodes.Call, reads: Reads, run: Activation) -> Iterator[Event]:
    for library in randomness.seeded_libraries(call, run.module):
        target = global_generator(library)
        yield Event(call, run.module, frozenset(reads.locations), target, restores=reads.restores)
    for keyword in call.keywords:
        if keyword.arg in randomness.GENERATOR_KEYWORDS:
            place = run.locate(keyword.value)
            if place is not None and _is_plain(keyword.value):
                run.objects.generators.add(place)
                yield _advance(call, place, run)
            if not isinstance(keyword.value, nodes.Const):
                return
    drawn = randomness.drawn_library(call, run.module)
    if drawn is None or any(randomness.shields_global_state(one) for one in run.sites(call)):
        return
    holder = run.locate(call.func.expr) if isinstance(call.func, nodes.Attribute) else None
    if holder is not None and run.is_generator(holder):
        return
    reads.locations.add(global_generator(drawn))
    yield _advance(call, global_generator(drawn), run)


def _is_plain(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Name | nodes.Attribute)


def _method_effects(
    call: nodes.Call, function: nodes.Attribute, reads: Reads, run: Activation
) -> Iterator[Event]:
    name, holder = function.attrname, run.locate(function.expr)
    if holder is None or holder == MODEL or run.is_bound_state(holder):
        return
    if run.is_generator(holder):
        if name in randomness.SETS_STATE:
            yield Event(
                call, run.module, frozenset(reads.locations), holder, restores=reads.restores
            )
        elif name not in randomness.READS_STATE:
            yield _advance(call, holder, run)
        return
    is_part = isinstance(function.expr, nodes.Subscript)
    in_place = name.endswith("_") and not name.startswith("_")
    if name in _FILLS or name in randomness.DRAWS_IN_PLACE:
        yield Event(
            call,
            run.module,
            frozenset(reads.locations),
            holder,
            overwrites=not is_part,
            restores=reads.restores,
        )
    elif in_place or name in _MOVES or name in _ADDS:
        is_update = name not in _ADDS
        yield Event(
            call,
            run.module,
            frozenset(reads.locations | ({holder} if is_update else set())),
            holder,
            hides=False,
            overwrites=is_update and not is_part,
            updates=is_update,
            restores=reads.restores,
        )
    elif name not in _ITSELF and (reads.locations or reads.restores):
        yield _touch(call, holder, reads, run)


def _function_effects(call: nodes.Call, reads: Reads, run: Activation) -> Iterator[Event]:
    name, given = getattr(call.func, "name", ""), call.args
    if name == "next" and given:
        place = run.locate(given[0])
        if place is not None and _is_plain(given[0]) and draws_visibly(given[0], run):
            yield _advance(call, place, run)
    elif name == "setattr" and len(given) == 3:
        yield from _set_attribute(given, run)
    elif name == "getattr" and len(given) > 1 and isinstance(given[1], nodes.Const):
        place = run.locate(given[0])
        if place is not None and place.root is None and not run.is_bound_state(place):
            reads.locations.add(Location(None, (*place.path, str(given[1].value))))


def _set_attribute(given: Sequence[nodes.NodeNG], run: Activation) -> Iterator[Event]:
    place, reads = run.locate(given[0]), run.read(given[2])
    if place is None or run.is_bound_state(place):
        return
    if place.root is not None or not isinstance(given[1], nodes.Const):
        yield _touch(given[0], place, reads, run)
        return
    target = Location(None, (*place.path, str(given[1].value)))
    yield Event(
        given[0],
        run.module,
        frozenset(reads.locations),
        target,
        updates=target in reads.locations,
        restores=reads.restores,
    )
