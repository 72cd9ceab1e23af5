"""The models of a module, restart-aware or not, and what their rollouts do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.bound_state import bound_attributes
from ckptlint.program.carried.records import Where
from ckptlint.program.interpretation.frame import is_generator, make_frame
from ckptlint.program.interpretation.interpreter import Interpreter, TooComplex
from ckptlint.program.rollouts import Rollout, entry_of, run_rollout
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ckptlint.program.carried.records import Carried, CarriedState
    from ckptlint.program.classes import Class, Method
    from ckptlint.program.interpretation.interpreter import GiveUp
    from ckptlint.program.module import Module


@dataclass(frozen=True, slots=True)
class Model:
    """A class with a rollout, its own or an inherited one.

    Parameters
    ----------
    cls : Class
        The class.
    entry : Method
        Where its rollout starts.
    bound : tuple[str, ...]
        The attributes that hold bound checkpoint state, ordered by name.
    yields, saves, restores : tuple[Where, ...]
        Where boundaries are handed out (where its generator cannot be seen, the ``yield from``),
        where the bound state is written on the way, and where boundaries are made from what was
        read back; in the order of the text.
    carried : tuple[Carried, ...] or None
        What a step leaves for the next one, as far as it can be seen; None where the rollout
        neither saves nor restores.
    """

    cls: Class
    entry: Method
    bound: tuple[str, ...]
    yields: tuple[Where, ...]
    saves: tuple[Where, ...]
    restores: tuple[Where, ...]
    carried: tuple[Carried, ...] | None

    @property
    def is_restart_aware(self) -> bool:
        """Whether the rollout saves, and goes on from what was saved."""
        return self.lacks is None

    @property
    def lacks(self) -> str | None:
        """What the rollout lacks for a restart; None if it is restart-aware."""
        if not self.bound:
            return "binds no state"
        if not self.saves:
            return "never saves" if self.restores else "never saves, never restores"
        return None if self.restores else "never restores"


def models_of(
    module: Module,
    rollouts: tuple[Rollout, ...],
    states: tuple[CarriedState, ...],
    give_up: GiveUp,
) -> tuple[Model, ...]:
    """Describe every class of `module` that has a rollout.

    Parameters
    ----------
    module : Module
        The module.
    rollouts : tuple[Rollout, ...]
        Its restart-aware rollouts.
    states : tuple[CarriedState, ...]
        What they carry.
    give_up : callable
        Told of each rollout that is too large to be followed.
    """
    known = {rollout.frame.concrete: rollout for rollout in rollouts}
    carried = {state.rollout.frame.concrete: state.carried for state in states}
    found: list[Model] = []
    for cls in module.classes:
        entry = entry_of(cls)
        if entry is None:
            continue
        bound = tuple(sorted(bound_attributes(cls)))
        rollout = known.get(cls)
        if rollout is None and not bound:
            rollout = _follow(cls, entry, module, give_up)
        if rollout is not None:
            found.append(_describe(cls, entry, bound, rollout, carried.get(cls)))
    return tuple(found)


def _follow(cls: Class, entry: Method, module: Module, give_up: GiveUp) -> Rollout | None:
    frame = make_frame(entry.function, entry.owner.module, cls, entry.owner)
    interpreter = Interpreter(module)
    try:
        run_rollout(interpreter, frame)
    except TooComplex:
        give_up(frame)
        return None
    return Rollout(frame, interpreter)


def _describe(
    cls: Class,
    entry: Method,
    bound: tuple[str, ...],
    rollout: Rollout,
    carried: tuple[Carried, ...] | None,
) -> Model:
    observations = rollout.interpreter.observations
    yields = [*observations.boundaries] or [
        node
        for node in nodes_in(entry.function, (nodes.Yield, nodes.YieldFrom))
        if node.frame() is entry.function
    ]
    return Model(
        cls,
        entry,
        bound,
        yields=_sites(yields, rollout),
        saves=_sites(_outermost(observations.saves), rollout),
        restores=_sites(observations.restores, rollout),
        carried=carried,
    )


def _outermost(saves: Mapping[nodes.NodeNG, bool]) -> list[nodes.NodeNG]:
    """Give the saves in the generators themselves; those in a helper stand for its call."""
    seen = [node for node, is_seen in saves.items() if is_seen]
    of_generators = [node for node in seen if is_generator(node.frame())]
    return of_generators or seen


def _sites(found: Iterable[nodes.NodeNG], rollout: Rollout) -> tuple[Where, ...]:
    """Place nodes; what stands in the model's own module comes first."""
    home = rollout.interpreter.home

    def order(site: Where) -> tuple[bool, str, int, int]:
        path = str(site.module.source.path)
        return site.module is not home, path, site.node.lineno, site.node.col_offset

    return tuple(sorted(_each_site(found, rollout), key=order))


def _each_site(found: Iterable[nodes.NodeNG], rollout: Rollout) -> Iterator[Where]:
    for node in found:
        yield Where(node, rollout.interpreter.module_of(node))
