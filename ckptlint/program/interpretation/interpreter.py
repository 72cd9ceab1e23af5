"""The abstract interpreter: runs functions over worlds, and remembers what it has run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from astroid import nodes

from ckptlint.program.flow.builder import build_flow_graph
from ckptlint.program.flow.solver import FlowTooLarge, solve
from ckptlint.program.interpretation.execution import Execution
from ckptlint.program.interpretation.frame import (
    Frame,
    Scope,
    given_parameters,
    is_stub,
    keeps_its_meaning,
    make_frame,
    parameter_names,
)
from ckptlint.program.interpretation.observations import Observations, Suspended
from ckptlint.program.interpretation.situation import USUAL, Situation
from ckptlint.program.interpretation.values import Function, Self, Value, restored
from ckptlint.program.interpretation.world import SHARED_KINDS, Key, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ckptlint.program.flow.graph import FlowGraph
    from ckptlint.program.module import Module

DEEPEST_CALL: Final = 8
"""How many calls inside one another are followed; the next one counts as unseen."""

MOST_RUNS: Final = 600
"""How many function bodies one interpreter runs before it gives up on its question."""


class TooComplex(Exception):  # noqa: N818
    """The program is too large to be followed; the question stays unanswered."""


MOST_STEPS: Final = 40_000
"""How many points, in how many worlds, one interpreter passes before it gives up."""


GiveUp: TypeAlias = "Callable[[Frame], None]"
"""Told of each function whose question stays unanswered."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a function may end.

    `ends` holds each returned value with the world it leaves; `yielded` where it is
    suspended on its way.
    """

    ends: frozenset[tuple[Value, World]]
    yielded: frozenset[Suspended]


class Interpreter:
    """Runs functions abstractly and collects what it sees.

    Parameters
    ----------
    home : Module
        The module that the question is about.
    situation : Situation
        The session that the question is about.
    """

    def __init__(self, home: Module, situation: Situation = USUAL) -> None:
        self.home = home
        self.situation = situation
        self.observations = Observations()
        self._outcomes: dict[object, Outcome] = {}
        self._running: list[object] = []
        self._graphs: dict[Scope, FlowGraph] = {}
        self._modules: dict[nodes.Module, Module] = {}
        self._runs = 0
        self._steps = 0

    def graph_of(self, scope: Scope) -> FlowGraph:
        """Give the flow graph of `scope`, built once."""
        if scope not in self._graphs:
            self._graphs[scope] = build_flow_graph(scope)
        return self._graphs[scope]

    def module_of(self, node: nodes.NodeNG) -> Module:
        """Give the module in which `node`, part of something that was run, stands."""
        return self._modules[node.root()]

    def run(self, frame: Frame, entry: World, *, hands_out: bool) -> Outcome:
        """Run the scope of `frame` from the world `entry`.

        Parameters
        ----------
        frame : Frame
            The function and the object it runs on.
        entry : World
            The parameters, and what is known of ``self``.
        hands_out : bool
            Whether the yields of this scope hand out boundaries of the rollout.

        Raises
        ------
        TooComplex
            If the program is too large to be followed.
        """
        key = (frame, entry, hands_out)
        if key in self._outcomes:
            return self._outcomes[key]
        self._modules[frame.module.tree] = frame.module
        self._runs += 1
        if self._runs > MOST_RUNS:
            raise TooComplex
        self._running.append((frame.scope, frame.concrete))
        try:
            execution = Execution(self, frame, entry, hands_out=hands_out)
            solve(self.graph_of(frame.scope), execution)
        except (FlowTooLarge, RecursionError) as error:
            raise TooComplex from error
        finally:
            self._running.pop()
        outcome = Outcome(frozenset(execution.ends), frozenset(execution.yielded))
        self._outcomes[key] = outcome
        return outcome

    def count_steps(self, steps: int) -> None:
        """Count the worlds that pass a point.

        Raises
        ------
        TooComplex
            If there were too many.
        """
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise TooComplex

    def can_follow(self, function: Function, frame: Frame) -> bool:
        """Tell whether the body of `function`, called in `frame`, says what calling it does.

        A function inside another one is followed only where the names around it are known, a
        decorated one only where the decorator is known to leave it as it is.
        """
        return (
            not is_stub(function.node)
            and len(self._running) < DEEPEST_CALL
            and (function.node, frame.concrete) not in self._running
            and (not function.is_nested or function.node.parent.frame() is frame.scope)
            and keeps_its_meaning(function.node, function.module)
        )

    def enter(
        self,
        function: Function,
        arguments: Iterable[tuple[str, Value]],
        world: World,
        frame: Frame,
        *,
        hands_out: bool,
    ) -> tuple[Outcome, Frame]:
        """Run `function`, called in `world` of `frame`, with its parameters bound.

        A function defined inside the running one sees the names around it.
        """
        callee = make_frame(function.node, function.module, frame.concrete, function.owner)
        kinds = ("name", *SHARED_KINDS) if function.is_nested else SHARED_KINDS
        entry = world.keep(*kinds)
        for name in callee.locals if function.is_nested else ():
            entry = entry.without(("name", name))
        for name, value in arguments:
            entry = entry.bind(("name", name), value)
        return self.run(callee, entry, hands_out=hands_out), callee

    def entry_world(self, frame: Frame) -> World:
        """Give the world in which `frame` starts when nothing is known of its caller.

        Where the situation is traced, each parameter without a default is a read of what it is
        given.
        """
        names = parameter_names(frame.scope) if isinstance(frame.scope, nodes.FunctionDef) else ()
        is_method = frame.owner is not None or names[:1] == ("self",)
        bindings: dict[Key, Value] = {("name", names[0]): Self()} if names and is_method else {}
        if self.situation.is_traced and isinstance(frame.scope, nodes.FunctionDef):
            for parameter in given_parameters(frame.scope):
                bindings.setdefault(("name", parameter.name), restored(parameter, is_traced=True))
        return World(bindings, situation=self.situation)
