"""Rollouts run again in one situation, with what they restore traced to what they yield."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.bound_state import bound_attributes, is_metadata
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.interpretation.values import UNKNOWN, Opaque, Sequence, reads_of
from ckptlint.program.rollouts import run_rollout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.interpretation.observations import Yielded
    from ckptlint.program.interpretation.situation import Situation
    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.module import Module
    from ckptlint.program.rollouts import Rollout


@dataclass(frozen=True, slots=True)
class Boundary:
    """A boundary that a rollout hands out.

    Parameters
    ----------
    node : Yield
        The yield.
    site : NodeNG
        Where that stands in the module that is asked about: the yield itself, or the ``yield from``
        that passes it on from elsewhere.
    yielded : Yielded
        What is yielded, and in which world.
    """

    node: nodes.Yield
    site: nodes.NodeNG
    yielded: Yielded

    @property
    def x(self) -> Value:
        """The tensor that is handed out; the whole value where its elements are not known."""
        value = self.yielded.value
        return value.items[0] if isinstance(value, Sequence) and value.items else value

    @property
    def coords(self) -> Value:
        """The coordinates that are handed out; UNKNOWN where they cannot be told apart."""
        value = self.yielded.value
        if isinstance(value, Sequence):
            return value.items[1] if len(value.items) > 1 else UNKNOWN
        return value if isinstance(value, Opaque) and value.is_unchanged else UNKNOWN


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
            site = node if node.root() is home else sites.get(node.frame())
            if site is not None and node.frame() in sites:
                found += [Boundary(node, site, way) for way in ways]
        return tuple(found)

    def _sites(self) -> dict[nodes.NodeNG, nodes.NodeNG | None]:
        """Give the generators whose yields are handed out, and where they are passed on.

        One of another module is judged there, if its own class binds the state.
        """
        observations = self.interpreter.observations
        home = self.interpreter.home.tree
        draws: defaultdict[nodes.NodeNG, list[nodes.NodeNG]] = defaultdict(list)
        for node in observations.draws:
            draws[node.frame()].append(node)
        handing = [
            node.frame()
            for node, ways in observations.yields.items()
            if any(way.hands_out for way in ways)
        ]
        handing += [node.frame() for node in observations.boundaries]
        sites: dict[nodes.NodeNG, nodes.NodeNG | None] = dict.fromkeys(handing)
        while handing:
            scope = handing.pop()
            for node in draws[scope]:
                if not passes_on_whole(node):
                    continue
                site = node if node.root() is home else sites[scope]
                for drawn in observations.draws[node] - sites.keys():
                    sites[drawn] = None if self._is_judged_elsewhere(drawn) else site
                    handing.append(drawn)
        return sites

    def _is_judged_elsewhere(self, generator: nodes.FunctionDef) -> bool:
        module = self.interpreter.module_of(generator)
        owner = module.class_of(generator)
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
        interpreter = Interpreter(module, situation)
        try:
            run_rollout(interpreter, rollout.frame)
        except TooComplex:
            give_up(rollout.frame)
            continue
        yield Trial(type(rollout)(rollout.frame, interpreter))


def passes_on_whole(node: nodes.NodeNG) -> bool:
    """Tell whether a ``yield from`` or ``for`` hands on each item of a generator made for it."""
    if isinstance(node, nodes.YieldFrom):
        return True
    if not isinstance(node, nodes.For) or next(node.nodes_of_class(nodes.Continue), None):
        return False
    if isinstance(node.iter, nodes.Name) and _is_used_elsewhere(node.iter):
        return False
    yields = (getattr(statement, "value", None) for statement in node.body)
    return any(isinstance(one, nodes.Yield) for one in yields)


def _is_used_elsewhere(name: nodes.Name) -> bool:
    others = name.frame().nodes_of_class(nodes.Name)
    return any(other.name == name.name and other is not name for other in others)


def fields_read(value: Value) -> dict[nodes.NodeNG, str]:
    """Give the reads of restored fields that `value` is made from, each with the field's name."""
    found = {}
    for read in reads_of(value):
        name = field_name(read)
        if name is not None:
            found[read] = name
    return found


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
