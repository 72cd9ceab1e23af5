"""A rollout with the bodies of all that it calls in one graph of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.carried.activation import Activation, Reads
    from ckptlint.program.carried.event import Event, Location


@dataclass(frozen=True, slots=True)
class Save:
    """What is written to a field of the bound state."""

    field: str
    value: nodes.NodeNG
    run: Activation


@dataclass(slots=True)
class Step:
    """A node of the graph.

    Parameters
    ----------
    run : Activation
        Whose it is.
    events : list[Event]
        What happens there, in order.
    following : list[int]
        The nodes behind it.
    condition : tuple[NodeNG, Reads] or None
        What it decides.
    outcomes : dict[int, bool]
        How the condition comes out on the way to a node behind it, where one way leads there.
    """

    run: Activation
    events: list[Event] = field(default_factory=list)
    following: list[int] = field(default_factory=list)
    condition: tuple[nodes.NodeNG, Reads] | None = None
    outcomes: dict[int, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Unrolled:
    """The graph.

    Parameters
    ----------
    steps : list[Step]
        Its nodes; the first one is the start of the rollout.
    boundaries : set[int]
        The nodes that yield to the workflow.
    dropped : list[tuple[int, int]]
        Ways from a yield to what follows it that only a restart takes: ``next`` drops that yield.
    positions : dict[Location, NodeNG]
        The loops whose position is carried, by where that is kept.
    saves : list[Save]
        What is saved.
    """

    steps: list[Step] = field(default_factory=list)
    boundaries: set[int] = field(default_factory=set)
    dropped: list[tuple[int, int]] = field(default_factory=list)
    positions: dict[Location, nodes.NodeNG] = field(default_factory=dict)
    saves: list[Save] = field(default_factory=list)
