"""What the abstract execution saw on its way; the questions are answered from this."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.values import Session, Value
    from ckptlint.program.interpretation.world import Saved, Unsaved, World


@dataclass(frozen=True, slots=True)
class Suspended:
    """A generator of `frame` stands at its yield `node`, with its boundary saved or not.

    `reads` are the reads of restored state that what it yields is made from.
    """

    node: nodes.NodeNG
    frame: Frame
    boundary: Saved | Unsaved
    reads: frozenset[nodes.NodeNG] = frozenset()


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A boundary was handed out by a yield of `frame`, saved or not."""

    frame: Frame
    boundary: Saved | Unsaved


@dataclass(frozen=True, slots=True)
class Yielded:
    """A generator that runs in `frame` yielded `value` in `world`.

    `hands_out` tells whether that is a boundary of the rollout for certain.
    """

    frame: Frame
    value: Value
    world: World
    hands_out: bool


@dataclass(frozen=True, slots=True)
class Called:
    """A call was made.

    `receiver` is the object whose attribute was called, `callee` what was called, `arguments` the
    values of the positional and keyword arguments, `sessions` what was entered and not left.
    """

    frame: Frame
    receiver: Value
    callee: Value
    arguments: tuple[Value, ...]
    sessions: tuple[Session, ...] = ()


@dataclass(slots=True)
class Observations:
    """Everything seen by one interpreter.

    Parameters
    ----------
    boundaries : dict
        For each yield that hands out a boundary of the rollout, in which states it was reached. A
        ``yield from`` stands for the yields of a generator outside the module.
    saves : dict
        The nodes at which the bound state is written, or a helper is called that may write it;
        the value tells whether the writing was seen.
    restores : dict
        The nodes at which state is read back that a boundary of the rollout is made from.
    calls : dict
        For each call, the ways in which it was made.
    yields : dict
        For each yield of any generator, what it yielded; only where the situation is traced.
    unflushed : dict
        For each session that was left with writes that nothing has committed since, these.
    resumed : dict
        For each condition that was come to with a local made from restored state, how it came out.
    """

    boundaries: defaultdict[nodes.NodeNG, set[HandedOut]] = field(
        default_factory=lambda: defaultdict(set)
    )
    saves: dict[nodes.NodeNG, bool] = field(default_factory=dict)
    restores: dict[nodes.NodeNG, None] = field(default_factory=dict)
    calls: defaultdict[nodes.Call, set[Called]] = field(default_factory=lambda: defaultdict(set))
    yields: defaultdict[nodes.NodeNG, set[Yielded]] = field(
        default_factory=lambda: defaultdict(set)
    )
    unflushed: defaultdict[Session, set[nodes.Call]] = field(
        default_factory=lambda: defaultdict(set)
    )
    resumed: defaultdict[nodes.NodeNG, set[bool]] = field(default_factory=lambda: defaultdict(set))
