"""Rollouts run again in one situation, with what they restore traced to what they yield."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.bound_state import bound_attributes, is_metadata
from ckptlint.program.interpretation.frame import is_generator
from ckptlint.program.interpretation.values import UNKNOWN, Function, Sequence, reads_of
from ckptlint.program.rollouts import run_in
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.interpretation.observations import Yielded
    from ckptlint.program.interpretation.situation import Situation
    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.module import Module
    from ckptlint.program.rollouts import Rollout


_PASSING: Final = frozenset({"enumerate", "iter", "tqdm"})
"""What hands on each item of an iterator."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """A boundary that a rollout hands out.

    Parameters
    ----------
    node : Yield
        The yield.
    site : NodeNG or None
        Where that stands in the module that is asked about: the yield itself, or the ``yield from``
        that passes it on from elsewhere. None where it is judged elsewhere.
    yielded : Yielded
        What is yielded, and in which world.
    """

    node: nodes.Yield
    site: nodes.NodeNG | None
    yielded: Yielded

    @property
    def x(self) -> Value:
        """The tensor that is handed out; the whole value where its elements are not known."""
        value = self.yielded.value
        return value.items[0] if isinstance(value, Sequence) and value.items else value

    @property
    def has_coords(self) -> bool:
        """Whether something is handed out beside the tensor."""
        value = self.yielded.value
        return isinstance(value, Sequence) and len(value.items) > 1

    @property
    def coords(self) -> Value:
        """The coordinates that are handed out; UNKNOWN where they cannot be told apart."""
        value = self.yielded.value
        if isinstance(value, Sequence) and len(value.items) > 1:
            return value.items[1]
        return UNKNOWN


class Trial:
    """A rollout that was run in one situation.

    Parameters
    ----------
    rollout : Rollout
        The rollout, with an interpreter that has run it in that situation.
    """

    def __init__(self, rollout: Rollout) -> None:
        self.rollout = rollout
        self.interpreter = rollout.interpreter

    @cached_property
    def boundaries(self) -> tuple[Boundary, ...]:
        """What the rollout hands out, itself or through generators that it passes on whole."""
        home = self.interpreter.home.tree
        sites = self._sites()
        found = []
        for node, ways in self.interpreter.observations.yields.items():
            if node.frame() in sites:
                site = node if node.root() is home else sites[node.frame()]
                found += [Boundary(node, site, way) for way in ways]
        return tuple(found)

    def _sites(self) -> dict[nodes.NodeNG, nodes.NodeNG | None]:
        """Give the generators whose yields are handed out, and where they are passed on.

        One of another module is judged there, if its own class binds the state.
        """
        home = self.interpreter.home.tree
        entry = self.rollout.frame.scope
        sites: dict[nodes.NodeNG, nodes.NodeNG | None] = {entry: None}
        handing: list[nodes.NodeNG] = [entry]
        while handing:
            scope = handing.pop()
            for node, source in handed_on(scope):
                site = node if node.root() is home else sites[scope]
                for generator in self._generators_of(source):
                    if generator.node not in sites:
                        is_judged = _is_judged_elsewhere(generator)
                        sites[generator.node] = None if is_judged else site
                        handing.append(generator.node)
        return sites

    def _generators_of(self, source: nodes.NodeNG) -> Iterator[Function]:
        """Give the generator functions whose call, as it is written in `source`, makes it."""
        if isinstance(source, nodes.Name):
            made = _only_value(source)
            if made is not None:
                yield from self._generators_of(made)
        elif isinstance(source, nodes.Call):
            if getattr(source.func, "name", None) in _PASSING and source.args:
                yield from self._generators_of(source.args[0])
            for way in self.interpreter.observations.calls.get(source, ()):
                if isinstance(way.callee, Function) and is_generator(way.callee.node):
                    yield way.callee


def _is_judged_elsewhere(generator: Function) -> bool:
    owner = generator.module.class_of(generator.node)
    return owner is not None and bool(bound_attributes(owner))


def try_rollouts(
    module: Module, rollouts: tuple[Rollout, ...], situation: Situation, give_up: GiveUp
) -> tuple[Trial, ...]:
    """Run the rollouts of `module` in a situation; one too large to follow is given up."""
    return tuple(_each_trial(module, rollouts, situation, give_up))


def _each_trial(
    module: Module, rollouts: tuple[Rollout, ...], situation: Situation, give_up: GiveUp
) -> Iterator[Trial]:
    for rollout in rollouts:
        interpreter = run_in(situation, rollout.frame, module)
        if interpreter is None:
            give_up(rollout.frame)
        else:
            yield Trial(type(rollout)(rollout.frame, interpreter))


def handed_on(scope: nodes.NodeNG) -> Iterator[tuple[nodes.NodeNG, nodes.NodeNG]]:
    """Give the places at which a function hands on each item of an iterator, with that iterator.

    Those are ``yield from``, a ``for`` that yields once each time round, and a ``return``.
    """
    for node in nodes_in(scope, (nodes.YieldFrom, nodes.For, nodes.Return)):
        if node.frame() is not scope:
            continue
        if isinstance(node, nodes.For):
            if _yields_each(node):
                yield node, node.iter
        elif node.value is not None:
            yield node, node.value


def _yields_each(loop: nodes.For) -> bool:
    if next(nodes_in(loop, (nodes.Continue, nodes.Break)), None) is not None:
        return False
    yields = (getattr(statement, "value", None) for statement in loop.body)
    return any(isinstance(one, nodes.Yield) for one in yields)


def _only_value(name: nodes.Name) -> nodes.NodeNG | None:
    """Give what is assigned to a name that is assigned once, and read nowhere else."""
    scope = name.frame()
    reads = [one for one in nodes_in(scope, nodes.Name) if one.name == name.name]
    writes = [one for one in nodes_in(scope, nodes.AssignName) if one.name == name.name]
    if len(reads) != 1 or len(writes) != 1 or not isinstance(writes[0].parent, nodes.Assign):
        return None
    return writes[0].parent.value


def fields_read(value: Value) -> dict[nodes.NodeNG, str]:
    """Give the reads of restored fields that `value` is made from, each with the field's name."""
    found = {}
    for read in reads_of(value):
        name = field_name(read)
        if name is not None:
            found[read] = name
    return found


def is_restored_in_place(value: Value) -> bool:
    """Tell whether `value` is made from restored fields in place of what is given.

    What is given may well go through a step that makes use of a restored setting.
    """
    return bool(fields_read(value)) and not any(map(is_given, reads_of(value)))


def field_name(read: nodes.NodeNG) -> str | None:
    """Name the field that a read brings back; None for metadata, and for what is given."""
    if isinstance(read, nodes.Attribute):
        return None if is_metadata(read.attrname) else read.attrname
    if isinstance(read, nodes.Call) and len(read.args) > 1:  # getattr(state, "field")
        return getattr(read.args[1], "value", None)
    return None


def is_given(read: nodes.NodeNG) -> bool:
    """Tell whether a read is that of a parameter: of what the rollout is given."""
    return isinstance(read, nodes.AssignName)


def in_order(found: set[nodes.NodeNG] | dict[nodes.NodeNG, str]) -> list[nodes.NodeNG]:
    """Give nodes in the order of the text."""
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))
